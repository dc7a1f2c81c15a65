"""One process as its parent sees it."""

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from types import MappingProxyType
from typing import Any

from merdesk.workers.ending import see_off
from merdesk.workers.serving import NOTHING, serve
from merdesk.workers.task import Message, TaskSpec

LEAVE_S = 2.0
"""A process that was asked to leave gets this long."""

SINGLE_THREADED = MappingProxyType(
    dict.fromkeys(
        (
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "MKL_NUM_THREADS",
            "VECLIB_MAXIMUM_THREADS",
            "NUMBA_NUM_THREADS",
        ),
        "1",
    )
)
"""Two workers with a thread a core each are two to three times slower than one; torch follows OMP_NUM_THREADS."""

_environment_lock = threading.Lock()


class Process:
    """A spawned process, the pipe to it, and the units that it holds.

    Attributes
    ----------
    ready
        Set once it can take units.
    held
        Numbers of units that it has been given and not answered, in their order.
    """

    def __init__(self, spec: TaskSpec, name: str) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.ready = False
        self.held: list[int] = []
        self._current = context.RawValue("q", NOTHING)
        self._seen = NOTHING
        self._since = 0.0
        self._leaving = False
        self._exit_code: int | None = None
        self._process = context.Process(
            target=serve, args=(theirs, spec, self._current), name=name, daemon=True
        )
        with quiet_start():
            self._process.start()
        theirs.close()  # so that the pipe breaks when the process dies

    @property
    def sentinel(self) -> int:
        """Handle that becomes ready when the process ends."""
        return self._process.sentinel

    @property
    def alive(self) -> bool:
        """True while the process runs."""
        return self._process.is_alive()

    @property
    def current(self) -> int | None:
        """Number of the unit that it is working on, or died over."""
        number = int(self._current.value)
        return number if number in self.held else None

    def overdue(self, timeout_s: float) -> int | None:
        """Number of its current unit, when it has been seen at that one for longer than this."""
        current = self.current
        if current is None or current != self._seen:
            self._seen = NOTHING if current is None else current
            self._since = time.monotonic()
        return current if time.monotonic() - self._since > timeout_s else None

    @property
    def cause(self) -> str:
        """Why it ended, in words."""
        code = self._exit_code if self._exit_code is not None else self._process.exitcode
        if code is not None and code < 0:
            name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
            return f"signal {name}"
        return "unknown cause" if code is None else f"exit code {code}"

    def give(self, units: Sequence[tuple[int, Any]]) -> bool:
        """Hand over units with their numbers; False when the process is gone."""
        try:
            self.connection.send(units)
        except OSError:
            return False
        self.held += [number for number, _ in units]
        return True

    def messages(self) -> Iterator[Message]:
        """What it has said since the last time."""
        try:
            while self.connection.poll():
                yield self.connection.recv()
        except (EOFError, OSError):
            return

    def dismiss(self) -> None:
        """Ask it to leave when it is through."""
        self.connection.close()
        self._leaving = True

    def end(self) -> None:
        """End it: kindly if it was dismissed, at once otherwise; it leaves nothing behind."""
        self.connection.close()
        at_leisure = self._leaving and self.ready and self.current is None
        self._exit_code = see_off(self._process, LEAVE_S if at_leisure else 0)


@contextmanager
def quiet_start() -> Iterator[None]:
    """What a child inherits while it starts.

    Libraries read their thread counts when they are loaded, before our code runs. Ctrl-C reaches every process of a
    terminal: a child that is still starting would print a traceback, so it is held back until the child ignores it.
    """
    with _environment_lock, _ctrl_c_held_back():
        before = {name: os.environ.get(name) for name in SINGLE_THREADED}
        os.environ.update(SINGLE_THREADED)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


@contextmanager
def _ctrl_c_held_back() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Started by the first process otherwise, and it lets Ctrl-C through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
