"""Genre and dataset in one grid: what can be told apart, and what cannot.

Where a genre occurs in one dataset only, or a dataset has one genre only (WTC and WCMED are Classical), the data cannot
say whether genre or dataset made a difference, and nothing is adjusted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray, frozen
from merdesk.evaluation.metrics import pearson_score


@dataclass(frozen=True, slots=True)
class Confounding:
    """Counts [n_genres, n_datasets], Cramer's V in 0..1 (NaN for a single row or column), and the verdict.

    `nested` names the genres and datasets whose effect cannot be told from the other's.
    """

    counts: IntArray
    cramers_v: float
    separable: bool
    nested: tuple[str, ...]
    verdict: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", frozen(self.counts, "i8", ndim=2))


def confounding(
    genres: npt.ArrayLike, datasets: npt.ArrayLike, genre_names: Sequence[str], dataset_names: Sequence[str]
) -> Confounding:
    """The grid of genre codes [n] by dataset codes [n]; negative codes are left out.

    Effects are separable when the genres and datasets that share clips hang together, leaving aside those that meet
    a single partner.
    """
    g, d = np.asarray(genres), np.asarray(datasets)
    known = (g >= 0) & (d >= 0)
    shape = (len(genre_names), len(dataset_names))
    counts = np.zeros(shape, dtype=np.int64)
    np.add.at(counts, (g[known], d[known]), 1)
    meets = counts > 0
    lone_genres = [name for name, row in zip(genre_names, meets, strict=True) if row.sum() == 1]
    lone_datasets = [name for name, column in zip(dataset_names, meets.T, strict=True) if column.sum() == 1]
    crossed = meets[np.ix_(meets.sum(axis=1) > 1, meets.sum(axis=0) > 1)]
    separable = bool(crossed.size) and min(crossed.shape) > 1 and _connected(crossed)
    nested = (*lone_genres, *lone_datasets)
    return Confounding(
        counts,
        cramers_v(counts),
        separable,
        nested,
        _verdict(lone_genres, lone_datasets, separable=separable),
    )


def _verdict(lone_genres: list[str], lone_datasets: list[str], *, separable: bool) -> str:
    said = []
    if lone_genres:
        said.append(f"{', '.join(lone_genres)}: in one dataset only")
    if lone_datasets:
        said.append(f"{', '.join(lone_datasets)}: one genre only")
    if not separable:
        return f"Genre and dataset are not separable here ({'; '.join(said) or 'no grid'}): no adjusted effect is given."
    if said:
        return f"Genre and dataset are separable except where nested ({'; '.join(said)}): those are not adjusted."
    return "Genre and dataset cross in every row and column: their effects can be told apart."


def _connected(meets: npt.NDArray[np.bool_]) -> bool:
    """Whether every row is reached from the first one through shared columns."""
    reached = np.zeros(len(meets), dtype=bool)
    reached[0] = True
    for _ in range(len(meets)):
        reached = meets[:, meets[reached].any(axis=0)].any(axis=1) | reached
    return bool(reached.all())


def cramers_v(counts: npt.ArrayLike) -> float:
    """Cramer's V of a table of counts: 0 for independence, 1 when one side tells the other; empty lines do not count.

    Returns
    -------
    float
        NaN when fewer than two rows or columns have counts.

    Examples
    --------
    >>> cramers_v([[10, 0], [0, 10]])
    1.0
    """
    table = np.asarray(counts, dtype=np.float64)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) < 2:
        return float("nan")
    n = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    chi2 = float(((table - expected) ** 2 / expected).sum())
    return float(np.sqrt(chi2 / (n * (min(table.shape) - 1))))


def eta_squared(values: npt.ArrayLike, codes: npt.ArrayLike) -> float:
    """Share of the variance of values [n] that lies between groups [n], in 0..1; NaN when values do not vary.

    Examples
    --------
    >>> eta_squared([0.0, 0.0, 1.0, 1.0], ["a", "a", "b", "b"])
    1.0
    """
    v = np.asarray(values, dtype=np.float64)
    total = float(((v - v.mean()) ** 2).sum()) if len(v) else 0.0
    return float(((_means(v, codes) - v.mean()) ** 2).sum() / total) if total > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class Simpson:
    """Pearson r pooled over all clips, between group means (weighted by clips), and within groups.

    `reversed` is True when the pooled r and the one within groups have opposite signs.
    """

    pooled: float
    between: float
    within: float

    @property
    def reversed(self) -> bool:
        """True when looking within groups turns the sign."""
        return bool(self.pooled * self.within < 0)


def simpson(y: npt.ArrayLike, p: npt.ArrayLike, codes: npt.ArrayLike) -> Simpson:
    """Whether a correlation of annotation and prediction [n] holds inside the groups [n] too."""
    truth, prediction = np.asarray(y, dtype=np.float64), np.asarray(p, dtype=np.float64)
    mean_y, mean_p = _means(truth, codes), _means(prediction, codes)
    return Simpson(
        pearson_score(truth, prediction),
        pearson_score(mean_y, mean_p),
        pearson_score(truth - mean_y, prediction - mean_p),
    )


def _means(values: FloatArray, codes: npt.ArrayLike) -> FloatArray:
    """Each clip's group mean, shape (n,)."""
    inverse = np.unique(np.asarray(codes), return_inverse=True)[1]
    return np.asarray((np.bincount(inverse, values) / np.bincount(inverse))[inverse])
