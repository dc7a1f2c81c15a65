"""Sounds at the device's rate: the same samples whether decoded at once or while they play, whole or in blocks."""

from dataclasses import replace

import numpy as np
import pytest
import soxr
from helpers.pulse import wait_until
from helpers.sound_files import music, write

from merdesk.audio import decoder as decoder_module
from merdesk.audio.decoder import NEXT, NOW, PERHAPS, Decoder, sound_of
from merdesk.audio.files import decode
from merdesk.audio.long_sound import LongSound
from merdesk.audio.playback import PlayRequest
from merdesk.audio.sounds import WholeSound, stereo
from merdesk.errors import AudioError


@pytest.fixture
def working():
    decoder = Decoder()
    yield decoder
    decoder.stop()


def finished(sound: WholeSound) -> WholeSound:
    for _ in sound.fill():
        pass
    return sound


@pytest.mark.parametrize(
    ("kind", "rate_hz"), [("wav", 44_100), ("wav", 48_000), ("ogg", 32_000), ("m4a", 96_000)]
)
def test_a_sound_is_the_span_at_the_devices_rate(tmp_path, kind, rate_hz):
    path = write(tmp_path / f"a.{kind}", music(5.0))
    sound = finished(WholeSound(PlayRequest(path, 1.0, 3.0), rate_hz))
    span = decode(path, onset_s=1.0, duration_s=3.0)
    expected = soxr.resample(span.y, span.sample_rate_hz, rate_hz, quality="HQ")
    assert sound.n_frames == pytest.approx(3.0 * rate_hz, abs=2)
    n = min(len(expected), sound.n_frames)
    np.testing.assert_allclose(sound.read(0, n), expected[:n], atol=0.02 if kind == "m4a" else 1e-4)


def test_what_is_decoded_can_be_read_before_the_rest(tmp_path):
    path = write(tmp_path / "a.wav", music(10.0))
    sound = WholeSound(PlayRequest(path), 44_100)
    assert len(sound.read(0, 1_000)) == 0
    steps = sound.fill()
    next(steps)
    assert len(sound.read(0, 1_000)) == 1_000
    assert sound.n_frames is None
    assert sound.bins is None
    for _ in steps:
        pass
    assert sound.n_frames == 441_000
    assert len(sound.read(440_900, 1_000)) == 100


def test_a_file_longer_than_it_states_is_decoded_to_its_end(tmp_path):
    path = write(tmp_path / "a.wav", music(4.0))
    sound = WholeSound(PlayRequest(path), 44_100)
    sound._append(np.zeros((100_000, 2), "f4"))
    sound._append(np.ones((100_000, 2), "f4"))
    assert sound.read(150_000, 10).all()


def test_the_envelope_is_made_of_the_samples_that_play(tmp_path):
    path = write(tmp_path / "a.wav", music(2.0))
    sound = finished(WholeSound(PlayRequest(path), 48_000))
    low, high, bin_s = sound.bins
    y = sound.read(0, sound.n_frames)
    assert bin_s == 16 / 48_000
    assert (low.min(), high.max()) == (y.min(), y.max())
    assert sound.peak == np.abs(y).max()


def test_one_channel_is_heard_on_both_sides_and_six_are_mixed():
    np.testing.assert_array_equal(stereo(np.array([[0.5]], "f4")), [[0.5, 0.5]])
    np.testing.assert_allclose(stereo(np.full((1, 6), 0.3, "f4")), [[0.3, 0.3]], rtol=1e-6)


def test_a_span_behind_the_end_is_a_problem(tmp_path):
    path = write(tmp_path / "a.wav", music(1.0))
    with pytest.raises(AudioError, match=r"holds no sound at 5\.0 s"):
        finished(WholeSound(PlayRequest(path, 5.0, 1.0), 44_100))


@pytest.mark.parametrize("rate_hz", [8_000, 11_025])
def test_a_long_sound_gives_the_same_samples_as_a_whole_one(tmp_path, monkeypatch, rate_hz):
    monkeypatch.setattr("merdesk.audio.long_sound.AHEAD_S", 3.0)
    monkeypatch.setattr("merdesk.audio.long_sound.BEHIND_S", 1.0)
    monkeypatch.setattr(LongSound, "BLOCK", 4_096)
    path = write(tmp_path / "a.wav", music(20.0, 8_000), 8_000)
    whole = finished(WholeSound(PlayRequest(path, 1.0), rate_hz))
    long = LongSound(PlayRequest(path, 1.0), rate_hz, 19.0)
    steps = long.fill()
    for at_s in (0.0, 0.5, 3.0, 15.0, 4.0, 18.9, 0.0):
        start = round(at_s * rate_hz)
        long.aim(start)
        while long.is_urgent:
            next(steps)
        at, stop = start, min(start + rate_hz, whole.n_frames)
        while at < stop:
            y = long.read(at, stop - at)
            assert len(y)
            np.testing.assert_allclose(y, whole.read(at, len(y)), atol=2e-4)
            at += len(y)
        assert sum(map(len, long._blocks.values())) <= 12 * rate_hz


def test_a_long_sound_knows_its_end_and_its_waveform(tmp_path, monkeypatch):
    monkeypatch.setattr(LongSound, "BLOCK", 4_096)
    path = write(tmp_path / "a.wav", music(20.0, 8_000), 8_000)
    long = LongSound(PlayRequest(path), 8_000, 21.0)
    assert long.n_frames == 21 * 8_000
    assert long.peak is None
    long.aim(19 * 8_000)
    steps = long.fill()
    for _ in range(1_000):
        if long.peak is not None:
            break
        next(steps)
    assert long.n_frames == 20 * 8_000
    whole = finished(WholeSound(PlayRequest(path), 8_000))
    np.testing.assert_array_equal(long.bins[0], whole.bins[0])
    np.testing.assert_array_equal(long.bins[1], whole.bins[1])
    assert long.peak == whole.peak


def test_only_long_spans_are_streamed(tmp_path, monkeypatch):
    monkeypatch.setattr(decoder_module, "LONG_S", 3.0)
    path = write(tmp_path / "a.wav", music(5.0, 8_000), 8_000)
    assert isinstance(sound_of(PlayRequest(path), 8_000), LongSound)
    assert isinstance(sound_of(PlayRequest(path, 0.0, 2.0), 8_000), WholeSound)
    assert isinstance(sound_of(PlayRequest(path, 3.0), 8_000), WholeSound)
    assert isinstance(sound_of(PlayRequest(path, 3.0, 99.0), 8_000), WholeSound)


def test_the_decoder_gives_the_same_sound_again(tmp_path, working):
    request = PlayRequest(write(tmp_path / "a.wav", music(2.0)))
    sound = working.want(request, 44_100, PERHAPS)
    wait_until(lambda: sound.bins is not None, "it was not decoded")
    assert working.want(request, 44_100, NOW) is sound
    assert working.want(replace(request, gain_db=-6.0), 44_100, NOW) is sound
    assert working.want(request, 48_000, NOW) is not sound


def test_a_file_that_was_changed_is_decoded_again(tmp_path, working):
    path = write(tmp_path / "a.wav", music(2.0))
    sound = working.want(PlayRequest(path), 44_100, NOW)
    write(path, music(1.0, seed=5))
    again = working.want(PlayRequest(path), 44_100, NOW)
    wait_until(lambda: again.bins is not None, "it was not decoded")
    assert again is not sound
    assert again.n_frames == 44_100


def test_what_plays_is_decoded_before_what_may_be_wanted(tmp_path, working):
    paths = [write(tmp_path / f"{i}.wav", music(20.0, seed=i)) for i in range(4)]
    with working._changed:  # nothing is decoded while the wishes come in
        now, following, guess = (
            working._begin((PlayRequest(path), 44_100, 0), urgency)
            for path, urgency in zip(paths, (NOW, NEXT, PERHAPS), strict=False)
        )
        working._changed.notify()
    wait_until(lambda: now.bins is not None, "it was not decoded")
    assert guess.bins is None
    wait_until(lambda: following.bins is not None, "it was not decoded")
    wait_until(lambda: guess.bins is not None, "it was not decoded")


def test_only_the_last_guesses_are_kept(tmp_path, working):
    paths = [write(tmp_path / f"{i}.wav", music(0.3, seed=i)) for i in range(20)]
    with working._changed:
        for path in paths:
            working._begin((PlayRequest(path), 44_100, 0), PERHAPS)
        working._make_room()
        assert [key[0].path for key in working._jobs] == paths[-decoder_module.PERHAPS_MOST :]


def test_old_sounds_make_room(tmp_path, working, monkeypatch):
    monkeypatch.setattr(decoder_module, "MEMORY", 3 * 3 * 44_100 * 8)
    requests = [PlayRequest(write(tmp_path / f"{i}.wav", music(2.0, seed=i))) for i in range(6)]
    for request in requests:
        sound = working.want(request, 44_100, NOW)
        wait_until(lambda sound=sound: sound.bins is not None, "it was not decoded")
    wait_until(lambda: [key[0] for key in working._sounds] == requests[-3:], "they are still there")


def test_damage_ends_the_sound_with_a_sentence(tmp_path, working):
    path = tmp_path / "a.mp3"
    path.write_bytes(b"no music" * 1_000)
    sound = working.want(PlayRequest(path, 0.0, 10.0), 44_100, NOW)
    wait_until(lambda: bool(sound.problem), "no problem was told")
    assert sound.problem.startswith('"a.mp3" cannot be read')
    assert sound.n_frames == 0
    write(path, music(1.0))
    again = working.want(PlayRequest(path, 0.0, 10.0), 44_100, NOW)
    wait_until(lambda: again.bins is not None, "it was not tried again")
