"""Whether the compiled loops are there yet; until then numpy does the same work."""

import sys
from types import ModuleType

KERNELS = "merdesk.exploration.kernels"
READY = "warm"


def load() -> None:
    """Import numba and compile the loops, the first time in some seconds, then from its cache; for any thread."""
    from merdesk.exploration import kernels

    kernels.warm_up()
    setattr(kernels, READY, True)


def kernels() -> ModuleType | None:
    """The compiled loops, None until `load` has come to its end."""
    module = sys.modules.get(KERNELS)
    return module if module is not None and getattr(module, READY, False) else None
