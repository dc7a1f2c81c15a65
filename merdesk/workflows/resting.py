"""Without the garbage collector for a while."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_resting() -> Iterator[None]:
    """While many values are made that all stay: the collector looks through them again and again.

    That is two thirds of the time of reading millions of cells, and holds every other thread up, the window's too.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
