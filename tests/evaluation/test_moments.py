"""Metrics from weighted sums are those of clips that are really there so often, by other libraries."""

import audmetric
import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

from merdesk.evaluation.bootstrap import cluster_sums, cluster_weights, resampled_sums
from merdesk.evaluation.metrics import calibrations
from merdesk.evaluation.moments import moment_columns, scores_of


def sample(n=60, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.normal(0, 0.4, n)
    return y, 0.6 * y + 0.1 + rng.normal(0, 0.2, n), rng


def test_weighted_sums_score_as_clips_that_repeat():
    y, p, rng = sample()
    times = rng.integers(0, 4, len(y))
    found = scores_of(times @ moment_columns(y, p))
    y, p = np.repeat(y, times), np.repeat(p, times)
    assert found["r2"] == pytest.approx(r2_score(y, p))
    assert found["rmse"] == pytest.approx(np.sqrt(mean_squared_error(y, p)))
    assert found["mae"] == pytest.approx(mean_absolute_error(y, p))
    assert found["bias"] == pytest.approx(np.mean(p - y))
    assert found["pearson"] == pytest.approx(stats.pearsonr(y, p)[0])
    assert found["ccc"] == pytest.approx(audmetric.concordance_cc(y, p), abs=1e-6)


def test_a_resample_sums_the_clips_of_the_clusters_that_were_drawn():
    y, p, rng = sample()
    clusters = rng.integers(0, 8, len(y))
    columns = moment_columns(y, p)
    drawn = np.concatenate(list(cluster_weights(8, n_resamples=5, seed=3)))
    expected = [columns[np.repeat(np.arange(len(y)), row[clusters].astype(int))].sum(axis=0) for row in drawn]
    assert resampled_sums(columns, clusters, n_resamples=5, seed=3) == pytest.approx(np.array(expected))
    assert cluster_sums(columns, clusters).sum(axis=0) == pytest.approx(columns.sum(axis=0))


def test_nothing_resampled_has_no_sums():
    assert np.isnan(resampled_sums(np.empty((0, 7)), np.empty(0, dtype=int), n_resamples=2, seed=0)).all()


def test_a_calibration_is_the_least_squares_line_of_the_labelled_clips():
    y, p, _ = sample()
    for rest, offset, gain in calibrations(y, p, n_labelled=20, n_draws=3, seed=1):
        assert np.count_nonzero(~rest) == 20
        assert (gain, offset) == pytest.approx(tuple(np.polyfit(p[~rest], y[~rest], 1)))
    ((_, offset, gain),) = calibrations(y, np.zeros_like(y), n_labelled=len(y), n_draws=1, seed=1)
    assert (gain, offset) == (0.0, pytest.approx(y.mean()))
