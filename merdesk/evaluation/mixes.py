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

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.evaluation.bootstrap import Interval, interval_of, resampled_sums
from merdesk.evaluation.moments import MOMENT_METRICS, moment_columns, scores_of

LEAST_EFFECTIVE = 30.0
MOST_LEFT_OUT = 0.5
"""Share of a mix that may lie in genres without a clip here; beyond, what can be weighted is another mix."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """Scores of one dimension under another genre mix.

    Attributes
    ----------
    scores
        By metric name; values NaN, with a note, under an effective sample of 30 clips or where most of the mix is missing.
    changes
        By metric name: the score under the mix minus the score as it is, on the same resamples.
    n_effective
        Clips that the weighted sample is worth.
    left_out
        Share of the wanted mix that lies in genres without a clip here; the rest is scaled up to one.
    """

    scores: dict[str, Interval]
    changes: dict[str, Interval]
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


def effective(weights: npt.ArrayLike) -> float:
    """Clips that a weighted sample [n] is worth: 0 without any weight.

    Examples
    --------
    >>> effective([1, 1, 1, 1]), effective([2, 0, 0, 0])
    (4.0, 1.0)
    """
    w = np.asarray(weights, dtype=np.float64)
    squares = float((w**2).sum())
    return float(w.sum()) ** 2 / squares if squares else 0.0


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
    n_effective = effective(weights)
    moments = moment_columns(truth, prediction)
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    options = {"n_resamples": n_resamples, "seed": seed}
    # The same seed draws the same clusters: a change is paired.
    value, draws = _sampled(moments * weights[:, None], codes, **options)
    as_is, drawn = _sampled(moments, codes, **options)
    left_out = float(shares[~present].sum())
    notes = _notes(n_effective, left_out)
    counts = {"n": int(np.count_nonzero(weights)), "n_clusters": len(np.unique(codes[weights > 0]))}

    def interval(found: FloatArray, draws: FloatArray) -> Interval:
        return interval_of(float("nan") if notes else float(found), draws, notes=notes, **counts)

    return Mixed(
        {name: interval(value[name], draws[name]) for name in MOMENT_METRICS},
        {name: interval(value[name] - as_is[name], draws[name] - drawn[name]) for name in MOMENT_METRICS},
        n_effective,
        left_out,
    )


def _notes(n_effective: float, left_out: float) -> list[str]:
    """Why a weighted score is not shown; empty where it is."""
    notes = []
    if n_effective < LEAST_EFFECTIVE:
        notes.append(f"worth {n_effective:.0f} clips only, under {LEAST_EFFECTIVE:.0f}")
    if left_out > MOST_LEFT_OUT:
        notes.append(f"{left_out:.0%} of that mix lies in genres without a clip here")
    return notes


def _sampled(
    columns: FloatArray, codes: IntArray, *, n_resamples: int, seed: int
) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
    """Scores of the sample, and of its resamples."""
    sums = resampled_sums(columns, codes, n_resamples=n_resamples, seed=seed)
    return scores_of(columns.sum(axis=0)), scores_of(sums)
