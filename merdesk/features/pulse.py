"""Onsets, tempo and how clear the pulse is.

References
----------
Bello et al. (2005), "A tutorial on onset detection in music signals", IEEE TSAP 13(5). Ellis (2007), "Beat tracking
by dynamic programming", JNMR 36(1). Lartillot et al. (2008), "Multi-feature modeling of pulse clarity", ISMIR.
"""

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray

RANGE_DB = 60.0
"""Level range in which rises count as onsets."""
PEAK_RADIUS_S = 0.07
"""An onset is the largest rise within this distance: what follows sooner is heard as the same event."""
MEAN_RADIUS_S = 0.5
THRESHOLD_DB = 1.5
"""How far an onset stands out over the mean rise around it; found on click trains, held notes and noise."""
SLOWEST_BPM, FASTEST_BPM = 40.0, 240.0
PREFERRED_BPM = 120.0
"""Listeners' preferred tempo; candidates are weighed by a log-normal curve of one octave around it (Ellis 2007)."""


def flux_db(levels_db: FloatArray) -> FloatArray:
    """Mean rise of the bands' levels [n_frames, n_bands] from frame to frame in dB, shape (n_frames,)."""
    rises = np.maximum(np.diff(levels_db, axis=0, prepend=levels_db[:1]), 0.0)
    return np.asarray(rises.mean(axis=1))


def onsets(flux: FloatArray, *, rate_hz: float) -> BoolArray:
    """True at the frames where something starts, shape (n_frames,)."""
    radius = max(1, round(PEAK_RADIUS_S * rate_hz))
    around = np.lib.stride_tricks.sliding_window_view(np.pad(flux, radius), 2 * radius + 1)
    stands_out = flux > local_mean(flux, round(MEAN_RADIUS_S * rate_hz)) + THRESHOLD_DB
    return np.asarray((flux >= around.max(axis=1)) & stands_out)


def local_mean(series: FloatArray, radius: int) -> FloatArray:
    """Mean of a series [n] over up to `radius` neighbours on either side."""
    n = len(series)
    sums = np.concatenate([[0.0], np.cumsum(series)])
    first = np.maximum(np.arange(n) - radius, 0)
    last = np.minimum(np.arange(n) + radius + 1, n)
    return np.asarray((sums[last] - sums[first]) / (last - first))


def tempo_and_clarity(flux: FloatArray, *, rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Tempo in BPM (0 without any pulse) and pulse clarity in 0..1 of stretches of flux [n, n_frames]; shapes (n,).

    The tempo is the lag, between 40 and 240 BPM, where the autocorrelation weighed by preference is largest; the
    clarity is the largest autocorrelation in that range, over that at lag 0.
    """
    centred = flux - flux.mean(axis=1, keepdims=True)
    n_frames = flux.shape[1]
    n_fft = 1 << (2 * n_frames - 1).bit_length()
    correlation = np.fft.irfft(np.abs(np.fft.rfft(centred, n_fft)) ** 2, n_fft)[:, :n_frames]
    # Fewer pairs stand behind a longer lag: divided by their number, or slow tempi would lose.
    correlation /= n_frames - np.arange(n_frames)
    low, high = int(60 / FASTEST_BPM * rate_hz), min(int(60 / SLOWEST_BPM * rate_hz) + 1, n_frames // 2)
    if high - low < 3:
        return np.zeros(len(flux)), np.zeros(len(flux))
    lags = np.arange(low, high)
    weight = np.exp(-0.5 * np.log2(60 * rate_hz / lags / PREFERRED_BPM) ** 2)
    start = correlation[:, :1]
    moves = start[:, 0] > 1e-9
    ratio = np.where(moves[:, None], correlation[:, low:high] / np.where(start > 0, start, 1), 0.0)
    best = (ratio * weight)[:, 1:-1].argmax(axis=1) + 1
    rows = np.arange(len(flux))
    lag = lags[best] + _vertex(ratio[rows, best - 1], ratio[rows, best], ratio[rows, best + 1])
    pulses = moves & (ratio[rows, best] > 0)
    return np.where(pulses, 60 * rate_hz / lag, 0.0), np.clip(ratio.max(axis=1), 0.0, 1.0)


def _vertex(left: FloatArray, middle: FloatArray, right: FloatArray) -> FloatArray:
    """Offset of a parabola's top from its middle point, in -.5...5."""
    bend = left - 2 * middle + right
    offset = 0.5 * (left - right) / np.where(np.abs(bend) > 1e-12, bend, 1.0)
    return np.clip(np.where(np.abs(bend) > 1e-12, offset, 0.0), -0.5, 0.5)
