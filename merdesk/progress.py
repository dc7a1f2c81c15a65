"""How long work tells how far it is, delivers what it has, and learns that it should stop.

One `Progress` is shared by the thread that works and the thread that watches. The watcher polls; the worker is
never called back. Every method may be called from any thread.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from merdesk.errors import Cancelled

RATE_WINDOW_S = 20.0
"""The estimate of the time left looks this far back, so that it follows a changing pace."""
OVERDUE = 2.0
"""Times its usual time that a unit may take before it makes the estimate longer."""


@dataclass(frozen=True, slots=True)
class ProgressState:
    """One look at a running job: `total` is None while it is not known."""

    step: str
    done: int
    total: int | None
    elapsed_s: float
    left_s: float | None
    paused: bool
    cancelled: bool

    @property
    def fraction(self) -> float | None:
        """Share done in 0..1, None while the total is not known."""
        return None if not self.total else min(1.0, self.done / self.total)


class Progress:
    """Progress, partial results, pause and cancel of one job."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = threading.Event()
        self._running.set()
        self._cancelled = False
        self._step = ""
        self._done = 0
        self._total: int | None = None
        self._started = time.monotonic()
        self._marks: deque[tuple[float, int]] = deque()
        self._delivered: deque[Any] = deque()

    def begin(self, step: str, total: int | None = None, *, done: int = 0) -> None:
        """Name the step that starts now, how many units it has, and how many of them were done earlier."""
        with self._lock:
            self._step, self._done, self._total = step, done, total
            self._marks.clear()
            self._marks.append((time.monotonic(), done))

    def advance(self, n: int = 1) -> None:
        """Count n more units as done, then honour pause and cancel."""
        now = time.monotonic()
        with self._lock:
            self._done += n
            self._marks.append((now, self._done))
            while len(self._marks) > 2 and now - self._marks[0][0] > RATE_WINDOW_S:
                self._marks.popleft()
        self.checkpoint()

    def checkpoint(self) -> None:
        """Wait while paused; raise `Cancelled` once cancelled."""
        self._running.wait()
        if self._cancelled:
            raise Cancelled

    def deliver(self, part: Any) -> None:
        """Hand over a partial result; the owner of the project collects and commits it."""
        with self._lock:
            self._delivered.append(part)

    def collect(self, most: int | None = None) -> list[Any]:
        """Take what was delivered since the last call, at most `most` parts, oldest first."""
        with self._lock:
            n = len(self._delivered) if most is None else min(most, len(self._delivered))
            return [self._delivered.popleft() for _ in range(n)]

    def cancel(self) -> None:
        """Ask the worker to stop at its next checkpoint."""
        self._cancelled = True
        self._running.set()

    def pause(self) -> None:
        """Hold the worker at its next checkpoint."""
        self._running.clear()

    def resume(self) -> None:
        """Let a held worker go on."""
        with self._lock:
            self._marks.clear()
            self._marks.append((time.monotonic(), self._done))
        self._running.set()

    @property
    def paused(self) -> bool:
        """True while held."""
        return not self._running.is_set()

    @property
    def cancelled(self) -> bool:
        """True once `cancel` was called."""
        return self._cancelled

    def state(self) -> ProgressState:
        """Look at the job as it is now."""
        with self._lock:
            return ProgressState(
                step=self._step,
                done=self._done,
                total=self._total,
                elapsed_s=time.monotonic() - self._started,
                left_s=self._left_s(),
                paused=self.paused,
                cancelled=self._cancelled,
            )

    def _left_s(self) -> float | None:
        if self._total is None or len(self._marks) < 2:
            return None
        (first_s, first_done), (last_s, last_done) = self._marks[0], self._marks[-1]
        if last_done == first_done:
            return None
        usual_s = (last_s - first_s) / (len(self._marks) - 1)
        # What is overdue counts, or a download that has stalled would seem as fast as ever.
        overdue_s = max(0.0, time.monotonic() - last_s - OVERDUE * usual_s)
        return (self._total - self._done) * (last_s - first_s + overdue_s) / (last_done - first_done)
