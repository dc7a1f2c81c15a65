"""Scores from pairwise comparisons, and which pair to compare next.

Davidson's model with worth exp(theta): the first clip has more with probability proportional to exp(theta_i), the
second to exp(theta_j), and neither to exp(delta + (theta_i + theta_j) / 2). Without a single tie it is that of Bradley
and Terry. A normal prior keeps scores finite where a clip won or lost every comparison; without one they are maximum
likelihood.

References
----------
Bradley, R. A. & Terry, M. E. (1952). Rank analysis of incomplete block designs. Biometrika 39, 324-345.
Davidson, R. R. (1970). On extending the Bradley-Terry model to accommodate ties. J. Am. Stat. Assoc. 65, 317-328.
Chaloner, K. & Verdinelli, I. (1995). Bayesian experimental design: a review. Statistical Science 10, 273-304.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray

PRIOR_SD = 2.0
"""In logits: two clips drawn from it differ by 2.8, odds of 17 to 1, about what people can still hear apart."""
TIE_SD = 2.0
STEPS_MOST = 100
CONVERGED = 1e-10
SINGULAR = 1e12
ANSWERS = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.5, 0.5, 1.0]])


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of n clips in logits, their mean 0.

    Attributes
    ----------
    theta, std_error
        Score and standard error of each clip, shape (n,).
    covariance
        Of the scores, shape (n, n).
    delta
        Log of Davidson's tie parameter; -inf where nobody answered "equal".
    """

    theta: FloatArray
    std_error: FloatArray
    covariance: FloatArray
    delta: float


def fit(
    n_clips: int,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    outcome: npt.ArrayLike,
    *,
    prior_sd: float = PRIOR_SD,
) -> Scores:
    """Fit scores to comparisons.

    Parameters
    ----------
    n_clips
        Clips are numbered from 0.
    first, second
        Numbers of the compared clips, shape (m,).
    outcome
        1 where the first has more, -1 where the second has, 0 for neither; shape (m,).
    prior_sd
        Standard deviation of the scores' normal prior; inf for maximum likelihood.

    Raises
    ------
    ValueError
        When maximum likelihood has no finite answer: clips that no comparison joins, or that always win or lose.

    Examples
    --------
    >>> scores = fit(2, [0, 0, 0, 0], [1, 1, 1, 1], [1, 1, 1, -1], prior_sd=math.inf)
    >>> (scores.theta[0] - scores.theta[1]).round(4) == np.log(3).round(4)
    np.True_
    """
    pairs = np.column_stack([np.asarray(first, np.int64), np.asarray(second, np.int64)]).reshape(-1, 2)
    answers = np.asarray(outcome, np.int64)
    with_ties = bool((answers == 0).any())
    precision = np.zeros(n_clips + with_ties)
    if not math.isinf(prior_sd):
        precision[:n_clips], precision[n_clips:] = prior_sd**-2, TIE_SD**-2
    beta, hessian = _newton(n_clips, pairs, answers, precision)
    covariance = np.linalg.inv(hessian)[:n_clips, :n_clips]
    centred = covariance - covariance.mean(axis=0) - covariance.mean(axis=1)[:, None] + covariance.mean()
    theta = beta[:n_clips] - beta[:n_clips].mean()
    delta = float(beta[n_clips]) if with_ties else -math.inf
    return Scores(theta, np.sqrt(np.maximum(np.diag(centred), 0)), centred, delta)


def _newton(
    n_clips: int, pairs: IntArray, outcome: IntArray, precision: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Mode, and minus the second derivative there; the sum of the scores, which nothing tells, is held at 0."""
    n_parameters = len(precision)
    # Each answer's coefficients in the first clip's score, the second's, and delta.
    answers = ANSWERS if n_parameters > n_clips else ANSWERS[:2]
    given = ANSWERS[np.select([outcome == 1, outcome == -1], [0, 1], 2)]
    places = np.column_stack([pairs, np.full(len(pairs), n_clips)])
    beta = np.zeros(n_parameters)
    level = np.zeros((n_parameters, n_parameters))
    level[:n_clips, :n_clips] = 1 / n_clips
    for _ in range(STEPS_MOST):
        logits = np.append(beta, 0.0)[places] @ answers.T
        weights = np.exp(logits - np.max(logits, axis=1, keepdims=True, initial=-np.inf))
        weights /= weights.sum(axis=1, keepdims=True)
        mean = weights @ answers
        blocks = np.einsum("mk,kp,kq->mpq", weights, answers, answers) - mean[:, :, None] * mean[:, None, :]
        slope, hessian = np.zeros(n_clips + 1), np.zeros((n_clips + 1, n_clips + 1))
        np.add.at(slope, places, given - mean)
        np.add.at(hessian, (places[:, :, None], places[:, None, :]), blocks)
        slope = slope[:n_parameters] - precision * beta
        hessian = hessian[:n_parameters, :n_parameters] + np.diag(precision) + level
        if not precision.any() and np.linalg.cond(hessian) > SINGULAR:
            break
        step = np.linalg.solve(hessian, slope)
        # A long step of the first iterations would overshoot where answers are few.
        beta = beta + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-300))
        if np.abs(step).max() < CONVERGED:
            return beta, hessian
    raise ValueError("these comparisons have no finite scores; more of them are needed, or a prior")


def components(n_clips: int, first: npt.ArrayLike, second: npt.ArrayLike) -> IntArray:
    """Label [n] of the group that each clip belongs to: clips of one group are joined by comparisons.

    Examples
    --------
    >>> components(4, [0, 2], [1, 1]).tolist()
    [0, 0, 0, 3]
    """
    label = np.arange(n_clips)
    for one, other in zip(np.asarray(first, np.int64), np.asarray(second, np.int64), strict=True):
        low, high = sorted((label[one], label[other]))
        label[label == high] = low
    return label


def next_pair(
    groups: IntArray, dimensions: Sequence[Scores], *, seed: int, skipped: Sequence[tuple[int, int]] = ()
) -> tuple[int, int] | None:
    """Choose the pair whose answer is expected to shrink the uncertainty of the scores most.

    The gain is that of D-optimality, log(1 + I v): v is the variance of the pair's difference, I the information that
    one more answer is expected to carry; it is summed over dimensions. While clips are not joined by comparisons
    yet, only pairs that join two groups are asked, so that n - 1 answers connect n clips.

    Parameters
    ----------
    groups
        As `components` returns them, shape (n,).
    dimensions
        Scores of each dimension that is asked for.
    seed
        Decides between pairs of equal gain, and which clip comes first.
    skipped
        Pairs that are not asked.

    Returns
    -------
    tuple or None
        Numbers of the first and second clip; None where no pair is left.
    """
    one, other = np.triu_indices(len(groups), 1)
    allowed = np.ones(len(one), dtype=bool)
    for pair in skipped:
        allowed &= ~((one == min(pair)) & (other == max(pair)))
    joining = allowed & (groups[one] != groups[other])
    candidates = np.flatnonzero(joining if joining.any() else allowed)
    if not len(candidates):
        return None
    one, other = one[candidates], other[candidates]
    gain = np.zeros(len(one))
    for scores in dimensions:
        variance = np.diag(scores.covariance)
        difference_variance = variance[one] + variance[other] - 2 * scores.covariance[one, other]
        gain += np.log1p(_information(scores, one, other) * np.maximum(difference_variance, 0))
    generator = np.random.default_rng(seed)
    best = generator.choice(np.flatnonzero(gain >= gain.max() - 1e-9))
    pair = int(one[best]), int(other[best])
    return pair if generator.random() < 0.5 else pair[::-1]


def _information(scores: Scores, one: IntArray, other: IntArray) -> FloatArray:
    """Expected information of an answer about the difference of each pair of clips."""
    half = (scores.theta[one] - scores.theta[other]) / 2
    top = np.maximum(np.abs(half), scores.delta)
    more, less, tie = np.exp(half - top), np.exp(-half - top), np.exp(scores.delta - top)
    total = more + less + tie
    information: FloatArray = (more + less) / total / 4 - ((more - less) / total / 2) ** 2
    return information
