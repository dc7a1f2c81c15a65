"""Intervals, calibration and familiarity: what is learned once a model stands."""

import numpy as np
import pytest

from merdesk.errors import ModelError
from merdesk.models.calibration import calibrate
from merdesk.models.conformal import coverage, half_widths
from merdesk.models.familiarity import Familiarity
from merdesk.models.fusion import Standardiser


def residuals(n=400, seed=0, spread=0.2):
    rng = np.random.default_rng(seed)
    affect = rng.uniform(-1, 1, (n, 2))
    return affect, affect + rng.normal(0, [spread, spread / 2], (n, 2))


def test_the_half_width_is_the_conformal_order_statistic():
    affect = np.zeros((9, 2))
    prediction = np.stack([np.arange(1, 10) / 10, np.arange(1, 10) / 20], axis=1)
    found = half_widths(affect, prediction)  # ceil(.9 x 10) = 9th of nine
    assert found.valence == pytest.approx(0.9)
    assert found.arousal == pytest.approx(0.45)
    assert half_widths(affect, prediction, level=0.5).valence == pytest.approx(0.5)
    assert half_widths(affect[:8], prediction[:8]).valence == np.inf


def test_new_clips_are_covered_as_often_as_said():
    held = []
    for seed in range(200):
        widths = half_widths(*residuals(60, seed))
        affect, prediction = residuals(50, seed + 10_000)
        held.append(np.abs(affect - prediction) <= widths.both)
    # 200 draws of 50 clips; the standard error of their mean coverage is below .005.
    assert np.mean(held, axis=(0, 1)) == pytest.approx([0.9, 0.9], abs=0.02)


def test_every_dataset_counts_the_same():
    (quiet, near), (loud, far) = residuals(900, spread=0.05), residuals(100, 1, spread=0.5)
    affect, prediction = np.concatenate([quiet, loud]), np.concatenate([near, far])
    datasets = np.repeat([0, 1], [900, 100])
    pooled, apart = half_widths(affect, prediction), half_widths(affect, prediction, datasets)
    assert apart.valence > 2 * pooled.valence
    assert "count the same" in apart.over
    found = coverage(affect, prediction, apart, datasets)
    assert found[1][0] == pytest.approx(0.8, abs=0.07)
    assert found[0][2] == 900


def test_without_residuals_no_interval_is_given():
    with pytest.raises(ModelError, match="no interval"):
        half_widths(np.full((3, 2), np.nan), np.zeros((3, 2)))


def test_calibration_restores_offset_and_gain():
    rng = np.random.default_rng(0)
    mine = rng.uniform(-1, 1, (40, 2))
    prediction = (mine - [0.3, -0.2]) / [2.0, 0.5]
    found = calibrate(prediction, mine)
    assert found.offset == pytest.approx([0.3, -0.2])
    assert found.gain == pytest.approx([2.0, 0.5])
    assert found.apply(prediction) == pytest.approx(mine)
    assert found.n == 40


def test_calibration_needs_twenty_ratings_and_survives_constant_predictions():
    with pytest.raises(ModelError, match="You rated 19 clips"):
        calibrate(np.zeros((19, 2)), np.zeros((19, 2)))
    flat = calibrate(np.full((20, 2), 0.5), np.full((20, 2), 0.1))
    assert flat.apply([[0.5, 0.5]]) == pytest.approx(np.array([[0.1, 0.1]]))


def test_clips_like_the_training_clips_are_familiar_and_others_are_not():
    rng = np.random.default_rng(0)
    training, groups = rng.normal(size=(200, 5)), np.arange(200) // 2
    familiar = Familiarity.fit(training, groups, Standardiser.fit(training))
    like, unlike = (
        familiar.percentile(rng.normal(size=(100, 5))),
        familiar.percentile(rng.normal(size=(100, 5)) + 8),
    )
    assert 30 < like.mean() < 70
    assert unlike.min() == 100


def test_clips_of_the_same_group_do_not_make_training_look_near():
    training = np.repeat(np.random.default_rng(0).normal(size=(50, 5)), 2, axis=0)
    familiar = Familiarity.fit(training, np.arange(100) // 2, Standardiser.fit(training))
    assert familiar.distances.min() > 0
    alone = Familiarity.fit(training, np.zeros(100), Standardiser.fit(training))
    assert np.isnan(alone.percentile(training)).all()
