"""Can genre be told from dataset? The grid of counts, and where the answer is no."""

from typing import Any

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.domain.columns import NO_CODE, ClipColumns
from merdesk.evaluation.confounding import cramers_v
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
        "totals": grid.sum(axis=1).tolist(),
        "n": int(grid.sum()),
        "n_without_genre": int((columns.annotated & (columns.genre == NO_CODE)).sum()),
        "cramers_v": plain(cramers_v(grid)),
        "separable": [_separable(grid, column) for column in range(len(datasets))],
    }


def _separable(counts: IntArray, column: int) -> bool:
    """True where a dataset's clips spread over genres, so that genres can be compared inside it."""
    here = counts[:, column]
    return bool(here.max() / here.sum() < NESTED_SHARE)
