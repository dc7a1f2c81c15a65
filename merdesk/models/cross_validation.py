"""Predictions of clips by models that never saw them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.protocols import FittedRegressor
from merdesk.domain.split import Split
from merdesk.progress import Progress

Fit = Callable[[IntArray], FittedRegressor]
"""Fits a model on these rows."""
Predict = Callable[[Any, IntArray], FloatArray]
"""Says what a fitted model says of these rows."""


def out_of_fold(
    fit: Fit,
    features: npt.ArrayLike,
    splits: Sequence[Split],
    *,
    predict: Predict | None = None,
    progress: Progress | None = None,
) -> FloatArray:
    """Predictions [n, 2] in which every clip is predicted by the model of the fold that held it out.

    Parameters
    ----------
    fit
        Called with the training rows of each split.
    features
        Shape (n, d).
    splits
        A row tested in several splits gets the mean of its predictions; a row never tested stays NaN.
    predict
        Called with a fitted model and the rows to predict, where their features alone do not say enough.
    progress
        Advanced once a split; cancel raises `Cancelled` between splits.

    Examples
    --------
    >>> class Mean:
    ...     def predict(self, features): return np.full((len(features), 2), 0.5)
    >>> out_of_fold(lambda rows: Mean(), np.zeros((3, 1)), [Split([0, 1], [2])])[:, 0].tolist()
    [nan, nan, 0.5]
    """
    table = np.asarray(features)
    total, times = np.zeros((len(table), 2)), np.zeros(len(table))
    if progress:
        progress.begin("Cross-validating", len(splits))
    for split in splits:
        fitted = fit(split.train)
        total[split.test] += predict(fitted, split.test) if predict else fitted.predict(table[split.test])
        times[split.test] += 1
        if progress:
            progress.advance()
    with np.errstate(invalid="ignore"):
        return np.asarray(total / times[:, None])
