"""How often predictions fall into the annotated quadrant of the valence-arousal plane."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.evaluation.bootstrap import Interval, interval_of, resampled_sums

QUADRANTS = (
    "negative valence, negative arousal",
    "positive valence, negative arousal",
    "negative valence, positive arousal",
    "positive valence, positive arousal",
)


def quadrants(affect: npt.ArrayLike) -> IntArray:
    """Quadrant 0..3 of affect [n, 2], in the order of `QUADRANTS`; zero counts as positive.

    Examples
    --------
    >>> quadrants([[-0.2, -0.5], [0.2, -0.5], [-0.2, 0.5], [0.2, 0.5]]).tolist()
    [0, 1, 2, 3]
    """
    affect = np.asarray(affect, dtype=np.float64)
    return np.asarray((affect[:, 0] >= 0) + 2 * (affect[:, 1] >= 0), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class QuadrantScores:
    """Accuracy over clips, and the mean of the accuracies within annotated quadrants (`balanced`).

    `n_left_out` counts clips within one standard error of an axis: their quadrant is not known.
    """

    accuracy: Interval
    balanced: Interval
    n_left_out: int


def quadrant_scores(
    affect: npt.ArrayLike,
    prediction: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    standard_error: npt.ArrayLike | None = None,
    n_resamples: int = 2000,
    seed: int = 0,
) -> QuadrantScores:
    """Quadrant accuracies with cluster-bootstrap intervals.

    Parameters
    ----------
    affect, prediction
        Valence and arousal, shape (n, 2), zero at the middle of the plane; rows with NaN are left out uncounted.
    clusters
        What is resampled as a whole, shape (n,).
    standard_error
        Standard errors of the annotated means, shape (n, 2); clips nearer to an axis than this are left out. NaN
        and None stand for "unknown" and leave nothing out.
    """
    y, p = np.asarray(affect, dtype=np.float64), np.asarray(prediction, dtype=np.float64)
    known = np.isfinite(y).all(axis=1) & np.isfinite(p).all(axis=1)
    near = np.zeros(len(y), dtype=bool)
    if standard_error is not None:
        near = np.any(np.abs(y) < np.nan_to_num(np.asarray(standard_error, dtype=np.float64)), axis=1)
    kept = known & ~near
    _, codes = np.unique(np.asarray(clusters)[kept], return_inverse=True)
    truth = quadrants(y[kept])
    hit = truth == quadrants(p[kept])
    # Columns 0..3 count clips of each annotated quadrant, 4..7 those of them that were hit.
    cells = np.concatenate([np.eye(4)[truth], np.eye(4)[truth] * hit[:, None]], axis=1)
    total = _accuracies(cells.sum(axis=0)[None])
    resampled = _accuracies(resampled_sums(cells, codes, n_resamples=n_resamples, seed=seed))
    n_clusters = int(codes.max()) + 1 if len(codes) else 0
    accuracy, balanced = (
        interval_of(float(total[column, 0]), resampled[column], n=len(truth), n_clusters=n_clusters)
        for column in (0, 1)
    )
    return QuadrantScores(accuracy, balanced, int(np.count_nonzero(known & near)))


def _accuracies(cells: FloatArray) -> FloatArray:
    """Plain and balanced accuracy, shape (2, b), of counts [b, 8]; quadrants without a clip do not count."""
    clips, hits = cells[:, :4], cells[:, 4:]
    present = clips > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        plain = hits.sum(axis=1) / clips.sum(axis=1)
        within = np.where(present, hits / clips, 0.0)
        return np.stack([plain, within.sum(axis=1) / present.sum(axis=1)])
