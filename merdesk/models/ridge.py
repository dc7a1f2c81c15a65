"""Ridge regression, the default: deterministic, done in seconds, hard to beat.

One eigendecomposition of the training set serves every penalty and every validation fold. With the thin decomposition
X = U S V', predictions on the training clips are H y with H = 1 1'/n + U diag(s^2 / (s^2 + alpha)) U', and the
residuals that a model fitted without the clips G would have there are

    e_G = (I - H_GG)^-1 (y - H y)_G,

exactly: no second fit is needed to validate (Hastie, Tibshirani & Friedman, sec. 7.10, for single clips; the same
algebra for sets of clips). Clips that count more (datasets balanced) enter as rows scaled by the root of their weight.
"""

from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray, frozen
from merdesk.models.folds import INNER_FOLDS
from merdesk.models.fusion import Block, Standardiser
from merdesk.models.prepared import Prepared
from merdesk.models.state import ModelState, standardiser_of, standardiser_state

PENALTIES = tuple(float(value) for value in 10.0 ** np.arange(-3.5, 4.01, 0.5))
"""Penalties in units of the mean eigenvalue of X'X: the same grid fits 8 clips and 4,000, 74 columns and 4,872."""
UNVALIDATED_PENALTY = 1.0
"""Used when a single group leaves nothing to validate on."""
MOST_FACTORS = 4
"""Folds up to which factors of what they leave are cheaper than one eigendecomposition of all clips."""
SINGLE_PENALTY = 0.1
"""From this penalty on factors may be of single precision: below, rounding would reach the smallest eigenvalues."""
ROWS_AT_ONCE = 4096
SINGLE_FROM = 1000
"""From so many clips on the hat matrices of validation are products in single precision: a third less time for the
whole fit. They only choose the penalty, and 1 - H is never under 3e-4, far above the rounding."""


@dataclass(frozen=True, slots=True)
class FittedLinear:
    """A linear model of standardised features.

    Attributes
    ----------
    standardiser
        Fitted on the training clips.
    weights, intercept
        Shapes (d, 2) and (2,).
    penalty
        Chosen penalty for valence and arousal, shape (2,), in units of the mean eigenvalue.
    validated_by
        How it was chosen, in words.
    """

    standardiser: Standardiser
    weights: FloatArray
    intercept: FloatArray
    penalty: FloatArray
    validated_by: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", frozen(self.weights, "f8", ndim=2))
        object.__setattr__(self, "intercept", frozen(self.intercept, "f8"))
        object.__setattr__(self, "penalty", frozen(self.penalty, "f8"))
        if self.weights.shape != (len(self.standardiser.mean), 2) or self.intercept.shape != (2,):
            raise ValueError(f"weights {self.weights.shape} do not fit {len(self.standardiser.mean)} columns")

    def predict(self, features: FloatArray) -> FloatArray:
        """Valence and arousal [n, 2] on [-1, 1] (not cut there) of features [n, d].

        Raises
        ------
        ModelError
            When the features have another width or values that are not numbers.
        """
        table = np.asarray(features)
        parts = [
            self.standardiser.transform(table[start : start + ROWS_AT_ONCE]) @ self.weights
            for start in range(0, max(1, len(table)), ROWS_AT_ONCE)
        ]
        return np.asarray(np.concatenate(parts) + self.intercept)

    def state(self) -> ModelState:
        """What a file must hold to give the same predictions."""
        arrays, values = standardiser_state(self.standardiser)
        arrays |= {"weights": self.weights, "intercept": self.intercept, "penalty": self.penalty}
        return ModelState("linear", arrays, values | {"validated_by": self.validated_by})

    @classmethod
    def restore(cls, state: ModelState) -> "FittedLinear":
        """The model of a state; ModelError when it does not hold together."""
        standardiser = standardiser_of(state)
        return cls(
            standardiser,
            state.finite("weights", len(standardiser.mean), 2),
            state.finite("intercept", 2),
            state.finite("penalty", 2),
            str(state.values.get("validated_by", "")),
        )


@dataclass(frozen=True, slots=True)
class Ridge:
    """Ridge regression with its penalty chosen per dimension on held-out groups, or held-out datasets.

    Parameters
    ----------
    blocks
        Feature blocks, standardised apart; none for one block.
    penalties
        Candidates in units of the mean eigenvalue.
    n_folds
        Inner folds within a single dataset.
    balanced
        Whether every block has the same total variance (see `Standardiser.fit`).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> features = rng.normal(size=(60, 4))
    >>> fitted = Ridge().fit(features, features[:, :2], np.arange(60) // 3)
    >>> bool(np.abs(fitted.predict(features) - features[:, :2]).max() < 0.05)
    True
    """

    blocks: tuple[Block, ...] = ()
    penalties: tuple[float, ...] = PENALTIES
    n_folds: int = INNER_FOLDS
    balanced: bool = False

    @property
    def name(self) -> str:
        """`ridge`."""
        return "ridge"

    def fit(
        self,
        features: FloatArray,
        affect: FloatArray,
        groups: IntArray,
        *,
        datasets: IntArray | None = None,
    ) -> FittedLinear:
        """Fit on features [n, d], affect [n, 2] and group codes [n].

        Parameters
        ----------
        datasets
            Dataset codes, shape (n,). With two or more, every dataset counts the same and the penalty is the one that
            carries best from all others to each; else five grouped folds choose.

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
        table = _Factorised(given) if _suits_factors(given) else _Decomposed(given)
        penalty = given.best(self.penalties, table.validation_error, otherwise=UNVALIDATED_PENALTY)
        coefficients, intercept = table.solution(penalty)
        return FittedLinear(given.standardiser, coefficients, intercept, penalty, given.validated_by)


class _Centred:
    """Standardised features X [n, d] and labels Y [n, 2], centred, their rows scaled by the roots of weights [n, 1]."""

    def __init__(self, given: Prepared) -> None:
        share = given.weights / given.weights.sum()
        self.folds, self.mean_error = given.folds, given.mean_error
        self.root = np.sqrt(given.weights)[:, None]
        self.column_means, self.label_means = share @ given.table, share @ given.labels
        # Cut values move a column's mean off zero, so it is taken out again.
        self.x = (given.table - self.column_means) * self.root
        self.y = (given.labels - self.label_means) * self.root

    def solution(self, dual: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weights [d, 2] and intercept [2] of dual weights [n, 2]."""
        weights = self.x.T @ dual
        return weights, self.label_means - self.column_means @ weights


class _Decomposed:
    """One eigendecomposition for every penalty."""

    def __init__(self, given: Prepared) -> None:
        self._centred = centred = _Centred(given)
        n, d = centred.x.shape
        gram = centred.x @ centred.x.T if n <= d else centred.x.T @ centred.x
        values, vectors = np.linalg.eigh(gram)
        kept = values > values[-1] * max(n, d) * np.finfo(np.float64).eps if d else np.zeros(0, bool)
        self._squares, vectors = values[kept], vectors[:, kept]
        self._left = vectors if n <= d else (centred.x @ vectors) / np.sqrt(self._squares)
        self._for_hat = self._left.astype(np.float32 if n >= SINGLE_FROM else np.float64)
        self._rotated = self._left.T @ centred.y
        self._unit = float(self._squares.mean()) if len(self._squares) else 1.0

    def solution(self, penalty: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weights [d, 2] and intercept [2] at one penalty per dimension."""
        shrunk = self._rotated / (self._squares[:, None] + self._unit * penalty)
        return self._centred.solution(self._left @ shrunk)

    def validation_error(self, penalty: float) -> FloatArray:
        """Mean square error [2] on clips held out fold by fold."""
        centred = self._centred
        kept = self._squares / (self._squares + self._unit * penalty)
        residual = centred.y - self._left @ (kept[:, None] * self._rotated)
        total = float(np.sum(centred.root**2))
        sums = []
        for rows in centred.folds:
            root = centred.root[rows]
            # A product with its own transpose costs half of one with another matrix.
            half = self._for_hat[rows] * np.sqrt(kept).astype(self._for_hat.dtype)
            hat = (half @ half.T).astype(np.float64) + root @ root.T / total
            held_out = np.linalg.solve(np.eye(len(rows)) - hat, residual[rows]) / root
            sums.append(np.sum(held_out**2, axis=0))
        return centred.mean_error(sums)


class _Factorised:
    """A Cholesky factor for every penalty and fold, of the clips that are not held out: for many clips in few folds.

    An eigendecomposition of n clips costs some ten n^3 operations, half of them slow; factors of all clips but one of
    three datasets cost .3 n^3 a penalty, most of them in single precision.
    """

    def __init__(self, given: Prepared) -> None:
        self._centred = centred = _Centred(given)
        self._gram = centred.x @ centred.x.T
        self._single = self._gram.astype(np.float32)
        # Weighted means are taken out: one eigenvalue is zero, and the unit is the mean of the others.
        self._unit = max(float(np.trace(self._gram)) / (len(self._gram) - 1), np.finfo(np.float64).tiny)

    def solution(self, penalty: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weights [d, 2] and intercept [2] at one penalty per dimension."""
        duals = [
            _solved(self._gram, self._unit * float(value), self._centred.y[:, [column]])
            for column, value in enumerate(penalty)
        ]
        return self._centred.solution(np.hstack(duals))

    def validation_error(self, penalty: float) -> FloatArray:
        """Mean square error [2] on clips held out fold by fold."""
        centred, sums = self._centred, []
        gram = self._single if penalty >= SINGLE_PENALTY else self._gram
        for rows in centred.folds:
            others = np.setdiff1d(np.arange(len(gram)), rows)
            y, root = centred.y[others], centred.root[others]
            dual = _solved(gram[np.ix_(others, others)], self._unit * penalty, np.hstack([y, root]))
            # The intercept is not shrunk: it is what makes the rest balance without the held-out clips.
            intercept = (root.T @ dual[:, :2]) / (root.T @ dual[:, 2:])
            dual = dual[:, :2] - dual[:, 2:] @ intercept
            told = self._gram[np.ix_(rows, others)] @ dual + centred.root[rows] @ intercept
            sums.append(np.sum(((centred.y[rows] - told) / centred.root[rows]) ** 2, axis=0))
        return centred.mean_error(sums)


def _suits_factors(given: Prepared) -> bool:
    n, d = given.table.shape
    return SINGLE_FROM <= n <= d and 1 < len(given.folds) <= MOST_FACTORS


def _solved(gram: FloatArray, penalty: float, right: FloatArray) -> FloatArray:
    """(gram + penalty I)^-1 right, float64, in the precision of the Gram matrix."""
    from scipy.linalg import cho_factor, cho_solve

    penalised = np.array(gram, order="F")
    penalised.flat[:: len(penalised) + 1] += penalty
    factor = cho_factor(penalised, lower=True, overwrite_a=True, check_finite=False)
    return np.asarray(cho_solve(factor, right.astype(gram.dtype), check_finite=False), dtype=np.float64)
