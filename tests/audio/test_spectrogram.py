"""Strips: tones lie in their bands and pitch classes, at their times, at any zoom."""

import numpy as np
import pytest
from helpers.sound_files import write

from merdesk.audio.playback import PlayRequest
from merdesk.audio.spectrogram import N_MELS, RATE_HZ, Listened, mel_weights

C_HZ, A_HZ = 261.63, 440.0


@pytest.fixture(scope="module")
def heard():
    """Four seconds of C, then four of A, of which the last is silent."""
    t = np.arange(4 * RATE_HZ) / RATE_HZ
    first, second = (0.3 * np.sin(2 * np.pi * hz * t) for hz in (C_HZ, A_HZ))
    second[3 * RATE_HZ :] = 0
    return Listened.of(np.concatenate([first, second]).astype("f4"))


def test_tones_are_strongest_in_their_pitch_class_at_their_time(heard):
    shades = heard.strip("chroma", 0.0, 8.0, 80)
    assert shades.shape == (12, 80)
    assert shades.dtype == np.uint8
    assert set(shades[:, 5:35].argmax(axis=0)) == {0}
    assert set(shades[:, 45:65].argmax(axis=0)) == {9}


def test_the_band_of_a_tone_is_that_of_its_frequency(heard):
    bins = np.fft.rfftfreq(2048, 1 / RATE_HZ)
    middle_hz = (mel_weights() * bins).sum(axis=1)
    shades = heard.strip("mel", 0.0, 8.0, 80)
    assert shades.shape == (N_MELS, 80)
    assert middle_hz[shades[:, 20].argmax()] == pytest.approx(C_HZ, abs=30)
    assert middle_hz[shades[:, 60].argmax()] == pytest.approx(A_HZ, abs=30)
    assert shades.max() >= 250


def test_every_band_hears_something():
    assert mel_weights().sum(axis=1) == pytest.approx(np.ones(N_MELS))


def test_a_stretch_looks_like_that_part_of_the_whole(heard):
    whole = heard.strip("mel", 0.0, 8.0, 320).astype(int)
    part = heard.strip("mel", 2.0, 6.0, 160).astype(int)
    assert np.abs(whole[:, 80:240] - part).max() <= 3


def test_a_short_stretch_has_as_many_columns_as_were_asked_for(heard):
    assert heard.strip("mel", 3.9, 4.1, 1000).shape == (N_MELS, 1000)


def test_silence_and_what_lies_outside_the_clip_are_nothing(heard):
    assert not heard.strip("mel", 7.4, 8.0, 10)[:, 1:].any()
    assert not heard.strip("chroma", 9.0, 12.0, 30).any()
    silent = Listened.of(np.zeros(RATE_HZ, "f4"))
    assert not silent.strip("mel", 0.0, 1.0, 10).any()
    assert not silent.strip("chroma", 0.0, 1.0, 10).any()


def test_a_clip_is_decoded_from_its_onset(tmp_path):
    t = np.arange(4 * 44_100) / 44_100
    y = np.where(t < 2, np.sin(2 * np.pi * C_HZ * t), np.sin(2 * np.pi * A_HZ * t))
    path = write(tmp_path / "two.flac", np.stack([y, y], axis=1).astype("f4") / 4)
    heard = Listened.to(PlayRequest(path, onset_s=2.5, duration_s=1.0))
    assert len(heard.y) == pytest.approx(RATE_HZ, abs=2)
    assert heard.strip("chroma", 0.0, 1.0, 5)[:, 2].argmax() == 9


@pytest.mark.parametrize(("start_s", "stop_s", "n"), [(1.0, 1.0, 5), (2.0, 1.0, 5), (0.0, 1.0, 0)])
def test_stretches_without_extent_are_refused(heard, start_s, stop_s, n):
    with pytest.raises(ValueError, match="cannot be drawn"):
        heard.strip("mel", start_s, stop_s, n)
