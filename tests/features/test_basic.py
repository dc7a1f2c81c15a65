"""The readable descriptors say what their names promise."""

import numpy as np
import pyloudnorm
import pytest
from tones import RATE_HZ, chord, clicks, music, noise, tone

from merdesk.features.basic import DIMENSIONS, Basic


def values(y):
    return dict(zip(Basic().dimension_names, Basic().extract(y).pooled.tolist(), strict=True))


def frames(y):
    found = Basic().extract(y).frames
    return {name: found[:, column] for column, name in enumerate(Basic().dimension_names)}


def test_there_are_about_a_dozen_with_units():
    assert len(DIMENSIONS) == 14
    assert all(unit for _, unit in DIMENSIONS)


@pytest.mark.parametrize(
    "y",
    [tone(1000), tone(60, level=0.5), noise(), chord([48, 55, 64])],
    ids=["1 kHz", "60 Hz", "noise", "chord"],
)
def test_loudness_is_that_of_bs_1770_for_steady_sound(y):
    expected = pyloudnorm.Meter(RATE_HZ).integrated_loudness(y.astype(float))
    assert values(y)["loudness"] == pytest.approx(expected, abs=0.15)


def test_silence_is_silent():
    found = values(np.zeros(5 * RATE_HZ, np.float32))
    assert found.pop("loudness") == -70
    assert set(found.values()) == {0.0}


def test_loudness_range_is_the_step_between_two_levels():
    y = np.concatenate([noise(10, level=0.1), noise(10, level=0.01)])
    assert values(y)["loudness range"] == pytest.approx(20, abs=0.5)
    assert values(noise(10))["loudness range"] < 1


@pytest.mark.parametrize("bpm", [60, 75, 90, 100, 120, 140, 160])
def test_tempo_of_clicks(bpm):
    found = values(clicks(bpm))
    assert found["tempo"] == pytest.approx(bpm, rel=0.02)
    assert found["onset rate"] == pytest.approx(bpm / 60, rel=0.12)
    assert found["pulse clarity"] > 0.7


def test_a_held_note_has_no_pulse():
    found = values(tone(440, 12))
    assert found["onset rate"] < 0.2
    assert values(noise(12))["pulse clarity"] < 0.3


def test_tempo_follows_a_change_of_tempo():
    found = frames(np.concatenate([clicks(80, 16), clicks(150, 16)]))["tempo"]
    assert np.median(found[4:22]) == pytest.approx(80, rel=0.03)
    assert np.median(found[44:60]) == pytest.approx(150, rel=0.03)


def test_brightness_is_the_share_of_power_above_1500_hz():
    assert values(tone(1000))["brightness"] < 0.01
    assert values(tone(3000))["brightness"] > 0.99
    assert values(tone(1000) + tone(3000))["brightness"] == pytest.approx(0.5, abs=0.01)
    assert values(noise())["brightness"] == pytest.approx(1 - 1500 / 11025, abs=0.01)


def test_centroid_and_flatness_of_known_spectra():
    assert values(tone(2000))["spectral centroid"] == pytest.approx(2000, rel=0.03)
    assert values(noise())["spectral centroid"] == pytest.approx(11025 / 2, rel=0.02)
    assert values(noise())["spectral flatness"] == pytest.approx(np.exp(-np.euler_gamma), abs=0.02)
    assert values(tone(2000))["spectral flatness"] < 0.001


def test_a_semitone_is_rougher_than_a_third_and_that_than_an_octave():
    rough = [values(chord([69, 69 + interval], n_partials=1))["roughness"] for interval in (1, 4, 12)]
    assert rough[0] > 5 * rough[1] > 5 * rough[2]


def test_roughness_of_two_tones_is_that_of_the_formula():
    # The Plomp-Levelt curve at 30 Hz above 440 Hz; a pair of equal amplitudes weighs one half.
    s = 0.24 / (0.0207 * 440 + 18.96)
    expected = 0.5 * (np.exp(-3.5 * s * 30) - np.exp(-5.75 * s * 30))
    assert values(tone(440, 10) + tone(470, 10))["roughness"] == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("hz", [110, 440, 1760])
def test_register_is_the_pitch_of_a_note(hz):
    assert values(tone(hz))["register"] == pytest.approx(69 + 12 * np.log2(hz / 440), abs=0.1)


@pytest.mark.parametrize("tonic", range(60, 72))
def test_mode_tells_major_from_minor_in_every_key(tonic):
    steps = ([0, 4, 7], [5, 9, 12], [7, 11, 14], [0, 4, 7]), ([0, 3, 7], [5, 8, 12], [7, 10, 14], [0, 3, 7])
    major, minor = (
        values(np.concatenate([chord(tonic + np.array(notes), 1.5) for notes in progression]))["mode"]
        for progression in steps
    )
    assert major > 0.05
    assert minor < -0.05


def test_tuning_does_not_change_the_mode():
    assert values(chord(np.array([60, 64, 67]) + 0.4))["mode"] == pytest.approx(
        values(chord([60, 64, 67]))["mode"], abs=0.1
    )


def test_only_loudness_depends_on_the_level():
    loud, quiet = values(music(6)), values(0.1 * music(6))
    assert quiet.pop("loudness") == pytest.approx(loud.pop("loudness") - 20, abs=0.01)
    assert quiet == pytest.approx(loud, rel=0.02, abs=1e-3)
