"""`chroma` is what librosa says, and the field's recipe over it."""

import librosa
import numpy as np
import pytest
from tones import RATE_HZ, chord, music, noise, tone

from merdesk.features.chroma import PITCH_CLASSES, Chroma
from merdesk.features.constant_q import estimated_tuning


def plain(y):
    """The recipe of Castellon et al. (2021), written down once more without any of our code."""
    chroma = librosa.feature.chroma_cqt(y=y, sr=22050, hop_length=512)
    moments = []
    for order in range(3):
        change = np.diff(chroma, n=order, axis=1)
        moments += [change.mean(axis=1), change.std(axis=1)]
    return np.concatenate(moments)


@pytest.mark.parametrize(
    "y",
    [
        music(7),
        music(4.4, seed=3),
        noise(5),
        chord([60, 64, 67], 5),
        tone(452, 4, level=0.9),
        chord([50, 57], 5) * 0.01,
    ],
    ids=["music", "other music", "noise", "chord", "mistuned", "quiet"],
)
def test_equal_to_librosa_called_plainly(y):
    assert Chroma().chromagram(y) == pytest.approx(
        librosa.feature.chroma_cqt(y=y, sr=22050, hop_length=512), abs=1e-4
    )
    assert Chroma().extract(y).pooled == pytest.approx(plain(y), abs=1e-6)


def test_short_and_silent_clips_equal_librosa_apart_from_its_warnings():
    for y in (noise(0.3), noise(2.0), np.zeros(5000, np.float32)):
        with pytest.warns(UserWarning, match="too large|tuning"):
            expected = librosa.feature.chroma_cqt(y=y, sr=22050, hop_length=512)
        assert Chroma().chromagram(y) == pytest.approx(expected, abs=1e-4)


def test_dimensions_are_named_in_the_order_of_the_recipe():
    names = Chroma().dimension_names
    assert len(names) == 72
    assert names[0] == "chroma C mean"
    assert names[13] == "chroma C# std"
    assert names[24] == "chroma C delta mean"
    assert names[71] == "chroma B delta2 std"


@pytest.mark.parametrize("note", [60, 64, 69, 71])
def test_a_note_shows_in_its_own_pitch_class(note):
    found = Chroma().extract(chord([note], 4))
    assert PITCH_CLASSES[int(found.pooled[:12].argmax())] == PITCH_CLASSES[note % 12]


def test_frames_of_half_seconds_average_to_the_clip():
    found = Chroma().extract(music(6))
    assert found.frames[:, :12].mean(axis=0) == pytest.approx(found.pooled[:12], abs=0.02)


def test_frames_change_where_the_note_changes():
    found = Chroma().extract(np.concatenate([tone(261.63, 3), tone(440, 3)]))
    loudest = found.frames[:, :12].argmax(axis=1)
    assert loudest[:5].tolist() == [0] * 5
    assert loudest[7:].tolist() == [9] * 5


def test_level_does_not_matter():
    y = music(4)
    assert Chroma().extract(0.01 * y).pooled == pytest.approx(Chroma().extract(y).pooled, abs=1e-3)
    assert len(y) == 4 * RATE_HZ


def test_the_tuning_is_the_one_that_librosa_finds():
    rng = np.random.default_rng(0)
    sounds = [chord(rng.uniform(40, 90, 3), 1.5) for _ in range(12)] + [
        noise(1.0, seed=seed) for seed in range(4)
    ]
    found = [estimated_tuning(y) for y in sounds]
    assert found == [librosa.estimate_tuning(y=y, sr=22050, bins_per_octave=36) for y in sounds]
    assert len(set(found)) > 8
