"""Bring a model onto one's own scale: offset and gain from some clips that one rated oneself."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, frozen
from merdesk.errors import ModelError

LEAST_RATED = 20
"""With fewer ratings the fitted gain is mostly noise."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Offset and gain [2] of valence and arousal, from `n` ratings."""

    offset: FloatArray
    gain: FloatArray
    n: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "offset", frozen(self.offset, "f8"))
        object.__setattr__(self, "gain", frozen(self.gain, "f8"))

    def apply(self, prediction: npt.ArrayLike) -> FloatArray:
        """Calibrated predictions [n, 2]."""
        return np.asarray(np.asarray(prediction, dtype=np.float64) * self.gain + self.offset)


def calibrate(prediction: npt.ArrayLike, rated: npt.ArrayLike) -> Calibration:
    """Fit rated = offset + gain x prediction, valence and arousal apart, by least squares.

    Parameters
    ----------
    prediction, rated
        Shape (n, 2) on [-1, 1]; rows with NaN are left out.

    Raises
    ------
    ModelError
        With fewer than 20 rated clips.
    """
    p, y = np.asarray(prediction, dtype=np.float64), np.asarray(rated, dtype=np.float64)
    known = np.isfinite(p).all(axis=1) & np.isfinite(y).all(axis=1)
    p, y = p[known], y[known]
    if len(y) < LEAST_RATED:
        raise ModelError(
            f"You rated {len(y)} clips that the model predicts; rate {LEAST_RATED} to calibrate to them."
        )
    centred = p - p.mean(axis=0)
    square = (centred**2).sum(axis=0)
    # Constant predictions have no gain to fit: only the offset moves.
    gain = np.where(square > 1e-12, (centred * y).sum(axis=0) / np.where(square > 1e-12, square, 1), 0.0)
    return Calibration(y.mean(axis=0) - gain * p.mean(axis=0), gain, len(y))
