"""What is said of a trained model: out-of-fold scores with intervals, and the half widths around its predictions."""

from collections.abc import Callable
from typing import Any

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.domain.columns import ClipColumns
from merdesk.workflows.fitting import Examples, Fitting

LEAST_CLIPS = 3


def groups_of(clip_columns: ClipColumns) -> IntArray:
    """Codes of what must stay together; a clip without a group is a group of its own."""
    own = len(clip_columns.group_names) + np.arange(len(clip_columns))
    return np.where(clip_columns.group >= 0, clip_columns.group, own)


def scores_of(affect: FloatArray, prediction: FloatArray, groups: IntArray, *, seed: int) -> dict[str, Any]:
    """Out-of-fold scores with intervals, as plain JSON values, valence first; clips never held out are left out."""
    from merdesk.evaluation.bootstrap import cluster_bootstrap

    known: BoolArray = np.asarray(np.isfinite(prediction).all(axis=1))
    scores: dict[str, Any] = {"n_clips": int(known.sum()), "n_clusters": len(np.unique(groups[known]))}
    for axis, dimension in enumerate(("valence", "arousal")):
        found = cluster_bootstrap(affect[known, axis], prediction[known, axis], groups[known], seed=seed)
        scores[dimension] = {
            name: {
                "value": _plain(i.value),
                "low": _plain(i.low),
                "high": _plain(i.high),
                "n": i.n,
                "note": i.note,
            }
            for name, i in found.items()
        }
    return scores


def interval_of(
    fit: Fitting, examples: Examples, held_out: FloatArray, predict: Callable[[Any, IntArray], FloatArray]
) -> dict[str, Any]:
    """Half widths of the 90 % interval around any prediction, as plain JSON values, None where it has no end.

    With several training datasets the residuals are those of leaving one dataset out, so that the interval speaks about
    a dataset that the model has not seen; with one, those of its grouped folds.
    """
    from merdesk.evaluation.splits import leave_one_out
    from merdesk.models.cross_validation import out_of_fold

    splits = leave_one_out(examples.datasets, examples.groups)
    several = len(splits) > 1 and all(len(split.train) >= LEAST_CLIPS for split in splits)
    if several:
        fit.begin("Leaving one dataset out", [split.train for split in splits])
        held_out = out_of_fold(fit, examples.features, splits, predict=predict)
    return half_widths_of(examples.affect, held_out, examples.datasets if several else None)


def half_widths_of(affect: FloatArray, held_out: FloatArray, datasets: IntArray | None) -> dict[str, Any]:
    """Half widths of the 90 % interval from held-out predictions [n, 2], as plain JSON values."""
    from merdesk.models.conformal import half_widths

    widths = half_widths(affect, held_out, datasets)
    return {
        "level": widths.level,
        "valence": _plain(widths.valence),
        "arousal": _plain(widths.arousal),
        "n": widths.n,
        "over": widths.over,
    }


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
