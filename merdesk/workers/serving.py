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
"""Answers to short units go together, but none waits longer than this while others are worked on."""


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


def _answer(
    connection: Connection,
    incoming: "queue.SimpleQueue[tuple[int, Any] | None]",
    task: Task,
    current: Any,
) -> None:
    answers: list[tuple[int, Any]] = []
    sent = time.monotonic()
    while (taken := incoming.get()) is not None:
        number, unit = taken
        current.value = number
        answers.append((number, attempt(lambda: task(unit))))  # noqa: B023  (called at once)
        current.value = NOTHING
        if incoming.empty() or time.monotonic() - sent > SEND_S:
            try:
                connection.send(Done.of(answers))
            except OSError:  # whoever asked has gone
                return
            answers, sent = [], time.monotonic()


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
