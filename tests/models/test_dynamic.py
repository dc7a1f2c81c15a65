"""Traces by a model of whole clips: how half seconds are brought in line with clips, smoothed, left blank."""

import numpy as np
import pytest

from merdesk.domain.protocols import FeatureArrays
from merdesk.errors import ModelError
from merdesk.models.dynamic import filled, fused_frames, smoothed, times_s


def a_block(rows, width, seed=0, rate=2.0):
    rng = np.random.default_rng(seed)
    return FeatureArrays(rng.normal(5, 1, width), rng.normal(0, 1, (rows, width)), rate)


def test_frames_are_moved_until_their_mean_is_the_clips_vector():
    block = a_block(40, 3)
    moved = fused_frames([block])
    assert moved.mean(axis=0) == pytest.approx(block.pooled, abs=1e-5)
    assert np.diff(moved, axis=0) == pytest.approx(np.diff(block.frames, axis=0), abs=1e-5)


def test_sets_stand_side_by_side_as_far_as_the_shortest_goes():
    long, short = a_block(40, 3), a_block(12, 2, seed=1)
    moved = fused_frames([long, short])
    assert moved.shape == (12, 5)
    assert moved[:, 3:].mean(axis=0) == pytest.approx(short.pooled, abs=1e-5)


@pytest.mark.parametrize("block", [a_block(0, 3), a_block(9, 3, rate=4.0)])
def test_a_set_without_two_frames_a_second_cannot_be_followed(block):
    with pytest.raises(ModelError, match="no two frames a second"):
        fused_frames([block])


def test_what_was_not_computed_is_blank_and_stays_so():
    trace = filled(np.ones((20, 2)), 15.0)
    assert trace.shape == (30, 2)
    smooth = smoothed(trace)
    assert np.isnan(smooth[20:]).all()
    assert smooth[:20] == pytest.approx(np.ones((20, 2)))


def test_smoothing_keeps_the_mean_of_noise_and_takes_most_of_its_spread():
    noise = np.random.default_rng(0).normal(size=(400, 2))
    smooth = smoothed(noise)
    assert smooth.mean(axis=0) == pytest.approx(noise.mean(axis=0), abs=0.02)
    assert (smooth.std(axis=0) < 0.6 * noise.std(axis=0)).all()


def test_a_step_stays_where_it_is():
    step = np.repeat([[-1.0, -1.0], [1.0, 1.0]], 20, axis=0)
    smooth = smoothed(step)[:, 0]
    assert smooth[0] == pytest.approx(-1)
    assert smooth[19] == pytest.approx(-smooth[20])
    assert (np.diff(smooth) >= -1e-12).all()


def test_times_are_the_middles_of_half_seconds():
    assert times_s(2).tolist() == [0.25, 0.75]
