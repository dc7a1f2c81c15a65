"""Extraction on a cluster: the same units in, the same results out, as from the processes of one machine."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from merdesk.cluster.address import ClusterAddress
from merdesk.cluster.connection import connected
from merdesk.cluster.crew import Crew
from merdesk.cluster.jobs import Order
from merdesk.cluster.shift import Shift
from merdesk.features.executor import STEP_EXTRACT, TIMEOUT_S, result_of
from merdesk.features.key import FeatureSet
from merdesk.features.units import Unit, UnitResult
from merdesk.progress import Progress

STEP_CONNECT = "Connecting to {}"


class DaskExecutor:
    """Runs units on the workers of a Dask cluster, from `connect` to `close`.

    Parameters
    ----------
    extractor_names
        Names, or `module:factory` for extractors that live elsewhere.
    address
        Which cluster.
    timeout_s
        A file that takes longer is set aside and its process ended.
    loudness
        Measure the loudness of each clip as well.
    tell
        Called with sentences about the workers: versions, who came late, who has left.
    """

    def __init__(
        self,
        extractor_names: Sequence[str],
        address: ClusterAddress,
        *,
        timeout_s: float = TIMEOUT_S,
        loudness: bool = True,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.address = address
        self._order = Order(uuid.uuid4().hex, tuple(extractor_names), timeout_s, loudness)
        self._tell = tell
        self._stack = ExitStack()
        self._client: Any = None
        self._crew: Crew | None = None

    def connect(self, progress: Progress) -> Mapping[str, FeatureSet]:
        """Connect, compare versions, and answer with the sets that the workers compute, by extractor.

        These are the sets to keep results under: a card computes in another precision than this machine might, and
        only the workers need weights.

        Raises
        ------
        FeatureError
            When there is no scheduler or no worker, or merdesk or an extractor differs somewhere.
        Cancelled
            At the first checkpoint after a cancel.
        """
        if self._crew is None:
            progress.begin(STEP_CONNECT.format(self.address))
            self._client = self._stack.enter_context(connected(self.address))
            crew = Crew(self._client, self._order.extractors, self._tell)
            crew.gather(progress, str(self.address))
            self._crew = crew
        return self._crew.sets

    def run(self, units: Iterable[Unit], progress: Progress) -> Iterator[UnitResult]:
        """Extract; results come as they are ready, in no set order.

        Units are taken one by one when a worker has room, so a generator may decide late what comes next. When the
        iteration is left early, by cancel, error or `close` of the generator, the workers stop with this run.

        Raises
        ------
        FeatureError
            When the scheduler or all workers are lost, or workers keep dying.
        Cancelled
            At the first checkpoint after a cancel.
        """
        self.connect(progress)
        assert self._crew is not None
        progress.begin(STEP_EXTRACT, len(units) if isinstance(units, Sized) else None)
        shift = Shift(self._client, self._crew, self._order, units)
        try:
            while shift.open:
                shift.feed()
                for outcome in shift.listen():
                    yield result_of(outcome)
                    progress.advance()
                progress.checkpoint()
        finally:
            shift.end()

    def close(self) -> None:
        """Leave the cluster: extraction processes of this run end, and with them a cluster on this machine."""
        if self._crew is not None:
            self._crew.say_goodbye(self._order.run)
            self._crew = None
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
