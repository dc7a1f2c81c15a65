"""What runs in a worker of Dask: one extraction process, warm between units, for whoever asks.

The functions are called by name, from the client through the scheduler. A clip that kills or hangs costs the
extraction process and not the worker, so that it is named by the same rules and in the same words as on one machine.
"""

import asyncio
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from multiprocessing import current_process
from pathlib import Path

from merdesk.audio.files import quick_key
from merdesk.cluster.jobs import Job, Order, OutOfReach
from merdesk.errors import Cancelled, Failure, attempt
from merdesk.features import extractor
from merdesk.features.executor import LocalExecutor
from merdesk.features.key import FeatureSet
from merdesk.features.units import Unit, UnitResult
from merdesk.progress import Progress

IDLE_S = 120.0
"""A client that was killed cannot say that it has left: after this time without units, memory is given back."""

Greeting = dict[str, FeatureSet] | Failure


def extract(job: Job, audio: bytes | None = None) -> UnitResult | OutOfReach:
    """Extract one unit, of the file that its path names here or of the bytes that came with it.

    Raises
    ------
    FeatureError
        When the extractors cannot be started on this machine.
    Cancelled
        When the client has left meanwhile.
    """
    return _station().extract(job, audio)


async def greet(extractors: tuple[str, ...]) -> Greeting:
    """The sets that the extractors give on this machine, or why they cannot be had."""
    return await asyncio.to_thread(
        attempt, lambda: {name: FeatureSet.of(extractor(name)) for name in extractors}
    )


async def leave(run: str) -> None:
    """End what a run has started here, its unit in hand too."""
    await asyncio.to_thread(_station().leave, run)


@cache
def _station() -> "Station":
    """The one of this process: Dask calls plain functions, from as many threads as it likes."""
    return Station()


class Station:
    """At most one extraction process, and one unit at a time."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._executor: LocalExecutor | None = None
        self._order: Order | None = None
        self._progress = Progress()
        self._left: set[str] = set()
        self._idle: threading.Timer | None = None

    def extract(self, job: Job, audio: bytes | None) -> UnitResult | OutOfReach:
        """See the function of this name."""
        if audio is None and not _in_reach(job):
            return OutOfReach()
        with self._one_at_a_time, _at_hand(job.unit, audio) as unit:
            executor = self._prepared(job.order)
            (result,) = executor.run([unit], self._progress)
            self._wait_for_more()
        return _as_asked(result, job.unit, unit)

    def leave(self, run: str) -> None:
        """Cancel the unit in hand and end the process, if they are of this run."""
        self._left.add(run)
        if self._order is not None and self._order.run == run:
            self._progress.cancel()
            with self._one_at_a_time:
                if self._order.run == run:
                    self._close()

    def _prepared(self, order: Order) -> LocalExecutor:
        """The process for this order: the one that is there when it does for it."""
        if order.run in self._left:
            raise Cancelled
        self._wait_no_more()
        if self._order is None or replace(self._order, run="") != replace(order, run=""):
            self._close()
        self._order = order
        self._progress = Progress()
        if self._executor is None:
            _allow_children()
            self._executor = LocalExecutor(
                order.extractors, 1, timeout_s=order.timeout_s, loudness=order.loudness
            )
        return self._executor

    def _close(self) -> None:
        self._wait_no_more()
        if self._executor is not None:
            self._executor.close()
            self._executor = None

    def _wait_for_more(self) -> None:
        self._idle = threading.Timer(IDLE_S, self._rest)
        self._idle.daemon = True
        self._idle.start()

    def _wait_no_more(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _rest(self) -> None:
        with self._one_at_a_time:
            if self._idle is threading.current_thread():  # no unit came between
                self._close()


def _allow_children() -> None:
    """Dask marks its workers as daemons, and Python forbids those to have children lest they be orphaned.

    Ours watch their parent and leave with it, however it dies.
    """
    if current_process().daemon:
        current_process().daemon = False


def _in_reach(job: Job) -> bool:
    if job.quick_key is None:
        return True  # the client has no such file to send; if it is not here either, decoding says so
    return attempt(lambda: quick_key(Path(os.fsdecode(job.unit.path)))) == job.quick_key


@contextmanager
def _at_hand(unit: Unit, audio: bytes | None) -> Iterator[Unit]:
    """The unit with a path that is good here; bytes lie in a file of the same name while the context lasts."""
    if audio is None:
        yield unit
        return
    with tempfile.TemporaryDirectory(prefix="merdesk-") as folder:
        path = Path(folder) / os.path.basename(os.fsdecode(unit.path))  # noqa: PTH119  (a name, whatever its encoding)
        path.write_bytes(audio)
        yield replace(unit, path=os.fsencode(path))


def _as_asked(result: UnitResult, asked: Unit, here: Unit) -> UnitResult:
    """The result for the unit as the client knows it, and with the path that its user knows."""
    if here.path == asked.path:
        return result
    here_shown, asked_shown = (
        os.fsdecode(unit.path).encode("utf-8", "replace").decode("utf-8") for unit in (here, asked)
    )
    problem = result.problem and result.problem.replace(here_shown, asked_shown)
    return replace(
        result, unit=asked, problem=problem, details=result.details.replace(here_shown, asked_shown)
    )
