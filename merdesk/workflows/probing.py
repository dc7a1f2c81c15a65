"""Look at many audio files, each for a few milliseconds."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from merdesk.audio.files import probe
from merdesk.domain.clip import AudioFile
from merdesk.errors import Failure, attempt
from merdesk.progress import Progress


@dataclass(frozen=True, slots=True)
class Probed:
    """A file and what was found, or why it cannot be read."""

    path: Path
    file: AudioFile | None
    problem: str = ""

    @property
    def display(self) -> str:
        """The path as text that can be shown and stored."""
        return os.fsencode(self.path).decode("utf-8", "replace")


def probe_all(paths: Sequence[Path], progress: Progress, *, workers: int = 0) -> Iterator[Probed]:  # noqa: ARG001
    """Probe files one by one; a file that cannot be read is a `Probed` with its problem."""
    for path in paths:
        found = attempt(lambda path=path: probe(path))  # type: ignore[misc]
        if isinstance(found, Failure):
            yield Probed(path, None, found.message)
        else:
            yield Probed(path, found)
        progress.advance()
