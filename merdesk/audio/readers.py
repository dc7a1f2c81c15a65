"""Open sound files: libsndfile first (wav, flac, ogg, opus, mp3, aiff), FFmpeg second (m4a, aac, wma and the rest).

Both readers give the same thing: blocks of float32 samples [n, n_channels] from any place, sample for sample the same
as a slice of the whole file. What libsndfile reads it reads two to four times faster; between them the two cover
every common format without a system package.
"""

import os
import stat
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.errors import AudioError, Failure, attempt

SAMPLE_RATES_HZ = (1_000, 1_536_000)
"""Rates outside are damage: 0 Hz headers exist, and no recorder goes beyond."""
MAX_CHANNELS = 64
BLOCK_FRAMES = 1 << 16

PREROLL_S = 0.25
"""How long before its target FFmpeg starts to decode: Opus settles within 80 ms, AAC needs one frame of overlap."""
COUNTED = frozenset({"aac", "ac3", "eac3", "amr", "dts", "mp3", "mpeg", "mpegts", "tta"})
"""Formats that state no length: FFmpeg's guess from the bit rate is off by per cents, so packets are counted."""
FILES_ONLY = {
    "protocol_whitelist": "file",
    "format_whitelist": "aac,ac3,aiff,amr,ape,asf,au,caf,dsf,dts,eac3,flac,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,"
    "mp3,mpc,mpc8,mpeg,mpegts,ogg,rm,tak,tta,voc,w64,wav,wv,xwma",
}
"""A "song.mp3" that is a playlist would make FFmpeg fetch from the network."""


class Reader(Protocol):
    """A sound file, open for reading; a context manager."""

    sample_rate_hz: int
    n_channels: int
    duration_s: float
    """As the file states it; 0 when it does not say."""
    codec: str
    container: str

    def blocks(self, onset_s: float, duration_s: float | None) -> Iterator[FloatArray]:
        """Samples [n, n_channels] of a span in order; ends early where the file does."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def shown(path: Path) -> str:
    r"""Name of a file as a sentence can hold it: no line breaks, no lone surrogates, not endless.

    Examples
    --------
    >>> shown(Path("/music/two\nlines.mp3"))
    '"two lines.mp3"'
    """
    name = path.name.encode("utf-8", "replace").decode("utf-8")
    name = "".join(character if character.isprintable() else " " for character in name)
    return f'"{name[:60]}…{name[-20:]}"' if len(name) > 90 else f'"{name}"'


def regular_file(path: Path) -> os.stat_result:
    """Status of a file that can be read to its end.

    Raises
    ------
    AudioError
        When it is missing, may not be read, is empty, or is a folder, pipe or device (which would never end).
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise AudioError(f"{shown(path)} is not there any more; locate the audio again.") from error
    if not stat.S_ISREG(status.st_mode):
        raise AudioError(f"{shown(path)} is not a file; leave it out.")
    if status.st_size == 0:
        raise AudioError(f"{shown(path)} is empty (0 bytes); copy or download it again.")
    if not os.access(path, os.R_OK):
        raise AudioError(f"{shown(path)} may not be read by you; change its permissions.")
    return status


def open_reader(path: Path) -> Reader:
    """Open with the first reader that understands the file.

    Raises
    ------
    AudioError
        When neither does, or when its header states an impossible rate or number of channels.
    """
    regular_file(path)
    first = attempt(lambda: SoundFileReader(path))
    if not isinstance(first, Failure):
        return first
    second = attempt(lambda: FFmpegReader(path))
    if not isinstance(second, Failure):
        return second
    known = [failure.message for failure in (first, second) if failure.expected]
    raise AudioError(known[0] if known else unreadable(path))


def unreadable(path: Path) -> str:
    """The sentence for a file that no reader understands."""
    return (
        f"{shown(path)} cannot be read as audio: it is damaged or of an unknown kind; "
        "copy it again or convert it to FLAC."
    )


def checked(path: Path, sample_rate_hz: int, n_channels: int) -> None:
    """Refuse a header that cannot be true; raises AudioError."""
    if not SAMPLE_RATES_HZ[0] <= sample_rate_hz <= SAMPLE_RATES_HZ[1]:
        raise AudioError(f"{shown(path)} states {sample_rate_hz} samples a second; its header is damaged.")
    if not 1 <= n_channels <= MAX_CHANNELS:
        raise AudioError(f"{shown(path)} states {n_channels} channels; its header is damaged.")


class SoundFileReader:
    """A file read by libsndfile."""

    def __init__(self, path: Path) -> None:
        import soundfile

        # Bytes, because soundfile encodes text strictly and a name may hold lone surrogates.
        self._file = soundfile.SoundFile(str(path) if os.name == "nt" else os.fsencode(path))
        self.sample_rate_hz: int = self._file.samplerate
        self.n_channels: int = self._file.channels
        checked(path, self.sample_rate_hz, self.n_channels)
        self.duration_s = max(0, self._file.frames) / self.sample_rate_hz
        self.container: str = self._file.format.lower()
        self.codec = {"MPEG_LAYER_III": "mp3"}.get(self._file.subtype, self._file.subtype.lower())
        if self.container == "flac":
            self.codec = "flac"
        # A block that meets damage is lost as a whole, and libsndfile's FLAC decoder does not go back after it.
        self._block_frames = 4096 if self.container == "flac" else BLOCK_FRAMES

    def blocks(self, onset_s: float, duration_s: float | None) -> Iterator[FloatArray]:
        """Samples [n, n_channels] of a span in order."""
        start, left = _span(onset_s, duration_s, self.sample_rate_hz)
        if start >= self._file.frames:
            return
        self._file.seek(start)
        while left > 0:
            block = self._file.read(min(self._block_frames, left), dtype="float32", always_2d=True)
            if not len(block):
                return
            left -= len(block)
            yield block

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


class FFmpegReader:
    """A file read by FFmpeg through PyAV."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container: Any = None
        opened = attempt(self._open)
        if isinstance(opened, Failure):
            self._close()
            raise AudioError(opened.message if opened.expected else unreadable(path))

    def _open(self) -> None:
        self._restart()
        first = self._first
        self._origin: int = first.pts or 0
        self.sample_rate_hz: int = first.sample_rate
        self.n_channels: int = first.layout.nb_channels
        checked(self._path, self.sample_rate_hz, self.n_channels)
        self.codec: str = self._stream.codec_context.name.removesuffix("float")
        self.container: str = self._container.format.name
        # Where times are rounded to milliseconds (Matroska, ASF) or guessed (ADTS), samples are counted from the start.
        names = set(self.container.split(","))
        self._exact = self._stream.time_base == Fraction(1, self.sample_rate_hz) and not names & COUNTED
        self.duration_s = self.counted_duration_s() if names & COUNTED else self._stated_duration_s()

    def _restart(self) -> None:
        """Open anew and decode the first frame: FFmpeg skips an encoder's lead-in only at a true start."""
        self._close()
        self._container = open_container(self._path)
        self._stream = self._container.streams.best("audio") or self._container.streams.audio[0]
        self._decoded = self._container.decode(self._stream)
        self._first = next(self._decoded)
        self._at_start = True

    def _close(self) -> None:
        if self._container is not None:
            self._container.close()

    def _stated_duration_s(self) -> float:
        if self._stream.duration:
            return float(self._stream.duration * self._stream.time_base)
        return (self._container.duration or 0) / 1e6

    def counted_duration_s(self) -> float:
        """Length of the packets that are really there, in seconds; reads the file but decodes nothing."""
        ticks = 0
        with open_container(self._path) as container:
            stream = container.streams[self._stream.index]
            packets = container.demux(stream)
            while (packet := attempt(lambda: next(packets, None))) is not None and not isinstance(
                packet, Failure
            ):
                ticks += packet.duration or 0
        counted = float(ticks * self._stream.time_base)
        return counted or self._stated_duration_s()

    def blocks(self, onset_s: float, duration_s: float | None) -> Iterator[FloatArray]:
        """Samples [n, n_channels] of a span in order."""
        start, left = _span(onset_s, duration_s, self.sample_rate_hz)
        held: list[FloatArray] = []
        n_held = 0
        for at, frame in self._frames(start):
            y = _as_float(frame)[max(0, start - at) :][:left]
            held.append(y)
            n_held += len(y)
            left -= len(y)
            if n_held >= BLOCK_FRAMES or left <= 0:
                yield np.concatenate(held)
                held, n_held = [], 0
            if left <= 0:
                return
        if n_held:
            yield np.concatenate(held)

    def _frames(self, start: int) -> Iterator[tuple[int, Any]]:
        """Decoded frames that reach beyond sample `start`, each with the number of its first sample."""
        before = start - round(PREROLL_S * self.sample_rate_hz)
        if self._exact and before > 0:
            frames = self._sought(before)
            at = -1
        else:
            if not self._at_start:
                self._restart()
            frames = chain([self._first], self._decoded)
            at = 0
        self._at_start = False
        # A damaged packet ends the sound: what was decoded before it is kept.
        while (frame := attempt(lambda: next(frames, None))) is not None and not isinstance(frame, Failure):
            if frame.sample_rate != self.sample_rate_hz or frame.layout.nb_channels != self.n_channels:
                raise AudioError("The sound changes its format halfway; convert the file to FLAC.")
            if at < 0:
                at = frame.pts - self._origin
            if at + frame.samples > start:
                yield at, frame
            at += frame.samples

    def _sought(self, start: int) -> Iterator[Any]:
        self._stream.codec_context.flush_buffers()
        self._container.seek(self._origin + start, stream=self._stream)
        return self._container.decode(self._stream)  # type: ignore[no-any-return]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()


def open_container(path: Path) -> Any:
    """Open with FFmpeg, which looks at content, not at endings: no playlists, nothing but this file."""
    import av

    return av.open(str(path.absolute()), options=dict(FILES_ONLY), metadata_errors="replace")


def _span(onset_s: float, duration_s: float | None, sample_rate_hz: int) -> tuple[int, int]:
    """First sample and number of samples of a span."""
    start = round(max(0.0, onset_s) * sample_rate_hz)
    return start, (1 << 62) if duration_s is None else round(duration_s * sample_rate_hz)


_FULL_SCALE = {"s16": 2.0**15, "s32": 2.0**31, "u8": 2.0**7}


def _as_float(frame: Any) -> FloatArray:
    """Samples of an FFmpeg frame as float32 [n, n_channels] in -1..1."""
    kind = frame.format.name.removesuffix("p")
    y = frame.to_ndarray()
    y = y.T if frame.format.is_planar else y.reshape(-1, frame.layout.nb_channels)
    if kind in _FULL_SCALE:
        y = y.astype("f4")
        if kind == "u8":
            y -= 128.0
        return y / np.float32(_FULL_SCALE[kind])  # type: ignore[no-any-return]
    return y.astype("f4")  # type: ignore[no-any-return]
