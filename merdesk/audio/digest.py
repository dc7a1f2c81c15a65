"""What identifies sound: the digest of its packets for good, a key of the file's ends for a first guess."""

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

from merdesk.audio.diagnosis import reason
from merdesk.audio.ffmpeg_reader import open_container
from merdesk.audio.mpeg_frames import trailing_tag_bytes
from merdesk.audio.paths import regular_file, shown
from merdesk.audio.readers import SoundFileReader
from merdesk.errors import AudioError, Failure, attempt

DIGEST_SIZE = 32
KEY_SIZE = 16
END_BYTES = 64 * 1024
"""How much of either end the quick key reads: tags and headers lie there, so copies agree and songs differ."""


def quick_key(path: Path) -> bytes:
    """BLAKE2b [16 bytes] of size, first and last 64 KiB: equal keys are *likely* the same file.

    Raises
    ------
    AudioError
        When the file cannot be read.
    """
    size = regular_file(path).st_size
    hashed = hashlib.blake2b(size.to_bytes(8, "little"), digest_size=KEY_SIZE)
    try:
        with path.open("rb") as file:
            hashed.update(file.read(END_BYTES))
            file.seek(max(0, size - END_BYTES))
            hashed.update(file.read(END_BYTES))
    except OSError as error:
        raise AudioError(f"{shown(path)} cannot be read ({error.strerror}); check the disk.") from error
    return hashed.digest()


def audio_digest(path: Path) -> bytes:
    """BLAKE2b [32 bytes] of the audio packets and what decoding them depends on.

    Tags, pictures and their padding are no part of it: a re-tagged file keeps its digest, and with it its features.
    Nothing is decoded, so a song takes milliseconds. Files that only libsndfile reads are digested by their samples.

    Raises
    ------
    AudioError
        When the file cannot be read as audio.
    """
    regular_file(path)
    for way in (_packets_digest, _samples_digest):
        digest = attempt(partial(way, path))
        if isinstance(digest, bytes):
            return digest
    raise AudioError(reason(path))


def _packets_digest(path: Path) -> bytes:
    hashed = hashlib.blake2b(digest_size=DIGEST_SIZE, person=b"packets")
    with open_container(path) as container:
        stream = container.streams.best("audio") or container.streams.audio[0]
        context = stream.codec_context
        hashed.update(f"{context.name} {context.sample_rate} {context.layout.nb_channels}\n".encode())
        hashed.update(_without_tags(context.name, bytes(context.extradata or b"")))
        # A damaged tail raises: what comes before it identifies the file all the same.
        read = attempt(lambda: _feed(hashed, container, stream, _sound_ends(path, context.name)))
    if isinstance(read, Failure) or not read:
        raise AudioError(f"{shown(path)} holds no sound.")
    return hashed.digest()


def _sound_ends(path: Path, codec: str) -> int:
    """Byte behind the sound: FFmpeg takes an APE tag at the end of an MP3 for packets."""
    size = path.stat().st_size
    if not codec.startswith("mp3"):
        return size
    with path.open("rb") as file:
        return size - trailing_tag_bytes(file, size)


def _feed(hashed: hashlib.blake2b, container: Any, stream: Any, end: int) -> int:
    n_bytes = 0
    packets = container.demux(stream)
    while (packet := attempt(lambda: next(packets, None))) is not None and not isinstance(packet, Failure):
        data = bytes(packet) if (packet.pos or 0) < end else b""
        n_bytes += len(data)
        hashed.update(data)
    return n_bytes


def _without_tags(codec: str, extradata: bytes) -> bytes:
    """Vorbis keeps three packets here in Xiph lacing, of which the middle one is the tags; others keep none."""
    if codec != "vorbis" or extradata[:1] != b"\x02":
        return extradata
    sizes: list[int] = []
    at = 1
    while len(sizes) < 2:
        size = 0
        while extradata[at] == 255:
            size, at = size + 255, at + 1
        sizes.append(size + extradata[at])
        at += 1
    identification = extradata[at : at + sizes[0]]
    return identification + extradata[at + sizes[0] + sizes[1] :]


def _samples_digest(path: Path) -> bytes:
    hashed = hashlib.blake2b(digest_size=DIGEST_SIZE, person=b"samples")
    with SoundFileReader(path) as reader:
        hashed.update(f"{reader.codec} {reader.sample_rate_hz} {reader.n_channels}\n".encode())
        n_blocks = 0
        for block in reader.blocks(0.0, None):
            hashed.update(block.tobytes())
            n_blocks += 1
    if not n_blocks:
        raise AudioError(f"{shown(path)} holds no sound.")
    return hashed.digest()
