import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import r2_score
from statsmodels.stats.multitest import multipletests

from merdesk.evaluation.significance import holm, nadeau_bengio, sign_flip, spread_test, swap


@pytest.mark.parametrize("n", [1, 2, 5, 30])
def test_holm_agrees_with_statsmodels(n):
    p = np.random.default_rng(n).uniform(0, 0.1, n).round(3)
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1], abs=1e-12)


def test_holm_leaves_tests_that_were_not_done_out_of_the_family():
    adjusted = holm([0.01, np.nan, 0.04])
    assert adjusted[[0, 2]].tolist() == [0.02, 0.04]
    assert np.isnan(adjusted[1])


def test_sign_flip_of_singletons_agrees_with_scipy():
    values = np.random.default_rng(0).normal(0.3, 1, 12)
    exact = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", n_resamples=np.inf, alternative="two-sided"
    ).pvalue
    assert sign_flip(values, np.arange(12), n_permutations=20_000).p == pytest.approx(exact, abs=0.01)


def test_sign_flip_finds_a_planted_difference_and_counts_clusters():
    rng = np.random.default_rng(0)
    clusters = np.repeat(np.arange(40), 5)
    found = sign_flip(rng.normal(0.2, 0.3, 200), clusters)
    assert found.p < 0.01
    assert (found.n, found.n_clusters) == (200, 40)


def test_few_clusters_get_a_difference_but_no_p():
    found = sign_flip(np.ones(50), np.arange(50) // 10)
    assert found.difference == 1.0
    assert np.isnan(found.p)
    assert "5 clusters" in found.note


def rejections(clusters_of, n_trials=200):
    rejected = 0
    for seed in range(n_trials):
        rng = np.random.default_rng(seed)
        clusters = np.repeat(np.arange(30), 6)
        values = rng.normal(0, 0.3, 30)[clusters] + rng.normal(0, 0.2, 180)
        rejected += sign_flip(values, clusters_of(clusters), n_permutations=300, seed=seed).p <= 0.05
    return rejected


def test_a_true_null_is_rejected_as_often_as_promised_only_when_clusters_move_whole():
    assert 4 <= rejections(lambda clusters: clusters) <= 17
    assert rejections(lambda clusters: np.arange(len(clusters))) > 40


def test_swap_reports_the_difference_of_scores_and_finds_the_better_model():
    rng = np.random.default_rng(0)
    clusters = np.repeat(np.arange(50), 4)
    y = rng.normal(0, 0.3, 200)
    good, bad = y + rng.normal(0, 0.1, 200), y + rng.normal(0, 0.3, 200)
    found = swap(y, good, bad, clusters)
    assert found.difference == pytest.approx(r2_score(y, good) - r2_score(y, bad), abs=1e-9)
    assert found.p < 0.001


@pytest.mark.parametrize("metric", ["r2", "pearson", "ccc"])
def test_swap_does_not_tell_twins_apart(metric):
    rng = np.random.default_rng(1)
    y = rng.normal(0, 0.3, 200)
    twins = (y + rng.normal(0, 0.2, 200) for _ in range(2))
    assert swap(y, *twins, np.arange(200) // 4, metric=metric).p > 0.05


def test_identical_predictions_have_p_one():
    y = np.linspace(-1, 1, 60)
    assert swap(y, 0.5 * y, 0.5 * y, np.arange(60) // 3).p == 1.0


def test_nadeau_bengio_widens_the_naive_t_test_by_its_formula():
    d = np.random.default_rng(0).normal(0.05, 0.1, 10)
    found = nadeau_bengio(d, n_train=90, n_test=10)
    naive = stats.ttest_1samp(d, 0)
    widened = naive.statistic * np.sqrt((1 / 10) / (1 / 10 + 10 / 90))
    assert found.p == pytest.approx(2 * stats.t.sf(abs(widened), 9))
    assert found.p > naive.pvalue


def test_nadeau_bengio_of_one_fold_or_equal_folds_says_so():
    assert "at least 2" in nadeau_bengio([0.1], n_train=9, n_test=1).note
    assert nadeau_bengio([0.0, 0.0], n_train=9, n_test=1).p == 1.0


def test_the_test_by_spread_is_students_when_the_spread_is_a_means_own():
    values = np.random.default_rng(0).normal(0.3, 1, 25)
    unit = np.array([-1.0, 1.0]) / np.sqrt(2)
    draws = values.mean() + stats.sem(values) * unit
    assert spread_test(values.mean(), draws, len(values)) == pytest.approx(
        stats.ttest_1samp(values, 0).pvalue
    )


def test_there_is_no_test_by_spread_of_few_clusters_or_without_spread():
    assert np.isnan(spread_test(0.3, np.array([0.1, 0.2]), 9))
    assert np.isnan(spread_test(0.3, np.full(5, 0.3), 40))
    assert np.isnan(spread_test(np.nan, np.array([0.1, 0.2]), 40))
