"""Clips to measure on, and what a cell of the cross-dataset matrix is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray, frozen
from merdesk.domain.protocols import FittedRegressor
from merdesk.evaluation.bootstrap import ALL_METRICS, Interval

Fit = Callable[[IntArray], FittedRegressor]
"""Fits a model on these rows of the table; ModelError when it cannot."""
CellKind = Literal["in-domain", "cross", "union", "leave-one-dataset-out"]
RemovedFrom = Literal["", "test", "training"]
Scores = Mapping[str, Mapping[str, Interval]]
"""Dimension, then metric name, to its interval."""


@dataclass(frozen=True, slots=True)
class ClipTable:
    """Clips with features and affect on [-1, 1], all known, of one or more datasets.

    Attributes
    ----------
    features, affect
        Shapes (n, d) and (n, 2).
    datasets
        Index into `dataset_names`, shape (n,).
    groups
        Piece, recording or artist, shape (n,), codes unique over all datasets.
    duplicates
        Pairs of rows that are the same music, shape (m, 2), within and across datasets.
    """

    features: FloatArray
    affect: FloatArray
    datasets: IntArray
    dataset_names: tuple[str, ...]
    groups: IntArray
    duplicates: IntArray

    def __post_init__(self) -> None:
        n = len(self.features)
        object.__setattr__(self, "affect", frozen(self.affect, "f8", ndim=2))
        object.__setattr__(self, "datasets", frozen(self.datasets, "i8"))
        object.__setattr__(self, "groups", frozen(self.groups, "i8"))
        object.__setattr__(self, "duplicates", frozen(np.reshape(self.duplicates, (-1, 2)), "i8", ndim=2))
        if self.affect.shape != (n, 2) or len(self.datasets) != n or len(self.groups) != n:
            raise ValueError(f"columns do not fit {n} rows of features")
        if not np.isfinite(self.affect).all():
            raise ValueError("clips without annotation do not belong in the table")
        if n and not 0 <= int(self.datasets.min()) <= int(self.datasets.max()) < len(self.dataset_names):
            raise ValueError("dataset codes do not fit their names")

    def rows(self, codes: Sequence[int]) -> IntArray:
        """Ascending rows of these datasets."""
        return np.flatnonzero(np.isin(self.datasets, list(codes)))

    def duplicates_of(self, rows: IntArray) -> IntArray:
        """Rows that are duplicates of one of `rows`."""
        left, right = self.duplicates[:, 0], self.duplicates[:, 1]
        return np.unique(np.concatenate([right[np.isin(left, rows)], left[np.isin(right, rows)]]))


@dataclass(frozen=True, slots=True)
class Cell:
    """One training set against one test set.

    Attributes
    ----------
    train, test
        Names of the datasets.
    scores
        Without contaminated clips; every number has its interval, n and clusters.
    n_train
        Clips that a model was trained on (mean over folds under cross-validation).
    n_contaminated
        Duplicates found between training and test: the badge. `removed_from` says where they were left out.
    with_duplicates
        Scores when they are kept; None where there were none.
    rows, prediction
        Test rows of the table and their predictions [n, 2], without contaminated clips.
    note
        What a reader should know; says why scores are missing when they are.
    """

    train: tuple[str, ...]
    test: str
    kind: CellKind
    scores: Scores
    n_train: int
    n_contaminated: int
    removed_from: RemovedFrom
    with_duplicates: Scores | None
    rows: IntArray
    prediction: FloatArray
    note: str = ""


@dataclass(frozen=True, slots=True)
class Protocol:
    """How cells are measured; part of what makes a result repeatable."""

    n_folds: int = 5
    n_resamples: int = 2000
    seed: int = 0
    metrics: tuple[str, ...] = ALL_METRICS
