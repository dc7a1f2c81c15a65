"""Power spectra: what they add up to, and that they are made once for several extractors."""

import numpy as np
import pytest
from tones import RATE_HZ, music, noise

from merdesk.features.spectra import spectra

HOW = {"sample_rate_hz": RATE_HZ, "n_fft": 2048, "hop_length": 512}


def test_the_bins_of_a_frame_add_up_to_its_mean_square():
    y = noise(2)
    found = spectra(y, **HOW).power
    assert found.shape == (1 + len(y) // 512, 1025)
    assert found[8:-8].sum(axis=1).mean() == pytest.approx((y**2).mean(), rel=0.05)


def test_read_only_samples_are_transformed_once():
    y = music(2)
    y.flags.writeable = False
    first = spectra(y, **HOW)
    assert spectra(y, **HOW) is first
    assert spectra(y, **HOW | {"n_fft": 4096}).power.shape[1] == 2049
    assert np.array_equal(spectra(y, **HOW).power, first.power)


def test_samples_that_may_change_are_transformed_anew():
    y = music(2)
    before = spectra(y, **HOW).power
    y *= 0.5
    assert spectra(y, **HOW).power == pytest.approx(before / 4, rel=1e-5)


def test_another_sound_in_the_same_place_is_not_mistaken():
    for seed in range(3):
        y = music(1, seed=seed)
        y.flags.writeable = False
        kept = spectra(y, **HOW).power
        assert np.array_equal(kept, spectra(y.copy(), **HOW).power)
        del y
