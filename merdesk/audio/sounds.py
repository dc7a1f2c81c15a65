"""Sounds at the device's rate, decoded while they already play."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np

from merdesk.audio.decoding import finite
from merdesk.audio.envelope import bin_frames, extremes
from merdesk.audio.opening import open_reader
from merdesk.audio.paths import shown
from merdesk.audio.playback import PlayRequest
from merdesk.audio.readers import Reader
from merdesk.domain.arrays import FloatArray
from merdesk.errors import AudioError

LONG_S = 15 * 60.0
"""Longer spans are streamed: stereo takes 21 MB a minute at 44.1 kHz, and ten hours would take 12.7 GB."""
UNKNOWN_S = 60.0
"""Room made at first for a file that does not state its length."""

Bins = tuple[FloatArray, FloatArray, float]
"""Lowest, highest sample of each bin, and the bin's length in seconds."""


class Sound(Protocol):
    """A source for the mixer that a decoder fills, step by step."""

    problem: str
    """Why it ended early or never began; one sentence, empty when all is well."""
    bins: Bins | None
    """Finest level of the envelope, once everything was decoded; of a long sound as far as it was looked at."""

    @property
    def is_urgent(self) -> bool:
        """Whether the next step of `fill` is needed for what plays."""

    @property
    def n_frames(self) -> int | None:
        """Length, None while it is not known."""

    @property
    def n_bytes(self) -> int:
        """Memory it takes."""

    @property
    def peak(self) -> float | None:
        """Largest |sample|, None while it is not known."""

    def read(self, start: int, n: int) -> FloatArray:
        """Up to n frames [<=n, 2] from start; fewer where they are not decoded yet."""

    def aim(self, frame: int) -> None:
        """It is about to be read from this frame on."""

    def give_up(self, problem: str) -> None:
        """End here, for this reason."""

    def fill(self) -> Iterator[bool]:
        """Decode in steps of a few milliseconds; False when there is nothing to do for now."""


class WholeSound:
    """A sound that is kept in memory as a whole."""

    def __init__(self, request: PlayRequest, rate_hz: int) -> None:
        self.problem = ""
        self.bins: Bins | None = None
        self._request = request
        self._rate_hz = rate_hz
        self._y = np.empty((0, 2), "f4")
        self._ready = 0
        self._done = False

    @property
    def n_frames(self) -> int | None:
        """Length, None while it is being decoded."""
        return self._ready if self._done else None

    @property
    def n_bytes(self) -> int:
        """Memory it takes."""
        return self._y.nbytes

    @property
    def peak(self) -> float | None:
        """Largest |sample|, None while it is not known."""
        return peak_of(self.bins)

    def read(self, start: int, n: int) -> FloatArray:
        """Up to n frames from start."""
        return self._y[start : min(start + n, self._ready)]

    def aim(self, frame: int) -> None:
        """Nothing to prepare: all of it is decoded anyway."""

    def give_up(self, problem: str) -> None:
        """End where the damage is."""
        self.problem = problem
        self._done = True

    @property
    def is_urgent(self) -> bool:
        """Always: all of it is needed."""
        return True

    def fill(self) -> Iterator[bool]:
        """Decode block by block; the last step makes the envelope."""
        request = self._request
        with open_reader(request.path) as reader:
            stated_s = max(0.0, reader.duration_s - request.onset_s)
            length_s = request.duration_s or stated_s or UNKNOWN_S
            self._y = np.empty((round((min(length_s, stated_s or length_s) + 1) * self._rate_hz), 2), "f4")
            for block in resampled(reader, request.onset_s, request.duration_s, self._rate_hz):
                self._append(block)
                yield True
        if not self._ready:
            raise AudioError(
                f"{shown(request.path)} holds no sound at {request.onset_s:.1f} s; check the clip's onset."
            )
        self._done = True
        frames = bin_frames(self._ready)
        low, high = extremes(self._y[: self._ready], frames)
        self.bins = low, high, frames / self._rate_hz

    def _append(self, block: FloatArray) -> None:
        stop = self._ready + len(block)
        if stop > len(self._y):
            # The header stated less than there is.
            grown = np.empty((2 * stop, 2), "f4")
            grown[: self._ready] = self._y[: self._ready]
            self._y = grown
        self._y[self._ready : stop] = block
        self._ready = stop


def peak_of(bins: Bins | None) -> float | None:
    """Largest |sample| that an envelope shows."""
    if bins is None:
        return None
    low, high, _ = bins
    return float(max(-low.min(initial=0.0), high.max(initial=0.0)))


def resampled(reader: Reader, onset_s: float, duration_s: float | None, rate_hz: int) -> Iterator[FloatArray]:
    """Stereo blocks [n, 2] of a span at another rate, without a seam between them."""
    blocks = (stereo(finite(block)) for block in reader.blocks(onset_s, duration_s))
    if reader.sample_rate_hz == rate_hz:
        yield from blocks
        return
    import soxr

    stream = soxr.ResampleStream(reader.sample_rate_hz, rate_hz, 2, dtype="float32", quality="HQ")
    for block in blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.empty((0, 2), "f4"), last=True)


def stereo(y: FloatArray) -> FloatArray:
    """Two channels of any number: one is heard on both sides, more than two are mixed to their mean."""
    if y.shape[1] == 2:
        return y
    one = y if y.shape[1] == 1 else y.mean(axis=1, dtype="f4", keepdims=True)
    return np.repeat(one, 2, axis=1)
