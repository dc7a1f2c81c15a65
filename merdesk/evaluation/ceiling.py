"""How high R2 can be when annotations themselves are means of a few people who disagree."""

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray
from merdesk.evaluation.bootstrap import Interval, interval_of, resampled_sums

UNKNOWN = "unknown: no spread or number of annotators was published"


def noise_ceiling(
    mean: npt.ArrayLike,
    std: npt.ArrayLike,
    n_raters: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    ddof: int,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """Ceiling of R2 for predictions that know each clip's true mean, one dimension.

    ceiling = 1 - mean(se^2) / var(mean), with se^2 = std^2 / (n_raters - 1 + ddof), which is ICC(1, k) in expectation

    Parameters
    ----------
    mean, std
        Published mean and standard deviation of each clip's ratings, shape (n,), on any one scale.
    n_raters
        Raters of each clip, shape (n,) or one number.
    clusters
        What is resampled for the interval, shape (n,).
    ddof
        Divisor n - ddof that the published std was computed with. It matters and must be stated: EmoMusic's ceilings
        are .831 / .847 for ddof 1 and .812 / .830 for ddof 0.

    Returns
    -------
    Interval
        Value NaN, and a note, where no clip has a spread and at least two raters. Warn about a model only above
        `high`: the ceiling is an estimate too.

    Raises
    ------
    ValueError
        When ddof is neither 0 nor 1.

    References
    ----------
    Shrout, P. E. & Fleiss, J. L. (1979). Intraclass correlations. Psychological Bulletin 86, 420-428.
    """
    if ddof not in {0, 1}:
        raise ValueError(f"ddof must be 0 or 1, not {ddof}")
    m, s = np.asarray(mean, dtype=np.float64), np.asarray(std, dtype=np.float64)
    raters = np.broadcast_to(np.asarray(n_raters, dtype=np.float64), m.shape)
    known = np.isfinite(m) & np.isfinite(s) & (raters >= 2)
    n = int(np.count_nonzero(known))
    if n < 3:
        return Interval(float("nan"), float("nan"), float("nan"), n, 0, UNKNOWN)
    m, s, raters = m[known] - m[known].mean(), s[known], raters[known]
    _, codes = np.unique(np.asarray(clusters)[known], return_inverse=True)
    columns = np.stack([np.ones(n), m, m**2, s**2 / (raters - 1 + ddof)], axis=1)
    draws = _ceilings(resampled_sums(columns, codes, n_resamples=n_resamples, seed=seed))
    value = _ceilings(columns.sum(axis=0)[None])[0]
    return interval_of(float(value), draws, n=n, n_clusters=int(codes.max()) + 1)


def _ceilings(sums: FloatArray) -> FloatArray:
    """Ceilings of the sums of 1, mean, mean^2 and se^2, shape (b, 4); NaN where means do not vary."""
    n, total, squares, errors = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (squares - total**2 / n) / (n - 1)
        return np.asarray(1 - (errors / n) / np.where(variance > 0, variance, np.nan))
