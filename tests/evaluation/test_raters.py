"""Raters beside one another, ways to one value, and planning, against figures worked out elsewhere."""

import numpy as np
import pytest

from merdesk.evaluation.raters import (
    clips_needed,
    cronbach_alpha,
    of_raters,
    others_mean,
    outlying,
    pairwise_ccc,
    pooled,
)

RNG = np.random.default_rng(4)
TRUTH = RNG.normal(0, 0.4, 200)
TABLE = TRUTH[:, None] + RNG.normal(0, 0.1, (200, 4))
ORDER = np.tile(np.arange(200.0)[:, None], (1, 4))


def test_a_lenient_rater_a_drifting_one_and_a_timid_one_are_seen():
    table = TABLE.copy()
    table[:, 0] += 0.3
    table[:, 1] += ORDER[:, 1] * 0.002
    table[:, 2] *= 0.3
    lenient, drifting, timid, _ = of_raters(table, ORDER)
    expected = (table[:, 0] - table[:, 1:].mean(axis=1)).mean()
    assert lenient.leniency == pytest.approx(expected)
    assert drifting.drift == pytest.approx(0.2, abs=0.05)
    assert timid.spread < 0.5 * lenient.spread


def test_others_means_leave_oneself_and_what_is_missing_out():
    found = others_mean(np.array([[1.0, 2.0, np.nan], [4.0, np.nan, np.nan]]))
    assert np.array_equal(found, [[2.0, 1.0, 1.5], [np.nan, 4.0, 4.0]], equal_nan=True)


def test_a_slip_of_the_hand_stands_out_first():
    table = TABLE.copy()
    table[17, 2] = -table[17, 2] + 2.0
    assert outlying(table)[0].tolist() == [17, 2]
    assert outlying([[0.1, np.nan]]).shape == (0, 2)


def test_pooling_resists_what_it_is_meant_to_resist():
    ratings = [[0.1, 0.2, 0.3, 0.2, 5.0], [np.nan, 0.2, np.nan, 0.4, np.nan], [np.nan] * 5]
    assert pooled(ratings, "median") == pytest.approx([0.2, 0.3, np.nan], nan_ok=True)
    assert pooled(ratings, "trimmed") == pytest.approx([0.7 / 3, 0.3, np.nan], nan_ok=True)
    assert pooled(ratings, "mean") == pytest.approx([1.16, 0.3, np.nan], nan_ok=True)


def test_weighting_by_reliability_comes_closer_to_the_truth_than_the_mean():
    table = TABLE.copy()
    table[:, 3] = RNG.permutation(table[:, 3])
    errors = {how: np.abs(pooled(table, how) - TRUTH).mean() for how in ("mean", "weighted")}
    assert errors["weighted"] < 0.6 * errors["mean"]


def test_cronbachs_alpha_is_that_of_the_covariance_formula():
    traces = TABLE[:, :3].T
    covariance = np.cov(traces)
    k, mean_variance = 3, np.trace(covariance) / 3
    mean_covariance = (covariance.sum() - np.trace(covariance)) / 6
    expected = k * mean_covariance / (mean_variance + (k - 1) * mean_covariance)
    assert cronbach_alpha(traces) == pytest.approx(expected)
    assert np.isnan(cronbach_alpha(traces[:1]))


def test_concordance_of_pairs_leaves_out_what_one_of_them_lacks():
    traces = TABLE[:, :2].T.copy()
    traces[0, :5] = np.nan
    a, b = traces[:, 5:]
    expected = 2 * np.cov(a, b, ddof=0)[0, 1] / (a.var() + b.var() + (a.mean() - b.mean()) ** 2)
    assert pairwise_ccc(traces) == pytest.approx(expected)


def test_a_planned_study_has_the_interval_that_was_asked_for():
    n, k, icc = clips_needed(0.6, 5, half_width=0.1), 5, 0.6
    found = []
    for _ in range(300):
        clips = RNG.normal(0, np.sqrt(icc), (n, 1)) + RNG.normal(0, np.sqrt(1 - icc), (n, k))
        between, within = k * clips.mean(axis=1).var(ddof=1), clips.var(axis=1, ddof=1).mean()
        found.append((between - within) / (between + (k - 1) * within))
    assert 1.96 * np.std(found) == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize(("icc", "n_raters"), [(1.0, 3), (-0.1, 3), (0.5, 1)])
def test_no_plan_without_something_to_plan(icc, n_raters):
    with pytest.raises(ValueError, match="no plan"):
        clips_needed(icc, n_raters)
