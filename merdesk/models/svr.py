"""Support vector regression with a Gaussian kernel; trained by scikit-learn, stored and predicted as plain arrays."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray, frozen
from merdesk.errors import ModelError
from merdesk.models.folds import INNER_FOLDS
from merdesk.models.fusion import Block, Standardiser
from merdesk.models.prepared import Prepared
from merdesk.models.state import ModelState, standardiser_of, standardiser_state

COSTS = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Candidates for C, for annotations scaled to unit variance."""
UNVALIDATED_COST = 1.0
TUBE = 0.1
"""Errors below this, in standard deviations of the annotations, cost nothing."""
ROWS_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class FittedSvr:
    """A kernel expansion: prediction = sum of weights times exp(-gamma |x - support|^2), plus intercept.

    Attributes
    ----------
    support
        Standardised training clips that carry weight, shape (m, d).
    weights, intercept, cost
        Shapes (m, 2), (2,), (2,).
    gamma
        Width of the kernel: 1 / columns.
    """

    standardiser: Standardiser
    support: FloatArray
    weights: FloatArray
    intercept: FloatArray
    cost: FloatArray
    gamma: float
    validated_by: str = ""

    def __post_init__(self) -> None:
        for name, ndim in (("support", 2), ("weights", 2), ("intercept", 1), ("cost", 1)):
            object.__setattr__(self, name, frozen(getattr(self, name), "f8", ndim=ndim))

    def predict(self, features: FloatArray) -> FloatArray:
        """Valence and arousal [n, 2] on [-1, 1] (not cut there) of features [n, d].

        Raises
        ------
        ModelError
            When the features have another width or values that are not numbers.
        """
        table = np.asarray(features)
        parts = [
            np.exp(
                -self.gamma
                * squared_distances(
                    self.standardiser.transform(table[start : start + ROWS_AT_ONCE]), self.support
                )
            )
            @ self.weights
            for start in range(0, max(1, len(table)), ROWS_AT_ONCE)
        ]
        return np.asarray(np.concatenate(parts) + self.intercept)

    def state(self) -> ModelState:
        """What a file must hold to give the same predictions."""
        arrays, values = standardiser_state(self.standardiser)
        arrays |= {
            "support": self.support,
            "weights": self.weights,
            "intercept": self.intercept,
            "cost": self.cost,
            "gamma": np.array([self.gamma]),
        }
        return ModelState("svr", arrays, values | {"validated_by": self.validated_by})

    @classmethod
    def restore(cls, state: ModelState) -> "FittedSvr":
        """The model of a state; ModelError when it does not hold together."""
        standardiser = standardiser_of(state)
        support = state.finite("support", None, len(standardiser.mean))
        gamma = float(state.finite("gamma", 1)[0])
        if gamma <= 0:
            raise ModelError("The model file's kernel width is not above zero.")
        return cls(
            standardiser,
            support,
            state.finite("weights", len(support), 2),
            state.finite("intercept", 2),
            state.finite("cost", 2),
            gamma,
            str(state.values.get("validated_by", "")),
        )


@dataclass(frozen=True, slots=True)
class Svr:
    """Support vector regression; C is chosen per dimension on held-out groups, or held-out datasets."""

    blocks: tuple[Block, ...] = ()
    costs: tuple[float, ...] = COSTS
    n_folds: int = INNER_FOLDS
    balanced: bool = False

    @property
    def name(self) -> str:
        """`svr`."""
        return "svr"

    def fit(
        self,
        features: FloatArray,
        affect: FloatArray,
        groups: IntArray,
        *,
        datasets: IntArray | None = None,
    ) -> FittedSvr:
        """Fit on features [n, d], affect [n, 2] and group codes [n]; with dataset codes each dataset counts the same.

        Raises
        ------
        ModelError
            Under three clips, or when features or affect are not numbers.
        """
        given = Prepared.of(
            features,
            affect,
            groups,
            datasets,
            blocks=self.blocks,
            balanced=self.balanced,
            n_folds=self.n_folds,
        )
        gamma = 1 / max(1, given.table.shape[1])
        kernel = _Kernel(np.exp(-gamma * squared_distances(given.table, given.table)), given)
        cost = given.best(self.costs, kernel.validation_error, otherwise=UNVALIDATED_COST)
        dual, intercept = kernel.solution(cost)
        used = np.flatnonzero((dual != 0).any(axis=1))
        return FittedSvr(
            given.standardiser, given.table[used], dual[used], intercept, cost, gamma, given.validated_by
        )


class _Kernel:
    """A kernel matrix [n, n] computed once for all folds and costs, of the clips that are given."""

    def __init__(self, kernel: FloatArray, given: Prepared) -> None:
        self._kernel, self._given = kernel, given
        self._labels, self._weights = given.labels, given.weights

    def solution(self, cost: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Dual weights [n, 2] and intercept [2] on all clips."""
        everything = np.arange(len(self._labels))
        return self._fitted(everything, cost)

    def validation_error(self, cost: float) -> FloatArray:
        """Mean square error [2] on clips held out fold by fold."""
        sums = []
        for held_out in self._given.folds:
            rows = np.setdiff1d(np.arange(len(self._labels)), held_out)
            dual, intercept = self._fitted(rows, np.full(2, cost))
            residual = self._kernel[np.ix_(held_out, rows)] @ dual + intercept - self._labels[held_out]
            sums.append((residual**2).sum(axis=0))
        return self._given.mean_error(sums)

    def _fitted(self, rows: IntArray, cost: FloatArray) -> tuple[FloatArray, FloatArray]:
        from sklearn.svm import SVR

        dual, intercept = np.zeros((len(rows), 2)), np.zeros(2)
        kernel = np.ascontiguousarray(self._kernel[np.ix_(rows, rows)])
        for column in range(2):
            y = self._labels[rows, column]
            centre, scale = y.mean(), y.std()
            if scale <= 1e-9:
                intercept[column] = centre
                continue
            machine: Any = SVR(kernel="precomputed", C=float(cost[column]), epsilon=TUBE)
            machine.fit(kernel, (y - centre) / scale, sample_weight=self._weights[rows])
            dual[machine.support_, column] = machine.dual_coef_[0] * scale
            intercept[column] = machine.intercept_[0] * scale + centre
        return dual, intercept


def squared_distances(a: FloatArray, b: FloatArray) -> FloatArray:
    """Squared Euclidean distances [n, m] of rows of a [n, d] and b [m, d]."""
    squared = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    return np.asarray(np.maximum(squared, 0.0))
