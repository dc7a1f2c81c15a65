"""What siblings need of one another, so that none imports the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray, frozen

HALF_MAX = 65504.0
"""Largest finite value of half precision."""


@dataclass(frozen=True, slots=True)
class FeatureArrays:
    """Features of one clip: pooled [d] and frames [t, d_frames] at `frame_rate_hz`, float32 or float16."""

    pooled: FloatArray
    frames: FloatArray
    frame_rate_hz: float = 2.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "pooled", frozen(self.pooled, _precision(self.pooled)))
        object.__setattr__(self, "frames", frozen(self.frames, _precision(self.frames), ndim=2))

    def halved(self) -> "FeatureArrays":
        """The same in half precision: half the room, three digits; as it is where a value is too large for that."""
        largest = max(np.abs(part).max(initial=0.0) for part in (self.pooled, self.frames))
        if not largest <= HALF_MAX:
            return self
        return FeatureArrays(self.pooled.astype("f2"), self.frames.astype("f2"), self.frame_rate_hz)


def _precision(values: Any) -> str:
    return "f2" if getattr(values, "dtype", None) == np.float16 else "f4"


class FeatureExtractor(Protocol):
    """Turns samples into features; the same name, version and settings always give the same numbers."""

    @property
    def name(self) -> str:
        """Name by which people ask for it: `chroma`."""

    @property
    def version(self) -> int:
        """Raised whenever the numbers change."""

    @property
    def settings(self) -> Mapping[str, str | int | float]:
        """Everything else that the numbers depend on; part of the store's key."""

    @property
    def sample_rate_hz(self) -> int:
        """Rate at which samples are wanted."""

    @property
    def dimension_names(self) -> tuple[str, ...]:
        """One readable name for each value of the pooled vector."""

    def extract(self, y: FloatArray) -> FeatureArrays:
        """Features of mono samples y [n], float32 at `sample_rate_hz`."""


class FittedRegressor(Protocol):
    """A regressor that knows its weights."""

    def predict(self, features: FloatArray) -> FloatArray:
        """Valence and arousal [n, 2] of features [n, d]."""


class Regressor(Protocol):
    """Learns valence and arousal from features."""

    @property
    def name(self) -> str:
        """Name by which people ask for it: `ridge`."""

    def fit(
        self, features: FloatArray, affect: FloatArray, groups: IntArray, *, datasets: IntArray | None = None
    ) -> FittedRegressor:
        """Fit on features [n, d], affect [n, 2] on [-1, 1] and group codes [n] that inner folds keep together.

        With dataset codes [n] of two or more datasets, every dataset counts the same and what has to be chosen is
        chosen by leaving out one dataset at a time.
        """
