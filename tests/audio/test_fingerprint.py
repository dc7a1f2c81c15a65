import numpy as np
import pytest
import soxr
from helpers.sound_files import RATE_HZ, music, write

from merdesk.audio import fingerprint as module
from merdesk.audio.files import decode
from merdesk.audio.fingerprint import KEY_BITS, fingerprint, matches, same_sound

LENGTH_S = 8


@pytest.fixture(scope="module")
def song():
    """Ten seconds of music."""
    return music(LENGTH_S + 2)


@pytest.fixture(scope="module")
def whole(song):
    return fingerprint(song[: LENGTH_S * RATE_HZ], RATE_HZ)


@pytest.mark.parametrize("kind", ["mp3", "ogg", "wav", "m4a", "opus"])
def test_another_encoding_is_the_same_sound(song, whole, tmp_path, kind):
    y, rate_hz = song[: LENGTH_S * RATE_HZ], RATE_HZ
    if kind == "opus":  # knows no other rate
        y, rate_hz = soxr.resample(y, RATE_HZ, 48_000), 48_000
    samples = decode(write(tmp_path / f"a.{kind}", y, rate_hz))
    (found,) = matches([whole, fingerprint(samples.y, samples.sample_rate_hz)])
    assert (found.first, found.second) == (0, 1)
    assert found.lag_s == pytest.approx(0, abs=0.07)
    assert found.overlap_s > LENGTH_S - 1.5


@pytest.mark.parametrize("gain", [0.05, 3.0])
def test_another_gain_changes_nothing(song, whole, gain):
    (found,) = matches([whole, fingerprint(song[: LENGTH_S * RATE_HZ] * gain, RATE_HZ)])
    assert found.error < 0.01


@pytest.mark.parametrize("shift_s", [0.03, 0.5, 0.53, 2.0])
def test_a_shift_is_found_and_measured(song, whole, shift_s):
    start = int(shift_s * RATE_HZ)
    (found,) = matches([whole, fingerprint(song[start : start + LENGTH_S * RATE_HZ], RATE_HZ)])
    assert found.lag_s == pytest.approx(shift_s, abs=0.04)
    assert found.overlap_s == pytest.approx(LENGTH_S - shift_s - 0.75, abs=0.1)


def test_one_channel_at_another_rate_is_the_same_sound(song, whole):
    y = soxr.resample(song[: LENGTH_S * RATE_HZ].mean(axis=1), RATE_HZ, 22_050)
    assert len(matches([whole, fingerprint(y, 22_050)])) == 1


def test_other_music_is_not_the_same_sound():
    prints = [fingerprint(music(5, seed=seed), RATE_HZ) for seed in range(12)]
    assert matches(prints) == []


def test_two_places_of_one_recording_are_not_the_same_sound():
    y = music(12, seed=3)
    half = len(y) // 2
    assert matches([fingerprint(y[:half], RATE_HZ), fingerprint(y[half:], RATE_HZ)]) == []


def test_copies_are_found_among_many_in_order(song, whole):
    others = [fingerprint(music(5, seed=seed), RATE_HZ) for seed in range(20, 24)]
    found = matches([others[0], whole, others[1], whole, others[2], whole, others[3]])
    assert [(one.first, one.second) for one in found] == [(1, 3), (1, 5), (3, 5)]
    assert {one.error for one in found} == {0.0}


@pytest.mark.parametrize("y", [np.zeros((80_000, 2)), np.zeros((0, 1)), np.ones((100, 1))])
def test_silence_and_next_to_nothing_have_no_words(y):
    assert len(fingerprint(y.astype("f4"), 8000)) == 0


def test_nothing_matches_nothing():
    empty = np.empty(0, np.uint32)
    assert matches([]) == []
    assert matches([empty, empty]) == []
    assert same_sound(empty, empty, 0)[0] == 0


def test_silence_around_the_music_is_no_common_sound(song):
    quiet = np.zeros((6 * RATE_HZ, 2), "f4")
    first = fingerprint(np.concatenate([quiet, song[: RATE_HZ * 2]]), RATE_HZ)
    second = fingerprint(np.concatenate([quiet, music(2, seed=9)]), RATE_HZ)
    assert (first == 0).sum() > 60
    assert matches([first, second]) == []


def test_long_music_is_read_in_blocks(monkeypatch, song, whole):
    monkeypatch.setattr(module, "FRAMES_AT_ONCE", 7)
    assert np.array_equal(fingerprint(song[: LENGTH_S * RATE_HZ], RATE_HZ), whole)


@pytest.mark.parametrize(("n_bits", "same"), [(0, True), (6, True), (7, False), (12, False)])
def test_a_fifth_of_the_bits_may_differ_and_no_more(whole, n_bits, same):
    outer = [bit for bit in range(32) if not int(KEY_BITS) >> bit & 1]
    flipped = whole ^ np.uint32(sum(1 << bit for bit in outer[:n_bits]))
    assert bool(matches([whole, flipped])) is same
