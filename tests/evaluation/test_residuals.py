"""Looks at residuals: what lies in each cell and bin, with which interval, and what is too small to tell."""

import numpy as np
import pytest

from merdesk.evaluation.residuals import bias_grid, calibration, mean_interval, trend

RNG = np.random.default_rng(3)


def test_a_cell_has_the_mean_of_its_clips_and_too_small_a_one_has_none():
    residual = np.tile([0.3, -0.1], (29, 1))
    first = np.repeat([0, 1], [20, 9])
    cells = bias_grid(residual, first, np.zeros(29, int), np.arange(29))
    assert [(cell.dimension, cell.first) for cell in cells] == [
        ("valence", 0),
        ("valence", 1),
        ("arousal", 0),
        ("arousal", 1),
    ]
    assert cells[0].bias.value == pytest.approx(0.3)
    assert cells[2].bias.value == pytest.approx(-0.1)
    assert (cells[1].told, cells[1].bias.n) == (False, 9)


def test_a_cell_of_many_clips_in_four_groups_is_too_small():
    cells = bias_grid(np.ones((40, 2)), np.zeros(40, int), np.zeros(40, int), np.arange(40) // 10)
    assert [cell.told for cell in cells] == [False, False]


def test_the_interval_of_a_mean_covers_what_the_clusters_leave_open():
    clusters = np.repeat(np.arange(40), 10)
    covered = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        found = mean_interval(rng.normal(size=40)[clusters] + rng.normal(size=400), clusters, seed=seed)
        covered += found.low <= 0 <= found.high
    assert covered >= 51


def test_a_calibrated_model_lies_on_the_diagonal_and_a_shrunken_truth_below_it():
    said = RNG.uniform(-0.8, 0.8, (600, 2))
    affect = np.stack([said[:, 0], 0.5 * said[:, 1]], axis=1) + RNG.normal(0, 0.1, (600, 2))
    valence, arousal = calibration(affect, said, np.arange(600))
    assert len(valence) == 10
    assert sum(one.y.n for one in valence) == 600
    assert all(one.y.low - 0.03 <= one.x <= one.y.high + 0.03 for one in valence)
    assert arousal[-1].y.high < arousal[-1].x
    assert arousal[0].y.low > arousal[0].x


def test_clips_of_one_value_are_never_parted():
    x = np.repeat([0.0, 1.0, 2.0], [100, 80, 20])
    found = trend(x, x, np.arange(200))
    assert all(one.low == one.high or one.low < one.high for one in found.bins)
    assert sorted(np.concatenate([one.rows for one in found.bins]).tolist()) == list(range(200))
    assert {one.low for one in found.bins} <= {0.0, 1.0, 2.0}


def test_a_trend_goes_with_its_line_and_leaves_out_what_is_unknown():
    x = RNG.normal(size=300)
    y = 2 * x + RNG.normal(size=300)
    x[:7] = np.nan
    found = trend(x, y, np.arange(300) // 2)
    assert found.n_unknown == 7
    assert found.rho.n == 293
    slope = (found.line[-1] - found.line[0]) / (found.x[-1] - found.x[0])
    assert slope == pytest.approx(2, abs=0.2)
    assert (found.low < found.line).all()
    assert (found.line < found.high).all()
    assert all(np.isfinite(x[one.rows]).all() for one in found.bins)


def test_nothing_is_drawn_through_clips_that_do_not_differ():
    found = trend(np.ones(60), RNG.normal(size=60), np.arange(60))
    assert len(found.x) == 0
    assert np.isnan(found.rho.value)
