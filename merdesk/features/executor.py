"""Extraction on this machine, in processes driven by the thread that iterates over the results.

A process that dies costs the clip that it worked on, and only when that kills a second process as well.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Sequence, Sized
from contextlib import closing
from types import TracebackType
from typing import Self

from merdesk.errors import Failure, FeatureError
from merdesk.features.units import Unit, UnitResult
from merdesk.features.worker import STEP_COMPILE, make
from merdesk.progress import Progress
from merdesk.workers.pool import Pool, Terms
from merdesk.workers.roster import Outcome
from merdesk.workers.task import TaskSpec

__all__ = ["STEP_COMPILE", "LocalExecutor", "Unit", "UnitResult", "result_of"]

LOG = logging.getLogger(__name__)
TIMEOUT_S = 300.0
STEP_START = "Starting workers"
STEP_EXTRACT = "Extracting features"


class LocalExecutor:
    """Runs units in processes that stay warm until `close`.

    Parameters
    ----------
    extractor_names
        Names, or `module:factory` for extractors that live elsewhere.
    n_workers
        Processes, at least 1; None for one a core.
    timeout_s
        A file that takes longer is set aside and its process ended.
    loudness
        Measure the loudness of each clip as well.
    """

    def __init__(
        self,
        extractor_names: Sequence[str],
        n_workers: int | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
        loudness: bool = True,
    ) -> None:
        self.extractor_names = tuple(extractor_names)
        n_cores = os.cpu_count() or 1
        self.n_workers = n_workers or n_cores
        cores = max(n_cores // self.n_workers, 1)
        spec = TaskSpec(f"{make.__module__}:{make.__name__}", (self.extractor_names, loudness, cores))
        terms = Terms("extraction", problem=FeatureError, timeout_s=timeout_s)
        self._pool = Pool(spec, self.n_workers, terms)

    def run(self, units: Iterable[Unit], progress: Progress) -> Iterator[UnitResult]:
        """Extract; results come as they are ready, in no set order.

        Units are taken one by one when a process is free, so a generator may decide late what comes next. When the
        iteration is left early, by cancel, error or `close` of the generator, all processes end.

        Raises
        ------
        FeatureError
            When the extractors cannot be started here.
        Cancelled
            At the first checkpoint after a cancel.
        """
        total = len(units) if isinstance(units, Sized) else None
        if total != 0 and not self._pool.ready:
            progress.begin(STEP_START)
            self._pool.start(progress)
        if total != 0:
            progress.begin(STEP_EXTRACT, total)
        with closing(self._pool.run(units, progress)) as outcomes:
            for outcome in outcomes:
                yield result_of(outcome)
                progress.advance()

    def close(self) -> None:
        """End the processes; those that are idle leave by themselves."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def result_of(outcome: Outcome) -> UnitResult:
    """What became of a unit, in words where it failed."""
    unit: Unit = outcome.unit
    if outcome.set_aside:
        name = os.fsdecode(unit.path).encode("utf-8", "replace").decode("utf-8")
        problem = (
            f"{name} was set aside because {outcome.set_aside}; play it to see whether the file is damaged."
        )
        return UnitResult(unit, unit.digest, problem=problem)
    if isinstance(outcome.answer, Failure):
        if not outcome.answer.expected:
            LOG.error("features of a clip: %s", outcome.answer.details)
        return UnitResult(unit, unit.digest, problem=outcome.answer.message, details=outcome.answer.details)
    result: UnitResult = outcome.answer
    return result
