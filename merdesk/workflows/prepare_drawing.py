"""Bring in the compiled loops that draw a million clips; until they are there numpy draws, at a third of the pace."""

from merdesk.domain.changes import Changes
from merdesk.exploration import compiled
from merdesk.progress import Progress

WORTH_IT = 50_000
"""Clips up to which numpy alone draws a frame in 10 ms."""


class PrepareDrawing:
    """Import and compile: half a second from numba's cache, several seconds the very first time."""

    title = "Prepare drawing of many clips"

    def run(self, progress: Progress) -> None:
        """Do it; nothing is delivered."""
        progress.begin("Compiling, once on this machine")
        compiled.load()

    def commit(self, part: object) -> Changes:  # noqa: ARG002  (nothing is delivered)
        """Nothing to write."""
        return Changes()

    def finish(self, result: object) -> Changes:  # noqa: ARG002  (there is none)
        """Nothing to write."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing to clean up."""
        return Changes()


def is_needed(n_clips: int) -> bool:
    """True while many clips are drawn without the compiled loops."""
    return n_clips > WORTH_IT and compiled.kernels() is None
