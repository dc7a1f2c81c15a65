"""Look at many audio files, each for a few milliseconds, in processes that a damaged file may crash."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from merdesk.datasets.source import shown
from merdesk.domain.clip import AudioFile
from merdesk.domain.source import LeftOut
from merdesk.errors import AudioError, Failure
from merdesk.progress import Progress
from merdesk.workers.pool import Pool, Terms
from merdesk.workers.roster import Outcome
from merdesk.workers.task import TaskSpec

MAKER = "merdesk.audio.prober:make"
TIMEOUT_S = 30.0
"""A look takes milliseconds; on a network drive that wakes up, seconds."""
HELD = 64
"""Files that a process holds: some tenth of a second of work, so that it never waits for the next message."""
WORTH = 200
"""A second process pays from so many files on: it takes some .2 s to start."""
OUT_OF_TURN = 256
"""Files come in the order in which they were named, so that the same folder gives the same library each time; one that
takes longer than so many others comes later."""


@dataclass(frozen=True, slots=True)
class Probed:
    """A file and what was found, or why it cannot be read."""

    path: Path
    file: AudioFile | None
    problem: str = ""

    @property
    def display(self) -> str:
        """The path as text that can be shown and stored."""
        return shown(str(self.path))

    @property
    def note(self) -> LeftOut | None:
        """What one should know of a file that can be read: it may be cut."""
        if self.file is None or not self.file.warning:
            return None
        return LeftOut(
            self.display, None, f"{self.file.warning}; it is imported as it is, copy or download it again."
        )


class Prober:
    """Processes that look at files; they stay warm until `close`."""

    def __init__(self, n_workers: int = 0, *, timeout_s: float = TIMEOUT_S) -> None:
        terms = Terms("probing", problem=AudioError, timeout_s=timeout_s, held=HELD, worth=WORTH)
        self._pool = Pool(TaskSpec(MAKER), n_workers or os.cpu_count() or 1, terms)

    def begin(self) -> None:
        """Start a process and do not wait for it."""
        self._pool.begin()

    def run(self, paths: Sequence[Path], progress: Progress) -> Iterator[Probed]:
        """Probe files, in their order; a file that cannot be read is a `Probed` with its problem."""
        units = [(number, os.fsencode(path)) for number, path in enumerate(paths)]
        with closing(self._pool.run(units, progress)) as outcomes:
            for number, outcome in _in_order((o.unit[0], o) for o in outcomes):
                yield _probed(paths[number], outcome)
                progress.advance()

    def close(self) -> None:
        """End the processes."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def probe_all(paths: Sequence[Path], progress: Progress, *, workers: int = 0) -> Iterator[Probed]:
    """Probe files in processes of their own, which end with the last file; see `Prober.run`."""
    with Prober(workers) as prober:
        yield from prober.run(paths, progress)


def _probed(path: Path, outcome: Outcome) -> Probed:
    if outcome.set_aside:
        problem = f"{shown(str(path))} was left out because {outcome.set_aside}; play it elsewhere to see whether it is damaged."
        return Probed(path, None, problem)
    if isinstance(outcome.answer, Failure):
        return Probed(path, None, outcome.answer.message)
    return Probed(path, outcome.answer)


def _in_order(numbered: Iterable[tuple[int, Outcome]]) -> Iterator[tuple[int, Outcome]]:
    """Sort by number what comes nearly sorted; what holds back more than `OUT_OF_TURN` others comes later."""
    waiting: dict[int, Outcome] = {}
    following = 0
    for number, outcome in numbered:
        waiting[number] = outcome
        if number < following or len(waiting) > OUT_OF_TURN:
            following = min(waiting)
        while following in waiting:
            yield following, waiting.pop(following)
            following += 1
    yield from sorted(waiting.items())
