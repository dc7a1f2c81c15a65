"""Genre and dataset effects on a column of values, each adjusted for the other, where they can be told apart.

A linear model without interaction, value = mean + genre + dataset; errors are robust to clusters (CR1). Partial omega
squared is the share of variance that one factor explains beyond the other, corrected for its degrees of freedom; it
stands beside its null, in which one factor is dealt anew to whole clusters within the levels of the other. Genres that
occur in one dataset only, and datasets of one genre, say nothing about the other factor and are left out; where
`confounding` says "not separable", this refuses.

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
from merdesk.evaluation.explained import Explained, against_null
from merdesk.evaluation.metrics import varies
from merdesk.evaluation.permutation import GroupDeal
from merdesk.evaluation.significance import LEAST_CLUSTERS

N_PERMUTATIONS = 199


@dataclass(frozen=True, slots=True)
class Effect:
    """A level's effect against the mean of the factor's levels, with its 95 % interval, and clips.

    `error` is the cluster-robust standard error; limits by Student's t with one degree of freedom less than clusters.
    """

    level: str
    value: float
    error: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class TwoWay:
    """Effects of both factors and what each explains beyond the other (partial omega squared; below 0 by chance alone)."""

    genres: tuple[Effect, ...]
    datasets: tuple[Effect, ...]
    genre: Explained
    dataset: Explained


def two_way(
    values: npt.ArrayLike,
    genres: npt.ArrayLike,
    datasets: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    genre_names: Sequence[str],
    dataset_names: Sequence[str],
    n_permutations: int = N_PERMUTATIONS,
    seed: int = 0,
) -> TwoWay:
    """Adjusted effects on values [n] (annotations, residuals); negative genre or dataset codes are left out.

    Raises
    ------
    ModelError
        When genre and dataset cannot be separated, values do not vary, or there are under ten clusters; says which.
    """
    grid = confounding(genres, datasets, genre_names, dataset_names)
    if not grid.separable:
        raise ModelError(grid.verdict)
    meets = grid.counts > 0
    y, g, d = np.asarray(values, dtype=np.float64), np.asarray(genres), np.asarray(datasets)
    known = np.isin(g, np.flatnonzero(meets.sum(axis=1) > 1)) & np.isin(
        d, np.flatnonzero(meets.sum(axis=0) > 1)
    )
    known &= np.isfinite(y)
    y, codes = y[known], np.unique(np.asarray(clusters)[known], return_inverse=True)[1]
    if len(np.unique(codes)) < LEAST_CLUSTERS:
        raise ModelError(
            f"{len(np.unique(codes))} groups (artists, pieces or recordings) are too few to adjust genre for dataset: "
            f"{LEAST_CLUSTERS} are needed."
        )
    if not varies(y):
        raise ModelError("the annotations do not vary, so nothing explains them.")
    genre_levels, g = np.unique(g[known], return_inverse=True)
    dataset_levels, d = np.unique(d[known], return_inverse=True)
    both = _Model(y, [g, d], codes)
    deals = {"n_permutations": n_permutations, "seed": seed}
    return TwoWay(
        both.effects(0, [genre_names[level] for level in genre_levels], g),
        both.effects(1, [dataset_names[level] for level in dataset_levels], d),
        _explained(y, g, d, codes, **deals),
        _explained(y, d, g, codes, **deals),
    )


def _explained(
    y: FloatArray, mine: IntArray, other: IntArray, codes: IntArray, *, n_permutations: int, seed: int
) -> Explained:
    """Partial omega squared of one factor beyond the other, and of it dealt anew to whole clusters within the other."""
    smaller = _Squares(y, [other])
    deal, rng = GroupDeal(mine, codes, other), np.random.default_rng(seed)
    null = np.array(
        [
            _Squares(y, [deal.shuffled(rng)[deal.unit_of], other]).omega2(smaller)
            for _ in range(n_permutations)
        ]
    )
    value = _Squares(y, [mine, other]).omega2(smaller)
    return against_null(value, null, n=len(y), n_groups=int(codes.max()) + 1)


def _design(factors: Sequence[IntArray]) -> FloatArray:
    """A column of ones, then each factor sum-coded: effects are against the unweighted mean of its levels."""
    parts = [np.ones((len(factors[0]), 1))]
    for factor in factors:
        coded = np.eye(int(factor.max()) + 1)[factor]
        parts.append(coded[:, :-1] - coded[:, -1:])
    return np.concatenate(parts, axis=1)


class _Squares:
    """What least squares on these factors leaves, and how many columns it took."""

    def __init__(self, y: FloatArray, factors: Sequence[IntArray]) -> None:
        design = _design(factors)
        moments = design.T @ y
        self.squares = float(y @ y - moments @ np.linalg.pinv(design.T @ design) @ moments)
        self.rank, self.n = design.shape[1], len(y)

    def omega2(self, smaller: "_Squares") -> float:
        """Partial omega squared of what this model has beyond the smaller one."""
        extra = self.rank - smaller.rank
        error = self.squares / (self.n - self.rank)
        above = smaller.squares - self.squares - extra * error
        below = above + self.n * error
        return float(above / below) if below > 0 else float("nan")


class _Model:
    """Least squares on sum-coded factors with cluster-robust errors."""

    def __init__(self, y: FloatArray, factors: Sequence[IntArray], codes: IntArray) -> None:
        design = _design(factors)
        sizes = [int(factor.max()) for factor in factors]
        starts = [1 + sum(sizes[:place]) for place in range(len(sizes))]
        self._spans = [(start, start + size) for start, size in zip(starts, sizes, strict=True)]
        inverse = np.linalg.pinv(design.T @ design)
        self._beta = inverse @ (design.T @ y)
        residual = y - design @ self._beta
        n, rank = design.shape
        n_clusters = int(codes.max()) + 1
        scores = np.stack(
            [np.bincount(codes, column, minlength=n_clusters) for column in (design * residual[:, None]).T],
            axis=1,
        )
        small = n_clusters / (n_clusters - 1) * (n - 1) / max(1, n - rank)
        self._covariance = small * inverse @ (scores.T @ scores) @ inverse
        self._n_clusters = n_clusters

    def effects(self, factor: int, names: Sequence[str], codes: IntArray) -> tuple[Effect, ...]:
        """Every level's effect; the last one is minus the sum of the others."""
        start, stop = self._spans[factor]
        contrasts = np.concatenate([np.eye(stop - start), -np.ones((1, stop - start))])
        values = contrasts @ self._beta[start:stop]
        covariance = contrasts @ self._covariance[start:stop, start:stop] @ contrasts.T
        errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        from scipy.stats import t

        wide = float(t.ppf(0.975, self._n_clusters - 1))
        return tuple(
            Effect(
                name,
                float(value),
                float(error),
                float(value - wide * error),
                float(value + wide * error),
                int(n),
            )
            for name, value, error, n in zip(names, values, errors, np.bincount(codes), strict=True)
        )
