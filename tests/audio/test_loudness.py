"""Loudness as BS.1770 defines it, and gains that meet the target without clipping."""

import math

import numpy as np
import pyloudnorm
import pytest
from helpers.sound_files import music

from merdesk.audio.loudness import TARGET_LUFS, gain_for, integrated_lufs


def sine(level_db: float, rate_hz: int = 48_000, *, hz: float = 997.0, n_channels: int = 2) -> np.ndarray:
    n = np.arange(2 * rate_hz)
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * hz * n / rate_hz)
    return np.repeat(wave[:, None], n_channels, axis=1).astype("f4")


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 48_000])
@pytest.mark.parametrize("level_db", [-23.0, -33.0])
def test_the_standards_sine_has_the_standards_loudness(rate_hz, level_db):
    # EBU Tech 3341, cases 1 and 2: a stereo sine of 1 kHz at -23 dBFS measures -23 LUFS, within .1 LU.
    assert integrated_lufs(sine(level_db, rate_hz), rate_hz) == pytest.approx(level_db, abs=0.1)


def test_one_channel_is_3_lu_quieter_than_two():
    assert integrated_lufs(sine(-23, n_channels=1), 48_000) == pytest.approx(-26.0, abs=0.1)


def test_silence_between_the_music_does_not_count():
    y = sine(-20)
    assert integrated_lufs(np.concatenate([y, y, 0 * y, 0 * y]), 48_000) == pytest.approx(-20.0, abs=0.3)


@pytest.mark.parametrize(
    "y", [np.zeros((48_000, 2), "f4"), np.zeros((0, 2), "f4"), np.ones((9_600, 2), "f4")]
)
def test_silence_and_snippets_have_no_loudness(y):
    assert math.isnan(integrated_lufs(y, 48_000))


def test_six_channels_are_measured():
    assert math.isfinite(integrated_lufs(music(2.0, 48_000, n_channels=6), 48_000))


@pytest.mark.parametrize("n_channels", [1, 2, 5])
@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("duration_s", [0.41, 0.77, 3.2])
def test_equal_to_the_fields_own_meter(rate_hz, n_channels, duration_s):
    rng = np.random.default_rng(0)
    level = np.repeat(rng.choice([1e-5, 0.01, 0.3], 100), rate_hz // 20 + 1)[
        : int(duration_s * rate_hz), None
    ]
    y = (level * rng.normal(size=(len(level), n_channels))).astype("f4")
    expected = pyloudnorm.Meter(rate_hz, block_size=0.4).integrated_loudness(y.astype(float))
    assert integrated_lufs(y, rate_hz) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize("level_db", [-12.0, -30.0])
def test_the_gain_leads_to_the_target(level_db):
    y = sine(level_db)
    gain_db = gain_for(integrated_lufs(y, 48_000), float(np.abs(y).max()))
    assert integrated_lufs(y * 10 ** (gain_db / 20), 48_000) == pytest.approx(TARGET_LUFS, abs=0.1)


def test_a_peak_limits_the_gain_but_never_makes_it_a_loss():
    assert 20 * math.log10(0.7) + gain_for(-40.0, 0.7) == pytest.approx(-1.0)
    assert gain_for(-40.0, 1.0) == 0.0
    assert gain_for(-8.0, 1.0) == -10.0


def test_an_unknown_loudness_gives_no_gain():
    assert gain_for(math.nan, 0.5) == 0.0
    assert gain_for(-28.0, 0.0) == 10.0
