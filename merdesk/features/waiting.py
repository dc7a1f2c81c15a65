"""Units that wait for a process: those that somebody looks at now come before the others."""

from collections.abc import Iterable, Iterator, Sequence

from merdesk.features.units import Unit


class Waiting:
    """Units of one run, given out one by one; `prefer` may be called meanwhile, from another thread."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._n = len(units)
        self._units = {unit.clip_id: unit for unit in units}
        self._rest = iter([unit.clip_id for unit in units])
        self._preferred: Iterator[int] = iter(())

    def __len__(self) -> int:
        """How many units there were at the beginning."""
        return self._n

    def __iter__(self) -> Iterator[Unit]:
        while self._units:
            clip_id = self._first_of(self._preferred)
            if clip_id is None:
                clip_id = self._first_of(self._rest)
            if clip_id is not None:
                yield self._units.pop(clip_id)

    def prefer(self, clip_ids: Iterable[int]) -> None:
        """Give these clips out next, in their order."""
        self._preferred = iter(tuple(clip_ids))

    def _first_of(self, clip_ids: Iterator[int]) -> int | None:
        return next((clip_id for clip_id in clip_ids if clip_id in self._units), None)
