"""How much annotators agree: intraclass correlations and Krippendorff's alpha for interval data.

Ratings form a table of n clips by k raters with NaN where a rater did not rate. Every coefficient is a function of sums
over clips, so that its interval comes from resampled clusters like that of any metric.

References
----------
McGraw, K. O. & Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients. Psychological
Methods 1, 30-46.
Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray
from merdesk.evaluation.bootstrap import Interval, interval_of, resampled_sums

TOO_FEW = "at least two clips with two ratings each are needed"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of raters in one dimension; `n` of each interval counts the clips that it stands on.

    Attributes
    ----------
    icc_1_1
        One rating of one randomly drawn rater per clip, raters differing from clip to clip (one-way random).
    icc_a_1, icc_a_k
        One rating, or the mean of k, in absolute agreement when the same k raters rate all clips (two-way random).
        Only clips that all raters rated count.
    alpha
        Krippendorff's alpha, interval metric; missing ratings are no obstacle.
    """

    icc_1_1: Interval
    icc_a_1: Interval
    icc_a_k: Interval
    alpha: Interval
    n_raters: int


def agreement(
    ratings: npt.ArrayLike,
    clusters: npt.ArrayLike | None = None,
    *,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Agreement:
    """All coefficients of a table of ratings with 95 % intervals.

    Parameters
    ----------
    ratings
        Shape (n_clips, n_raters), any one scale, NaN where missing.
    clusters
        What is resampled, shape (n_clips,); clips by default.

    Examples
    --------
    Six clips by four raters (Shrout & Fleiss 1979, table 2):

    >>> found = agreement([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    >>> [round(i.value, 2) for i in (found.icc_1_1, found.icc_a_1, found.icc_a_k)]
    [0.17, 0.29, 0.62]
    """
    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"ratings must be a table of clips by raters, got shape {table.shape}")
    codes = (
        np.arange(len(table)) if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1]
    )
    table = table - (np.nanmean(table) if np.isfinite(table).any() else 0.0)
    twice = np.isfinite(table).sum(axis=1) >= 2
    rated = np.isfinite(table).all(axis=1) & twice

    def interval(
        kept: npt.NDArray[np.bool_], columns: FloatArray, of: Callable[[FloatArray], FloatArray]
    ) -> Interval:
        n, within = int(np.count_nonzero(kept)), np.unique(codes[kept], return_inverse=True)[1]
        n_clusters = int(within.max()) + 1 if n else 0
        draws = of(resampled_sums(columns, within, n_resamples=n_resamples, seed=seed))
        value = float(of(columns.sum(axis=0)[None])[0])
        return interval_of(
            value, draws, n=n, n_clusters=n_clusters, notes=[] if np.isfinite(value) else [TOO_FEW]
        )

    sparse, full = _sparse_columns(table[twice]), _full_columns(table[rated])
    return Agreement(
        interval(twice, sparse, _one_way),
        interval(rated, full, lambda sums: _two_way(sums)[0]),
        interval(rated, full, lambda sums: _two_way(sums)[1]),
        interval(twice, sparse, _alpha),
        int(np.count_nonzero(np.isfinite(table).any(axis=0))),
    )


def _sparse_columns(table: FloatArray) -> FloatArray:
    """Per clip: 1, ratings m, m^2, sum, sum of squares, sum^2 / m, and squared differences of pairs / (m - 1)."""
    m = np.isfinite(table).sum(axis=1).astype(np.float64)
    total, squares = np.nansum(table, axis=1), np.nansum(table**2, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack(
            [np.ones_like(m), m, m**2, total, squares, total**2 / m, 2 * (m * squares - total**2) / (m - 1)],
            axis=1,
        )


def _full_columns(table: FloatArray) -> FloatArray:
    """Per clip: 1, mean, mean^2, sum of squares, then each rater's rating."""
    mean = table.mean(axis=1) if table.shape[1] else np.zeros(len(table))
    return np.concatenate(
        [np.stack([np.ones(len(table)), mean, mean**2, (table**2).sum(axis=1)], axis=1), table], axis=1
    )


def _one_way(sums: FloatArray) -> FloatArray:
    """ICC(1,1) = (MSB - MSW) / (MSB + (k0 - 1) MSW), with k0 the mean number of raters, corrected for its spread."""
    n, ratings, ratings2, total, squares, between, _ = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        k0 = (ratings - ratings2 / ratings) / (n - 1)
        ms_between = (between - total**2 / ratings) / (n - 1)
        ms_within = (squares - between) / (ratings - n)
        return np.asarray(_quotient(ms_between - ms_within, ms_between + (k0 - 1) * ms_within))


def _two_way(sums: FloatArray) -> tuple[FloatArray, FloatArray]:
    """ICC(A,1) and ICC(A,k) from the mean squares of rows, columns (raters) and error."""
    n, mean, mean2, squares = sums[:, :4].T
    k = sums.shape[1] - 4
    with np.errstate(invalid="ignore", divide="ignore"):
        whole = n * k * (mean / n) ** 2
        rows = k * mean2 - whole
        columns = (sums[:, 4:] ** 2).sum(axis=1) / n - whole
        error = (squares - whole - rows - columns) / ((n - 1) * (k - 1))
        rows, columns = rows / (n - 1), columns / (k - 1)
        single = _quotient(rows - error, rows + (k - 1) * error + k * (columns - error) / n)
        return single, _quotient(rows - error, rows + (columns - error) / n)


def _alpha(sums: FloatArray) -> FloatArray:
    """Alpha = 1 - observed / expected disagreement, squared differences of pairable ratings."""
    _, ratings, _, total, squares, _, pairs = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = 2 * (ratings * squares - total**2) / (ratings * (ratings - 1))
        return np.asarray(1 - _quotient(pairs / ratings, expected))


def _quotient(above: FloatArray, below: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(np.abs(below) > 1e-15, above / below, np.nan))
