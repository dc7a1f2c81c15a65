"""Rounded labels and the spreading within their step."""

import numpy as np
import pytest

from merdesk.exploration.lattice import rounding_step, spread_offsets

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("step", [0.025, 0.05, 0.25])
def test_the_step_of_rounded_labels_is_found(step):
    values = (np.round(RNG.uniform(-0.8, 0.8, 500) / step) * step).astype(np.float32)
    assert rounding_step(values) == pytest.approx(step, abs=1e-6)


def test_a_few_means_over_another_number_of_raters_do_not_hide_the_step():
    values = np.round(RNG.uniform(-0.8, 0.8, 500) / 0.025) * 0.025
    values[:60] = RNG.uniform(-0.8, 0.8, 60)
    assert rounding_step(values) == pytest.approx(0.025)


def test_continuous_labels_and_missing_ones_have_no_step():
    assert rounding_step(RNG.uniform(-1, 1, 500)) == 0
    assert rounding_step(np.full(5, np.nan)) == 0
    assert rounding_step([]) == 0


def test_clips_stay_in_their_cell_and_apart_and_where_they_were():
    affect = np.round(RNG.uniform(-0.8, 0.8, (400, 2)) / 0.1) * 0.1
    dataset, ids = np.zeros(400, np.int64), np.arange(1, 401)
    offsets = spread_offsets(affect, dataset, ids)
    assert np.abs(offsets).max() < 0.05
    assert len(np.unique(offsets, axis=0)) == 400
    again = spread_offsets(affect[::-1], dataset, ids[::-1])
    assert np.array_equal(again[::-1], offsets)


def test_only_the_dataset_with_a_lattice_is_spread():
    affect = np.concatenate(
        [np.round(RNG.uniform(-0.8, 0.8, (200, 2)) / 0.1) * 0.1, RNG.uniform(-1, 1, (200, 2))]
    )
    offsets = spread_offsets(affect, np.repeat([0, 1], 200), np.arange(400))
    assert offsets[:200].any()
    assert not offsets[200:].any()
