"""What decoded sound tells about a clip besides music: level, clipping, channels, length."""

from dataclasses import dataclass

import numpy as np

from merdesk.audio.decoding import Samples
from merdesk.audio.loudness import integrated_lufs
from merdesk.domain.arrays import FloatArray

FULL_SCALE = 0.999
"""Samples at or above are as large as a file can hold them, up to rounding."""
CLIPPED_RUN = 3
"""So many samples in a row at full scale are a cut-off peak; one or two are a peak that just fits."""
SAME_CHANNELS = 1e-3
"""Channels whose difference is this much weaker than their sum (60 dB) are one: encoders add a little of their own."""
VERSION = 1
"""Grows when facts of the same sound change."""


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """What was measured of a clip's sound.

    Attributes
    ----------
    duration_s
        Of what could be decoded.
    peak
        Largest |sample|; 1 is full scale, 0 silence.
    clipped_share
        Share of samples, 0..1, that stand in runs at full scale.
    dual_mono
        True for two channels with the same sound in both.
    lufs
        Integrated loudness; NaN when silent or shorter than .4 s.
    """

    duration_s: float
    sample_rate_hz: int
    n_channels: int
    peak: float
    clipped_share: float
    dual_mono: bool
    lufs: float


def facts_of(samples: Samples) -> AudioFacts:
    """Measure decoded samples.

    Examples
    --------
    >>> found = facts_of(Samples(np.zeros((8000, 2), np.float32), 8000))
    >>> found.duration_s, found.peak, found.clipped_share, found.dual_mono
    (1.0, 0.0, 0.0, False)
    """
    y = samples.y if samples.y.ndim == 2 else samples.y[:, None]
    return AudioFacts(
        duration_s=samples.duration_s,
        sample_rate_hz=samples.sample_rate_hz,
        n_channels=y.shape[1],
        peak=float(np.abs(y).max(initial=0.0)),
        clipped_share=clipped_share(y),
        dual_mono=_dual_mono(y),
        lufs=integrated_lufs(y, samples.sample_rate_hz),
    )


def clipped_share(y: FloatArray) -> float:
    """Share of samples [n, n_channels] in runs of `CLIPPED_RUN` or more at full scale, 0..1; 0 for no samples.

    Examples
    --------
    >>> clipped_share(np.array([[0.1], [1.0], [1.0], [1.0], [0.2], [1.0], [-1.0], [0.0]], np.float32))
    0.375
    """
    if y.size == 0:
        return 0.0
    n_clipped = 0
    for channel in y.T:
        # A run stays on one side of zero: a square wave that alternates is no cut-off peak.
        for side in (channel >= FULL_SCALE, channel <= -FULL_SCALE):
            if side.any():
                turns = np.flatnonzero(np.diff(side.astype(np.int8), prepend=0, append=0))
                runs = turns[1::2] - turns[::2]
                n_clipped += int(runs[runs >= CLIPPED_RUN].sum())
    return n_clipped / y.size


def _dual_mono(y: FloatArray) -> bool:
    if y.shape[1] != 2:
        return False
    left, right = y.astype(np.float64).T
    total = float(np.sum((left + right) ** 2))
    return total > 0 and float(np.sum((left - right) ** 2)) <= SAME_CHANNELS**2 * total
