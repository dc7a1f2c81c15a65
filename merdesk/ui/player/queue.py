"""The queue as a value: clips in the order in which they are played, shuffled or as given."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True, slots=True)
class Queue:
    """Clips one after another; `given` is the order before shuffling, None while it is not shuffled.

    Places count among the clips that come after the current one; of a clip that is not in the queue all come after.
    """

    ids: tuple[int, ...] = ()
    given: tuple[int, ...] | None = None

    @classmethod
    def of(cls, clip_ids: Iterable[int]) -> "Queue":
        """A queue in this order; a clip comes once."""
        return cls(tuple(dict.fromkeys(int(clip_id) for clip_id in clip_ids)))

    def _split(self, current: int | None) -> int:
        return 0 if current is None or current not in self.ids else self.ids.index(current) + 1

    def after(self, current: int | None) -> tuple[int, ...]:
        """What comes next, in order."""
        return self.ids[self._split(current) :]

    def before(self, current: int | None) -> tuple[int, ...]:
        """What was played before, the last first."""
        return self.ids[: max(self._split(current) - 1, 0)][::-1]

    def moved(self, current: int | None, from_place: int, to_place: int) -> "Queue":
        """The clip at one place goes to another one; an order made by hand is the order, shuffled or not."""
        split = self._split(current)
        coming = list(self.ids[split:])
        coming.insert(to_place, coming.pop(from_place))
        return Queue((*self.ids[:split], *coming))

    def without(self, current: int | None, places: Collection[int]) -> "Queue":
        """The clips at these places are left out."""
        split = self._split(current)
        kept = [clip_id for place, clip_id in enumerate(self.ids[split:]) if place not in places]
        ids = (*self.ids[:split], *kept)
        if self.given is None:
            return Queue(ids)
        left = set(ids)
        return Queue(ids, tuple(clip_id for clip_id in self.given if clip_id in left))

    def shuffled(self, current: int | None, *, seed: int | None = None) -> "Queue":
        """What is not the current clip in any order, after it; nothing that was heard before is lost."""
        if self.given is not None:
            return self
        rest = np.array([clip_id for clip_id in self.ids if clip_id != current], dtype=np.int64)
        mixed = tuple(np.random.default_rng(seed).permutation(rest).tolist())
        first = (current,) if current is not None and current in self.ids else ()
        return Queue((*first, *mixed), self.ids)

    def in_order(self) -> "Queue":
        """As it was given."""
        return self if self.given is None else replace(self, ids=self.given, given=None)
