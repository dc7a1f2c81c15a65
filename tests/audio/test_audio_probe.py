"""Files are looked at: what they are is told, what is wrong with them is one sentence."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from helpers.sound_files import FORMATS, broken, id3, music, strange_names, write, write_music

from merdesk.audio.files import audio_digest, decode, is_audio, probe, quick_key
from merdesk.errors import AudioError

CODECS = {
    "wav": "pcm_16",
    "flac": "flac",
    "ogg": "vorbis",
    "mp3": "mp3",
    "aiff": "pcm_16",
    "opus": "opus",
    "m4a": "aac",
    "aac": "aac",
    "wma": "wmav2",
    "mka": "opus",
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Every broken file: (what it is, path)."""
    return list(broken(tmp_path_factory.mktemp("broken")))


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_tells_rate_channels_codec_and_duration(tmp_path, kind):
    found = probe(write_music(tmp_path / f"a.{kind}", 3.0))
    assert found.codec == CODECS[kind]
    assert found.sample_rate_hz == (48_000 if kind in {"opus", "mka"} else 44_100)
    assert found.n_channels == 2
    stated = 3.0 if kind not in {"opus", "mka"} else 3.0 * 44_100 / 48_000
    assert found.duration_s == pytest.approx(stated, abs=0.06)
    assert found.path == os.fsencode(tmp_path / f"a.{kind}")


@pytest.mark.parametrize("kind", FORMATS)
def test_the_duration_told_is_the_duration_decoded(tmp_path, kind):
    path = write_music(tmp_path / f"a.{kind}", 3.0)
    assert decode(path).duration_s == pytest.approx(probe(path).duration_s, abs=0.1)


@pytest.mark.parametrize("kind", ["flac", "ogg", "mp3"])
def test_tags_are_told_as_one_clean_line(tmp_path, kind):
    tags = {"title": "Two  lines\nand\ttabs", "artist": "Édith 🎤", "album": "A" * 900, "genre": "Rock"}
    path = write(tmp_path / f"a.{kind}", music(1.0), tags=tags if kind != "mp3" else None)
    if kind == "mp3":  # libsndfile would write Latin-1
        path.write_bytes(id3(tags) + path.read_bytes())
    found = probe(path)
    assert found.title == "Two lines and tabs"
    assert found.artist == "Édith 🎤"
    assert found.album.startswith("AAA")
    assert len(found.album) <= 500
    assert found.genre == "Rock"


def test_tags_of_an_mp4_are_told(tmp_path):
    found = probe(write(tmp_path / "a.m4a", music(1.0), tags={"title": "Song", "artist": "Singer"}))
    assert (found.title, found.artist) == ("Song", "Singer")


def test_a_file_without_tags_has_empty_ones(tmp_path):
    found = probe(write_music(tmp_path / "a.wav", 1.0))
    assert (found.title, found.artist, found.album, found.genre) == ("", "", "", "")


def test_broken_files_give_an_answer_or_one_sentence(corpus):
    n_files = n_refused = 0
    for what, path in corpus:
        n_files += 1
        try:
            found = probe(path)
        except AudioError as error:
            n_refused += 1
            sentence = str(error)
            assert sentence.startswith(f'"{path.name}"'), (what, sentence)
            assert sentence.endswith(".")
            assert "\n" not in sentence
            assert "Error" not in sentence
        else:
            assert 0.25 <= found.duration_s < 1e6, what
            assert found.sample_rate_hz >= 1_000
    assert n_files == 9 * len(FORMATS) + 6
    assert n_refused >= 5 * len(FORMATS)  # empty, zeros, random, text and a bare head of every kind


def test_broken_files_decode_to_something_or_one_sentence(corpus):
    n_refused = 0
    for what, path in corpus:
        try:
            samples = decode(path, duration_s=20.0)
        except AudioError:
            n_refused += 1
        else:
            assert len(samples.y) > 0, what
            assert np.isfinite(samples.y).all(), what
    assert 5 * len(FORMATS) <= n_refused < len(corpus)


def test_an_empty_file_is_called_empty(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(b"")
    with pytest.raises(AudioError, match="is empty"):
        probe(path)


def test_a_missing_file_is_called_missing(tmp_path):
    with pytest.raises(AudioError, match="not there any more"):
        probe(tmp_path / "a.mp3")


@pytest.mark.parametrize(("name", "said"), [("rate0", "cannot be read"), ("rate2g", "2147483647 samples")])
def test_headers_that_cannot_be_true_are_refused(corpus, name, said):
    path = next(path for _, path in corpus if path.stem == name)
    with pytest.raises(AudioError, match=said):
        probe(path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("zeros.wav", "begins with zeros"),
        ("text.mp3", "is a web page"),
        ("playlist.mp3", "is a playlist"),
        ("half.m4a", "it is cut"),
        ("random.ogg", "damaged or of an unknown kind"),
    ],
)
def test_the_reason_is_named(corpus, name, said):
    path = next(path for _, path in corpus if path.name == name)
    for ask in (probe, decode, audio_digest):
        with pytest.raises(AudioError, match=said):
            ask(path)


def test_a_folder_and_a_pipe_are_not_files(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    for path in (tmp_path, tmp_path / "pipe.wav"):
        for ask in (probe, decode, quick_key):
            with pytest.raises(AudioError, match="is not a file"):
                ask(path)


@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path):
    path = write_music(tmp_path / "a.wav", 1.0)
    path.chmod(0)
    with pytest.raises(AudioError, match="may not be read"):
        probe(path)


@pytest.mark.parametrize("kind", ["wav", "m4a", "mp3"])
def test_names_that_are_hard_to_print_are_read_and_told(tmp_path, kind):
    names = list(strange_names(tmp_path, kind))
    for path in names:
        found = probe(path)
        assert Path(os.fsdecode(found.path)) == path
        assert len(decode(path).y) > 40_000
        path.write_bytes(b"")
        with pytest.raises(AudioError) as caught:
            probe(path)
        assert str(caught.value).isprintable()
        str(caught.value).encode()  # no lone surrogate is left
    assert len(names) == 10


def test_a_wrong_ending_does_not_matter(tmp_path):
    write_music(tmp_path / "a.flac", 1.0).rename(tmp_path / "b.mp3")
    write_music(tmp_path / "a.m4a", 1.0).rename(tmp_path / "c.wav")
    assert probe(tmp_path / "b.mp3").codec == "flac"
    assert probe(tmp_path / "c.wav").codec == "aac"


def test_too_little_sound_is_refused(tmp_path):
    with pytest.raises(AudioError, match=r"only 0\.10 s of sound"):
        probe(write_music(tmp_path / "a.wav", 0.1))


def test_the_ending_tells_what_may_be_audio():
    assert all(is_audio(Path(f"x.{kind.upper()}")) for kind in FORMATS)
    assert not any(is_audio(Path(name)) for name in ("cover.jpg", "notes.txt", "wav", "x.wav.part"))


def test_the_quick_key_is_of_size_and_both_ends(tmp_path):
    rng = np.random.default_rng(0)
    data = bytearray(rng.bytes(300_000))
    keys = []
    for at in (None, 5, 299_999, 150_000):
        changed = bytearray(data)
        if at is not None:
            changed[at] ^= 1
        (tmp_path / "a").write_bytes(changed)
        keys.append(quick_key(tmp_path / "a"))
    whole, head, tail, middle = keys
    assert len(whole) == 16
    assert len({whole, head, tail}) == 3
    assert middle == whole


def test_a_float_file_with_nan_decodes_to_numbers(tmp_path):
    y = music(1.0)
    y[100:200] = np.nan
    y[300] = np.inf
    soundfile.write(tmp_path / "a.wav", y, 44_100, subtype="FLOAT")
    assert np.isfinite(decode(tmp_path / "a.wav").y).all()
