"""What a check found: a sentence, the numbers behind it, the clips it concerns and how to repair it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from merdesk.domain.arrays import FloatArray, IntArray, frozen

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""Worst first: numbers are wrong; numbers may mislead; worth knowing."""
RepairKind = Literal["exchange", "rescale", "rescale spread", "mark as rank", "leave out"]


@dataclass(frozen=True, slots=True)
class Scatter:
    """A small plot that lets the eye decide: points [n] with codes [n] into the names of groups."""

    title: str
    x_label: str
    y_label: str
    x: FloatArray
    y: FloatArray
    group: IntArray
    group_names: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "x", frozen(self.x, "f8"))
        object.__setattr__(self, "y", frozen(self.y, "f8"))
        object.__setattr__(self, "group", frozen(self.group, "i8"))
        if not len(self.x) == len(self.y) == len(self.group):
            raise ValueError(f"{len(self.x)} x, {len(self.y)} y and {len(self.group)} groups do not fit")


@dataclass(frozen=True, slots=True)
class Repair:
    """A change that a person may consent to; `affected` are the source ids that it touches.

    `parameters` are numbers that the kind needs ("rescale": factor and offset of each dimension). `preselected` tells
    that the evidence leaves no doubt.
    """

    kind: RepairKind
    sentence: str
    affected: tuple[str, ...]
    parameters: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    preselected: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect of one dataset.

    `evidence` names every number that the sentence rests on; `affected` are source ids in natural order.
    """

    check: str
    severity: Severity
    dataset: str
    what: str
    evidence: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    affected: tuple[str, ...] = ()
    plots: tuple[Scatter, ...] = ()
    repair: Repair | None = None
    details: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "evidence", MappingProxyType(dict(self.evidence)))

    @property
    def id(self) -> str:
        """Name under which a repair is asked for; the same data always give the same name.

        Examples
        --------
        >>> Finding("exchanged", "error", "DEAM", "...", affected=("2", "3")).id
        'DEAM/exchanged/2..3'
        """
        span = f"/{self.affected[0]}..{self.affected[-1]}" if self.affected else ""
        return f"{self.dataset}/{self.check}{span}"
