"""Whether the end of a sound file is missing: each format tells in its own way, decoders say nothing.

A half-copied MP3, Ogg or WAV decodes to half its length without an error, so every format is asked by its own rule:

=============  ==========================================================================================
WAV, AIFF      the data chunk states more bytes than the file has
Ogg            the last page lacks its end-of-stream mark, or reaches beyond the file
MP3            with a Xing or VBRI header: over 2 % of its bytes missing; without: the last frame incomplete
MP4            a box reaches beyond the file
FLAC           the samples that the header promises cannot be read
ADTS           the last frame incomplete
ASF            the header states more bytes than the file has
others         it cannot be known, and that is said
=============  ==========================================================================================
"""

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from merdesk.audio.ffmpeg_reader import FFmpegReader
from merdesk.audio.mpeg_frames import last_frame_is_whole, mp3_share
from merdesk.errors import attempt

SLACK = 0.02
"""Share of an MP3 that may be missing: encoders round, and padding gets lost."""
TAIL_BYTES = 128 * 1024
"""An Ogg page has at most 65,307 bytes, so that this much of the end holds the last one and a tag behind it."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known about the end of a file.

    Attributes
    ----------
    warning
        Empty when the file is whole; otherwise why it may be cut.
    share
        How much of the sound is there, 0..1; corrects a duration that a header states for the whole.
    """

    warning: str = ""
    share: float = 1.0


WHOLE = Ending()


def ending(path: Path, container: str) -> Ending:
    """Look at the end of a file by the rule of its format.

    Parameters
    ----------
    path
        A file that a reader opened.
    container
        The reader's name of the format; used where the first bytes do not tell.
    """
    found = known_ending(path, container)
    if found is not None:
        return found
    kind = container.split(",", maxsplit=1)[0]
    return Ending(f"may be cut: a file of this kind ({kind}) does not tell where it should end")


def known_ending(path: Path, container: str = "") -> Ending | None:
    """What a rule says about the end of a file; None where no rule fits, or the file is too damaged for it."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        rule = _rule(file.read(64), container)
        found = attempt(lambda: rule(file, size, path)) if rule else None
    return found if isinstance(found, Ending) else None


def _rule(head: bytes, container: str) -> Callable[[BinaryIO, int, Path], Ending] | None:
    kind = head[:4]
    if kind in {b"RIFF", b"RF64", b"FORM", b"RIFX"}:
        return _chunks
    if kind == b"OggS":
        return _ogg
    if kind == b"fLaC" or container == "flac":
        return _flac
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return _boxes
    if kind == b"\x30\x26\xb2\x75":
        return _asf
    return {"mp3": _mp3, "aac": _adts}.get(container)


def _cut(there: float, stated: float) -> Ending:
    share = max(0.0, min(1.0, there / stated)) if stated > 0 else 0.0
    return Ending(f"may be cut: only {share:.0%} of it is there", share)


def _chunks(file: BinaryIO, size: int, _path: Path) -> Ending:
    """WAV, RF64 and AIFF: a list of chunks, each with its size."""
    file.seek(0)
    head = file.read(12)
    order = "<" if head[:4] in {b"RIFF", b"RF64"} else ">"
    at, large = 12, 0
    while at + 8 <= size:
        file.seek(at)
        name, length = struct.unpack(order + "4sI", file.read(8))
        if name == b"ds64":
            _, large = struct.unpack("<QQ", file.read(16))
        if name in {b"data", b"SSND"}:
            if name == b"data" and length == 0xFFFFFFFF:
                length = large
            if length == 0:
                return Ending("may be cut: it was recorded without stating its length")
            there = size - at - 8
            # Readers count what is there, so that the duration needs no correction.
            return WHOLE if there >= length else Ending(_cut(there, length).warning)
        at += 8 + length + (length & 1)
    return _cut(0, 1)


def _ogg(file: BinaryIO, size: int, _path: Path) -> Ending:
    start = max(0, size - TAIL_BYTES)
    file.seek(start)
    tail = file.read()
    at = len(tail)
    while (at := tail.rfind(b"OggS", 0, at)) >= 0:
        header = tail[at : at + 27]
        if len(header) < 27 or header[4] != 0 or header[5] > 7:
            if len(header) < 27:
                return Ending("may be cut: its last page is incomplete")
            continue
        sizes = tail[at + 27 : at + 27 + header[26]]
        if len(sizes) < header[26] or at + 27 + header[26] + sum(sizes) > len(tail):
            return Ending("may be cut: its last page is incomplete")
        if not header[5] & 4:
            return Ending("may be cut: the mark of its end is missing")
        return WHOLE
    return Ending("may be cut: the mark of its end is missing")


def _boxes(file: BinaryIO, size: int, _path: Path) -> Ending:
    """MP4: a list of boxes; the sound is in `mdat`."""
    at = 0
    while at + 8 <= size:
        file.seek(at)
        length, name = struct.unpack(">I4s", file.read(8))
        if length == 1:
            (length,) = struct.unpack(">Q", file.read(8))
        if length == 0:  # until the end of the file, wherever that is
            return Ending("may be cut: it was recorded without stating its length")
        if length < 8:
            return Ending("may be cut: its list of parts is damaged")
        if at + length > size:
            return (
                _cut(size - at, length)
                if name == b"mdat"
                else Ending("may be cut: its last part is incomplete")
            )
        at += length
    return WHOLE if at == size else Ending("may be cut: its last part is incomplete")


def _flac(_file: BinaryIO, _size: int, path: Path) -> Ending:
    """The header says how many samples there are: the last ones must come out of the decoder."""
    if attempt(lambda: _flac_tail_plays(path)) is True:
        return WHOLE
    with FFmpegReader(path) as reader:
        there_s, stated_s = reader.counted_duration_s(), reader.duration_s
    if stated_s <= 0:
        return Ending("may be cut: its header does not state its length")
    return _cut(there_s, stated_s) if there_s < stated_s else WHOLE


def _flac_tail_plays(path: Path) -> bool:
    import soundfile

    with soundfile.SoundFile(str(path) if os.name == "nt" else os.fsencode(path)) as sound:
        n_tail = min(2048, sound.frames)
        sound.seek(sound.frames - n_tail)
        n_read: int = len(sound.read(n_tail, dtype="float32"))
        return bool(0 < n_tail == n_read)


def _asf(file: BinaryIO, size: int, _path: Path) -> Ending:
    """ASF (wma): the file properties object of the header states the size of the file."""
    file.seek(0)
    head = file.read(64 * 1024)
    at = head.find(bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365"))
    if at < 0:
        return Ending("may be cut: its header does not state its length")
    (stated,) = struct.unpack_from("<Q", head, at + 40)
    if stated == 0:
        return Ending("may be cut: its header does not state its length")
    # FFmpeg corrects the duration of a short file by itself.
    return WHOLE if size >= stated else Ending(_cut(size, stated).warning)


def _mp3(file: BinaryIO, size: int, _path: Path) -> Ending:
    share = mp3_share(file, size)
    if share is not None:
        return WHOLE if share >= 1 - SLACK else _cut(share, 1.0)
    return (
        WHOLE
        if last_frame_is_whole(file, size, adts=False)
        else Ending("may be cut: its last frame is incomplete")
    )


def _adts(file: BinaryIO, size: int, _path: Path) -> Ending:
    return (
        WHOLE
        if last_frame_is_whole(file, size, adts=True)
        else Ending("may be cut: its last frame is incomplete")
    )
