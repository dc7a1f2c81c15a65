"""Readers of sound files: what they all give, and the one through libsndfile (wav, flac, ogg, opus, mp3, aiff).

Every reader gives blocks of float32 samples [n, n_channels] from any place, sample for sample the same as a slice of
the whole file.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from merdesk.audio.paths import shown
from merdesk.domain.arrays import FloatArray
from merdesk.errors import AudioError

SAMPLE_RATES_HZ = (1_000, 1_536_000)
"""Rates outside are damage: 0 Hz headers exist, and no recorder goes beyond."""
MAX_CHANNELS = 64
BLOCK_FRAMES = 1 << 16


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
        start, left = span(onset_s, duration_s, self.sample_rate_hz)
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


def span(onset_s: float, duration_s: float | None, sample_rate_hz: int) -> tuple[int, int]:
    """First sample and number of samples of a span."""
    start = round(max(0.0, onset_s) * sample_rate_hz)
    return start, (1 << 62) if duration_s is None else round(duration_s * sample_rate_hz)
