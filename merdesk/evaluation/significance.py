"""Tests that respect clusters, and corrections for asking many questions.

Model against model on the same test clips: the sign of each cluster's difference is exchangeable when neither is
better (`sign_flip`); for metrics that are not means over clips the two predictions of a cluster are (`swap`).
Repeated cross-validation: folds share training clips, and the naive t-test rejects a true null in 57 % of cases;
`nadeau_bengio` widens its variance. Families of tests: `holm`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray
from merdesk.evaluation.bootstrap import WEIGHTS_AT_ONCE, cluster_sums
from merdesk.evaluation.moments import moment_columns, scores_of

LEAST_CLUSTERS = 10
"""Under this many clusters a permutation test is not done: it could hardly reject, or only by accident."""
ROUNDING = 1e-12
"""A permuted statistic this close below the observed one counts as equal to it."""


@dataclass(frozen=True, slots=True)
class Test:
    """A difference, its two-sided p and what stands behind it; p is NaN where no test was done, with a note."""

    __test__ = False  # pytest, this is no test class

    difference: float
    p: float
    n: int
    n_clusters: int
    note: str = ""


def holm(p: npt.ArrayLike) -> FloatArray:
    """Holm's adjusted p-values, shape (n,): the chance of any false claim in the family stays under the level.

    NaN (no test done) stays NaN and does not count in the family.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand. J. Statist. 6, 65-70.
    """
    values = np.asarray(p, dtype=np.float64)
    adjusted = np.full(values.shape, np.nan)
    tested = np.flatnonzero(np.isfinite(values))
    order = tested[np.argsort(values[tested], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(values[order] * factors), 1.0)
    return adjusted


def sign_flip(
    values: npt.ArrayLike, clusters: npt.ArrayLike, *, n_permutations: int = 5000, seed: int = 0
) -> Test:
    """Whether values [n] (differences of two models' losses, residuals) have mean zero, clusters being exchangeable.

    The statistic is the mean over clips; under the null each cluster's sum keeps its size and loses its sign.

    Returns
    -------
    Test
        p at least 1 / (n_permutations + 1); NaN under ten clusters.
    """
    values = np.asarray(values, dtype=np.float64)
    _, codes = np.unique(np.asarray(clusters), return_inverse=True)
    if not len(values):
        return Test(float("nan"), float("nan"), 0, 0, "no clips")
    sums = cluster_sums(values[:, None], codes)[:, 0]
    difference = float(values.mean())
    if len(sums) < LEAST_CLUSTERS:
        return Test(difference, float("nan"), len(values), len(sums), _too_few(len(sums)))
    permuted = [abs(signs @ sums) for signs in _signs(len(sums), n_permutations, seed)]
    p = p_value(abs(float(sums.sum())), np.concatenate(permuted))
    return Test(difference, p, len(values), len(sums))


def swap(
    y: npt.ArrayLike,
    p_a: npt.ArrayLike,
    p_b: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    metric: str = "r2",
    n_permutations: int = 5000,
    seed: int = 0,
) -> Test:
    """Whether models A and B score alike on the same clips: score of A minus score of B, and its two-sided p.

    Under the null it is chance which of the two predicted a cluster: each permutation swaps some clusters' predictions.

    Parameters
    ----------
    y, p_a, p_b
        Annotations and the two models' predictions of one dimension, shape (n,), without NaN.
    clusters
        Shape (n,).
    metric
        One of `moments.MOMENT_METRICS`.
    """
    y, p_a, p_b = (np.asarray(column, dtype=np.float64) for column in (y, p_a, p_b))
    _, codes = np.unique(np.asarray(clusters), return_inverse=True)
    a, b = (cluster_sums(moment_columns(y, column), codes) for column in (p_a, p_b))
    difference = float(scores_of(a.sum(axis=0))[metric] - scores_of(b.sum(axis=0))[metric])
    if len(a) < LEAST_CLUSTERS:
        return Test(difference, float("nan"), len(y), len(a), _too_few(len(a)))
    permuted = []
    for signs in _signs(len(a), n_permutations, seed):
        keep = (signs + 1) / 2
        first, second = keep @ a + (1 - keep) @ b, keep @ b + (1 - keep) @ a
        permuted.append(np.abs(scores_of(first)[metric] - scores_of(second)[metric]))
    return Test(difference, p_value(abs(difference), np.concatenate(permuted)), len(y), len(a))


def nadeau_bengio(differences: npt.ArrayLike, *, n_train: float, n_test: float) -> Test:
    """Corrected resampled t-test over scores of repeated cross-validation folds.

    t = mean(d) / sqrt((1 / J + n_test / n_train) s_d^2), with J - 1 degrees of freedom

    Parameters
    ----------
    differences
        Score of A minus score of B in each of J folds, shape (J,).
    n_train, n_test
        Clips that train and test in a fold (means over folds).

    Returns
    -------
    Test
        `n` and `n_clusters` count folds; NaN p under two folds; p 1 when all differences are zero.

    References
    ----------
    Nadeau, C. & Bengio, Y. (2003). Inference for the generalization error. Machine Learning 52, 239-281.
    """
    from scipy.stats import t as student

    d = np.asarray(differences, dtype=np.float64)
    if len(d) < 2:
        note = f"{len(d)} folds, at least 2 are needed"
        return Test(float(d.mean()) if len(d) else float("nan"), float("nan"), len(d), len(d), note)
    error = float(np.sqrt((1 / len(d) + n_test / n_train) * d.var(ddof=1)))
    mean = float(d.mean())
    if error == 0:
        return Test(mean, 1.0 if mean == 0 else 0.0, len(d), len(d), "all folds differ by the same amount")
    return Test(mean, float(2 * student.sf(abs(mean) / error, len(d) - 1)), len(d), len(d))


def _signs(n_clusters: int, n_permutations: int, seed: int) -> Iterator[FloatArray]:
    """Random signs in blocks of shape (b, n_clusters), n_permutations rows in all."""
    rng = np.random.default_rng(seed)
    at_once = max(1, WEIGHTS_AT_ONCE // n_clusters)
    for start in range(0, n_permutations, at_once):
        b = min(at_once, n_permutations - start)
        yield rng.integers(0, 2, size=(b, n_clusters)) * 2.0 - 1


def p_value(observed: float, null: FloatArray) -> float:
    """Share of null values [m] at least as large as the observed, the observed counted among them."""
    reached = np.count_nonzero(null >= observed * (1 - ROUNDING))
    return float((1 + reached) / (1 + len(null)))


def spread_test(value: float, draws: FloatArray, n_clusters: int) -> float:
    """Two-sided p of a number against zero by the spread of its resamples [b], Student's t with n_clusters - 1.

    For numbers whose resamples cover more than the test clips (see `refits`), of which no permutation is a model. NaN
    under ten clusters, and where the resamples do not vary.
    """
    from scipy.stats import t as student

    defined = draws[np.isfinite(draws)]
    if n_clusters < LEAST_CLUSTERS or not np.isfinite(value) or len(defined) < 2:
        return float("nan")
    spread = float(defined.std(ddof=1))
    return float(2 * student.sf(abs(value) / spread, n_clusters - 1)) if spread > 0 else float("nan")


def _too_few(n_clusters: int) -> str:
    return f"{n_clusters} clusters, at least {LEAST_CLUSTERS} are needed for a test"
