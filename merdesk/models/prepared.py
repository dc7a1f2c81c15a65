"""Where every fit begins: labels that are checked, datasets balanced, features standardised, folds for what is chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.errors import ModelError
from merdesk.models.folds import INNER_FOLDS, balancing_weights, dataset_folds, inner_folds
from merdesk.models.fusion import Block, Standardiser

LEAST_CLIPS = 3
UNVALIDATED = "nothing: one group only"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Training clips as a regressor needs them.

    Attributes
    ----------
    labels
        Valence and arousal, shape (n, 2), every value a number.
    weights
        How much each clip counts, shape (n,), mean 1: with dataset codes, every dataset the same.
    table
        Standardised features, shape (n, d), float64.
    folds
        Rows that are held out in turn to choose what cannot be learned: a dataset at a time from two datasets on, else
        groups dealt into folds. Empty where one group leaves nothing to hold out.
    several
        True where datasets are held out: every fold then counts the same, however large.
    """

    labels: FloatArray
    weights: FloatArray
    standardiser: Standardiser
    table: FloatArray
    folds: tuple[IntArray, ...]
    several: bool

    @classmethod
    def of(
        cls,
        features: npt.ArrayLike,
        affect: npt.ArrayLike,
        groups: npt.ArrayLike,
        datasets: npt.ArrayLike | None,
        *,
        blocks: Sequence[Block] = (),
        balanced: bool = False,
        n_folds: int = INNER_FOLDS,
    ) -> "Prepared":
        """Check and prepare features [n, d], affect [n, 2], group and dataset codes [n].

        Raises
        ------
        ModelError
            Under three clips, or when features or affect are not numbers.
        """
        labels = checked_affect(affect, len(np.asarray(features)))
        weights = balancing_weights(datasets, len(labels))
        standardiser = Standardiser.fit(features, blocks, weights=weights, balanced=balanced)
        return cls(
            labels,
            weights,
            standardiser,
            standardiser.transform(features),
            tuple(inner_folds(groups, datasets, n_folds=n_folds)),
            bool(dataset_folds(groups, datasets)),
        )

    @property
    def validated_by(self) -> str:
        """How something is chosen on these folds, in words."""
        if not self.folds:
            return UNVALIDATED
        return "leave-one-dataset-out" if self.several else f"{len(self.folds)} grouped folds"

    def mean_error(self, squares: Sequence[FloatArray]) -> FloatArray:
        """Mean square error [2] from the sums of squares [2] of each fold."""
        sizes = np.array([len(rows) for rows in self.folds])[:, None]
        errors = np.asarray(squares)
        return np.asarray(
            np.mean(errors / sizes, axis=0) if self.several else errors.sum(axis=0) / sizes.sum()
        )

    def best(
        self, candidates: Sequence[float], error: Callable[[float], FloatArray], *, otherwise: float
    ) -> FloatArray:
        """The candidate of least error for valence and for arousal, shape (2,); `otherwise` without folds."""
        if not self.folds:
            return np.full(2, otherwise)
        errors = np.array([error(value) for value in candidates])
        return np.asarray(np.asarray(candidates)[errors.argmin(axis=0)])


def checked_affect(affect: npt.ArrayLike, n_clips: int) -> FloatArray:
    """Affect [n, 2] as float64, once it fits the features and every value is a number.

    Raises
    ------
    ModelError
        Under three clips, or with values missing.
    """
    labels = np.asarray(affect, dtype=np.float64)
    if labels.shape != (n_clips, 2):
        raise ValueError(f"{n_clips} clips do not fit affect of shape {labels.shape}")
    if n_clips < LEAST_CLIPS:
        raise ModelError(
            f"{n_clips} annotated clips with features are too few to train on; at least {LEAST_CLIPS} are needed."
        )
    missing = int(np.count_nonzero(~np.isfinite(labels).all(axis=1)))
    if missing:
        raise ModelError(f"{missing} of {n_clips} training clips have no valence or arousal; leave them out.")
    return labels
