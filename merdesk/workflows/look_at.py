"""Look at what was dropped before anything is imported: which datasets it holds, and what would come of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from merdesk.datasets import DESCRIBED, recognise
from merdesk.datasets import loader as loader_of
from merdesk.datasets.loader import Count, Recognition, counts
from merdesk.datasets.source import open_source, shown
from merdesk.domain.changes import Changes
from merdesk.domain.source import SourceDataset
from merdesk.progress import Progress

PUBLISHED = frozenset(known.KEY for known in DESCRIBED)


@dataclass(frozen=True, slots=True)
class Preview:
    """A dataset as it was read: what it is in a sentence, its counts beside the published ones, its content."""

    path: Path
    recognition: Recognition
    dataset: SourceDataset
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """Datasets that were recognised, sentences about releases that cannot be read, and paths that are neither."""

    previews: tuple[Preview, ...]
    unsupported: tuple[str, ...]
    others: tuple[Path, ...]


class LookAt:
    """Recognise and read published datasets among some paths; nothing is written."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return (
            f"Look at {self._paths[0].name}" if len(self._paths) == 1 else f"Look at {len(self._paths)} items"
        )

    def run(self, progress: Progress) -> Looked:
        """Recognise each path, read what is a dataset."""
        previews: list[Preview] = []
        unsupported: list[str] = []
        others: list[Path] = []
        progress.begin("Looking for datasets", total=len(self._paths))
        for path in self._paths:
            seen_here = _recognised(path)
            if path.is_dir() and not seen_here:
                unsupported.append(nothing_in(path))
                progress.advance()
                continue
            found = [seen for seen in seen_here if seen.key in PUBLISHED and not seen.alternative]
            unsupported += [seen.sentence for seen in found if not seen.supported]
            readable = [seen for seen in found if seen.supported]
            for seen in readable:
                previews.append(_preview(path, seen))
                progress.checkpoint()
            if not found:
                others.append(path)
            progress.advance()
        return Looked(tuple(previews), tuple(unsupported), tuple(others))

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: Looked) -> Changes:  # noqa: ARG002  (looking changes nothing)
        """Nothing to write."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def nothing_in(path: Path) -> str:
    """What is said of a folder that holds nothing to import."""
    return (
        f"{shown(path.name)} holds no audio, no table of ratings and no whole dataset that merdesk knows; "
        "choose the folder that holds the annotations or the music."
    )


def _recognised(path: Path) -> list[Recognition]:
    if path.is_file() and path.suffix.lower() != ".zip":
        return []
    return recognise(path)


def _preview(path: Path, seen: Recognition) -> Preview:
    with open_source(path) as source:
        dataset = loader_of(seen.key).load(source)
    return Preview(path, seen, dataset, counts(dataset))
