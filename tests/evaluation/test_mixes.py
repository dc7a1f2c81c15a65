import numpy as np
import pytest

from merdesk.evaluation.metrics import evaluate
from merdesk.evaluation.mixes import mix_weights, under_mix


def test_weights_give_the_wanted_shares():
    genres = np.repeat([0, 1, 2], [60, 30, 10])
    weights = mix_weights(genres, [0.2, 0.3, 0.5])
    assert np.bincount(genres, weights) / weights.sum() == pytest.approx([0.2, 0.3, 0.5])
    assert weights.mean() == pytest.approx(1.0)
    assert mix_weights([-1, 0, 1], [1, 1])[0] == 0


def test_whole_weights_equal_clips_repeated():
    rng = np.random.default_rng(0)
    genres = np.repeat([0, 1], [100, 50])
    y = rng.normal(size=150)
    p = y + rng.normal(0, 0.1 + genres, 150)
    found = under_mix(y, p, genres, [0.5, 0.5], np.arange(150), n_resamples=50)
    repeated = np.concatenate([np.arange(100), np.tile(np.arange(100, 150), 2)])
    expected = evaluate(y[repeated], p[repeated])
    for name, interval in found.scores.items():
        assert interval.value == pytest.approx(expected[name]), name


def test_the_same_mix_changes_nothing_and_is_worth_all_clips():
    rng = np.random.default_rng(0)
    genres = rng.integers(0, 4, 200)
    y = rng.normal(size=200)
    p = 0.5 * y
    found = under_mix(y, p, genres, np.bincount(genres), np.arange(200), n_resamples=50)
    assert found.n_effective == pytest.approx(200)
    assert found.scores["r2"].value == pytest.approx(evaluate(y, p)["r2"])


def test_a_mix_that_few_clips_stand_for_is_not_shown():
    y = np.linspace(-1, 1, 200)
    found = under_mix(y, y, np.repeat([0, 1], [195, 5]), [0.0, 1.0], np.arange(200), n_resamples=50)
    assert found.n_effective == pytest.approx(5)
    assert np.isnan(found.scores["r2"].value)
    assert "worth 5 clips only" in found.scores["r2"].note


def test_genres_that_are_missing_here_are_counted():
    y = np.linspace(-1, 1, 60)
    found = under_mix(y, y, np.zeros(60, int), [0.75, 0.25], np.arange(60), n_resamples=50)
    assert found.left_out == pytest.approx(0.25)
    assert found.scores["rmse"].value == 0


def test_a_mix_that_is_mostly_missing_is_not_shown():
    y = np.linspace(-1, 1, 60)
    found = under_mix(y, y, np.zeros(60, int), [0.25, 0.75], np.arange(60), n_resamples=50)
    assert np.isnan(found.scores["r2"].value)
    assert np.isnan(found.changes["r2"].value)
    assert "75% of that mix lies in genres without a clip here" in found.scores["r2"].note
