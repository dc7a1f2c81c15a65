"""Folds inside a training set, for choosing what a model cannot learn; groups stay whole."""

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray

INNER_FOLDS = 5


def inner_folds(
    groups: npt.ArrayLike, datasets: npt.ArrayLike | None = None, *, n_folds: int = INNER_FOLDS
) -> list[IntArray]:
    """Rows that are held out in turn: each dataset, from two datasets on; else groups dealt into folds.

    A group that stands in several datasets (copies of one recording) is held out as a whole, with the smallest of them.
    Where that leaves one fold only, groups are dealt.

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
    _, codes = np.unique(np.asarray(groups), return_inverse=True)
    return dataset_folds(groups, datasets) or _rows_of(_dealt(codes, n_folds))


def dataset_folds(groups: npt.ArrayLike, datasets: npt.ArrayLike | None) -> list[IntArray]:
    """Rows of each dataset, without the groups that are held out with a smaller one; empty where one would be all.

    Examples
    --------
    >>> [rows.tolist() for rows in dataset_folds([7, 8, 9, 7], [1, 1, 1, 2])]
    [[1, 2], [0, 3]]
    """
    if datasets is None:
        return []
    _, belongs = np.unique(np.asarray(groups), return_inverse=True)
    _, codes, sizes = np.unique(np.asarray(datasets), return_inverse=True, return_counts=True)
    by_size = np.argsort(sizes, kind="stable")
    smallest = np.full(int(belongs.max(initial=-1)) + 1, len(sizes))
    np.minimum.at(smallest, belongs, np.argsort(by_size)[codes])
    return _rows_of(by_size[smallest[belongs]])


def _rows_of(fold: IntArray) -> list[IntArray]:
    used = np.unique(fold)
    return [np.flatnonzero(fold == k) for k in used] if len(used) > 1 else []


def _dealt(groups: IntArray, n_folds: int) -> IntArray:
    """Fold of each row [n] when groups are dealt to few folds."""
    sizes = np.bincount(groups) if len(groups) else np.empty(0, dtype=np.int64)
    filled = np.zeros(max(1, min(n_folds, len(sizes))))
    place = np.empty(len(sizes), dtype=np.int64)
    for group in np.argsort(-sizes, kind="stable"):
        place[group] = filled.argmin()
        filled[place[group]] += sizes[group]
    return place[groups]


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
