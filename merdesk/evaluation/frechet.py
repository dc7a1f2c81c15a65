"""Frechet distance between Gaussians fitted to two sides of features.

    d = |m_a - m_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^(1/2))

Covariances need many more clips than columns: only so many leading components are used that each side has ten clips for
each. With 128 components and 300 clips a side two samples of one distribution look far apart.

References
----------
Kilgour, K. et al. (2019). Frechet audio distance. Interspeech 2019, 2350-2354.
"""

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.evaluation.bootstrap import cluster_sums

MOST_COMPONENTS = 32
CLIPS_A_COMPONENT = 10
AT_ONCE = 64
"""Divisions whose covariances are held in memory at a time."""


class Frechet:
    """Squared distance (as it is usually given) of points [n, d] whose columns are ordered by what they explain.

    Parameters
    ----------
    smaller
        Clips of the smaller side, which limits how many columns are used.
    """

    def __init__(self, points: FloatArray, codes: IntArray, *, smaller: int) -> None:
        k = min(points.shape[1], MOST_COMPONENTS, smaller // CLIPS_A_COMPONENT)
        self.n_components = k
        used = points[:, :k] - points[:, :k].mean(axis=0)
        squares = (used[:, :, None] * used[:, None, :]).reshape(len(used), k * k)
        self._sums = cluster_sums(np.concatenate([np.ones((len(used), 1)), used, squares], axis=1), codes)

    def __call__(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Distances [m]; NaN when there are too few clips for a single column."""
        if not self.n_components:
            return np.full(len(a), np.nan)
        parts = [
            self._between(a[start : start + AT_ONCE], b[start : start + AT_ONCE])
            for start in range(0, len(a), AT_ONCE)
        ]
        return np.concatenate(parts)

    def _between(self, a: FloatArray, b: FloatArray) -> FloatArray:
        (mean_a, spread_a), (mean_b, spread_b) = self._gaussians(a), self._gaussians(b)
        values, vectors = np.linalg.eigh(spread_a)
        root = (vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]) @ np.swapaxes(vectors, 1, 2)
        shared = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ spread_b @ root), 0.0)).sum(axis=1)
        traces = np.trace(spread_a + spread_b, axis1=1, axis2=2)
        return np.asarray(((mean_a - mean_b) ** 2).sum(axis=1) + traces - 2 * shared)

    def _gaussians(self, side: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Means [m, k] and covariances [m, k, k] of each division's side."""
        k = self.n_components
        sums = side @ self._sums
        moments = sums[:, 1:] / sums[:, :1]
        mean = moments[:, :k]
        return mean, moments[:, k:].reshape(-1, k, k) - mean[:, :, None] * mean[:, None, :]
