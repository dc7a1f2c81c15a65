"""Samples of a span are a slice of the whole, in every format; mono is a mean at another rate."""

import numpy as np
import pytest
import soundfile
from helpers.sound_files import FORMATS, LOSSLESS, music, write, write_music

from merdesk.audio.files import audio_digest, decode, mono, probe
from merdesk.errors import AudioError


def lag(inside: np.ndarray, y: np.ndarray) -> int:
    """Where in one signal another begins, by cross-correlation."""
    n = 1 << int(np.ceil(np.log2(len(inside) + len(y))))
    correlation = np.fft.irfft(np.fft.rfft(inside, n) * np.conj(np.fft.rfft(y, n)), n)
    return int(correlation.argmax())


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("onset_s", [0.1, 1.2345, 4.0])
def test_a_span_is_a_slice_of_the_whole(tmp_path, kind, onset_s):
    path = write_music(tmp_path / f"a.{kind}", 6.0)
    whole = decode(path)
    span = decode(path, onset_s=onset_s, duration_s=0.5)
    start = round(onset_s * whole.sample_rate_hz)
    assert span.y.shape == (round(0.5 * whole.sample_rate_hz), 2)
    if kind == "m4a":
        # AAC replaces noise by other noise each time that it is decoded: the place is the same, samples are not.
        assert lag(whole.y[:, 0], span.y[:, 0]) == start
    else:
        np.testing.assert_allclose(span.y, whole.y[start : start + len(span.y)], atol=1e-6)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_sound_starts_where_it_was_written(tmp_path, kind):
    y = music(3.0)
    path = write(tmp_path / f"a.{kind}", y)
    samples = decode(path)
    rate = samples.sample_rate_hz
    piece = samples.y[rate : 2 * rate, 0]
    # Encoders add a lead-in that only headers let the decoder remove: ADTS, ASF and Matroska tell less than others.
    tolerance = 0.1 if kind in {"aac", "wma"} else 0.002
    assert lag(y[:, 0], piece) / rate == pytest.approx(1.0, abs=tolerance)


@pytest.mark.parametrize("kind", LOSSLESS)
def test_lossless_formats_give_back_what_was_written(tmp_path, kind):
    y = music(1.0)
    samples = decode(write(tmp_path / f"a.{kind}", y))
    np.testing.assert_allclose(samples.y, y, atol=2**-15)
    assert samples.sample_rate_hz == 44_100


def test_an_mp3_without_a_length_in_its_header_is_decoded_to_its_end(tmp_path):
    path = tmp_path / "a.mp3"
    with soundfile.SoundFile(
        path, "w", 44_100, 2, format="MP3", bitrate_mode="VARIABLE", compression_level=0.3
    ) as file:
        quiet = np.zeros((44_100 * 5, 2), "f4")
        file.write(np.concatenate([quiet, music(10.0)]))
    path.write_bytes(path.read_bytes()[600:])  # without the frame that states the length
    assert decode(path).duration_s == pytest.approx(15.0, abs=0.1)
    assert probe(path).duration_s == pytest.approx(15.0, abs=0.1)
    late = decode(path, onset_s=12.0, duration_s=1.0)
    np.testing.assert_allclose(late.y, decode(path).y[12 * 44_100 : 13 * 44_100], atol=1e-6)


def test_a_span_beyond_the_end_says_where_the_file_ends(tmp_path):
    path = write_music(tmp_path / "a.ogg", 1.0)
    assert decode(path, onset_s=0.75, duration_s=10).duration_s == pytest.approx(0.25, abs=0.01)
    with pytest.raises(AudioError, match=r'"a.ogg" ends before the clip starts \(5.0 s\)'):
        decode(path, onset_s=5.0)


@pytest.mark.parametrize("kind", FORMATS)
def test_half_a_file_gives_what_is_there(tmp_path, kind):
    path = write_music(tmp_path / f"a.{kind}", 6.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    if kind == "m4a":  # its directory stands at the end
        with pytest.raises(AudioError, match="it is cut"):
            decode(path)
    else:
        assert 1.5 < decode(path).duration_s < 4.0


def test_one_channel_and_many_are_read(tmp_path):
    for n_channels in (1, 6):
        y = music(1.0, n_channels=n_channels)
        assert decode(write(tmp_path / "a.wav", y)).y.shape == (44_100, n_channels)


def test_mono_is_the_mean_of_the_channels_at_the_new_rate():
    n = np.arange(44_100) / 44_100
    y = np.stack([np.sin(2 * np.pi * 1000 * n), np.zeros(44_100)], axis=1).astype("f4")
    one = mono(y, 44_100, 22_050)
    assert one.shape == (22_050,)
    assert one.dtype == np.float32
    expected = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(22_050) / 22_050)
    np.testing.assert_allclose(one[1000:-1000], expected[1000:-1000], atol=1e-4)


def test_mono_removes_what_the_new_rate_cannot_hold():
    n = np.arange(44_100) / 44_100
    y = np.sin(2 * np.pi * 15_000 * n).astype("f4")
    assert np.abs(mono(y, 44_100, 22_050)[1000:-1000]).max() < 1e-4


def test_mono_at_the_same_rate_changes_nothing():
    y = music(0.1, n_channels=1)
    np.testing.assert_array_equal(mono(y, 8_000, 8_000), y[:, 0])


def test_digests_tell_sounds_apart(tmp_path):
    digests = {
        audio_digest(write_music(tmp_path / f"{seed}.{kind}", 1.0, seed=seed))
        for kind in FORMATS
        for seed in (0, 1)
    }
    assert len(digests) == 2 * len(FORMATS)
    assert {len(digest) for digest in digests} == {32}
