"""What a waveform draws: the lowest and highest sample of every column, at any zoom, in no time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, frozen

MAX_BINS = 1 << 18
"""Bins of the finest level: 45 s keep .4 ms each, and a level with its pyramid stays below 4 MB."""
MIN_BIN_FRAMES = 16
FINER_LEVELS = 2
"""A column is drawn from bins of a quarter of its width or less, so that a peak shows in its column, not beside it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Minima and maxima of one channel-mixed sound, as a pyramid: each level has half the bins of the one before.

    Attributes
    ----------
    low, high
        Levels of float32 [n_bins], finest first; -1..1.
    bin_s
        Length of a bin of the finest level in seconds.
    duration_s
        Length of the sound.
    """

    low: tuple[FloatArray, ...]
    high: tuple[FloatArray, ...]
    bin_s: float
    duration_s: float

    @classmethod
    def of(cls, y: FloatArray, sample_rate_hz: int, *, max_bins: int = MAX_BINS) -> "Envelope":
        """Envelope of samples [n] or [n, n_channels]; the channels share it (lowest and highest of all)."""
        frames = bin_frames(len(y), max_bins=max_bins)
        low, high = extremes(y, frames)
        return cls.of_bins(low, high, bin_s=frames / sample_rate_hz, duration_s=len(y) / sample_rate_hz)

    @classmethod
    def of_bins(cls, low: FloatArray, high: FloatArray, *, bin_s: float, duration_s: float) -> "Envelope":
        """Build the pyramid over the minima and maxima [n_bins] of its finest level."""
        lows, highs = [frozen(low, "f4")], [frozen(high, "f4")]
        while len(lows[-1]) > 1:
            lows.append(frozen(_pairs(lows[-1], np.minimum), "f4"))
            highs.append(frozen(_pairs(highs[-1], np.maximum), "f4"))
        return cls(tuple(lows), tuple(highs), bin_s, duration_s)

    @property
    def peak(self) -> float:
        """Largest |sample|, 0 for silence."""
        return float(max(-self.low[-1].min(), self.high[-1].max(), 0.0)) if len(self.low[-1]) else 0.0

    def slice(self, start_s: float, stop_s: float, n_bins: int) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest sample of n_bins equal columns between two times.

        Parameters
        ----------
        start_s, stop_s
            The stretch shown; what lies outside the sound is 0.
        n_bins
            Columns, usually pixels.

        Returns
        -------
        low, high
            float32 [n_bins] each. No peak is lost: a column covers every bin that it touches.
        """
        low, high = np.zeros((2, n_bins), "f4")
        if stop_s <= start_s or not len(self.low[0]):
            return low, high
        column_s = (stop_s - start_s) / n_bins
        level = max(0, min(len(self.low) - 1, int(np.log2(max(1.0, column_s / self.bin_s))) - FINER_LEVELS))
        lows, highs, bin_s = self.low[level], self.high[level], self.bin_s * 2**level
        edges_s = start_s + column_s * np.arange(n_bins + 1)
        shown = (edges_s[1:] > 0) & (edges_s[:-1] < self.duration_s)
        first = np.clip((edges_s[:-1] / bin_s).astype("i8"), 0, len(lows) - 1)
        last = np.clip(np.ceil(edges_s[1:] / bin_s).astype("i8"), first + 1, len(lows))
        for step in range(int((last - first).max())):  # nine at most
            at = np.minimum(first + step, last - 1)
            low = np.minimum(low, lows[at]) if step else lows[at]
            high = np.maximum(high, highs[at]) if step else highs[at]
        return np.where(shown, low, 0).astype("f4"), np.where(shown, high, 0).astype("f4")


def bin_frames(n_frames: int, *, max_bins: int = MAX_BINS) -> int:
    """Frames in a bin of the finest level: a power of two, 16 for short sounds.

    Examples
    --------
    >>> bin_frames(45 * 44_100), bin_frames(10 * 60 * 44_100)
    (16, 128)
    """
    frames = MIN_BIN_FRAMES
    while frames * max_bins < n_frames:
        frames *= 2
    return frames


def extremes(y: FloatArray, frames: int) -> tuple[FloatArray, FloatArray]:
    """Minimum and maximum of every `frames` frames of samples [n] or [n, n_channels]; the last bin may be shorter."""
    channels = np.asarray(y, "f4").T if y.ndim == 2 else np.asarray(y, "f4")[None]
    low = high = channels[0]
    for channel in channels[1:]:
        low, high = np.minimum(low, channel), np.maximum(high, channel)
    return _by_bins(low, frames, np.minimum), _by_bins(high, frames, np.maximum)


def _by_bins(values: FloatArray, frames: int, reduce: np.ufunc) -> FloatArray:
    n_whole = len(values) // frames * frames
    bins: npt.NDArray[np.floating] = reduce.reduce(values[:n_whole].reshape(-1, frames), axis=1)
    return np.append(bins, reduce.reduce(values[n_whole:])) if n_whole < len(values) else bins


def _pairs(level: FloatArray, reduce: np.ufunc) -> FloatArray:
    even = level[: len(level) // 2 * 2]
    pairs: FloatArray = reduce(even[::2], even[1::2])
    return np.append(pairs, level[-1]) if len(level) % 2 else pairs
