"""How well predictions agree with annotations: one number per dimension and question.

Task: y holds annotations and p predictions of the same n clips in one dimension (valence or arousal) on [-1, 1].
Conventions: clips where either is NaN are left out; fewer than three clips, or no variance where a metric divides by
it, give NaN, and `undefined_reason` says which of the two it was. `*_score` is to maximise, `*_error` to minimise.

Several metrics stand together because none of them suffices: the same r = .80 can be an R2 of .64, .48, .39 or .01
depending on shrinkage, offset and gain; and R2 of groups whose annotations vary differently cannot be compared.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import BoolArray, FloatArray

DIMENSIONS = ("valence", "arousal")
"""Names of the columns of affect [n, 2]."""
LEAST_CLIPS = 3
"""Two points always lie on a line: no metric says anything below three."""
NO_VARIANCE = 1e-9
"""Spread, as a share of the values' size, up to which numbers differ by rounding alone."""
CALIBRATION_CLIPS = 20
CALIBRATION_DRAWS = 20


def paired(y: npt.ArrayLike, p: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Annotations and predictions [n] of the clips that have both, as float64.

    Raises
    ------
    ValueError
        When the two are not of one length.
    """
    truth, prediction = np.asarray(y, dtype=np.float64), np.asarray(p, dtype=np.float64)
    if truth.ndim != 1 or truth.shape != prediction.shape:
        raise ValueError(
            f"annotations {truth.shape} and predictions {prediction.shape} must be one column each"
        )
    known = np.isfinite(truth) & np.isfinite(prediction)
    return truth[known], prediction[known]


def varies(values: FloatArray, size: float = 0.0) -> bool:
    """Whether values [n] differ by more than rounding, measured against their own size and `size`."""
    if len(values) == 0:
        return False
    return bool(np.ptp(values) > NO_VARIANCE * max(float(np.abs(values).max()), size))


def r2_score(y: npt.ArrayLike, p: npt.ArrayLike) -> float:
    """Coefficient of determination against the test set's own mean, in (-inf, 1].

    R2 = 1 - sum (y - p)^2 / sum (y - mean(y))^2

    Returns
    -------
    float
        NaN under three clips or when the annotations do not vary.

    Examples
    --------
    >>> r2_score([0.0, 0.5, 1.0], [0.25, 0.5, 0.75])
    0.75
    """
    y, p = paired(y, p)
    if len(y) < LEAST_CLIPS or not varies(y):
        return float("nan")
    return float(1 - np.sum((y - p) ** 2) / np.sum((y - y.mean()) ** 2))


def rms_error(y: npt.ArrayLike, p: npt.ArrayLike) -> float:
    """Root mean square error sqrt(mean (p - y)^2) in units of the scale; NaN under three clips.

    Examples
    --------
    >>> rms_error([0.0, 0.0, 0.0, 0.0], [0.5, -0.5, 0.5, -0.5])
    0.5
    """
    y, p = paired(y, p)
    return float(np.sqrt(np.mean((p - y) ** 2))) if len(y) >= LEAST_CLIPS else float("nan")


def mean_absolute_error(y: npt.ArrayLike, p: npt.ArrayLike) -> float:
    """Mean absolute error mean |p - y| in units of the scale; NaN under three clips.

    Examples
    --------
    >>> mean_absolute_error([0.0, 0.0, 0.0], [0.25, 0.0, -0.5])
    0.25
    """
    y, p = paired(y, p)
    return float(np.mean(np.abs(p - y))) if len(y) >= LEAST_CLIPS else float("nan")


def bias(y: npt.ArrayLike, p: npt.ArrayLike) -> float:
    """Mean of prediction minus annotation: positive where the model says too much; NaN under three clips.

    Examples
    --------
    >>> bias([0.0, 0.0, 0.0], [0.25, 0.25, 0.25])
    0.25
    """
    y, p = paired(y, p)
    return float(np.mean(p) - np.mean(y)) if len(y) >= LEAST_CLIPS else float("nan")


def pearson_score(y: npt.ArrayLike, p: npt.ArrayLike) -> float:
    """Pearson's correlation r in [-1, 1]: order and spacing, blind to scale and offset.

    Returns
    -------
    float
        NaN under three clips or when either side does not vary.
    """
    y, p = paired(y, p)
    if len(y) < LEAST_CLIPS or not varies(y) or not varies(p, float(np.ptp(y))):
        return float("nan")
    dy, dp = y - y.mean(), p - p.mean()
    return float(np.clip(dy @ dp / np.sqrt((dy @ dy) * (dp @ dp)), -1, 1))


def spearman_score(y: npt.ArrayLike, p: npt.ArrayLike) -> float:
    """Spearman's rank correlation rho in [-1, 1]: order alone; ties share their midrank.

    The headline for datasets whose values are ranks (WCMED).

    Returns
    -------
    float
        NaN under three clips or when either side does not vary.
    """
    y, p = paired(y, p)
    if not varies(p, float(np.ptp(y)) if len(y) else 0.0):
        return float("nan")
    return pearson_score(midranks(y), midranks(p))


def ccc_score(y: npt.ArrayLike, p: npt.ArrayLike) -> float:
    """Concordance correlation coefficient in [-1, 1], in Lin's 1/n form.

    CCC = 2 s_yp / (s_y^2 + s_p^2 + (m_y - m_p)^2), with variances and covariance divided by n (not n - 1, which
    gives .535 in place of .507 on five clips).

    Returns
    -------
    float
        NaN under three clips or when the annotations do not vary; 0 for constant predictions.

    References
    ----------
    Lin, L. (1989). A concordance correlation coefficient to evaluate reproducibility. Biometrics 45, 255-268.
    """
    y, p = paired(y, p)
    if len(y) < LEAST_CLIPS or not varies(y):
        return float("nan")
    covariance = np.mean((y - y.mean()) * (p - p.mean()))
    return float(2 * covariance / (y.var() + p.var() + (y.mean() - p.mean()) ** 2))


def ranking_score(y: npt.ArrayLike, p: npt.ArrayLike) -> float:
    """Share of clip pairs that the model puts in the annotated order, in [0, 1]; chance is .5.

    Pairs with equal annotations are skipped (the rule of MusAV); equal predictions count half. Call it on clips of
    one dataset: values of two datasets need not share a zero.

    Returns
    -------
    float
        NaN under three clips or when the annotations do not vary.

    References
    ----------
    Bogdanov, D. et al. (2022). MusAV: a dataset of relative arousal-valence annotations. Proc. ISMIR.
    """
    y, p = paired(y, p)
    if len(y) < LEAST_CLIPS or not varies(y):
        return float("nan")
    agreed = pairs = 0.0
    for row in range(len(y) - 1):
        order = np.sign(y[row + 1 :] - y[row])
        told = np.sign(p[row + 1 :] - p[row])
        pairs += np.count_nonzero(order)
        agreed += np.count_nonzero(order * told > 0) + 0.5 * np.count_nonzero((order != 0) & (told == 0))
    return float(agreed / pairs)


def affine_r2_score(
    y: npt.ArrayLike,
    p: npt.ArrayLike,
    *,
    n_labelled: int = CALIBRATION_CLIPS,
    n_draws: int = CALIBRATION_DRAWS,
    seed: int = 0,
) -> float:
    """R2 that is left when offset and gain are fitted on a few labelled clips of the target: mean over draws.

    Says how much of a bad cross-dataset R2 is only scale: each draw fits y = a + b p on `n_labelled` clips and is
    scored on all others.

    Returns
    -------
    float
        NaN with fewer than `n_labelled` + 3 clips or when the annotations do not vary.
    """
    y, p = paired(y, p)
    if len(y) < n_labelled + LEAST_CLIPS or not varies(y):
        return float("nan")
    scores = [
        r2_score(y[rest], offset + gain * p[rest])
        for rest, offset, gain in calibrations(y, p, n_labelled=n_labelled, n_draws=n_draws, seed=seed)
    ]
    return float(np.mean(scores))


def calibrations(
    y: FloatArray, p: FloatArray, *, n_labelled: int, n_draws: int, seed: int
) -> list[tuple[BoolArray, float, float]]:
    """Draws of labelled clips: the mask of the clips left to score [n], offset and gain of the fit."""
    rng = np.random.default_rng(seed)
    fits = []
    for _ in range(n_draws):
        rest = np.ones(len(y), dtype=bool)
        rest[rng.choice(len(y), n_labelled, replace=False)] = False
        y_known, p_known = y[~rest], p[~rest]
        centred = p_known - p_known.mean()
        # Constant predictions have no gain to fit; only the offset is learned.
        gain = float(centred @ y_known / (centred @ centred)) if varies(p_known) else 0.0
        fits.append((rest, float(y_known.mean() - gain * p_known.mean()), gain))
    return fits


def midranks(values: FloatArray) -> FloatArray:
    """Ranks 1..n of values [n]; equal values share the mean of their ranks.

    Examples
    --------
    >>> midranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[inverse])


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric by name: its label in tables, its function, and which way is better ("zero" for the bias)."""

    name: str
    label: str
    function: Callable[[npt.ArrayLike, npt.ArrayLike], float]
    better: Literal["high", "low", "zero"]


METRICS: tuple[Metric, ...] = (
    Metric("r2", "R2", r2_score, "high"),
    Metric("rmse", "RMSE", rms_error, "low"),
    Metric("mae", "MAE", mean_absolute_error, "low"),
    Metric("bias", "Bias", bias, "zero"),
    Metric("pearson", "Pearson r", pearson_score, "high"),
    Metric("spearman", "Spearman rho", spearman_score, "high"),
    Metric("ccc", "CCC", ccc_score, "high"),
    Metric("affine_r2", "R2 after 20 labelled clips", affine_r2_score, "high"),
    Metric("ranking", "Ranking accuracy", ranking_score, "high"),
)
"""Every metric of one dimension, in the order of tables."""


def evaluate(y: npt.ArrayLike, p: npt.ArrayLike) -> dict[str, float]:
    """All metrics of one dimension by name; see `METRICS`."""
    return {metric.name: metric.function(y, p) for metric in METRICS}


def undefined_reason(name: str, y: npt.ArrayLike, p: npt.ArrayLike) -> str:
    """Why metric `name` is NaN on these clips; empty when it is defined.

    Examples
    --------
    >>> undefined_reason("r2", [0.5, 0.5, 0.5], [0.1, 0.2, 0.3])
    'the annotations do not vary'
    """
    truth, prediction = paired(y, p)
    least = CALIBRATION_CLIPS + LEAST_CLIPS if name == "affine_r2" else LEAST_CLIPS
    if len(truth) < least:
        return f"{len(truth)} clips, at least {least} are needed"
    if name in {"rmse", "mae", "bias"}:
        return ""
    if not varies(truth):
        return "the annotations do not vary"
    if name in {"pearson", "spearman"} and not varies(prediction, float(np.ptp(truth))):
        return "the predictions do not vary"
    return ""
