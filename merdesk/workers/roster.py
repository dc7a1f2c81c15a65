"""The units of one run, and what happened to them so far."""

import logging
from collections.abc import Iterable, Sized
from dataclasses import dataclass
from typing import Any

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a unit: an answer (a `Failure` where the task raised), or why it was set aside."""

    unit: Any
    answer: Any = None
    set_aside: str = ""


class Roster:
    """The units of one run: which are still to come, in flight, or to be tried again."""

    def __init__(self, units: Iterable[Any]) -> None:
        self.total = len(units) if isinstance(units, Sized) else None
        self.barren_deaths = 0
        self._coming = enumerate(units)
        self._exhausted = False
        self._again: list[int] = []
        self._in_hand: dict[int, Any] = {}
        self._kills: dict[int, int] = {}

    @property
    def open(self) -> bool:
        """False once every unit has its outcome."""
        return bool(self._in_hand) or not self._exhausted

    def take(self) -> tuple[int, Any] | None:
        """Number and unit of what is to be done next; None when nothing is left to give out."""
        if self._again:
            number = self._again.pop(0)
            return number, self._in_hand[number]
        taken = next(self._coming, None)
        if taken is None:
            self._exhausted = True
            return None
        self._in_hand[taken[0]] = taken[1]
        return taken

    def give_back(self, numbers: Iterable[int]) -> None:
        """Put units back that were given out and not answered."""
        self._again += numbers

    def finish(self, number: int, answer: Any) -> Outcome:
        """Close a unit that was answered."""
        self.barren_deaths = 0
        return Outcome(self._in_hand.pop(number), answer)

    def killed(self, number: int | None, cause: str) -> Outcome | None:
        """A process died over a unit, or over none: the first time it is tried again, then set aside."""
        self.barren_deaths += 1
        LOG.warning("a worker process died: %s", cause)
        if number is None:
            return None
        self._kills[number] = self._kills.get(number, 0) + 1
        if self._kills[number] == 1:
            # At once: of many bad units in a row each is set aside before the next kills.
            self._again.insert(0, number)
            return None
        return self._set_aside(number, f"two processes died over it ({cause})")

    def timed_out(self, number: int, timeout_s: float) -> Outcome:
        """Set a unit aside that takes too long."""
        return self._set_aside(number, f"it took longer than {timeout_s:g} s")

    def _set_aside(self, number: int, why: str) -> Outcome:
        self.barren_deaths = 0
        LOG.warning("unit %d is set aside: %s", number, why)
        return Outcome(self._in_hand.pop(number), set_aside=why)
