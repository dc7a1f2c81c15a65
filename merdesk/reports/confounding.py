"""Can genre be told from dataset? The grid of counts, and where the answer is no."""

from typing import Any

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.domain.columns import NO_CODE, ClipColumns
from merdesk.reports.estimates import plain

NESTED_SHARE = 0.95
"""A dataset with this share of its clips in one genre says nothing about genre that it does not say about itself."""


def confounding(columns: ClipColumns) -> dict[str, Any]:
    """Genre by dataset: counts, Cramer's V, and for each dataset whether its genre is separable from it.

    Counts are of annotated clips with a genre; genres and datasets without any are left out.
    """
    keep = columns.annotated & (columns.genre != NO_CODE) & (columns.dataset != NO_CODE)
    grid = np.zeros((len(columns.genre_names), len(columns.dataset_names)), dtype=np.int64)
    np.add.at(grid, (columns.genre[keep], columns.dataset[keep]), 1)
    genres, datasets = np.flatnonzero(grid.any(axis=1)), np.flatnonzero(grid.any(axis=0))
    genres = genres[np.argsort(-grid[genres].sum(axis=1), kind="stable")]
    grid = grid[np.ix_(genres, datasets)]
    return {
        "genres": [columns.genre_names[code] for code in genres],
        "datasets": [columns.dataset_names[code] for code in datasets],
        "counts": grid.tolist(),
        "n": int(grid.sum()),
        "n_without_genre": int((columns.annotated & (columns.genre == NO_CODE)).sum()),
        "cramers_v": plain(cramers_v(grid)),
        "separable": [_separable(grid, column) for column in range(len(datasets))],
    }


def cramers_v(counts: IntArray) -> float:
    """Cramer's V of a table of counts, sqrt(chi2 / n / (min(rows, columns) - 1)), in 0..1.

    NaN for a table with fewer than two rows or columns, or with an empty one: there is no association to measure.

    References
    ----------
    Cramer, H. (1946). Mathematical Methods of Statistics, ch. 21.

    Examples
    --------
    >>> cramers_v(np.array([[10, 0], [0, 10]])), cramers_v(np.array([[5, 5], [5, 5]]))
    (1.0, 0.0)
    """
    n = counts.sum()
    if min(counts.shape) < 2 or n == 0:
        return float("nan")
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / n
    if not bool((expected > 0).all()):
        return float("nan")
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    return float(np.sqrt(chi2 / n / (min(counts.shape) - 1)))


def _separable(counts: IntArray, column: int) -> bool:
    """True where a dataset's clips spread over genres, so that genres can be compared inside it."""
    here = counts[:, column]
    return bool(here.max() / here.sum() < NESTED_SHARE)
