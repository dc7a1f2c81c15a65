"""Looks at residuals: bias where two groupings cross, calibration in bins, error along a covariate.

Every number stands with its n, its clusters and an interval from resampled clusters. They describe: none of them is a
test, and of many cells some leave zero by chance (the report's verdicts come from `groups`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.evaluation.bootstrap import (
    LEVEL,
    Interval,
    cluster_bootstrap,
    cluster_sums,
    cluster_weights,
    interval_of,
    resampled_sums,
)
from merdesk.evaluation.metrics import DIMENSIONS

LEAST_CLIPS = 10
LEAST_CLUSTERS = 5
"""A cell with fewer clips or clusters has no number: its interval would be a guess."""
MOST_BINS = 10
BIN_CLIPS = 20
"""Clips that a bin should hold at least; fewer bins come where there are fewer clips."""
CURVE_POINTS = 25
N_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class BiasCell:
    """Bias of one dimension where a group of one grouping meets one of the other; NaN where it is too small to tell."""

    dimension: str
    first: int
    second: int
    bias: Interval

    @property
    def told(self) -> bool:
        """False for a cell that is too small."""
        return bool(np.isfinite(self.bias.value))


@dataclass(frozen=True, slots=True)
class Bin:
    """Clips between two values of x: the mean of x there, and the mean of y with its interval; `rows` are the clips."""

    low: float
    high: float
    x: float
    y: Interval
    rows: IntArray


@dataclass(frozen=True, slots=True)
class Trend:
    """How y goes with x.

    Attributes
    ----------
    bins
        Equally filled bins of x, ascending.
    rho
        Spearman's correlation of x and y.
    x, line, low, high
        The straight line of least squares and its 95 % band, shape (CURVE_POINTS,) each; empty without variance.
    n_unknown
        Clips of which x or y is not known; they are left out.
    """

    bins: tuple[Bin, ...]
    rho: Interval
    x: FloatArray
    line: FloatArray
    low: FloatArray
    high: FloatArray
    n_unknown: int


def bias_grid(
    residual: npt.ArrayLike,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> list[BiasCell]:
    """Mean residual of every pair of codes that occurs, valence before arousal.

    Parameters
    ----------
    residual
        Prediction minus annotation on [-1, 1], shape (n, 2), without NaN.
    first, second
        Codes of the two groupings, shape (n,); a negative code is a group of its own, of clips without a name.
    clusters
        What is resampled as a whole, shape (n,).

    Examples
    --------
    >>> cells = bias_grid(np.full((12, 2), 0.25), np.zeros(12, int), np.zeros(12, int), np.arange(12))
    >>> [(cell.dimension, round(cell.bias.value, 2), cell.bias.n) for cell in cells]
    [('valence', 0.25, 12), ('arousal', 0.25, 12)]
    """
    values = np.asarray(residual, dtype=np.float64)
    pairs = np.stack([np.asarray(first, np.int64), np.asarray(second, np.int64)], axis=1)
    known, codes = np.unique(pairs, axis=0, return_inverse=True)
    clusters = np.asarray(clusters)
    found = []
    for column, dimension in enumerate(DIMENSIONS):
        for place, (one, other) in enumerate(known.tolist()):
            mine = codes.ravel() == place
            options = {"n_resamples": n_resamples, "seed": seed}
            bias = mean_interval(values[mine, column], clusters[mine], least=True, **options)
            found.append(BiasCell(dimension, one, other, bias))
    return found


def calibration(
    affect: npt.ArrayLike, prediction: npt.ArrayLike, clusters: npt.ArrayLike, *, seed: int = 0
) -> list[tuple[Bin, ...]]:
    """Mean annotation in bins of the prediction: valence, then arousal; a calibrated model lies on the diagonal.

    Bins are equally filled, so that each has its say; a clip counts in the bin of what was predicted, for in bins of
    the annotation even a perfect model with noisy raters seems to shrink.
    """
    truth, said = np.asarray(affect, dtype=np.float64), np.asarray(prediction, dtype=np.float64)
    return [_binned(said[:, column], truth[:, column], np.asarray(clusters), seed) for column in range(2)]


def trend(x: npt.ArrayLike, y: npt.ArrayLike, clusters: npt.ArrayLike, *, seed: int = 0) -> Trend:
    """How y [n] goes with x [n], clips where either is NaN left out; rows of bins count all clips."""
    across, up = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    known: BoolArray = np.isfinite(across) & np.isfinite(up)
    codes = np.unique(np.asarray(clusters)[known], return_inverse=True)[1]
    rows = np.flatnonzero(known)
    bins = tuple(
        Bin(one.low, one.high, one.x, one.y, rows[one.rows])
        for one in _binned(across[known], up[known], codes, seed)
    )
    rho = cluster_bootstrap(
        across[known], up[known], codes, names=("spearman",), n_resamples=N_RESAMPLES, seed=seed
    )["spearman"]
    n_unknown = int(np.count_nonzero(~known))
    return Trend(bins, rho, *_line(across[known], up[known], codes, seed), n_unknown)


def mean_interval(
    values: FloatArray,
    clusters: IntArray,
    *,
    least: bool = False,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Mean of values [n] with its interval; with `least` none of fewer than ten clips or five clusters."""
    codes = np.unique(clusters, return_inverse=True)[1]
    n_clusters = int(codes.max()) + 1 if len(codes) else 0
    if least and (len(values) < LEAST_CLIPS or n_clusters < LEAST_CLUSTERS):
        note = f"under {LEAST_CLIPS} clips or {LEAST_CLUSTERS} groups"
        return Interval(float("nan"), float("nan"), float("nan"), len(values), n_clusters, note)
    sums = cluster_sums(np.stack([np.ones(len(values)), values], axis=1), codes)
    draws = [block @ sums for block in cluster_weights(n_clusters, n_resamples=n_resamples, seed=seed)]
    drawn = np.concatenate(draws) if draws else np.empty((0, 2))
    value = float(values.mean()) if len(values) else float("nan")
    return interval_of(value, drawn[:, 1] / drawn[:, 0], n=len(values), n_clusters=n_clusters)


def _binned(x: FloatArray, y: FloatArray, clusters: IntArray, seed: int) -> tuple[Bin, ...]:
    """Equally filled bins; clips of one x are never parted."""
    n_bins = min(MOST_BINS, len(x) // BIN_CLIPS)
    if n_bins < 1:
        return ()
    edges = np.unique(np.quantile(x, np.linspace(0, 1, n_bins + 1)))
    places = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, max(len(edges) - 2, 0))
    found = []
    for place in np.unique(places).tolist():
        rows = np.flatnonzero(places == place)
        inside = x[rows]
        y_mean = mean_interval(y[rows], clusters[rows], seed=seed)
        found.append(Bin(float(inside.min()), float(inside.max()), float(inside.mean()), y_mean, rows))
    return tuple(found)


def _line(
    x: FloatArray, y: FloatArray, codes: IntArray, seed: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Places, line, lower and upper end of its band."""
    if len(x) < BIN_CLIPS or np.ptp(x) == 0 or codes.max() < 1:
        nothing = np.empty(0)
        return nothing, nothing, nothing, nothing
    middle, width = x.mean(), x.std()
    scaled = (x - middle) / width
    columns = np.stack([np.ones_like(x), scaled, y, scaled**2, scaled * y], axis=1)
    sums = np.concatenate(
        [columns.sum(axis=0)[None], resampled_sums(columns, codes, n_resamples=N_RESAMPLES, seed=seed)]
    )
    mean_x, mean_y, xx, xy = (sums[:, 1:] / sums[:, :1]).T
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (xy - mean_x * mean_y) / (xx - mean_x**2)
    # The ends are where clips are: the outermost percent says nothing of a line.
    first, last = np.quantile(scaled, (0.01, 0.99)).tolist()
    places = np.linspace(first, last, CURVE_POINTS)
    lines = mean_y[:, None] + slope[:, None] * (places - mean_x[:, None])
    drawn = lines[1:][np.isfinite(lines[1:]).all(axis=1)]
    low, high = np.quantile(drawn, ((1 - LEVEL) / 2, (1 + LEVEL) / 2), axis=0)
    return places * width + middle, lines[0], low, high
