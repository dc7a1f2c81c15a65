"""Extraction on this machine: spawned processes, driven by the thread that iterates over the results.

Not a process pool of the standard library: there one crash loses every result. Here a process that dies costs the
clip that it worked on, and only when that kills a second process as well.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

from merdesk.errors import FeatureError
from merdesk.features.batch import Batch
from merdesk.features.processes import Process
from merdesk.features.units import Compiling, Done, Message, Ready, Started, Unit, UnitResult
from merdesk.progress import Progress

__all__ = ["LocalExecutor", "Unit", "UnitResult"]

UNITS_PER_WORKER = 2
"""In flight: one at work and one waiting, so that no process idles while an answer is being stored."""
POLL_S = 0.1
"""How soon cancel, pause and time-outs are noticed while nothing else happens."""
TIMEOUT_S = 300.0
MAX_BARREN_DEATHS = 6
"""So many processes may die in a row without anything to show for it; then something is wrong with the machine."""
STEP_START = "Starting workers"
STEP_COMPILE = "Compiling librosa's kernels (first use only)"
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
        self.n_workers = n_workers or os.cpu_count() or 1
        self.timeout_s = timeout_s
        self.loudness = loudness
        self._processes: list[Process] = []
        self._running = False

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
        if self._running:
            raise ValueError("one executor drives one run at a time")
        self._running = True
        batch = Batch(units)
        try:
            yield from self._run(batch, progress)
        finally:
            self._running = False
            if batch.open:
                self._end_all()

    def close(self) -> None:
        """End the processes; those that are idle leave by themselves."""
        for process in self._processes:
            process.dismiss()
        self._end_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _end_all(self) -> None:
        for process in self._processes:
            process.end()
        self._processes.clear()

    def _run(self, batch: Batch, progress: Progress) -> Iterator[UnitResult]:
        if batch.total == 0:
            return
        if not any(process.ready for process in self._processes):
            progress.begin(STEP_START)
            self._start_first(progress)
        progress.begin(STEP_EXTRACT, batch.total)
        while batch.open:
            self._staff(batch)
            self._feed(batch)
            for result in self._listen(batch):
                yield result
                progress.advance()
            progress.checkpoint()

    def _start_first(self, progress: Progress) -> None:
        """Start one process alone: two that compile the same kernels take longer than one after the other."""
        self._end_all()
        first = Process(self.extractor_names, loudness=self.loudness)
        self._processes.append(first)
        while True:
            progress.checkpoint()
            wait([first.connection, first.sentinel], POLL_S)
            alive = first.alive
            for message in first.messages():
                if isinstance(message, Compiling):
                    progress.begin(STEP_COMPILE)
                else:
                    self._greet(first, message)
            if first.ready:
                return
            if not alive:
                raise FeatureError(
                    f"The extraction process ended while it was starting ({first.cause}); "
                    "close other programs if memory is short, then start the extraction again."
                )

    def _greet(self, process: Process, message: Message) -> None:
        if isinstance(message, Ready):
            if message.failure is not None:
                if message.failure.expected:
                    raise FeatureError(message.failure.message)
                raise RuntimeError(message.failure.details)
            process.ready = True

    def _staff(self, batch: Batch) -> None:
        """Start processes until there is one for each unit, or as many as may be."""
        wanted = self.n_workers if batch.total is None else min(self.n_workers, batch.total)
        while len(self._processes) < wanted:
            self._processes.append(Process(self.extractor_names, loudness=self.loudness))

    def _feed(self, batch: Batch) -> None:
        """Give units out, first to those that have least."""
        gone: set[Process] = set()
        while True:
            free = [p for p in self._processes if p.ready and p.load < UNITS_PER_WORKER and p not in gone]
            taken = batch.take() if free else None
            if taken is None:
                return
            process = min(free, key=lambda one: one.load)
            if not process.give(*taken):
                batch.give_back(taken[0])
                gone.add(process)

    def _listen(self, batch: Batch) -> list[UnitResult]:
        """Wait a moment for what the processes say, and for their death."""
        if not batch.open:
            return []
        wait([handle for p in self._processes for handle in (p.connection, p.sentinel)], POLL_S)
        results: list[UnitResult] = []
        for process in list(self._processes):
            alive = process.alive  # asked first: what a dead process has said is then all in the pipe
            for message in process.messages():
                self._greet(process, message)
                if isinstance(message, Started):
                    process.started(message.number)
                elif isinstance(message, Done):
                    process.finished(message.number)
                    results.append(batch.finish(message.number, message.result))
            if not alive:
                results += self._bury(process, batch)
            elif process.busy_s > self.timeout_s:
                results += self._time_out(process, batch)
        return results

    def _bury(self, process: Process, batch: Batch) -> list[UnitResult]:
        process.end()
        self._processes.remove(process)
        batch.give_back(*process.waiting)
        poisoned = batch.killed(process.current, process.cause)
        if poisoned is None and batch.barren_deaths > MAX_BARREN_DEATHS:
            raise FeatureError(
                f"Extraction processes keep dying ({process.cause}); close other programs or use fewer workers."
            )
        return [] if poisoned is None else [poisoned]

    def _time_out(self, process: Process, batch: Batch) -> list[UnitResult]:
        number = process.current
        assert number is not None
        process.end()
        self._processes.remove(process)
        batch.give_back(*process.waiting)
        return [batch.timed_out(number, self.timeout_s)]
