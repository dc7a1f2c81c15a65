import numpy as np
import pytest

from merdesk.evaluation import metrics
from merdesk.evaluation.bootstrap import (
    ALL_METRICS,
    cluster_bootstrap,
    cluster_weights,
    interval_of,
)


def clustered(n_clusters=40, per_cluster=5, seed=0, between=0.3, within=0.1):
    """Clips whose annotation and error both have a share common to their cluster."""
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(n_clusters), per_cluster)
    y = rng.normal(0, between, n_clusters)[clusters] + rng.normal(0, within, len(clusters))
    error = rng.normal(0, between, n_clusters)[clusters] + rng.normal(0, within, len(clusters))
    return y, 0.7 * y + 0.5 * error, clusters


def test_draws_equal_metrics_of_literally_repeated_clips():
    y, p, clusters = clustered(12, 4)
    y = y.round(1)
    weights = next(cluster_weights(12, n_resamples=30, seed=3))
    fast = cluster_bootstrap(y, p, clusters, n_resamples=30, seed=3)
    for metric in metrics.METRICS:
        if metric.name == "affine_r2":
            continue
        slow = []
        for draw in weights.astype(int):
            rows = np.repeat(np.arange(len(y)), draw[clusters])
            slow.append(metric.function(y[rows], p[rows]))
        assert fast[metric.name].low == pytest.approx(np.quantile(slow, 0.025), abs=1e-9), metric.name
        assert fast[metric.name].high == pytest.approx(np.quantile(slow, 0.975), abs=1e-9), metric.name


def test_values_are_the_metrics_of_all_clips():
    y, p, clusters = clustered()
    found = cluster_bootstrap(y, p, clusters, n_resamples=50)
    assert {name: found[name].value for name in ALL_METRICS} == metrics.evaluate(y, p)


def test_same_seed_gives_the_same_interval_to_the_bit():
    y, p, clusters = clustered()
    once = cluster_bootstrap(y, p, clusters, n_resamples=200, seed=7)
    assert once == cluster_bootstrap(y, p, clusters, n_resamples=200, seed=7)
    assert once != cluster_bootstrap(y, p, clusters, n_resamples=200, seed=8)


def test_clips_of_one_cluster_widen_the_interval():
    y, p, clusters = clustered()
    by_cluster = cluster_bootstrap(y, p, clusters)["bias"]
    by_row = cluster_bootstrap(y, p, np.arange(len(y)))["bias"]
    assert by_cluster.high - by_cluster.low > 1.5 * (by_row.high - by_row.low)


def test_cluster_labels_may_be_text_and_their_names_do_not_matter():
    y, p, clusters = clustered()
    named = np.array([f"artist {code:03d}" for code in clusters])
    assert cluster_bootstrap(y, p, named, n_resamples=50) == cluster_bootstrap(y, p, clusters, n_resamples=50)


def test_few_clusters_are_said_and_greyed():
    y, p, clusters = clustered(6)
    found = cluster_bootstrap(y, p, clusters, n_resamples=50)["r2"]
    assert found.doubtful
    assert "only 6 clusters" in found.note


def test_one_cluster_has_a_value_but_no_interval():
    y, p, _ = clustered()
    found = cluster_bootstrap(y, p, np.zeros(len(y)), n_resamples=50)["r2"]
    assert np.isfinite(found.value)
    assert np.isnan(found.low)
    assert np.isnan(found.high)
    assert "one cluster" in found.note


def test_no_clips_and_constant_annotations_give_nan_with_a_reason():
    nothing = cluster_bootstrap([], [], [], n_resamples=20)
    constant = cluster_bootstrap([0.3] * 30, np.linspace(-1, 1, 30), np.arange(30), n_resamples=20)
    for name in ALL_METRICS:
        assert np.isnan(nothing[name].value)
        assert "0 clips" in nothing[name].note
    assert constant["r2"].note == "the annotations do not vary"
    assert np.isfinite(constant["rmse"].low)


def test_clips_left_out_are_counted_in_the_note():
    y, p, clusters = clustered()
    p[:10] = np.nan
    found = cluster_bootstrap(y, p, clusters, n_resamples=50)["mae"]
    assert found.n == len(y) - 10
    assert found.n_clusters == 38
    assert "10 clips without annotation or prediction left out" in found.note


def test_draws_without_meaning_do_not_become_limits():
    found = interval_of(0.5, np.array([np.nan] * 30 + [0.5] * 70), n=100, n_clusters=30)
    assert np.isnan(found.low)
    assert "no interval" in found.note


def coverage(by_row, n_trials=400):
    """Share of trials whose interval of the mean error holds the true one; pieces x pianists as in WTC."""
    held = 0
    for seed in range(n_trials):
        rng = np.random.default_rng(seed)
        pieces = np.repeat(np.arange(48), 6)
        y = rng.normal(0, 0.3, 48)[pieces] + rng.normal(0, 0.1, 288)
        p = y + rng.normal(0, 0.2, 48)[pieces] + rng.normal(0, 0.2, 288)
        clusters = np.arange(288) if by_row else pieces
        found = cluster_bootstrap(y, p, clusters, n_resamples=400, seed=seed, names=("bias",))["bias"]
        held += found.low <= 0 <= found.high
    return held / n_trials


@pytest.mark.slow
def test_intervals_by_cluster_cover_where_intervals_by_row_do_not():
    # 400 trials of true coverage .95 lie in .925..1 with 99 % probability.
    assert coverage(by_row=False) > 0.92
    assert coverage(by_row=True) < 0.80
