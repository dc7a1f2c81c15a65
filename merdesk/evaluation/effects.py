"""Genre and dataset effects on a column of values, each adjusted for the other, where they can be told apart.

A linear model without interaction, value = mean + genre + dataset; errors are robust to clusters (CR1). Partial omega
squared is the share of variance that one factor explains beyond the other, corrected for its degrees of freedom.
Call `confounding` first: where it says "not separable", this refuses.

References
----------
Cameron, A. C. & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. J. Human Resources 50,
317-372. Olejnik, S. & Algina, J. (2003). Generalized eta and omega squared statistics. Psychological Methods 8, 434-447.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.errors import ModelError
from merdesk.evaluation.confounding import confounding


@dataclass(frozen=True, slots=True)
class Effect:
    """A level's effect against the mean of the factor's levels, its cluster-robust standard error, and clips."""

    level: str
    value: float
    error: float
    n: int


@dataclass(frozen=True, slots=True)
class TwoWay:
    """Effects of both factors and the partial omega squared of each (may be slightly below 0 by chance)."""

    genres: tuple[Effect, ...]
    datasets: tuple[Effect, ...]
    genre_omega2: float
    dataset_omega2: float
    n_clusters: int


def two_way(
    values: npt.ArrayLike,
    genres: npt.ArrayLike,
    datasets: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    genre_names: Sequence[str],
    dataset_names: Sequence[str],
) -> TwoWay:
    """Adjusted effects on values [n] (annotations, residuals); negative genre or dataset codes are left out.

    Raises
    ------
    ModelError
        When genre and dataset cannot be separated; the sentence says why.
    """
    grid = confounding(genres, datasets, genre_names, dataset_names)
    if not grid.separable:
        raise ModelError(grid.verdict)
    y, g, d = np.asarray(values, dtype=np.float64), np.asarray(genres), np.asarray(datasets)
    known = (g >= 0) & (d >= 0) & np.isfinite(y)
    y, codes = y[known], np.unique(np.asarray(clusters)[known], return_inverse=True)[1]
    genre_levels, g = np.unique(g[known], return_inverse=True)
    dataset_levels, d = np.unique(d[known], return_inverse=True)
    both = _Model(y, [g, d], codes)
    genre_omega2 = both.omega2(_Model(y, [d], codes))
    dataset_omega2 = both.omega2(_Model(y, [g], codes))
    genre_effects = both.effects(0, [genre_names[level] for level in genre_levels], g)
    dataset_effects = both.effects(1, [dataset_names[level] for level in dataset_levels], d)
    return TwoWay(genre_effects, dataset_effects, genre_omega2, dataset_omega2, int(codes.max()) + 1)


class _Model:
    """Least squares on sum-coded factors: each level's effect is against the unweighted mean of its factor."""

    def __init__(self, y: FloatArray, factors: Sequence[IntArray], codes: IntArray) -> None:
        parts = [np.ones((len(y), 1))]
        self._spans: list[tuple[int, int]] = []
        start = 1
        for factor in factors:
            n_levels = int(factor.max()) + 1
            coded = np.eye(n_levels)[factor]
            parts.append(coded[:, :-1] - coded[:, -1:])
            self._spans.append((start, start + n_levels - 1))
            start += n_levels - 1
        design = np.concatenate(parts, axis=1)
        inverse = np.linalg.pinv(design.T @ design)
        self._beta = inverse @ (design.T @ y)
        residual = y - design @ self._beta
        self.squares = float(residual @ residual)
        self.rank = design.shape[1]
        self.n = len(y)
        n_clusters = int(codes.max()) + 1
        scores = np.stack(
            [np.bincount(codes, column, minlength=n_clusters) for column in (design * residual[:, None]).T],
            axis=1,
        )
        small = n_clusters / max(1, n_clusters - 1) * (self.n - 1) / max(1, self.n - self.rank)
        self._covariance = small * inverse @ (scores.T @ scores) @ inverse

    def omega2(self, smaller: "_Model") -> float:
        """Partial omega squared of what this model has beyond the smaller one."""
        extra = self.rank - smaller.rank
        error = self.squares / (self.n - self.rank)
        above = smaller.squares - self.squares - extra * error
        below = above + self.n * error
        return float(above / below) if below > 0 else float("nan")

    def effects(self, factor: int, names: Sequence[str], codes: IntArray) -> tuple[Effect, ...]:
        """Every level's effect; the last one is minus the sum of the others."""
        start, stop = self._spans[factor]
        contrasts = np.concatenate([np.eye(stop - start), -np.ones((1, stop - start))])
        values = contrasts @ self._beta[start:stop]
        covariance = contrasts @ self._covariance[start:stop, start:stop] @ contrasts.T
        errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        counts = np.bincount(codes)
        return tuple(
            Effect(name, float(value), float(error), int(n))
            for name, value, error, n in zip(names, values, errors, counts, strict=True)
        )
