"""Noticing that numba compiles, which takes up to a minute on first use and no time afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def on_compilation(tell: Callable[[], None]) -> Iterator[None]:
    """Call once when numba starts to compile something while the context lasts.

    Kernels that come out of numba's cache on disk pass no compiler, so nothing is told for them.
    """
    from numba.core import event

    class Teller(event.Listener):
        told = False

        def on_start(self, _event: Any) -> None:
            if not self.told:
                self.told = True
                tell()

        def on_end(self, _event: Any) -> None:
            pass

    with event.install_listener("numba:run_pass", Teller()):
        yield
