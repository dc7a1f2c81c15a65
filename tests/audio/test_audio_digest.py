"""The digest is of the sound alone: tags, names and padding do not change it, one sample does."""

import struct

import pytest
from helpers.sound_files import id3, music, retagged, write, write_music

from merdesk.audio.files import audio_digest, quick_key
from merdesk.errors import AudioError

TAGS = {"title": "Another title, much longer than before", "artist": "Somebody", "album": "B" * 300}


@pytest.mark.parametrize("kind", ["ogg", "opus", "flac", "m4a", "mka"])
def test_other_tags_do_not_change_the_digest(tmp_path, kind):
    path = write(tmp_path / f"a.{kind}", music(2.0), tags={"title": "One"})
    other = retagged(path, tmp_path / f"b.{kind}", TAGS)
    assert path.read_bytes() != other.read_bytes()
    assert quick_key(path) != quick_key(other)
    assert audio_digest(path) == audio_digest(other)


def test_id3_headers_and_trailers_do_not_change_the_digest_of_an_mp3(tmp_path):
    path = write_music(tmp_path / "a.mp3", 2.0)
    digest = audio_digest(path)
    sound = path.read_bytes()
    trailer = b"TAG" + b"Title".ljust(125, b"\0")
    picture = 200 * sound[1044:2044]  # full of things that look like frames
    ape = picture + b"APETAGEX" + struct.pack("<IIII", 2000, len(picture) + 32, 1, 0) + bytes(8)
    for head, tail in ((id3(TAGS), b""), (b"", trailer), (id3({"title": "x"}), trailer), (b"", ape)):
        path.write_bytes(head + sound + tail)
        assert audio_digest(path) == digest


def test_a_list_chunk_does_not_change_the_digest_of_a_wav(tmp_path):
    path = write_music(tmp_path / "a.wav", 1.0)
    digest = audio_digest(path)
    data = (
        bytearray(path.read_bytes()) + b"LIST" + struct.pack("<I", 20) + b"INFOINAM" + b"\x08\0\0\0A title\0"
    )
    data[4:8] = struct.pack("<I", len(data) - 8)
    path.write_bytes(data)
    assert audio_digest(path) == digest


def test_the_name_of_the_file_does_not_change_the_digest(tmp_path):
    path = write_music(tmp_path / "a.ogg", 1.0)
    digest = audio_digest(path)
    assert audio_digest(path.rename(tmp_path / "b.mp3")) == digest


def test_one_sample_changes_the_digest(tmp_path):
    y = music(1.0)
    digest = audio_digest(write(tmp_path / "a.wav", y))
    y[20_000, 0] += 0.01
    assert audio_digest(write(tmp_path / "a.wav", y)) != digest


def test_the_same_samples_at_another_rate_are_another_sound(tmp_path):
    y = music(1.0)
    assert audio_digest(write(tmp_path / "a.wav", y, 44_100)) != audio_digest(
        write(tmp_path / "b.wav", y, 22_050)
    )


def test_a_cut_file_has_a_digest_of_its_own(tmp_path):
    path = write_music(tmp_path / "a.ogg", 3.0)
    digest = audio_digest(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert audio_digest(path) != digest


def test_a_file_without_sound_has_none(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(b"no sound at all" * 100)
    with pytest.raises(AudioError, match="cannot be read"):
        audio_digest(path)
