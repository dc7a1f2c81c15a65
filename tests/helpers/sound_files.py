"""Small sound files of every format, whole and broken, made when a test wants them."""

import functools
import os
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile

RATE_HZ = 44_100
FORMATS = ("wav", "flac", "ogg", "mp3", "aiff", "opus", "m4a", "aac", "wma", "mka")
LOSSLESS = ("wav", "flac", "aiff")
_SOUNDFILE = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "aiff": ("AIFF", "PCM_16"),
    "opus": ("OGG", "OPUS"),
}
_AV = {
    "m4a": ("ipod", "aac"),
    "aac": ("adts", "aac"),
    "wma": ("asf", "wmav2"),
    "mka": ("matroska", "libopus"),
}


def music(duration_s: float, rate_hz: int = RATE_HZ, *, seed: int = 0, n_channels: int = 2) -> np.ndarray:
    """Tones that change every quarter second below noise: float32 [n, n_channels], no two places alike."""
    rng = np.random.default_rng(seed)
    n = round(duration_s * rate_hz)
    notes = np.repeat(rng.uniform(100, 2000, round(duration_s * 4) + 1), rate_hz // 4)[:n]
    tone = 0.2 * np.sin(2 * np.pi * np.cumsum(notes) / rate_hz)
    return (tone[:, None] + rng.normal(0, 0.03, (n, n_channels))).astype("f4")


def write(path: Path, y: np.ndarray, rate_hz: int = RATE_HZ, *, tags: dict[str, str] | None = None) -> Path:
    """Write samples [n, channels] in the format of the path's ending."""
    kind = path.suffix[1:]
    if kind in _SOUNDFILE:
        form, subtype = _SOUNDFILE[kind]
        rate_hz = 48_000 if kind == "opus" else rate_hz
        with soundfile.SoundFile(
            os.fsencode(path), "w", rate_hz, y.shape[1], format=form, subtype=subtype
        ) as file:
            for name, text in (tags or {}).items():
                setattr(file, name, text)
            file.write(y)
    else:
        _encode(path, y, rate_hz, *_AV[kind], tags or {})
    return path


@functools.cache
def _bytes(kind: str, duration_s: float, seed: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write(Path(folder) / f"a.{kind}", music(duration_s, seed=seed)).read_bytes()


def write_music(path: Path, duration_s: float, *, seed: int = 0) -> Path:
    """Write `music` in the format of the path's ending; the same music is encoded once only."""
    path.write_bytes(_bytes(path.suffix[1:], duration_s, seed))
    return path


def _encode(path: Path, y: np.ndarray, rate_hz: int, form: str, codec: str, tags: dict[str, str]) -> None:
    rate_hz = 48_000 if codec == "libopus" else rate_hz
    layout = "stereo" if y.shape[1] == 2 else "mono"
    with av.open(os.fspath(path), "w", format=form) as container:
        container.metadata.update(tags)
        stream = container.add_stream(codec, rate=rate_hz, layout=layout)
        stream.bit_rate = 128_000
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(y.T), format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, 0, Fraction(1, rate_hz)
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=rate_hz)
        queue = av.AudioFifo()
        for piece in resampler.resample(frame):
            queue.write(piece)
        while piece := queue.read(stream.codec_context.frame_size or 1024, partial=True):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def id3(tags: dict[str, str]) -> bytes:
    """An ID3v2.4 header in UTF-8, to be put before an MP3."""
    names = {"title": b"TIT2", "artist": b"TPE1", "album": b"TALB", "genre": b"TCON"}
    frames = b""
    for name, text in tags.items():
        data = b"\x03" + text.encode()
        frames += names[name] + _syncsafe(len(data)) + bytes(2) + data
    return b"ID3\x04\x00\x00" + _syncsafe(len(frames)) + frames


def _syncsafe(n: int) -> bytes:
    return bytes((n >> 21 & 127, n >> 14 & 127, n >> 7 & 127, n & 127))


def retagged(path: Path, to: Path, tags: dict[str, str]) -> Path:
    """Copy with the same sound and other tags."""
    with av.open(os.fspath(path)) as source, av.open(os.fspath(to), "w") as container:
        container.metadata.update(tags)
        stream = container.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                container.mux(packet)
    return to


def broken(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files that somebody will drop one day: (what it is, path)."""
    rng = np.random.default_rng(7)
    whole = {kind: write_music(folder / f"whole.{kind}", 3.0).read_bytes() for kind in FORMATS}

    def save(what: str, name: str, data: bytes) -> tuple[str, Path]:
        path = folder / name
        path.write_bytes(data)
        return what, path

    for kind, data in whole.items():
        yield save("empty", f"empty.{kind}", b"")
        yield save("zeros", f"zeros.{kind}", bytes(20_000))
        yield save("random", f"random.{kind}", rng.bytes(20_000))
        yield save("text", f"text.{kind}", b"<html>404 Not Found</html>\n" * 50)
        yield save("head only", f"head.{kind}", data[:40])
        yield save("half", f"half.{kind}", data[: len(data) // 2])
        yield save("all but the head", f"headless.{kind}", data[200:])
        hurt = bytearray(data)
        for at in rng.integers(0, len(data), 60):
            hurt[at] = rng.integers(0, 256)
        yield save("hurt", f"hurt.{kind}", bytes(hurt))
        flipped = bytearray(data)
        flipped[4:60] = rng.bytes(56)
        yield save("absurd header", f"absurd.{kind}", bytes(flipped))
    yield save("no rate", "rate0.wav", whole["wav"][:24] + bytes(4) + whole["wav"][28:])
    yield save("2 GHz", "rate2g.wav", whole["wav"][:24] + b"\xff\xff\xff\x7f" + whole["wav"][28:])
    yield save("no channels", "channels0.wav", whole["wav"][:22] + bytes(2) + whole["wav"][24:])
    yield save("65535 channels", "channels65535.wav", whole["wav"][:22] + b"\xff\xff" + whole["wav"][24:])
    yield save("playlist", "playlist.mp3", b"#EXTM3U\n#EXTINF:3,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    yield save("huge ID3", "id3.mp3", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + whole["mp3"])


def strange_names(folder: Path, kind: str = "wav") -> Iterator[Path]:
    """Sound files whose names are hard to print."""
    for name in (
        b"two\nlines",
        "émoji 🎻 ♫".encode(),
        "שיר עברי".encode(),
        b"lone \xff\xfe surrogate",
        b"-dash",
        b"concat:a|b",
        b"http:__host_song",
        b"%d pattern",
        b"\x1b[31mred",
        b"x" * 240,
    ):
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name + b"." + kind.encode()))
        write_music(path, 1.0)
        yield path
