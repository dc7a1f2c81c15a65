import audmetric
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as sk

from merdesk.evaluation import metrics
from merdesk.evaluation.metrics import METRICS, evaluate, undefined_reason


def a_sample(n=200, seed=0, *, ties=False):
    rng = np.random.default_rng(seed)
    y = rng.uniform(-1, 1, n)
    p = 0.6 * y + 0.1 + rng.normal(0, 0.3, n)
    return (y.round(1), p.round(1)) if ties else (y, p)


def test_metrics_agree_with_scikit_learn_and_scipy():
    y, p = a_sample()
    found = evaluate(y, p)
    assert found["r2"] == pytest.approx(sk.r2_score(y, p), abs=1e-12)
    assert found["rmse"] == pytest.approx(sk.root_mean_squared_error(y, p), abs=1e-12)
    assert found["mae"] == pytest.approx(sk.mean_absolute_error(y, p), abs=1e-12)
    assert found["pearson"] == pytest.approx(stats.pearsonr(y, p).statistic, abs=1e-12)
    assert found["spearman"] == pytest.approx(stats.spearmanr(y, p).statistic, abs=1e-12)
    assert found["bias"] == pytest.approx(np.mean(p - y), abs=1e-12)


def test_spearman_shares_ranks_between_ties_like_scipy():
    y, p = a_sample(ties=True)
    assert metrics.spearman_score(y, p) == pytest.approx(stats.spearmanr(y, p).statistic, abs=1e-12)
    assert metrics.midranks(y).tolist() == stats.rankdata(y).tolist()


@pytest.mark.parametrize("n", [3, 5, 50])
def test_ccc_is_lin_with_division_by_n_like_audmetric(n):
    y, p = a_sample(n)
    assert metrics.ccc_score(y, p) == pytest.approx(audmetric.concordance_cc(y, p), abs=1e-6)


def test_ranking_without_ties_is_kendalls_tau_rescaled():
    y, p = a_sample()
    tau = stats.kendalltau(y, p).statistic
    assert metrics.ranking_score(y, p) == pytest.approx((tau + 1) / 2, abs=1e-12)


def test_ranking_skips_equal_annotations_and_halves_equal_predictions():
    assert metrics.ranking_score([0, 0, 1], [9, 5, 7]) == 0.5
    assert metrics.ranking_score([0, 1, 2], [4, 4, 4]) == 0.5


def test_affine_r2_restores_a_score_that_offset_and_gain_spoilt():
    y, p = a_sample(400)
    assert metrics.r2_score(y, 3 * p + 1) < -5
    restored = metrics.affine_r2_score(y, 3 * p + 1)
    assert restored == pytest.approx(metrics.pearson_score(y, p) ** 2, abs=0.1)


def test_one_correlation_can_be_many_r2():
    y = np.random.default_rng(0).normal(size=100_000)
    p = 0.64 * y + np.random.default_rng(1).normal(size=100_000) * 0.48
    for gain, offset, r2 in [(1.0, 0.0, 0.64), (0.5, 0.0, 0.48), (1.0, 0.5, 0.39)]:
        assert metrics.pearson_score(y, gain * p + offset) == pytest.approx(0.80, abs=0.01)
        assert metrics.r2_score(y, gain * p + offset) == pytest.approx(r2, abs=0.02)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_nan_has_a_reason_and_every_reason_a_nan(metric):
    rng = np.random.default_rng(0)
    cases = [
        ([], []), ([0.1, 0.4], [0.2, 0.3]), ([0.1] * 40, rng.normal(size=40)),
        (rng.normal(size=40), [0.1] * 40), (rng.normal(size=40), rng.normal(size=40)),
    ]  # fmt: skip
    for y, p in cases:
        assert np.isnan(metric.function(y, p)) == bool(undefined_reason(metric.name, y, p)), (metric.name, y)


def test_predictions_that_differ_by_rounding_alone_have_no_correlation():
    y = np.linspace(-1, 1, 50)
    p = 0.1 + np.random.default_rng(0).normal(size=50) * 1e-14
    assert np.isnan(metrics.pearson_score(y, p))
    assert np.isnan(metrics.spearman_score(y, p))


def test_clips_without_a_value_are_left_out():
    y, p = a_sample(60)
    holed = y.copy()
    holed[::3] = np.nan
    assert evaluate(holed, p) == evaluate(y[np.arange(60) % 3 > 0], p[np.arange(60) % 3 > 0])


def test_columns_of_two_lengths_are_refused():
    with pytest.raises(ValueError, match="one column each"):
        metrics.r2_score([1, 2, 3], [1, 2])


@settings(max_examples=50, deadline=None)
@given(st.integers(3, 60), st.integers(0, 10_000), st.floats(0.1, 10), st.floats(-5, 5))
def test_metrics_keep_their_ranges_and_symmetries(n, seed, gain, offset):
    y, p = a_sample(n, seed)
    found = evaluate(y, p)
    assert found["r2"] <= found["pearson"] ** 2 + 1e-12
    assert abs(found["ccc"]) <= abs(found["pearson"]) + 1e-12
    assert found["mae"] <= found["rmse"] + 1e-12
    assert abs(found["bias"]) <= found["mae"] + 1e-12
    moved = evaluate(gain * y + offset, gain * p + offset)
    for name in ("r2", "pearson", "spearman", "ccc", "ranking"):
        assert moved[name] == pytest.approx(found[name], abs=1e-6)
    assert moved["rmse"] == pytest.approx(gain * found["rmse"], rel=1e-6)
