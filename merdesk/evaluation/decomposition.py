"""Why a model carries less far: lost association, wrong gain or wrong offset.

R2 against the test set's mean falls apart without any fit (Murphy 1988), with standard deviations s and means m of
predictions p and annotations y:

    R2 = r^2 - (r - s_p / s_y)^2 - ((m_p - m_y) / s_y)^2
       = association - gain mismatch - offset mismatch

The drop of a cell A -> B is R2(B -> B) - R2(A -> B) on the *same test clips* of B. The source's own score is the wrong
term: it compares R2 over different label variances and even flips the sign (EmoMusic -> DEAM, arousal: -.032 by
source, +.080 by target).

References
----------
Murphy, A. H. (1988). Skill scores based on the mean square error and their relationships to the correlation
coefficient. Monthly Weather Review 116, 2417-2424.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray
from merdesk.evaluation.bootstrap import Interval, interval_of, resampled_sums
from merdesk.evaluation.metrics import LEAST_CLIPS, varies
from merdesk.evaluation.moments import moment_columns

TERMS = ("r2", "association", "gain", "offset")


@dataclass(frozen=True, slots=True)
class Murphy:
    """R2 = `association` - `gain` - `offset`, each with its interval; see the module."""

    r2: Interval
    association: Interval
    gain: Interval
    offset: Interval


@dataclass(frozen=True, slots=True)
class Drop:
    """What R2 loses between two predictions of the same clips: `total` = `association` + `gain` + `offset`.

    Attributes
    ----------
    total
        R2 at home minus R2 away.
    association
        r^2 at home minus r^2 away: the order is worse.
    gain, offset
        Mismatch away minus mismatch at home: only the scale is worse.
    home, away
        The parts of each.
    verdict
        One sentence.
    """

    total: Interval
    association: Interval
    gain: Interval
    offset: Interval
    home: Murphy
    away: Murphy
    verdict: str


def murphy(
    y: npt.ArrayLike, p: npt.ArrayLike, clusters: npt.ArrayLike, *, n_resamples: int = 2000, seed: int = 0
) -> Murphy:
    """The parts of R2 in one dimension.

    Parameters
    ----------
    y, p, clusters
        Annotations, predictions and clusters, shape (n,), without NaN.

    Examples
    --------
    >>> parts = murphy([-1.0, 0.0, 1.0], [0.0, 0.5, 1.0], [0, 1, 2])
    >>> [round(getattr(parts, name).value, 3) for name in ("r2", "association", "gain", "offset")]
    [0.375, 1.0, 0.25, 0.375]
    """
    sample, draws = _sampled(y, [p], clusters, n_resamples=n_resamples, seed=seed)
    return _murphy(sample[0], draws[0], *_counts(clusters))


def drop(
    y: npt.ArrayLike,
    p_home: npt.ArrayLike,
    p_away: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Drop:
    """What is lost from home to away, with paired cluster-bootstrap intervals.

    Parameters
    ----------
    y
        Annotations of the target's clips, shape (n,), without NaN.
    p_home
        Out-of-fold predictions of a model trained on the target itself (grouped folds, training size matched).
    p_away
        Predictions of the model trained elsewhere.
    clusters
        Shape (n,); both predictions of a cluster are resampled together.
    """
    sample, draws = _sampled(y, [p_home, p_away], clusters, n_resamples=n_resamples, seed=seed)
    n, n_clusters = _counts(clusters)
    signs = {"r2": 1.0, "association": 1.0, "gain": -1.0, "offset": -1.0}
    parts = {
        name: interval_of(
            float(sign * (sample[0][name] - sample[1][name])[0]),
            sign * (draws[0][name] - draws[1][name]),
            n=n,
            n_clusters=n_clusters,
        )
        for name, sign in signs.items()
    }
    return Drop(
        total=parts["r2"],
        association=parts["association"],
        gain=parts["gain"],
        offset=parts["offset"],
        home=_murphy(sample[0], draws[0], n, n_clusters),
        away=_murphy(sample[1], draws[1], n, n_clusters),
        verdict=_verdict(parts),
    )


def _counts(clusters: npt.ArrayLike) -> tuple[int, int]:
    labels = np.asarray(clusters)
    return len(labels), len(np.unique(labels))


def _sampled(
    y: npt.ArrayLike,
    predictions: list[npt.ArrayLike],
    clusters: npt.ArrayLike,
    *,
    n_resamples: int,
    seed: int,
) -> tuple[list[dict[str, FloatArray]], list[dict[str, FloatArray]]]:
    """Terms of each prediction in the sample and in every resample."""
    truth = np.asarray(y, dtype=np.float64)
    columns = [np.asarray(p, dtype=np.float64) for p in predictions]
    if not all(np.isfinite(column).all() for column in (truth, *columns)):
        raise ValueError("annotations and predictions must be numbers")
    _, codes = np.unique(np.asarray(clusters), return_inverse=True)
    moments = [moment_columns(truth, column) for column in columns]
    defined = len(truth) >= LEAST_CLIPS and varies(truth)
    sample = [_terms(table.sum(axis=0)[None] if defined else np.full((1, 7), np.nan)) for table in moments]
    draws = [_terms(resampled_sums(table, codes, n_resamples=n_resamples, seed=seed)) for table in moments]
    return sample, draws


def _terms(sums: FloatArray) -> dict[str, FloatArray]:
    """R2 and its parts of sums [b, 7]; constant predictions have no association."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_y, mean_p, yy, pp, yp, _ = (sums[:, 1:] / sums[:, :1]).T
        var_y, var_p = yy - mean_y**2, np.maximum(pp - mean_p**2, 0.0)
        var_y = np.where(var_y > 1e-18, var_y, np.nan)
        covariance = yp - mean_y * mean_p
        r = np.where(var_p > 1e-18, covariance / np.sqrt(var_y * np.where(var_p > 1e-18, var_p, 1.0)), 0.0)
        gain = (r - np.sqrt(var_p / var_y)) ** 2
        offset = (mean_p - mean_y) ** 2 / var_y
    association = np.where(np.isnan(var_y), np.nan, r**2)
    return {"r2": association - gain - offset, "association": association, "gain": gain, "offset": offset}


def _murphy(sample: dict[str, FloatArray], draws: dict[str, FloatArray], n: int, n_clusters: int) -> Murphy:
    return Murphy(
        *(interval_of(float(sample[name][0]), draws[name], n=n, n_clusters=n_clusters) for name in TERMS)
    )


def _verdict(parts: dict[str, Interval]) -> str:
    """One sentence: whether there is a drop, and which part is the largest."""
    total = parts["r2"]
    if not np.isfinite(total.value):
        return "No drop can be told: the annotations do not vary or there are under three clips."
    if not np.isfinite(total.low):
        return f"R2 differs by {total.value:.2f}, without an interval ({total.note})."
    limits = f"{total.value:z.2f} (95 % interval {total.low:z.2f} to {total.high:z.2f})"
    if total.high < 0:
        return f"R2 is higher away than at home by {-total.value:.2f}."
    if total.low <= 0:
        return f"There is no evidence of a drop: {limits}."
    words = {
        "association": "the order of clips is worse (lost association)",
        "gain": "the range of predictions does not fit (gain)",
        "offset": "all predictions are shifted (offset)",
    }
    largest = max(words, key=lambda name: parts[name].value)
    share = parts[largest].value / total.value
    return f"R2 drops by {limits}, {min(share, 1):.0%} of it because {words[largest]}."
