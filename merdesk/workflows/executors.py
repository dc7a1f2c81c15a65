"""Where features are extracted, by how many processes, and how long one clip may take: that depends on the features."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from merdesk.cluster.address import ClusterAddress
from merdesk.errors import FeatureError
from merdesk.features import needs_weights
from merdesk.features.executor import TIMEOUT_S, LocalExecutor
from merdesk.features.units import Unit, UnitResult
from merdesk.progress import Progress

if TYPE_CHECKING:
    from merdesk.cluster.dask_executor import DaskExecutor

PATIENCE_S = 3600.0
"""A clip takes Jukebox minutes on two cores, and longer on older ones."""


class Executor(Protocol):
    """Runs extractors over units, here or elsewhere."""

    def run(self, units: Iterable[Unit], progress: Progress) -> Iterator[UnitResult]:
        """One result for each unit, in no set order."""

    def close(self) -> None:
        """End what it has started."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A cluster to extract on; `tell` is called with sentences about its workers."""

    address: ClusterAddress
    tell: Callable[[str], None] = lambda _: None


def executor_for(names: Sequence[str], n_workers: int = 0) -> LocalExecutor:
    """An executor for these features; 0 workers let it choose.

    Jukebox gets one process: it keeps every core busy, and a second one would need its gigabytes once more.
    """
    if any(map(needs_weights, names)):
        return LocalExecutor(tuple(names), n_workers or 1, timeout_s=PATIENCE_S)
    return LocalExecutor(tuple(names), n_workers or None, timeout_s=TIMEOUT_S)


def cluster_executor_for(names: Sequence[str], elsewhere: Elsewhere) -> "DaskExecutor":
    """An executor for these features on a cluster, not yet connected.

    Raises
    ------
    FeatureError
        When Dask is not installed.
    """
    try:
        from merdesk.cluster.dask_executor import DaskExecutor
    except ImportError as error:
        raise FeatureError(
            f"A cluster needs Dask ({error}); install it with pip install 'merdesk[cluster]'."
        ) from error
    timeout_s = PATIENCE_S if any(map(needs_weights, names)) else TIMEOUT_S
    return DaskExecutor(tuple(names), elsewhere.address, timeout_s=timeout_s, tell=elsewhere.tell)
