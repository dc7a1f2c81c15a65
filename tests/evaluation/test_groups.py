import numpy as np
import pytest

from merdesk.evaluation import metrics
from merdesk.evaluation.disparity import disparity
from merdesk.evaluation.groups import bias_table

NAMES = ("blues", "classical", "jazz", "pop", "rock")


def genres(n_artists=150, per_artist=4, seed=0, slope=0.5, spread=0.2):
    """Annotations with genre means, a model that only shrinks; each artist plays one genre."""
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(n_artists), per_artist)
    codes = clusters % len(NAMES)
    means = np.linspace(-spread, spread, len(NAMES))
    y = means[codes][:, None] + rng.normal(0, 0.25, (len(clusters), 2))
    y -= y.mean(axis=0)
    p = slope * y + rng.normal(0, 0.05, (n_artists, 2))[clusters] + rng.normal(0, 0.1, y.shape)
    return y, p, codes, clusters


def rows_of(table, dimension="valence"):
    return {row.group: row for row in table if row.dimension == dimension}


def test_shrinkage_alone_is_expected_and_no_finding():
    y, p, codes, clusters = genres()
    rows = rows_of(bias_table(y, p, codes, NAMES, clusters))
    assert rows["blues"].bias.low > 0.05
    assert rows["rock"].bias.high < -0.05
    for row in rows.values():
        assert row.difference.low < 0 < row.difference.high
        assert row.p_holm > 0.05


def test_a_planted_genre_offset_is_found_with_its_size():
    y, p, codes, clusters = genres()
    p[codes == 2] += 0.2
    table = bias_table(y, p, codes, NAMES, clusters)
    for dimension in metrics.DIMENSIONS:
        jazz = rows_of(table, dimension)["jazz"]
        assert jazz.difference.low < 0.2 < jazz.difference.high
        assert jazz.p_holm < 0.05


def test_an_offset_of_all_clips_is_not_the_genres():
    y, p, codes, clusters = genres()
    for row in bias_table(y, p + 0.3, codes, NAMES, clusters):
        assert row.difference.value == pytest.approx(0.3, abs=0.06)
        assert row.beyond_overall.value == pytest.approx(0.0, abs=0.06)


def test_expected_bias_follows_the_published_formula():
    y, p, codes, clusters = genres()
    slope = np.polyfit(y[:, 1], p[:, 1], 1)[0]
    for row in rows_of(bias_table(y, p, codes, NAMES, clusters), "arousal").values():
        mine = codes == NAMES.index(row.group)
        expected = -(1 - slope) * (y[mine, 1].mean() - y[:, 1].mean())
        assert row.expected == pytest.approx(expected, abs=1e-9)
        assert row.bias.value == pytest.approx(np.mean(p[mine, 1] - y[mine, 1]), abs=1e-12)
        assert row.difference.value == pytest.approx(row.bias.value - expected, abs=1e-9)


def test_columns_are_the_metrics_within_the_group():
    y, p, codes, clusters = genres()
    mine = codes == 3
    row = rows_of(bias_table(y, p, codes, NAMES, clusters))["pop"]
    assert row.n == 120
    assert row.n_clusters == 30
    assert row.rmse.value == pytest.approx(metrics.rms_error(y[mine, 0], p[mine, 0]))
    assert row.mae.value == pytest.approx(metrics.mean_absolute_error(y[mine, 0], p[mine, 0]))
    assert row.pearson.value == pytest.approx(metrics.pearson_score(y[mine, 0], p[mine, 0]))


def test_small_groups_are_greyed_and_get_no_p():
    y, p, codes, clusters = genres(n_artists=40)
    table = rows_of(bias_table(y, p, codes, NAMES, clusters))
    assert all(row.greyed and np.isnan(row.p_holm) for row in table.values())
    large = rows_of(bias_table(*genres()[:3], NAMES, genres()[3]))
    assert not any(row.greyed for row in large.values())


def test_clips_without_group_count_only_in_the_whole():
    y, p, codes, clusters = genres()
    codes = np.where(codes == 4, -1, codes)
    table = rows_of(bias_table(y, p, codes, NAMES, clusters))
    assert "rock" not in table
    assert sum(row.n for row in table.values()) == np.count_nonzero(codes >= 0)


def test_empty_and_constant_input_give_no_error():
    assert bias_table(np.empty((0, 2)), np.empty((0, 2)), [], NAMES, []) == []
    table = bias_table(np.zeros((40, 2)), np.ones((40, 2)), [0] * 40, NAMES, range(40))
    assert table[0].difference.value == pytest.approx(1.0)
    assert np.isnan(table[0].pearson.value)


def test_disparity_of_equal_errors_is_like_its_null():
    y, p, codes, clusters = genres(slope=1.0)
    for found in disparity(y, p, codes, NAMES, clusters, n_permutations=400):
        assert found.n_groups == 5
        assert found.spread.p > 0.05
        assert found.spread.value < 2 * found.spread.null_high


def test_a_group_with_larger_errors_is_named_and_beats_its_null():
    y, p, codes, clusters = genres(slope=1.0)
    p[codes == 1] += np.random.default_rng(5).normal(0, 0.3, p[codes == 1].shape)
    for found in disparity(y, p, codes, NAMES, clusters, n_permutations=400):
        assert found.worst_group == "classical"
        assert found.spread.p < 0.01
        assert found.range.value > found.range.null_high


def test_disparity_of_one_large_group_is_not_claimed():
    y, p, codes, clusters = genres()
    found = disparity(y, p, np.zeros_like(codes), NAMES, clusters)
    assert np.isnan(found[0].spread.value)
    assert "two are needed" in found[0].note


def test_labels_are_dealt_within_strata_only():
    """Genres nested in datasets cannot be dealt anew: every permutation equals what was observed."""
    y, p, codes, clusters = genres()
    nested = disparity(y, p, codes, NAMES, clusters, strata=codes, n_permutations=50)
    assert nested[0].spread.p == 1.0
    assert nested[0].spread.null_mean == pytest.approx(nested[0].spread.value)
