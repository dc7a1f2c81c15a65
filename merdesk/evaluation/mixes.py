"""What a score would be if the test set had another mix of genres: clips reweighted, never invented.

How much of a difference between two test sets is their mix? A genre that is rare here and common there gets large
weights on few clips; the effective sample size says how few, and under thirty nothing is shown.

References
----------
Kish, L. (1965). Survey Sampling. Wiley, sec. 11.7: effective sample size (sum w)^2 / sum w^2.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray
from merdesk.evaluation.bootstrap import Interval, interval_of, resampled_sums
from merdesk.evaluation.moments import MOMENT_METRICS, moment_columns, scores_of

LEAST_EFFECTIVE = 30.0


@dataclass(frozen=True, slots=True)
class Mixed:
    """Scores of one dimension under another genre mix.

    Attributes
    ----------
    scores
        By metric name; values NaN, with a note, under an effective sample of 30 clips.
    n_effective
        Clips that the weighted sample is worth.
    left_out
        Share of the wanted mix that lies in genres without a clip here; the rest is scaled up to one.
    """

    scores: dict[str, Interval]
    n_effective: float
    left_out: float


def mix_weights(genres: npt.ArrayLike, wanted: npt.ArrayLike) -> FloatArray:
    """Weights [n], mean 1, that give clips of genre codes [n] the shares `wanted` [n_genres]; 0 for negative codes.

    Examples
    --------
    >>> mix_weights([0, 0, 0, 1], [0.5, 0.5]).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    """
    codes, shares = np.asarray(genres), np.asarray(wanted, dtype=np.float64)
    known = codes >= 0
    counts = np.bincount(codes[known], minlength=len(shares)).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.where(counts > 0, shares / counts, 0.0)
    weights = np.where(known, each[np.maximum(codes, 0)], 0.0)
    total = float(weights.sum())
    return np.asarray(weights * len(codes) / total) if total > 0 else np.zeros(len(codes))


def under_mix(
    y: npt.ArrayLike,
    p: npt.ArrayLike,
    genres: npt.ArrayLike,
    wanted: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Mixed:
    """Metrics of one dimension with the genre mix `wanted`, with cluster-bootstrap intervals.

    Parameters
    ----------
    y, p, clusters
        Shape (n,), without NaN.
    genres
        Genre codes, shape (n,); negative for none.
    wanted
        Share (or count) of each genre in the other mix, shape (n_genres,).
    """
    truth, prediction = np.asarray(y, dtype=np.float64), np.asarray(p, dtype=np.float64)
    shares = np.asarray(wanted, dtype=np.float64)
    shares = shares / shares.sum()
    weights = mix_weights(genres, shares)
    present = np.isin(np.arange(len(shares)), np.asarray(genres))
    squares = float((weights**2).sum())
    n_effective = float(weights.sum()) ** 2 / squares if squares else 0.0
    columns = moment_columns(truth, prediction) * weights[:, None]
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    draws = scores_of(resampled_sums(columns, codes, n_resamples=n_resamples, seed=seed))
    value = scores_of(columns.sum(axis=0))
    enough = n_effective >= LEAST_EFFECTIVE
    n_clusters = len(np.unique(codes[weights > 0]))
    scores = {
        name: interval_of(
            float(value[name]) if enough else float("nan"),
            draws[name],
            n=int(np.count_nonzero(weights)),
            n_clusters=n_clusters,
            notes=() if enough else [f"worth {n_effective:.0f} clips only, under {LEAST_EFFECTIVE:.0f}"],
        )
        for name in MOMENT_METRICS
    }
    return Mixed(scores, n_effective, float(shares[~present].sum()))
