"""Where a group of clips lies in the plane, and how wide, whatever a few far ones do."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray

LEAST = 12
"""Clips below which a spread in two dimensions says nothing."""
CUT = 7.378
"""Squared distance beyond which a clip is not counted: 97.5 % of a normal distribution lie within."""
CONSISTENT = 1.104
"""What the covariance of the kept clips of a normal distribution must be multiplied by: 0.975 / 0.883."""
HALF = 1.386
"""Squared distance within which half of a normal distribution lies: the median of chi square with 2 degrees."""
ROUNDS = 20
MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True)
class Ellipse:
    """A robust centre (valence, arousal), and the half axes [2, 2], as rows, of the ellipse that holds half of the clips."""

    centre: FloatArray
    axes: FloatArray
    n: int

    def outline(self, n_corners: int = 72) -> FloatArray:
        """Corners [n_corners, 2] along the ellipse."""
        angle = np.linspace(0, 2 * np.pi, n_corners, endpoint=False)
        return np.asarray(self.centre + np.stack([np.cos(angle), np.sin(angle)], axis=1) @ self.axes)


def robust_ellipse(places: npt.ArrayLike) -> Ellipse | None:
    """The ellipse of a group's places [n, 2]; None for fewer than 12 or where all lie on a line.

    Begins at the medians and counts only clips within the 97.5 % distance, until the same clips are counted twice:
    a reweighted estimate after Rousseeuw and van Zomeren (1990), JASA 85, from medians instead of the minimum volume.

    Examples
    --------
    >>> group = np.random.default_rng(0).normal((0.2, -0.1), 0.2, (400, 2))
    >>> robust_ellipse(np.vstack([group, np.full((20, 2), 0.9)])).centre.round(1).tolist()
    [0.2, -0.1]
    """
    xy = np.asarray(places, np.float64)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if len(xy) < LEAST:
        return None
    centre = np.median(xy, axis=0)
    spread = MAD_TO_SD * np.median(np.abs(xy - centre), axis=0)
    covariance = np.diag(np.where(spread > 0, spread, xy.std(axis=0)) ** 2)
    kept = np.zeros(len(xy), bool)
    for _ in range(ROUNDS):
        if np.linalg.matrix_rank(covariance, tol=1e-12) < 2:
            return None
        offset = xy - centre
        before, kept = kept, np.einsum("ni,ij,nj->n", offset, np.linalg.inv(covariance), offset) <= CUT
        if kept.sum() < LEAST // 2 or np.array_equal(before, kept):
            break
        centre = xy[kept].mean(axis=0)
        covariance = CONSISTENT * np.cov(xy[kept].T, bias=True)
    lengths, directions = np.linalg.eigh(covariance)
    return Ellipse(centre, (directions * np.sqrt(np.maximum(lengths, 0) * HALF)).T, len(xy))
