"""`classic` is what librosa says, each value under its name."""

import librosa
import numpy as np
import pytest
from tones import chord, clicks, music, tone

from merdesk.features.classic import Classic

Y = music(5)


def values(y):
    return dict(zip(Classic().dimension_names, Classic().extract(y).pooled.tolist(), strict=True))


@pytest.fixture(scope="module")
def found():
    return values(Y)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("spectral centroid", lambda: librosa.feature.spectral_centroid(y=Y)[0]),
        ("spectral bandwidth", lambda: librosa.feature.spectral_bandwidth(y=Y)[0]),
        ("spectral roll-off 85 %", lambda: librosa.feature.spectral_rolloff(y=Y)[0]),
        ("spectral flatness", lambda: librosa.feature.spectral_flatness(y=Y, power=2.0)[0]),
        ("zero-crossing rate", lambda: librosa.feature.zero_crossing_rate(Y)[0]),
        ("spectral contrast 0-200 Hz", lambda: librosa.feature.spectral_contrast(y=Y)[0]),
        ("spectral contrast 6400-11025 Hz", lambda: librosa.feature.spectral_contrast(y=Y)[6]),
        ("onset strength", lambda: librosa.onset.onset_strength(y=Y)),
        ("MFCC 0", lambda: librosa.feature.mfcc(y=Y)[0]),
        ("MFCC 19", lambda: librosa.feature.mfcc(y=Y)[19]),
        ("MFCC 3 delta", lambda: np.diff(librosa.feature.mfcc(y=Y)[3])),
        (
            "tonal centroid fifths x",
            lambda: librosa.feature.tonnetz(chroma=librosa.feature.chroma_stft(y=Y))[0],
        ),
    ],
)
def test_equal_to_librosa_called_plainly(found, name, plain):
    series = plain()
    assert found[f"{name} mean"] == pytest.approx(float(series.mean()), rel=1e-3, abs=1e-4)
    assert found[f"{name} std"] == pytest.approx(float(series.std()), rel=1e-3, abs=1e-4)


def test_tempo_and_onsets_of_clicks():
    found = values(clicks(96))
    assert found["tempo"] == pytest.approx(96, rel=0.02)
    assert found["onset rate"] == pytest.approx(1.6, rel=0.12)


def test_the_key_of_a_cadence_is_the_strongest():
    cadence = ([65, 69, 72], [70, 74, 77], [60, 64, 67, 70], [65, 69, 72])
    found = values(np.concatenate([chord(notes, 1.5) for notes in cadence]))
    keys = {name: value for name, value in found.items() if name.startswith("key strength")}
    assert max(keys, key=keys.get) == "key strength F major"
    assert len(keys) == 24
    assert found["mode"] > 0


def test_level_is_in_decibels_of_full_scale():
    assert values(tone(440, level=0.1))["level mean"] == pytest.approx(-23.0, abs=0.3)
