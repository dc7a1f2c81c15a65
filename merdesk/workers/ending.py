"""Seeing a spawned process off."""

import time
from multiprocessing.connection import wait
from typing import Any

TOLD_S = 1.0
"""An exit code that another thread is just collecting is known within microseconds."""


def see_off(process: Any, patience_s: float = 0.0) -> int | None:
    """Wait until a process has left, kill it after `patience_s`, and give back what it holds here.

    Each thread that starts a process collects the exit codes of all that have left. Whoever asks while it does so is
    told that the process still runs, and could not close it; hence the system is asked whether it has gone.

    Returns
    -------
    int or None
        Its exit code; None when it was collected outside of multiprocessing, which then cannot let go of the process.
    """
    if not wait([process.sentinel], patience_s):
        process.kill()
        wait([process.sentinel])
    give_up_s = time.monotonic() + TOLD_S
    while process.exitcode is None and time.monotonic() < give_up_s:
        time.sleep(0.001)
    process.join()
    code: int | None = process.exitcode
    if code is not None:
        process.close()
    return code
