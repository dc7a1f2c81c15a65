"""Keeping what C libraries write to the terminal from it: libmpg123 has a note for every damaged frame.

What is wrong with a file is told by us, by file and in a sentence.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2
_lock = threading.Lock()
_inside = 0
_aside = -1
"""The terminal's descriptor while somebody is inside."""


@contextmanager
def libraries_kept_quiet() -> Iterator[None]:
    """Send what is written to the descriptor of stderr nowhere, as long as somebody is inside.

    For worker processes while they decode: the whole process is quiet meanwhile. An exception that leaves the block is
    reported as ever.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _inside, _aside  # noqa: PLW0603  (a process has one stderr)
    with _lock:
        _inside += 1
        if _inside > 1:
            return
        try:
            _aside = os.dup(_STDERR)
        except OSError:  # there is none: a program without a terminal
            return
        if sys.stderr is not None:
            sys.stderr.flush()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _STDERR)
        os.close(nowhere)


def _leave() -> None:
    global _inside, _aside  # noqa: PLW0603  (as above)
    with _lock:
        _inside -= 1
        if _inside == 0 and _aside >= 0:
            os.dup2(_aside, _STDERR)
            os.close(_aside)
            _aside = -1
