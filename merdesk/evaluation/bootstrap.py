"""Intervals by resampling whole clusters: pieces, recordings or artists, never single clips.

Clips of one piece resemble one another. Resampling clips pretends that they do not: on a design like WTC's (48 pieces
x 6 pianists) nominal 95 % intervals then cover 71 %, with clusters resampled 95 %.

A resample draws as many clusters as there are, with replacement; a cluster drawn twice counts twice. Every metric here
is a function of sums over clips, so a resample needs the sums per cluster once, and then only weights: a product of a
(resamples x clusters) matrix of draws with a (clusters x sums) matrix.

An interval covers the sampling of test clips only; it speaks about this trained model.

References
----------
Field, C. A. & Welsh, A. H. (2007). Bootstrapping clustered data. J. R. Statist. Soc. B 69, 369-390.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.evaluation import metrics
from merdesk.evaluation.moments import MOMENT_METRICS, moment_columns, scores_of

ALL_METRICS = (*MOMENT_METRICS, "spearman", "affine_r2", "ranking")
FEW_CLUSTERS = 20
"""Below this many clusters an interval is drawn in grey: percentile intervals are then too narrow."""
LEVEL = 0.95
MOST_RANKED = 5000
"""Ranking accuracy looks at every pair; with more clips than this it has a value, but no interval."""
WEIGHTS_AT_ONCE = 4_000_000
"""Weights held in memory at a time (32 MB as float64)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its 95 % interval; NaN limits where there is none, and `note` says why.

    `n` clips in `n_clusters` clusters stand behind it.
    """

    value: float
    low: float
    high: float
    n: int
    n_clusters: int
    note: str = ""

    @property
    def doubtful(self) -> bool:
        """True under 20 clusters: show the interval in grey."""
        return self.n_clusters < FEW_CLUSTERS

    @property
    def excludes_zero(self) -> bool:
        """True when both limits lie on one side of zero."""
        return bool(self.low > 0 or self.high < 0)


def cluster_bootstrap(
    y: npt.ArrayLike,
    p: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    n_resamples: int = 2000,
    seed: int = 0,
    names: Sequence[str] = ALL_METRICS,
) -> dict[str, Interval]:
    """Metrics of one dimension with 95 % percentile intervals from resampled clusters.

    Parameters
    ----------
    y, p
        Annotations and predictions, shape (n,); clips where either is NaN are left out, and each note counts them.
    clusters
        What each clip belongs to, shape (n,), any values that can be sorted.
    n_resamples
        Number of resamples.
    seed
        Same seed, same clusters: the same draws, whatever the predictions, so that models can be paired.
    names
        Which metrics; by default all of `ALL_METRICS`.

    Returns
    -------
    dict
        Metric name to `Interval`.

    Examples
    --------
    >>> y = np.linspace(-1, 1, 60)
    >>> found = cluster_bootstrap(y, 0.5 * y, np.arange(60) // 2)["pearson"]
    >>> round(found.value, 3), round(found.low, 3), found.n_clusters
    (1.0, 1.0, 30)
    """
    known = np.isfinite(np.asarray(y, dtype=np.float64)) & np.isfinite(np.asarray(p, dtype=np.float64))
    truth, prediction = metrics.paired(y, p)
    _, codes = np.unique(np.asarray(clusters)[known], return_inverse=True)
    n_clusters = int(codes.max()) + 1 if len(codes) else 0
    draws = _draws(truth, prediction, codes, names, n_resamples=n_resamples, seed=seed)
    functions = {metric.name: metric.function for metric in metrics.METRICS}
    left_out = len(known) - len(truth)
    notes = [f"{left_out} clips without annotation or prediction left out"] if left_out else []
    return {
        name: interval_of(
            functions[name](truth, prediction),
            draws.get(name, np.empty(0)),
            n=len(truth),
            n_clusters=n_clusters,
            notes=[reason] if (reason := metrics.undefined_reason(name, truth, prediction)) else notes,
        )
        for name in names
    }


def _draws(
    y: FloatArray, p: FloatArray, codes: IntArray, names: Sequence[str], *, n_resamples: int, seed: int
) -> dict[str, FloatArray]:
    """Values [n_resamples] of each metric; nothing where no metric is defined."""
    if len(y) < metrics.LEAST_CLIPS:
        return {}
    seeds = {"n_resamples": n_resamples, "seed": seed}
    draws = scores_of(resampled_sums(moment_columns(y, p), codes, **seeds))
    if "spearman" in names:
        draws["spearman"] = _spearman_draws(y, p, codes, **seeds)
    if "ranking" in names and len(y) <= MOST_RANKED:
        draws["ranking"] = _ranking_draws(y, p, codes, **seeds)
    if "affine_r2" in names and len(y) >= metrics.CALIBRATION_CLIPS + metrics.LEAST_CLIPS:
        draws["affine_r2"] = _affine_draws(y, p, codes, **seeds)
    return draws


def cluster_weights(n_clusters: int, *, n_resamples: int, seed: int) -> Iterator[FloatArray]:
    """How often each cluster is drawn: blocks of shape (b, n_clusters), n_resamples rows in all."""
    rng = np.random.default_rng(seed)
    at_once = max(1, WEIGHTS_AT_ONCE // max(1, n_clusters))
    for start in range(0, n_resamples, at_once):
        b = min(at_once, n_resamples - start)
        drawn = rng.integers(n_clusters, size=(b, n_clusters)) + np.arange(b)[:, None] * n_clusters
        counts = np.bincount(drawn.ravel(), minlength=b * n_clusters)
        yield counts.reshape(b, n_clusters).astype(np.float64)


def cluster_sums(columns: FloatArray, codes: IntArray) -> FloatArray:
    """Sums of columns [n, k] over the clips of each cluster, shape (n_clusters, k)."""
    n_clusters = int(codes.max()) + 1 if len(codes) else 0
    return np.stack([np.bincount(codes, column, minlength=n_clusters) for column in columns.T], axis=1)


def resampled_sums(columns: FloatArray, codes: IntArray, *, n_resamples: int, seed: int) -> FloatArray:
    """Sums of columns [n, k] over the clips of each resample, shape (n_resamples, k)."""
    if not len(codes):
        return np.full((n_resamples, columns.shape[1]), np.nan)
    sums = cluster_sums(columns, codes)
    weights = cluster_weights(len(sums), n_resamples=n_resamples, seed=seed)
    return np.concatenate([block @ sums for block in weights])


def interval_of(
    value: float, draws: FloatArray, *, n: int, n_clusters: int, notes: Sequence[str] = ()
) -> Interval:
    """The percentile interval of resampled values [n_resamples] around a value; draws with NaN are not counted.

    No limits where the value is NaN, with one cluster, or where more than one draw in ten is undefined.
    """
    said = list(notes)
    low = high = float("nan")
    defined = draws[np.isfinite(draws)]
    if not np.isfinite(value):
        said = said or ["undefined on these clips"]
    elif n_clusters < 2:
        said.append("one cluster: no interval")
    elif not len(draws):
        said.append("no interval computed")
    elif len(defined) < 0.9 * len(draws):
        said.append("too few clusters vary: no interval")
    else:
        low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        if n_clusters < FEW_CLUSTERS:
            said.append(f"only {n_clusters} clusters: the interval is rough")
    return Interval(float(value), float(low), float(high), n, n_clusters, "; ".join(said))


def _spearman_draws(
    y: FloatArray, p: FloatArray, codes: IntArray, *, n_resamples: int, seed: int
) -> FloatArray:
    """Weighted midranks: a tie shares the weight before it and half its own."""
    n_clusters = int(codes.max()) + 1
    orders = [_tie_order(values) for values in (y, p)]
    found = []
    for block in cluster_weights(n_clusters, n_resamples=n_resamples, seed=seed):
        rows = max(1, WEIGHTS_AT_ONCE // (4 * len(y)))
        for start in range(0, len(block), rows):
            weights = block[start : start + rows][:, codes]
            ranks = [_weighted_midranks(weights, *order) for order in orders]
            found.append(_weighted_pearson(weights, *ranks))
    return np.concatenate(found)


def _tie_order(values: FloatArray) -> tuple[IntArray, IntArray, IntArray]:
    """The sorting order [n], where each run of ties starts in it, and each clip's run [n]."""
    _, run = np.unique(values, return_inverse=True)
    order = np.argsort(run, kind="stable")
    starts = np.flatnonzero(np.diff(run[order], prepend=-1))
    return order, starts, run


def _weighted_midranks(weights: FloatArray, order: IntArray, starts: IntArray, run: IntArray) -> FloatArray:
    in_run = np.add.reduceat(weights[:, order], starts, axis=1)
    return np.asarray((np.cumsum(in_run, axis=1) - in_run / 2)[:, run])


def _weighted_pearson(weights: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    total = weights.sum(axis=1, keepdims=True)
    a = a - (weights * a).sum(axis=1, keepdims=True) / total
    b = b - (weights * b).sum(axis=1, keepdims=True) / total
    wa = weights * a
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt((wa * a).sum(axis=1) * (weights * b * b).sum(axis=1))
        return np.asarray(np.where(spread > 1e-9, (wa * b).sum(axis=1) / spread, np.nan))


def _ranking_draws(
    y: FloatArray, p: FloatArray, codes: IntArray, *, n_resamples: int, seed: int
) -> FloatArray:
    """Quotient w'Aw / w'Cw, with pairs that agree (A) and that count (C) summed per pair of clusters beforehand."""
    n_clusters = int(codes.max()) + 1
    agree, count = np.zeros((2, n_clusters, n_clusters))
    for row, cluster in enumerate(codes):
        order, told = np.sign(y - y[row]), np.sign(p - p[row])
        count[cluster] += np.bincount(codes, order != 0, minlength=n_clusters)
        agree[cluster] += np.bincount(codes, (order != 0) * (1 + order * told) / 2, minlength=n_clusters)
    found = []
    for block in cluster_weights(n_clusters, n_resamples=n_resamples, seed=seed):
        with np.errstate(invalid="ignore", divide="ignore"):
            found.append(((block @ agree) * block).sum(axis=1) / ((block @ count) * block).sum(axis=1))
    return np.concatenate(found)


def _affine_draws(
    y: FloatArray, p: FloatArray, codes: IntArray, *, n_resamples: int, seed: int
) -> FloatArray:
    """Mean R2 over the calibrations, each scored on the clips that it did not see."""
    fits = metrics.calibrations(
        y, p, n_labelled=metrics.CALIBRATION_CLIPS, n_draws=metrics.CALIBRATION_DRAWS, seed=0
    )
    columns = np.concatenate(
        [moment_columns(y, offset + gain * p) * rest[:, None] for rest, offset, gain in fits], axis=1
    )
    sums = resampled_sums(columns, codes, n_resamples=n_resamples, seed=seed)
    scores = [scores_of(part)["r2"] for part in np.split(sums, len(fits), axis=1)]
    return np.asarray(np.mean(scores, axis=0))
