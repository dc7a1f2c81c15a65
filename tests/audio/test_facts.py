import math

import numpy as np
import pytest
from helpers.sound_files import RATE_HZ, music, write
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from merdesk.audio.decoding import Samples
from merdesk.audio.facts import clipped_share, facts_of
from merdesk.audio.files import decode


def facts(y, rate_hz=RATE_HZ):
    return facts_of(Samples(np.asarray(y, dtype="f4"), rate_hz))


def test_plain_music_has_no_fault():
    found = facts(music(2))
    assert (found.duration_s, found.sample_rate_hz, found.n_channels) == (2.0, RATE_HZ, 2)
    assert 0.2 < found.peak < 0.5
    assert -30 < found.lufs < -5
    assert found.clipped_share == 0
    assert not found.dual_mono


def test_silence_has_peak_zero_and_no_loudness():
    found = facts(np.zeros((RATE_HZ, 2)))
    assert found.peak == 0
    assert math.isnan(found.lufs)
    assert not found.dual_mono


def test_cut_off_peaks_are_counted_and_peaks_that_fit_are_not():
    y = music(2)
    assert facts(y / abs(y).max()).clipped_share < 1e-3
    assert facts(np.clip(y * 20, -1, 1)).clipped_share > 0.5
    assert clipped_share(np.array([[1], [1], [0], [1], [1]], "f4")) == 0


def test_dual_mono_is_found_after_lossy_encoding_and_real_stereo_is_not(tmp_path):
    same = np.repeat(music(2)[:, :1], 2, axis=1)
    assert facts_of(decode(write(tmp_path / "same.mp3", same))).dual_mono
    assert not facts_of(decode(write(tmp_path / "stereo.mp3", music(2)))).dual_mono
    assert not facts(same[:, :1]).dual_mono


@given(arrays("f4", array_shapes(min_dims=2, max_dims=2, max_side=7), elements=st.floats(-2, 2, width=32)))
def test_any_samples_have_facts(y):
    found = facts(y, 8000)
    assert 0 <= found.clipped_share <= 1
    assert found.peak == pytest.approx(abs(y).max())
