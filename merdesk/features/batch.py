"""The units of one extraction run, and what happened to them so far."""

import os
from collections.abc import Iterable, Sized

from merdesk.features.units import Unit, UnitResult


class Batch:
    """The units of one run: which are still to come, in flight, or to be tried again."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.total = len(units) if isinstance(units, Sized) else None
        self.barren_deaths = 0
        self._coming = enumerate(units)
        self._exhausted = False
        self._again: list[int] = []
        self._in_hand: dict[int, Unit] = {}
        self._kills: dict[int, int] = {}

    @property
    def open(self) -> bool:
        """False once every unit has its result."""
        return bool(self._in_hand) or not self._exhausted

    def take(self) -> tuple[int, Unit] | None:
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

    def give_back(self, *numbers: int) -> None:
        """Put units back that were given out but not begun."""
        self._again += numbers

    def finish(self, number: int, result: UnitResult) -> UnitResult:
        """Close a unit."""
        self.barren_deaths = 0
        del self._in_hand[number]
        return result

    def killed(self, number: int | None, cause: str) -> UnitResult | None:
        """A process died over a unit, or over none: the first time it is tried again, then set aside."""
        self.barren_deaths += 1
        if number is None:
            return None
        self._kills[number] = self._kills.get(number, 0) + 1
        if self._kills[number] == 1:
            self._again.append(number)
            return None
        return self._set_aside(number, f"two processes died over it ({cause})")

    def timed_out(self, number: int, timeout_s: float) -> UnitResult:
        """Set a unit aside that takes too long."""
        return self._set_aside(number, f"it took longer than {timeout_s:g} s")

    def _set_aside(self, number: int, why: str) -> UnitResult:
        unit = self._in_hand[number]
        name = os.fsdecode(unit.path).encode("utf-8", "replace").decode("utf-8")
        problem = f"{name} was set aside because {why}; play it to see whether the file is damaged."
        return self.finish(number, UnitResult(unit, unit.digest, problem=problem))
