import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from merdesk.evaluation.quadrants import quadrant_scores, quadrants


def test_accuracies_agree_with_scikit_learn():
    rng = np.random.default_rng(0)
    y = rng.normal(0.3, 0.5, (300, 2))
    p = y + rng.normal(0, 0.4, (300, 2))
    found = quadrant_scores(y, p, np.arange(300) // 3, n_resamples=100)
    assert found.accuracy.value == pytest.approx(np.mean(quadrants(y) == quadrants(p)))
    assert found.balanced.value == pytest.approx(balanced_accuracy_score(quadrants(y), quadrants(p)))
    assert found.accuracy.low < found.accuracy.value < found.accuracy.high
    assert found.n_left_out == 0


def test_clips_within_one_standard_error_of_an_axis_are_left_out_and_counted():
    y = [[0.05, 0.5], [0.5, 0.5], [-0.5, -0.05], [-0.5, -0.5]]
    found = quadrant_scores(y, y, range(4), standard_error=np.full((4, 2), 0.1), n_resamples=20)
    assert found.n_left_out == 2
    assert found.accuracy.n == 2


def test_unknown_standard_errors_leave_nothing_out():
    y = np.random.default_rng(0).normal(size=(20, 2))
    found = quadrant_scores(y, y, range(20), standard_error=np.full((20, 2), np.nan), n_resamples=20)
    assert found.n_left_out == 0
    assert found.balanced.value == 1.0


def test_no_clip_at_all_gives_nan_with_a_note():
    found = quadrant_scores(np.empty((0, 2)), np.empty((0, 2)), [], n_resamples=5)
    assert np.isnan(found.accuracy.value)
    assert found.accuracy.note
