"""A missing end is noticed by the rule of each format, and whole files are left in peace."""

import struct

import numpy as np
import pytest
import soundfile
from helpers.sound_files import FORMATS, id3, music, write, write_music

from merdesk.audio.files import probe

TELLING = [kind for kind in FORMATS if kind != "mka"]


@pytest.mark.parametrize("kind", TELLING)
def test_a_whole_file_has_no_warning(tmp_path, kind):
    assert probe(write_music(tmp_path / f"a.{kind}", 6.0)).warning == ""


@pytest.mark.parametrize("kind", [kind for kind in TELLING if kind != "m4a"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_cut_file_may_be_cut(tmp_path, kind, share):
    path = write_music(tmp_path / f"a.{kind}", 6.0)
    path.write_bytes(path.read_bytes()[: round(share * path.stat().st_size)])
    found = probe(path)
    assert found.warning.startswith("may be cut")
    assert found.duration_s == pytest.approx(6.0 * share, rel=0.35)


def test_a_format_that_tells_nothing_says_that_it_cannot_be_known(tmp_path):
    assert "does not tell" in probe(write_music(tmp_path / "a.mka", 1.0)).warning


def test_an_mp4_with_its_directory_in_front_is_seen_to_be_cut(tmp_path):
    path = write_music(tmp_path / "a.m4a", 6.0)
    data = path.read_bytes()
    boxes, at = {}, 0
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        boxes[data[at + 4 : at + 8]] = data[at : at + length]
        at += length
    moov = bytearray(boxes[b"moov"])
    # The directory moves before the sound: its offset of the first packet has to grow by its own length.
    chunk = moov.find(b"stco")
    n_chunks = struct.unpack(">I", moov[chunk + 8 : chunk + 12])[0]
    for i in range(n_chunks):
        place = chunk + 12 + 4 * i
        (offset,) = struct.unpack(">I", moov[place : place + 4])
        moov[place : place + 4] = struct.pack(">I", offset + len(moov))
    rest = b"".join(box for name, box in boxes.items() if name not in {b"ftyp", b"moov"})
    faststart = boxes[b"ftyp"] + bytes(moov) + rest
    path.write_bytes(faststart)
    assert probe(path).warning == ""
    path.write_bytes(faststart[: len(faststart) // 2])
    assert probe(path).warning.startswith("may be cut")


@pytest.fixture
def headless(tmp_path):
    """An MP3 without the frame that states its length, cut at a frame's start, and the length of a frame."""
    path = tmp_path / "a.mp3"
    with soundfile.SoundFile(
        path, "w", 44_100, 2, format="MP3", bitrate_mode="CONSTANT", compression_level=0.5
    ) as file:
        file.write(music(6.0))
    data = path.read_bytes()
    second = data.index(data[:2], 4)
    path.write_bytes(data[second:])
    return path


def test_an_mp3_without_header_is_whole_when_its_last_frame_is(headless):
    assert probe(headless).warning == ""


@pytest.mark.parametrize("n_missing", [1, 50, 300])
def test_an_mp3_without_header_may_be_cut_when_its_last_frame_is_not(headless, n_missing):
    headless.write_bytes(headless.read_bytes()[:-n_missing])
    assert probe(headless).warning == "may be cut: its last frame is incomplete"


@pytest.mark.parametrize("tail", [b"TAG" + bytes(125), bytes(4000)])
def test_what_follows_the_sound_of_an_mp3_is_no_cut(headless, tail):
    headless.write_bytes(id3({"title": "x" * 5000}) + headless.read_bytes() + tail)
    assert probe(headless).warning == ""


def test_a_tag_behind_an_ogg_is_no_cut(tmp_path):
    path = write_music(tmp_path / "a.ogg", 2.0)
    path.write_bytes(path.read_bytes() + b"TAG" + bytes(125))
    assert probe(path).warning == ""


def test_an_ogg_without_its_last_page_may_be_cut(tmp_path):
    path = write_music(tmp_path / "a.ogg", 6.0)
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"OggS")])
    assert probe(path).warning == "may be cut: the mark of its end is missing"


def test_a_recorder_that_never_came_to_state_the_length_is_noticed(tmp_path):
    path = write_music(tmp_path / "a.wav", 1.0)
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    found = probe(path)
    assert found.warning.startswith("may be cut")
    assert found.duration_s == pytest.approx(1.0, abs=0.01)


def test_chunks_before_and_behind_the_data_of_a_wav_are_no_cut(tmp_path):
    path = tmp_path / "a.wav"
    y = (music(1.0) * 32767).astype("<i2").tobytes()
    fmt = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 2, 44_100, 44_100 * 4, 4, 16)
    odd = b"junk" + struct.pack("<I", 3) + b"abc\0"
    body = (
        b"WAVE"
        + fmt
        + odd
        + b"data"
        + struct.pack("<I", len(y))
        + y
        + b"LIST"
        + struct.pack("<I", 4)
        + b"INFO"
    )
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    assert probe(path).warning == ""


def test_a_flac_that_does_not_state_its_length_cannot_be_known(tmp_path):
    path = write_music(tmp_path / "a.flac", 2.0)
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0  # 36 bits: the number of samples
    data[22:26] = bytes(4)
    path.write_bytes(data)
    assert probe(path).warning.startswith("may be cut")


def test_silence_is_no_cut(tmp_path):
    for kind in TELLING:
        assert probe(write(tmp_path / f"a.{kind}", np.zeros((88_200, 2), "f4"))).warning == ""
