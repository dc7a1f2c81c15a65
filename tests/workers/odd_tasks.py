"""Tasks for tests of the pool, made by `odd_tasks:name` inside the worker processes."""

import os
import signal
import time
from pathlib import Path

from merdesk.errors import AudioError


def answering(*, tell):
    """Does what a unit says: a number is doubled, a word is an accident."""

    def answer(unit):
        if unit == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if unit == "hang":
            time.sleep(600)
        if unit == "raise":
            raise ZeroDivisionError("a defect")
        if unit == "refuse":
            raise AudioError("This cannot be heard.")
        if unit == "who":
            return os.getpid()
        if unit == "interrupt":
            os.kill(os.getpid(), signal.SIGINT)
            return "still here"
        return 2 * unit

    return answer


def dying_once(mark, *, tell):
    """Dies over its third unit, before its answers to the first two were sent, unless the mark is there."""

    def answer(unit):
        if unit == 3 and not Path(mark).exists():
            Path(mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return unit

    return answer


def slow_to_start(seconds, *, tell):
    """Names a step, and takes its time."""
    tell("Loading the weights")
    time.sleep(seconds)
    return answering(tell=tell)


def large(n_bytes, *, tell):
    """Answers with a heap of bytes."""
    return lambda unit: bytes(n_bytes)


def unwilling(*, tell):
    """Fails as a task does whose weights are missing."""
    raise AudioError("The weights are missing; download them first.")


def faulty(*, tell):
    """Has a defect."""
    raise ZeroDivisionError("a defect")


def deadly(*, tell):
    """Takes its process with it."""
    os.kill(os.getpid(), signal.SIGKILL)
