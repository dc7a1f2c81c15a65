"""What runs in a process: make the task once, then answer units until nobody asks any more."""

import os
import queue
import signal
import threading
import time
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

from merdesk.errors import Failure, attempt
from merdesk.workers.task import Done, Ready, Step, Task, TaskSpec

NOTHING = -1
"""Number of the current unit while there is none."""
NICENESS = 5
"""Work in the background gives way to the window and the player."""
SEND_S = 0.05
"""Answers to short units go together, but none waits longer than this, however long the next unit takes."""


def serve(connection: Connection, spec: TaskSpec, current: Any) -> None:
    """Answer what comes from a connection until it closes; the target of a process.

    `current` is a number in shared memory: whoever looks at it after a crash knows which unit was in hand, and no
    message had to be sent for it.
    """
    _leave_ctrl_c_to_the_parent()
    _leave_with_parent()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    task = attempt(lambda: spec.make(lambda step: connection.send(Step(step))))
    if isinstance(task, Failure):
        connection.send(Ready(task))
        return
    connection.send(Ready())
    incoming: queue.SimpleQueue[tuple[int, Any] | None] = queue.SimpleQueue()
    # Read beside the work, so that the pipe never fills up while both ends write.
    threading.Thread(target=_receive, args=(connection, incoming), name="receive", daemon=True).start()
    _answer(connection, incoming, task, current)


def _receive(connection: Connection, incoming: "queue.SimpleQueue[tuple[int, Any] | None]") -> None:
    while True:
        try:
            units = connection.recv()
        except (EOFError, OSError):
            incoming.put(None)
            return
        for unit in units:
            incoming.put(unit)


class _Answers:
    """Answers on their way out: those of short units go together, none waits longer than `SEND_S`.

    A thread of its own sends what is pending, because the next unit may take minutes.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._pending: list[tuple[int, Any]] = []
        self._waiting = threading.Event()
        threading.Thread(target=self._send_late, name="answers", daemon=True).start()

    def add(self, number: int, answer: Any, *, more: bool) -> bool:
        """Take an answer; sent at once unless there is `more` to do. False when whoever asked has gone."""
        with self._lock:
            self._pending.append((number, answer))
        if more:
            self._waiting.set()
            return True
        return self.send()

    def send(self) -> bool:
        """Send what is pending; False when whoever asked has gone."""
        with self._lock:
            pending, self._pending = self._pending, []
            try:
                if pending:
                    self._connection.send(Done.of(pending))
            except OSError:
                return False
            return True

    def _send_late(self) -> None:
        while self._waiting.wait():
            self._waiting.clear()
            time.sleep(SEND_S)
            if not self.send():
                return


def _answer(
    connection: Connection,
    incoming: "queue.SimpleQueue[tuple[int, Any] | None]",
    task: Task,
    current: Any,
) -> None:
    answers = _Answers(connection)
    while (taken := incoming.get()) is not None:
        number, unit = taken
        current.value = number
        answer = attempt(lambda: task(unit))  # noqa: B023  (called at once)
        current.value = NOTHING
        if not answers.add(number, answer, more=not incoming.empty()):
            return


def _leave_ctrl_c_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # held back while Python started; see `process.quiet_start`
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _leave_with_parent() -> None:
    """End this process when its parent ends, however that dies: an orphan would compute for nobody."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
