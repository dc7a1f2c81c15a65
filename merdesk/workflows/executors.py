"""How many processes extract, and how long one clip may take: that depends on the features."""

from collections.abc import Sequence

from merdesk.features.executor import TIMEOUT_S, LocalExecutor
from merdesk.workflows.features import NEEDS_WEIGHTS

PATIENCE_S = 3600.0
"""A clip takes Jukebox minutes on two cores, and longer on older ones."""


def executor_for(names: Sequence[str], n_workers: int = 0) -> LocalExecutor:
    """An executor for these features; 0 workers let it choose.

    Jukebox gets one process: it keeps every core busy, and a second one would need its gigabytes once more.
    """
    if NEEDS_WEIGHTS in names:
        return LocalExecutor(tuple(names), n_workers or 1, timeout_s=PATIENCE_S)
    return LocalExecutor(tuple(names), n_workers or None, timeout_s=TIMEOUT_S)
