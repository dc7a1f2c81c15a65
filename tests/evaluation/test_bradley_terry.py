"""Scores from comparisons against independent computations, and a design that connects."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize

from merdesk.evaluation.bradley_terry import components, fit, next_pair


def simulated(n_clips, n_pairs, seed, delta=-math.inf):
    rng = np.random.default_rng(seed)
    theta = rng.normal(0, 1, n_clips)
    first = rng.integers(0, n_clips, n_pairs)
    second = (first + rng.integers(1, n_clips, n_pairs)) % n_clips
    logits = np.stack([theta[first], theta[second], delta + (theta[first] + theta[second]) / 2], axis=1)
    weights = np.exp(logits)
    drawn = rng.random(n_pairs)[:, None] > np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    return theta, first, second, np.array([1, -1, 0])[drawn.sum(axis=1)]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_without_ties_it_is_logistic_regression(seed):
    """Scores and standard errors equal those of statsmodels' logit on differences, the last clip as reference."""
    _, first, second, outcome = simulated(7, 300, seed)
    rows = np.arange(300)
    design = np.zeros((300, 7))
    design[rows, first], design[rows, second] = 1, -1
    other = sm.Logit((outcome == 1).astype(float), design[:, :-1]).fit(disp=0)
    centre = np.eye(7) - 1 / 7
    embed = np.vstack([np.eye(6), np.zeros(6)])
    covariance = centre @ embed @ other.cov_params() @ embed.T @ centre
    scores = fit(7, first, second, outcome, prior_sd=math.inf)
    np.testing.assert_allclose(scores.theta, centre @ embed @ other.params, atol=1e-6)
    np.testing.assert_allclose(scores.std_error, np.sqrt(np.diag(covariance)), rtol=1e-5)
    assert scores.delta == -math.inf


def test_with_ties_it_is_davidsons_likelihood():
    """A general optimiser on the likelihood as Davidson wrote it, with worths pi and tie parameter nu."""
    _, first, second, outcome = simulated(5, 400, 4, delta=0.3)

    def minus_log_likelihood(parameters):
        worth, nu = np.exp(np.append(parameters[:4], -parameters[:4].sum())), np.exp(parameters[4])
        a, b = worth[first], worth[second]
        top = np.select([outcome == 1, outcome == -1], [a, b], nu * np.sqrt(a * b))
        return -np.log(top / (a + b + nu * np.sqrt(a * b))).sum()

    found = minimize(minus_log_likelihood, np.zeros(5), method="BFGS", options={"gtol": 1e-7}).x
    scores = fit(5, first, second, outcome, prior_sd=math.inf)
    np.testing.assert_allclose(scores.theta, np.append(found[:4], -found[:4].sum()), atol=1e-4)
    assert scores.delta == pytest.approx(found[4], abs=1e-4)


def test_standard_errors_cover_the_truth():
    covered = []
    for seed in range(60):
        theta, first, second, outcome = simulated(6, 200, seed, delta=-0.5)
        scores = fit(6, first, second, outcome, prior_sd=math.inf)
        covered += list(np.abs(scores.theta - (theta - theta.mean())) < 1.96 * scores.std_error)
    assert 0.91 < np.mean(covered) < 0.98


def test_a_prior_keeps_the_score_of_a_clip_that_always_wins():
    first, second, outcome = [0, 0, 1], [1, 2, 2], [1, 1, 1]
    with pytest.raises(ValueError, match="no finite scores"):
        fit(3, first, second, outcome, prior_sd=math.inf)
    scores = fit(3, first, second, outcome)
    assert scores.theta[0] > scores.theta[1] > scores.theta[2]
    assert np.isfinite(scores.std_error).all()


def test_before_any_comparison_all_scores_are_alike():
    scores = fit(4, [], [], [])
    np.testing.assert_allclose(scores.theta, 0)
    assert np.ptp(scores.std_error) < 1e-12


def ask(n_clips, n_pairs, theta, seed, choose):
    first, second, outcome = [], [], []
    rng = np.random.default_rng(seed)
    for turn in range(n_pairs):
        scores = fit(n_clips, first, second, outcome)
        groups = components(n_clips, first, second)
        one, other = choose(groups, scores, turn)
        first.append(one)
        second.append(other)
        outcome.append(1 if rng.random() < 1 / (1 + np.exp(theta[other] - theta[one])) else -1)
    return fit(n_clips, first, second, outcome), first, second


def test_n_minus_one_answers_connect_n_clips():
    _, first, second = ask(12, 11, np.zeros(12), 0, lambda g, s, turn: next_pair(g, [s], seed=turn))
    assert len(set(components(12, first, second).tolist())) == 1


def uncertainty(scores):
    """Log volume of the scores' ellipsoid, without the direction that nothing tells."""
    n = len(scores.theta)
    return np.linalg.slogdet(scores.covariance + 1 / n)[1]


def test_the_chosen_design_beats_a_drawn_one():
    """With as many answers, scores are less uncertain than after pairs drawn at random."""
    rng = np.random.default_rng(8)
    gains = []
    for seed in range(6):
        theta = rng.normal(0, 1, 10)
        chosen, *_ = ask(10, 40, theta, seed, lambda g, s, turn: next_pair(g, [s], seed=turn))
        drawn, *_ = ask(10, 40, theta, seed, lambda *_: tuple(rng.choice(10, 2, replace=False)))
        gains.append(uncertainty(drawn) - uncertainty(chosen))
    assert np.mean(gains) > 0.5
    assert min(gains) > -0.5


def test_the_same_seed_asks_the_same_pair_and_skipped_pairs_are_not_asked():
    scores = fit(3, [], [], [])
    groups = components(3, [], [])
    assert next_pair(groups, [scores], seed=5) == next_pair(groups, [scores], seed=5)
    assert set(next_pair(groups, [scores], seed=5, skipped=[(0, 1), (2, 1)])) == {0, 2}
    assert next_pair(groups, [scores], seed=5, skipped=[(0, 1), (2, 1), (0, 2)]) is None
    sides = {next_pair(groups, [scores], seed=seed)[0] for seed in range(20)}
    assert sides == {0, 1, 2}
