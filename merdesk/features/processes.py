"""One extraction process as its parent sees it."""

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context

from merdesk.features.units import SINGLE_THREADED, Message, Unit

LEAVE_S = 2.0
"""A process that was asked to leave gets this long."""

_environment_lock = threading.Lock()


class Process:
    """A spawned process, the pipe to it, and the units that it holds.

    Attributes
    ----------
    ready
        Set once it can take units.
    current
        Number of the unit that it is working on.
    waiting
        Numbers of units that it has been given and not begun.
    """

    def __init__(self, extractor_names: Sequence[str], *, loudness: bool) -> None:
        from merdesk.features.worker import work

        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.ready = False
        self.current: int | None = None
        self.waiting: list[int] = []
        self._since = 0.0
        self._leaving = False
        self._exit_code: int | None = None
        self._process = context.Process(
            target=work, args=(theirs, tuple(extractor_names), loudness), name="merdesk-extract", daemon=True
        )
        with _single_threaded():
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
    def load(self) -> int:
        """Units that it holds."""
        return len(self.waiting) + (self.current is not None)

    @property
    def busy_s(self) -> float:
        """Seconds that it has been at its current unit."""
        return 0.0 if self.current is None else time.monotonic() - self._since

    @property
    def cause(self) -> str:
        """Why it ended, in words."""
        code = self._exit_code if self._exit_code is not None else self._process.exitcode
        if code is not None and code < 0:
            name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
            return f"signal {name}"
        return f"exit code {code}"

    def give(self, number: int, unit: Unit) -> bool:
        """Hand over a unit; False when the process is gone."""
        try:
            self.connection.send((number, unit))
        except OSError:
            return False
        self.waiting.append(number)
        return True

    def started(self, number: int) -> None:
        """The process has begun with a unit."""
        self.waiting.remove(number)
        self.current = number
        self._since = time.monotonic()

    def finished(self, number: int) -> None:
        """The process is through with a unit."""
        assert number == self.current
        self.current = None

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
        self._process.join(LEAVE_S if self._leaving and self.current is None else 0)
        self._process.kill()
        self._process.join()
        self._exit_code = self._process.exitcode
        self._process.close()


@contextmanager
def _single_threaded() -> Iterator[None]:
    """Environment for a child: libraries read their thread counts when they are loaded, before our code runs."""
    with _environment_lock:
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
