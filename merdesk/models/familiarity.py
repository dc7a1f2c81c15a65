"""How unlike the training clips a clip is, as a percentile; no statement about how wrong its prediction is.

The distance hardly predicts the error (rho .04 to .07 on EmoMusic and DEAM), so it is worded "unlike the training
clips", never "unreliable".
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray, frozen
from merdesk.models.fusion import Standardiser

ROWS_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Familiarity:
    """Standardised training clips, and their own distances to the nearest clip of another group, ascending."""

    standardiser: Standardiser
    training: FloatArray
    distances: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "training", frozen(self.training, "f4", ndim=2))
        object.__setattr__(self, "distances", frozen(self.distances, "f8"))

    @classmethod
    def fit(cls, features: npt.ArrayLike, groups: npt.ArrayLike, standardiser: Standardiser) -> "Familiarity":
        """Learn from training features [n, d] and groups [n]; distances within a group do not count."""
        training = standardiser.transform(features).astype(np.float32)
        codes = np.unique(np.asarray(groups), return_inverse=True)[1]
        nearest = _nearest(training, training, codes, codes)
        return cls(standardiser, training, np.sort(nearest[np.isfinite(nearest)]))

    def percentile(self, features: npt.ArrayLike) -> FloatArray:
        """Share of training clips (in percent, 0..100) that lie nearer to the rest than each clip [n] does.

        NaN when training had a single group.
        """
        table = self.standardiser.transform(features).astype(np.float32)
        if not len(self.distances):
            return np.full(len(table), np.nan)
        nearest = _nearest(table, self.training, None, None)
        return np.asarray(100 * np.searchsorted(self.distances, nearest) / len(self.distances))


def _nearest(
    table: FloatArray, training: FloatArray, groups: IntArray | None, training_groups: IntArray | None
) -> FloatArray:
    """Distance [n] of each row to its nearest training row, of another group when groups are given."""
    squares = (training**2).sum(axis=1)
    found = np.empty(len(table))
    for start in range(0, len(table), ROWS_AT_ONCE):
        part = table[start : start + ROWS_AT_ONCE]
        far = (part**2).sum(axis=1)[:, None] + squares - 2 * part @ training.T
        if groups is not None and training_groups is not None:
            far[groups[start : start + ROWS_AT_ONCE, None] == training_groups] = np.inf
        found[start : start + ROWS_AT_ONCE] = np.sqrt(np.maximum(far.min(axis=1), 0.0))
    return found
