"""Bring a model onto one's own scale: offset and gain from some clips that one rated oneself."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, frozen
from merdesk.errors import ModelError
from merdesk.models.state import ModelState, Storable, nested

LEAST_RATED = 20
"""With fewer ratings the fitted gain is mostly noise."""
LEAST_TO_JUDGE = 3


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
    return _fitted(p, y)


def held_out(prediction: npt.ArrayLike, rated: npt.ArrayLike, groups: npt.ArrayLike) -> FloatArray:
    """Calibrated predictions [n, 2] in which no clip's group [n] had a part in its own calibration.

    NaN where the rest leaves fewer than three clips.
    """
    p, y = np.asarray(prediction, dtype=np.float64), np.asarray(rated, dtype=np.float64)
    codes, said = np.asarray(groups), np.full(np.shape(prediction), np.nan)
    for code in np.unique(codes):
        rest = codes != code
        if np.count_nonzero(rest) >= LEAST_TO_JUDGE:
            said[~rest] = _fitted(p[rest], y[rest]).apply(p[~rest])
    return said


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A model with somebody's offset and gain after it."""

    model: Storable
    calibration: Calibration

    @property
    def validated_by(self) -> str:
        """How the gain was found."""
        return f"calibrated to {self.calibration.n} ratings"

    def predict(self, features: FloatArray) -> FloatArray:
        """Valence and arousal [n, 2] of features [n, d], on the scale of who rated."""
        return self.calibration.apply(self.model.predict(features))

    def state(self) -> ModelState:
        """What a file must hold to give the same predictions."""
        arrays, values = nested("model", self.model.state())
        arrays |= {"offset": self.calibration.offset, "gain": self.calibration.gain}
        return ModelState("calibrated", arrays, values | {"n": self.calibration.n})


def calibration_of(state: ModelState) -> Calibration:
    """Offset and gain of a calibrated model's state; ModelError when they do not hold together."""
    n = state.values.get("n")
    if not isinstance(n, int) or isinstance(n, bool) or n < LEAST_RATED:
        raise ModelError("The model file does not say on how many ratings its calibration rests.")
    return Calibration(state.finite("offset", 2), state.finite("gain", 2), n)


def _fitted(p: FloatArray, y: FloatArray) -> Calibration:
    centred = p - p.mean(axis=0)
    square = (centred**2).sum(axis=0)
    # Constant predictions have no gain to fit: only the offset moves.
    gain = np.where(square > 1e-12, (centred * y).sum(axis=0) / np.where(square > 1e-12, square, 1), 0.0)
    return Calibration(y.mean(axis=0) - gain * p.mean(axis=0), gain, len(y))
