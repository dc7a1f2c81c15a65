"""Take splits from a table: which clips train and which test."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from merdesk.datasets.matching import fold_path, stem_of
from merdesk.domain.clip import ClipId
from merdesk.domain.source import LeftOut
from merdesk.domain.words import counted
from merdesk.errors import DatasetError
from merdesk.project import clips, provenance
from merdesk.project.project import Project
from merdesk.workflows.genres import open_table


@dataclass(frozen=True, slots=True)
class SplitsSummary:
    """How many clips each split got, and the rows that fit no clip."""

    counts: Mapping[str, int]
    left_out: tuple[LeftOut, ...]

    @property
    def sentence(self) -> str:
        """The summary in words."""
        counts = ", ".join(f"{name or 'no split'} {n:,}" for name, n in self.counts.items())
        text = f"Splits of {counted(sum(self.counts.values()), 'clip')} set: {counts}"
        return text + (f"; {counted(len(self.left_out), 'row')} left out." if self.left_out else ".")


def import_splits(project: Project, path: Path) -> SplitsSummary:
    """Read the columns id, split and perhaps dataset, and set what they say; one step of the history.

    Raises
    ------
    DatasetError
        When the file is no such table, or none of its rows fits a clip.
    """
    project.check_writable()
    found = open_table(path)
    index = _Index(project)
    splits: dict[ClipId, str] = {}
    left_out = []
    cells = zip(
        found.lines,
        found.cells(found.find("dataset")),
        found.cells(found.column("id", "song_id", "musicId", "file")),
        found.cells(found.column("split", "set")),
        strict=True,
    )
    for line, dataset, name, split in cells:
        meant, why = index.find(dataset, name)
        if meant is None:
            left_out.append(LeftOut(path.name, line, why))
        else:
            splits[meant] = split
    if not splits:
        why = left_out[0].reason if left_out else "it has no row"
        raise DatasetError(f"{path.name} sets no split, because {why}; it needs the columns id and split.")
    provenance.set_splits(
        project, splits, title=f"Set splits of {counted(len(splits), 'clip')} from {path.name}"
    )
    return SplitsSummary(dict(sorted(Counter(splits.values()).items())), tuple(left_out))


class _Index:
    """Clips by what a table may call them."""

    def __init__(self, project: Project) -> None:
        self._clips: dict[str, list[tuple[str, ClipId]]] = defaultdict(list)
        for label in clips.labels(project):
            folded = fold_path(label.source_id)
            for key in {folded, stem_of(folded)}:
                self._clips[key].append((label.dataset, label.id))

    def find(self, dataset: str, name: str) -> tuple[ClipId | None, str]:
        """The clip, or why there is none."""
        folded = fold_path(name)
        for key in (folded, stem_of(folded)):
            meant = [clip_id for where, clip_id in self._clips.get(key, ()) if dataset in ("", where)]
            if len(meant) == 1:
                return meant[0], ""
            if meant:
                return None, f"{name!r} names {len(meant)} clips; add a column dataset"
        return None, f"no clip{f' of {dataset}' if dataset else ''} has the id {name!r}"
