"""Samples of a span of a file, and one channel at the rate that an extractor wants."""

from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import numpy as np

from merdesk.audio.opening import open_reader
from merdesk.audio.paths import shown
from merdesk.domain.arrays import FloatArray
from merdesk.errors import AudioError, Failure, attempt


@dataclass(frozen=True, slots=True)
class Samples:
    """Sound as numbers: y float32 [n, n_channels], full scale at -1..1, never NaN."""

    y: FloatArray
    sample_rate_hz: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.y) / self.sample_rate_hz


def decode(path: Path, *, onset_s: float = 0.0, duration_s: float | None = None) -> Samples:
    """Decode a span of a file at its own rate and with its own channels.

    A damaged tail ends the sound early; whatever could be decoded before it is given.

    Parameters
    ----------
    path
        The file; its name need not be text.
    onset_s
        Where the span starts, counted in samples from the start of the file.
    duration_s
        Its length, None for the rest of the file.

    Raises
    ------
    AudioError
        When the file cannot be read, or nothing of the span is in it.
    """
    blocks: list[FloatArray] = []

    def read() -> int:
        with open_reader(path) as reader:
            blocks.extend(reader.blocks(onset_s, duration_s))
            return reader.sample_rate_hz

    rate = attempt(read)
    if not blocks:
        raise AudioError(_reason(path, rate, onset_s))
    if isinstance(rate, Failure):
        # The tail is damaged: the rate is asked of the header, which could be read a moment ago.
        with open_reader(path) as reader:
            rate = reader.sample_rate_hz
    y = blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
    return Samples(finite(y), rate)


def _reason(path: Path, outcome: "int | Failure", onset_s: float) -> str:
    if isinstance(outcome, Failure) and outcome.expected:
        return outcome.message
    if isinstance(outcome, Failure):
        return f"{shown(path)} cannot be decoded; it is damaged, copy it again."
    if onset_s > 0:
        return f"{shown(path)} ends before the clip starts ({onset_s:.1f} s); check the clip's onset or the file."
    return f"{shown(path)} holds no sound; copy it again."


def finite(y: FloatArray) -> FloatArray:
    """Samples without NaN and infinity, which a float file may hold and which would poison every later number."""
    if np.isfinite(y).all():
        return y
    return np.nan_to_num(y, nan=0.0, posinf=1.0, neginf=-1.0)


def mono(y: FloatArray, from_hz: int, to_hz: int) -> FloatArray:
    """Mean of the channels at another sample rate.

    Parameters
    ----------
    y
        Samples [n, n_channels] or [n].
    from_hz, to_hz
        Rate of y, and the rate wanted; soxr's "HQ" resamples (pass band to .91 of the new Nyquist, 20 bit).

    Returns
    -------
    float32 [n * to_hz / from_hz], contiguous.
    """
    # Channel by channel: numpy's mean over an axis of two takes thirty times as long.
    one = y if y.ndim == 1 else reduce(np.add, y.T) / np.float32(y.shape[1])
    if from_hz != to_hz:
        import soxr

        one = soxr.resample(one, from_hz, to_hz, quality="HQ")
    return np.ascontiguousarray(one, dtype="f4")
