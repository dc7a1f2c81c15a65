"""One low-dimensional basis for the features of several datasets: standardise, then principal components.

Fitted once per feature set on a pool in which every dataset has the same share, and used for all distances and probes:
in thousands of dimensions distances between clips all look alike.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, frozen

MOST_FITTED = 2000
"""Clips that the components are fitted on, all datasets together."""
FARTHEST = 10.0
"""Standardised values are cut here, as in training."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Mean and scale [d], components [d, k] and the share of variance that they keep."""

    mean: FloatArray
    scale: FloatArray
    components: FloatArray
    kept: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", frozen(self.mean, "f8"))
        object.__setattr__(self, "scale", frozen(self.scale, "f8"))
        object.__setattr__(self, "components", frozen(self.components, "f8", ndim=2))

    def project(self, features: npt.ArrayLike) -> FloatArray:
        """Features [n, d] in the basis, shape (n, k)."""
        table = (np.asarray(features, dtype=np.float64) - self.mean) / self.scale
        return np.asarray(np.clip(table, -FARTHEST, FARTHEST) @ self.components)


def joint_basis(
    features: npt.ArrayLike, datasets: npt.ArrayLike, *, n_components: int = 128, seed: int = 0
) -> Basis:
    """Principal components of features [n, d] over a pool in which each dataset [n] has the same number of clips.

    Small datasets limit that number; at most 2,000 clips are used. Deterministic, the sign of each component included.
    """
    table, codes = np.asarray(features), np.asarray(datasets)
    names, counts = np.unique(codes, return_counts=True)
    if not len(names):
        raise ValueError("no clips to fit a basis on")
    share = max(1, min(int(counts.min()), MOST_FITTED // len(names)))
    rng = np.random.default_rng(seed)
    rows = np.concatenate([rng.permutation(np.flatnonzero(codes == name))[:share] for name in names])
    pool = table[np.sort(rows)].astype(np.float64)
    mean, spread = pool.mean(axis=0), pool.std(axis=0)
    scale = np.where(spread > 1e-7 * np.maximum(np.abs(pool).max(axis=0), 1e-300), spread, np.inf)
    pool = np.clip((pool - mean) / scale, -FARTHEST, FARTHEST)
    values, components = _components(pool, n_components)
    total = float((pool**2).sum())
    signs = np.sign(components[np.abs(components).argmax(axis=0), np.arange(components.shape[1])])
    return Basis(mean, scale, components * signs, float(values.sum() / total) if total else 0.0)


def _components(pool: FloatArray, n_components: int) -> tuple[FloatArray, FloatArray]:
    """Largest eigenvalues and right singular vectors through the smaller of the two Gram matrices."""
    n, d = pool.shape
    values, vectors = np.linalg.eigh(pool @ pool.T if n <= d else pool.T @ pool)
    kept = np.flatnonzero(values > max(values[-1], 0.0) * max(n, d) * 1e-15)[::-1][:n_components]
    values, vectors = values[kept], vectors[:, kept]
    return values, pool.T @ vectors / np.sqrt(values) if n <= d else vectors
