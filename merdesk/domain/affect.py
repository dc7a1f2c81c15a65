"""Valence and arousal, and the scales on which people gave them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray

ScaleKind = Literal["interval", "rank"]


@dataclass(frozen=True, slots=True)
class Affect:
    """A point of the valence-arousal plane, on whatever scale the context says; NaN where unknown."""

    valence: float
    arousal: float


@dataclass(frozen=True, slots=True)
class AffectScale:
    """The scale that annotators used, valence and arousal apart.

    `kind` is "rank" where published values are ranks mapped onto a line (WCMED): their marginals are uniform, so
    R2 across datasets is punished by scale alone.

    Examples
    --------
    >>> AffectScale(1, 9, 1, 9).to_unit([[1.0, 9.0], [5.0, 3.0]]).tolist()
    [[-1.0, 1.0], [0.0, -0.5]]
    """

    valence_min: float
    valence_max: float
    arousal_min: float
    arousal_max: float
    kind: ScaleKind = "interval"

    def __post_init__(self) -> None:
        if not (self.valence_min < self.valence_max and self.arousal_min < self.arousal_max):
            raise ValueError(f"a scale's minimum must lie below its maximum: {self}")

    @property
    def _middle(self) -> FloatArray:
        return np.array([self.valence_min + self.valence_max, self.arousal_min + self.arousal_max]) / 2

    @property
    def _half_range(self) -> FloatArray:
        return np.array([self.valence_max - self.valence_min, self.arousal_max - self.arousal_min]) / 2

    def to_unit(self, native: npt.ArrayLike) -> FloatArray:
        """Native values [n, 2] on [-1, 1]; values outside the scale land outside."""
        return np.asarray((np.asarray(native, dtype=np.float64) - self._middle) / self._half_range)

    def to_native(self, unit: npt.ArrayLike) -> FloatArray:
        """Values [n, 2] of [-1, 1] on this scale; inverse of `to_unit`."""
        return np.asarray(np.asarray(unit, dtype=np.float64) * self._half_range + self._middle)

    def spread_to_unit(self, native: npt.ArrayLike) -> FloatArray:
        """Standard deviations [n, 2], which have no offset, in units of [-1, 1]."""
        return np.asarray(np.asarray(native, dtype=np.float64) / self._half_range)


UNIT_SCALE = AffectScale(-1, 1, -1, 1)
"""The scale that everything is shown and computed on."""
