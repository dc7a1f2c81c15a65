"""Distances between two sets of clips, for many divisions of the clips into two sets at once.

A division puts whole clusters on side A, on side B, or leaves them out: two arrays of zeros and ones of shape
(m, n_clusters). What was observed is one division; a permutation deals clusters anew; random halves divide one dataset.
Each class holds what depends on the clips alone, and is called with divisions.
"""

import os
from typing import Protocol

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.evaluation.bootstrap import cluster_sums

N_BINS = 20
MEDIAN_ROWS = 500
"""Clips whose distances to all others give the median bandwidth."""
ROWS_AT_ONCE = 2_000_000
"""Weights of clips held in memory at a time (16 MB as float64)."""
UNUSED_BACKENDS = {f"POT_BACKEND_DISABLE_{name}": "1" for name in ("PYTORCH", "JAX", "CUPY", "TENSORFLOW")}


class Distance(Protocol):
    """A distance of two sides, for m divisions of clusters."""

    def __call__(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Distances [m] of sides a and b, each [m, n_clusters]."""


class Wasserstein:
    """Wasserstein-1 of one column of values [n]: how far mass must be moved, in units of the scale."""

    def __init__(self, values: FloatArray, codes: IntArray, *, dtype: type = np.float64) -> None:
        order = np.argsort(values, kind="stable")
        self._codes, self._sizes = codes[order], np.bincount(codes).astype(np.float64)
        self._steps: FloatArray = np.diff(values[order]).astype(dtype)
        self._dtype = dtype

    def __call__(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Distances [m]: the area between the two distribution functions."""
        rows = max(1, ROWS_AT_ONCE // max(1, len(self._codes)))
        parts = [
            self._area(a[start : start + rows], b[start : start + rows]) for start in range(0, len(a), rows)
        ]
        return np.concatenate(parts)

    def _area(self, a: FloatArray, b: FloatArray) -> FloatArray:
        with np.errstate(invalid="ignore", divide="ignore"):
            share = a / (a @ self._sizes)[:, None] - b / (b @ self._sizes)[:, None]
        between: FloatArray = np.cumsum(share.astype(self._dtype)[:, self._codes[:-1]], axis=1)
        return np.asarray(np.abs(between, out=between) @ self._steps, dtype=np.float64)


class SlicedWasserstein:
    """Mean Wasserstein-1 over random directions of features [n, d]."""

    def __init__(
        self, features: FloatArray, codes: IntArray, *, n_directions: int = 50, seed: int = 0
    ) -> None:
        directions = np.random.default_rng(seed).normal(size=(features.shape[1], n_directions))
        projected = features @ (directions / np.linalg.norm(directions, axis=0))
        # Single precision halves the time; 1e-4 of a distance is below what fifty directions can tell.
        self._slices = [Wasserstein(column, codes, dtype=np.float32) for column in projected.T]

    def __call__(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Distances [m]."""
        return np.asarray(np.mean([piece(a, b) for piece in self._slices], axis=0))


class JensenShannon:
    """Jensen-Shannon divergence in bits of one column on [-1, 1] in 20 bins: 0 for equal, 1 for disjoint.

    Bins are those of `numpy.histogram`. Mean ratings of ten people often lie on their edges: pass float64 values as
    they come from the published scale, for rounding them to float32 moves such clips by a bin.
    """

    def __init__(self, values: FloatArray, codes: IntArray, *, n_bins: int = N_BINS) -> None:
        edges = np.linspace(-1, 1, n_bins + 1)
        cell = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, n_bins - 1)
        self._counts = cluster_sums(np.eye(n_bins)[cell], codes)

    def __call__(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Divergences [m]."""
        with np.errstate(invalid="ignore", divide="ignore"):
            p, q = (
                counts / counts.sum(axis=1, keepdims=True) for counts in (a @ self._counts, b @ self._counts)
            )
        middle = (p + q) / 2
        return np.asarray((_relative(p, middle) + _relative(q, middle)) / 2)


def _relative(p: FloatArray, q: FloatArray) -> FloatArray:
    """Kullback-Leibler divergence in bits of rows of p from q; empty bins of p add nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        terms = np.where(p == 0, 0.0, p * np.log2(p / q))
    return np.asarray(terms.sum(axis=1))


class Energy:
    """Energy distance sqrt(2 E|x - y| - E|x - x'| - E|y - y'|) of points [n, d], Euclidean."""

    def __init__(self, points: FloatArray, codes: IntArray) -> None:
        self._sizes = np.bincount(codes).astype(np.float64)
        self._between = _summed(np.sqrt(_squared(points)), codes)

    def __call__(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Distances [m]."""
        n_a, n_b = a @ self._sizes, b @ self._sizes
        far_a, far_b = a @ self._between, b @ self._between
        with np.errstate(invalid="ignore", divide="ignore"):
            square = 2 * (far_a * b).sum(axis=1) / (n_a * n_b)
            square -= (far_a * a).sum(axis=1) / n_a**2 + (far_b * b).sum(axis=1) / n_b**2
        return np.asarray(np.sqrt(np.maximum(square, 0.0)))


class MeanDiscrepancy:
    """Squared maximum mean discrepancy of points [n, d], unbiased, Gaussian kernel of median bandwidth.

    Unbiased means around 0, and at times below it, for two samples of one distribution.

    References
    ----------
    Gretton, A. et al. (2012). A kernel two-sample test. J. Mach. Learn. Res. 13, 723-773.
    """

    def __init__(self, points: FloatArray, codes: IntArray) -> None:
        self._sizes = np.bincount(codes).astype(np.float64)
        squared = _squared(points)
        # Every eighth clip or so tells the median well enough; all pairs would take longer than the test.
        some = squared[:: max(1, len(points) // MEDIAN_ROWS)]
        middle = float(np.median(some[some > 0])) if np.any(some > 0) else 1.0
        kernel = np.exp(-squared / middle)
        self._kernel = _summed(kernel, codes)

    def __call__(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Discrepancies [m]."""
        n_a, n_b = a @ self._sizes, b @ self._sizes
        near_a, near_b = a @ self._kernel, b @ self._kernel
        with np.errstate(invalid="ignore", divide="ignore"):
            # A point's kernel with itself is 1: the diagonal adds as many as there are points.
            within_a = ((near_a * a).sum(axis=1) - n_a) / (n_a * (n_a - 1))
            within_b = ((near_b * b).sum(axis=1) - n_b) / (n_b * (n_b - 1))
            return np.asarray(within_a + within_b - 2 * (near_a * b).sum(axis=1) / (n_a * n_b))


class Transport:
    """Exact optimal transport of points [n, 2] of the plane: mean Euclidean way that mass must go."""

    def __init__(self, points: FloatArray, codes: IntArray) -> None:
        self._codes = codes
        self._ways = np.sqrt(_squared(points))

    def __call__(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Distances [m], one linear program each."""
        # POT would import PyTorch for its other backends: twice the time, and half a gigabyte of address space.
        os.environ |= UNUSED_BACKENDS
        from ot import emd2

        found = np.empty(len(a))
        for row in range(len(a)):
            rows, columns = (np.flatnonzero(side[row][self._codes] > 0) for side in (a, b))
            ways = np.ascontiguousarray(self._ways[np.ix_(rows, columns)])
            found[row] = emd2([], [], ways, numItermax=1_000_000)
        return found


class NeighbourMixing:
    """How well two sides mix: 1 - entropy in bits of the sides among each clip's ten nearest neighbours.

    0 when neighbours come from both sides as often as chance has it, 1 when every neighbourhood is of one side. Sides
    are weighted to count the same.
    """

    def __init__(self, points: FloatArray, codes: IntArray, *, k: int = 10) -> None:
        squared = _squared(points)
        np.fill_diagonal(squared, np.inf)
        self._nearest = np.argpartition(squared, min(k, len(points) - 1) - 1, axis=1)[:, :k]
        self._codes = codes

    def __call__(self, a: FloatArray, b: FloatArray) -> FloatArray:
        """Values [m] in 0..1; NaN where no clip has a neighbour on either side."""
        found = np.empty(len(a))
        for row in range(len(a)):
            on_a, on_b = a[row][self._codes], b[row][self._codes]
            near_a = on_a[self._nearest].sum(axis=1) / on_a.sum()
            near_b = on_b[self._nearest].sum(axis=1) / on_b.sum()
            used = ((on_a + on_b) > 0) & (near_a + near_b > 0)
            share = near_a[used] / (near_a[used] + near_b[used])
            weight = on_a[used] / on_a.sum() + on_b[used] / on_b.sum()
            # Few clips, or clips that are all alike: no neighbour of theirs may be on either side.
            found[row] = 1 - float(np.average(_entropy(share), weights=weight)) if used.any() else np.nan
        return found


def _entropy(share: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        terms = [np.where(p > 0, p * np.log2(p), 0.0) for p in (share, 1 - share)]
    return np.asarray(-(terms[0] + terms[1]))


def _squared(points: FloatArray) -> FloatArray:
    """Squared Euclidean distances [n, n], zero on the diagonal."""
    squares = (points**2).sum(axis=1)
    squared = np.maximum(squares[:, None] + squares - 2 * points @ points.T, 0.0)
    np.fill_diagonal(squared, 0.0)
    return np.asarray(squared)


def _summed(table: FloatArray, codes: IntArray) -> FloatArray:
    """Sums of a clip-by-clip table over clusters, shape (n_clusters, n_clusters)."""
    return cluster_sums(cluster_sums(table, codes).T, codes)
