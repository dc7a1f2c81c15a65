"""Files read by FFmpeg through PyAV: m4a, aac, wma and whatever libsndfile does not know."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from merdesk.audio.readers import BLOCK_FRAMES, checked, span
from merdesk.domain.arrays import FloatArray
from merdesk.errors import AudioError, Failure, attempt

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


class FFmpegReader:
    """A file read by FFmpeg through PyAV."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container: Any = None
        opened = attempt(self._open)
        if isinstance(opened, Failure):
            self._close()
            raise AudioError(opened.message) if opened.expected else ValueError(opened.message)

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
        start, left = span(onset_s, duration_s, self.sample_rate_hz)
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
        return self._container.decode(self._stream)  # type: ignore[no-any-return]  # PyAV says Any

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
        return y / np.float32(_FULL_SCALE[kind])  # type: ignore[no-any-return]  # PyAV's frames are Any
    return y.astype("f4")  # type: ignore[no-any-return]  # the same
