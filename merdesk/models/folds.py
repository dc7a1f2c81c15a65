"""Folds inside a training set, for choosing what a model cannot learn; groups stay whole."""

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray

INNER_FOLDS = 5


def inner_folds(
    groups: npt.ArrayLike, datasets: npt.ArrayLike | None = None, *, n_folds: int = INNER_FOLDS
) -> list[IntArray]:
    """Rows that are held out in turn: each dataset, from two datasets on; else groups dealt into folds.

    Groups go, largest first, to the fold that is smallest so far: deterministic and even.

    Returns
    -------
    list of arrays
        Ascending rows; together every row once. Empty when there is one dataset of one group: nothing can be held out.

    Examples
    --------
    >>> [rows.tolist() for rows in inner_folds([7, 7, 8, 9], n_folds=2)]
    [[0, 1], [2, 3]]
    """
    if datasets is not None and len(np.unique(np.asarray(datasets))) > 1:
        _, fold = np.unique(np.asarray(datasets), return_inverse=True)
    else:
        _, codes = np.unique(np.asarray(groups), return_inverse=True)
        sizes = np.bincount(codes) if len(codes) else np.empty(0, dtype=np.int64)
        filled = np.zeros(max(1, min(n_folds, len(sizes))))
        place = np.empty(len(sizes), dtype=np.int64)
        for group in np.argsort(-sizes, kind="stable"):
            place[group] = filled.argmin()
            filled[place[group]] += sizes[group]
        fold = place[codes]
    n_used = int(fold.max()) + 1 if len(fold) else 0
    return [np.flatnonzero(fold == k) for k in range(n_used)] if n_used > 1 else []


def balancing_weights(datasets: npt.ArrayLike | None, n_clips: int) -> FloatArray:
    """How much each clip counts so that every dataset counts the same, shape (n_clips,), mean 1.

    Examples
    --------
    >>> balancing_weights([0, 0, 0, 1], 4).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    """
    if datasets is None:
        return np.ones(n_clips)
    _, codes, counts = np.unique(np.asarray(datasets), return_inverse=True, return_counts=True)
    return np.asarray(n_clips / (len(counts) * counts[codes]))
