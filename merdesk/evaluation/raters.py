"""Each rater beside the others: range used, leniency, drift, ratings that stand out; ways to one value; planning.

Ratings form a table of n clips by k raters in one dimension, NaN where a rater did not rate.

References
----------
Bonett, D. G. (2002). Sample size requirements for estimating intraclass correlations with desired precision.
Statistics in Medicine 21, 1331-1335.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.evaluation.metrics import ccc_score

STANDS_OUT = 2.5
"""Standard deviations of all distances from the others' mean."""
TRIMMED = 0.2
"""Share that a trimmed mean leaves out at each end."""
LEAST_CLIPS = 3
Pooling = Literal["mean", "median", "trimmed", "weighted"]


@dataclass(frozen=True, slots=True)
class Rater:
    """One rater beside the others, in one dimension; NaN where fewer than three clips are shared.

    Attributes
    ----------
    n
        Clips rated.
    spread
        Standard deviation of the ratings (ddof 1): how much of the scale is used.
    leniency
        Mean distance from the mean of the others on the same clips: above 0, this rater says more.
    with_others
        Pearson's r with the mean of the others.
    drift
        By how much the distance from the others grows over 100 ratings, from a straight line through the order given.
    """

    n: int
    spread: float
    leniency: float
    with_others: float
    drift: float


def of_raters(ratings: npt.ArrayLike, order: npt.ArrayLike) -> list[Rater]:
    """Every rater of a table (n_clips, n_raters); `order` [n_clips, n_raters] numbers each one's ratings from 0.

    Examples
    --------
    >>> one, two = of_raters([[0.0, 0.2], [0.5, 0.7], [1.0, 1.2]], [[0, 0], [1, 1], [2, 2]])
    >>> round(two.leniency, 2), round(two.with_others, 2), round(abs(two.drift), 2)
    (0.2, 1.0, 0.0)
    """
    table, places = np.asarray(ratings, dtype=np.float64), np.asarray(order, dtype=np.float64)
    distance = table - others_mean(table)
    found = []
    for rater in range(table.shape[1]):
        own = table[np.isfinite(table[:, rater]), rater]
        shared = np.isfinite(distance[:, rater])
        enough = np.count_nonzero(shared) >= LEAST_CLIPS
        gaps, values = distance[shared, rater], table[shared, rater]
        found.append(
            Rater(
                n=len(own),
                spread=float(own.std(ddof=1)) if len(own) > 1 else math.nan,
                leniency=float(gaps.mean()) if enough else math.nan,
                with_others=_correlation(values, values - gaps) if enough else math.nan,
                drift=100 * _slope(places[shared, rater], gaps) if enough else math.nan,
            )
        )
    return found


def others_mean(table: FloatArray) -> FloatArray:
    """For each rating the mean of what all others said about the clip; NaN where nobody did."""
    known = np.isfinite(table)
    n = known.sum(axis=1, keepdims=True) - known
    sums = np.nansum(table, axis=1, keepdims=True) - np.nan_to_num(table)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(n > 0, sums / n, np.nan))


def _correlation(a: FloatArray, b: FloatArray) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if a.std() > 0 and b.std() > 0 else math.nan


def _slope(x: FloatArray, y: FloatArray) -> float:
    centred = x - x.mean()
    below = float(centred @ centred)
    return float(centred @ y) / below if below > 0 else math.nan


def outlying(ratings: npt.ArrayLike) -> IntArray:
    """Row and rater [m, 2] of ratings that lie far from what others said, the farthest first: worth hearing again."""
    table = np.asarray(ratings, dtype=np.float64)
    distance = table - others_mean(table)
    if not np.isfinite(distance).any():
        return np.empty((0, 2), dtype=np.int64)
    size = np.abs(np.nan_to_num(distance)) / (np.nanstd(distance) or np.inf)
    found = np.argwhere(size > STANDS_OUT)
    return np.asarray(found[np.argsort(-size[tuple(found.T)], kind="stable")])


def pooled(ratings: npt.ArrayLike, how: Pooling) -> FloatArray:
    """One value for each clip [n] of a table (n_clips, n_raters); NaN where nobody rated.

    "trimmed" leaves a fifth out at each end, "weighted" gives each rater the square of the correlation with the
    others (0 below zero), so that who agrees with nobody counts little.

    Examples
    --------
    >>> pooled([[0.0, 0.2, 1.0]], "median").tolist(), pooled([[0.0, 0.2, np.nan]], "mean").tolist()
    ([0.2], [0.1])
    """
    table = np.asarray(ratings, dtype=np.float64)
    ways: Mapping[Pooling, Callable[[FloatArray], FloatArray]] = {
        "mean": lambda rows: rows.mean(axis=1),
        "median": lambda rows: np.median(rows, axis=1),
        "trimmed": _trimmed,
    }
    if how == "weighted":
        return _weighted(table)
    result = np.full(len(table), np.nan)
    n = np.isfinite(table).sum(axis=1)
    for count in np.unique(n[n > 0]):
        rows = n == count
        # NaN sorts last, so that the first columns are what was said.
        result[rows] = ways[how](np.sort(table[rows], axis=1)[:, :count])
    return result


def _trimmed(rows: FloatArray) -> FloatArray:
    out = int(rows.shape[1] * TRIMMED)
    return np.asarray(rows[:, out : rows.shape[1] - out].mean(axis=1))


def _weighted(table: FloatArray) -> FloatArray:
    raters = of_raters(table, np.zeros_like(table))
    weights = np.array([max(one.with_others, 0.0) ** 2 for one in raters])
    if not np.nan_to_num(weights).any():
        return pooled(table, "mean")
    counted = np.where(np.isfinite(table), np.nan_to_num(weights), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.nansum(counted * np.nan_to_num(table), axis=1) / counted.sum(axis=1))


def equal_share(pairs: Sequence[tuple[int, int]]) -> float:
    """Share of answers that are the same twice, 0 to 1; NaN where nothing was answered twice.

    Examples
    --------
    >>> equal_share([(1, 1), (0, 0), (1, -1), (0, 1)])
    0.5
    """
    return sum(one == other for one, other in pairs) / len(pairs) if pairs else math.nan


def cronbach_alpha(traces: npt.ArrayLike) -> float:
    """Cronbach's alpha of traces (n_raters, n_times) at common times; times that anybody lacks are left out.

    NaN for fewer than two raters or two times, and where nothing moves.

    Examples
    --------
    >>> round(cronbach_alpha([[1, 2, 3, 4], [1, 3, 3, 5]]), 3)
    0.96
    """
    table = np.asarray(traces, dtype=np.float64)
    table = table[:, np.isfinite(table).all(axis=0)]
    k = len(table)
    if k < 2 or table.shape[1] < 2:
        return math.nan
    whole = float(table.sum(axis=0).var(ddof=1))
    return k / (k - 1) * (1 - float(table.var(axis=1, ddof=1).sum()) / whole) if whole > 0 else math.nan


def pairwise_ccc(traces: npt.ArrayLike) -> float:
    """Mean concordance of every two traces (n_raters, n_times) at common times; NaN where no two can be compared."""
    table = np.asarray(traces, dtype=np.float64)
    values = []
    for one in range(len(table)):
        for other in range(one + 1, len(table)):
            both = np.isfinite(table[[one, other]]).all(axis=0)
            if np.count_nonzero(both) >= LEAST_CLIPS:
                values.append(ccc_score(table[one, both], table[other, both]))
    known = [value for value in values if math.isfinite(value)]
    return float(np.mean(known)) if known else math.nan


def clips_needed(icc: float, n_raters: int, half_width: float = 0.05, level: float = 0.95) -> int:
    """Clips for an interval of ICC(1,1) of +- `half_width`, when `n_raters` rate each (Bonett 2002, formula 3).

    Parameters
    ----------
    icc
        What is expected, in 0..1.
    n_raters
        At least 2.

    Examples
    --------
    >>> clips_needed(0.8, 3, half_width=0.1)
    36
    """
    if not 0 <= icc < 1 or n_raters < 2 or not 0 < half_width < 1:
        raise ValueError(f"no plan for an ICC of {icc}, {n_raters} raters, +-{half_width}")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    k, width = n_raters, 2 * half_width
    above = 8 * z**2 * (1 - icc) ** 2 * (1 + (k - 1) * icc) ** 2
    return math.ceil(above / (k * (k - 1) * width**2) + 1)
