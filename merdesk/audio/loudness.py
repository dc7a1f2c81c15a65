"""How loud a clip is heard, and the gain that makes clips equally loud."""

import math
from functools import lru_cache
from itertools import pairwise

import numpy as np

from merdesk.domain.arrays import FloatArray

TARGET_LUFS = -18.0
"""ReplayGain 2.0's reference: leaves most music below full scale."""
PEAK_LIMIT_DB = -1.0
"""True peaks lie up to 1 dB above sample peaks (EBU R 128's margin)."""
BLOCK_S = 0.4
"""BS.1770 measures in blocks of this length: shorter sound has no integrated loudness."""
STEPS = 4
"""Steps in a block; the next block begins one later."""
STEP_S = BLOCK_S / STEPS
CHANNEL_WEIGHTS = np.array([1.0, 1.0, 1.0, 1.41, 1.41])
"""Left, right, centre, and the two at the listener's back."""
OFFSET_DB = 0.691
"""The K-weighting's gain at 1 kHz, so that a full sine there has the level of its samples."""
ABSOLUTE_GATE = 10 ** ((-70.0 + OFFSET_DB) / 10)
RELATIVE_GATE = 0.1
"""Blocks more than 10 LU under the rest do not count."""


def integrated_lufs(y: FloatArray, sample_rate_hz: int) -> float:
    """Integrated loudness in LUFS (ITU-R BS.1770-4, gated).

    Parameters
    ----------
    y
        Samples [n] or [n, n_channels], full scale at -1..1.
    sample_rate_hz
        Their rate.

    Returns
    -------
    float
        In LUFS, about -70..0; NaN when the sound is shorter than .4 s or so quiet that the gate leaves nothing.

    References
    ----------
    ITU-R BS.1770-4 (2015); C. J. Steinmetz and J. D. Reiss, "pyloudnorm", AES 150 (2021), whose filters these are.
    """
    if len(y) <= BLOCK_S * sample_rate_hz:
        return math.nan
    # The standard weighs five channels and leaves the bass effects channel out.
    channels = (y if y.ndim == 2 else y[:, None])[:, : len(CHANNEL_WEIGHTS)]
    power = _block_powers(channels, sample_rate_hz) @ CHANNEL_WEIGHTS[: channels.shape[1]]
    heard = power[power >= ABSOLUTE_GATE]
    if not len(heard):
        return math.nan
    heard = heard[heard > RELATIVE_GATE * heard.mean()]
    return float(10 * np.log10(heard.mean()) - OFFSET_DB)


def _block_powers(y: FloatArray, sample_rate_hz: int) -> FloatArray:
    """K-weighted mean squares [n_blocks, n_channels] of samples [n, n_channels]; each block overlaps three quarters."""
    from scipy.signal import sosfilt

    filters = _k_weighting(sample_rate_hz)
    n_blocks = round((len(y) / sample_rate_hz - BLOCK_S) / STEP_S) + 1
    edges = (STEP_S * sample_rate_hz * np.arange(n_blocks + STEPS)).astype(np.int64).tolist()
    sums = np.zeros((len(edges), y.shape[1]))
    for channel, samples in enumerate(y.T):
        weighted = sosfilt(filters, samples.astype(np.float64))
        steps = (weighted[first:last] for first, last in pairwise(edges))
        sums[1:, channel] = np.cumsum([np.vdot(step, step) for step in steps])
    return np.asarray((sums[STEPS:] - sums[:-STEPS]) / (BLOCK_S * sample_rate_hz))


@lru_cache
def _k_weighting(sample_rate_hz: int) -> FloatArray:
    """The head's shelf and the low cut as second-order sections (R. Bristow-Johnson's cookbook)."""
    shelf_hz, low_cut_hz = 1500.0, 38.0
    gain = 10 ** (4.0 / 40)
    cos, alpha = _angle(shelf_hz, sample_rate_hz, q=math.sqrt(0.5))
    slope, high, low = 2 * math.sqrt(gain) * alpha, gain + 1, gain - 1
    shelf = (
        gain * (high + low * cos + slope), -2 * gain * (low + high * cos), gain * (high + low * cos - slope),
        high - low * cos + slope, 2 * (low - high * cos), high - low * cos - slope,
    )  # fmt: skip
    cos, alpha = _angle(low_cut_hz, sample_rate_hz, q=0.5)
    low_cut = ((1 + cos) / 2, -(1 + cos), (1 + cos) / 2, 1 + alpha, -2 * cos, 1 - alpha)
    return np.array([np.array(section) / section[3] for section in (shelf, low_cut)])


def _angle(hz: float, sample_rate_hz: int, *, q: float) -> tuple[float, float]:
    angle = 2 * math.pi * hz / sample_rate_hz
    return math.cos(angle), math.sin(angle) / (2 * q)


def gain_for(lufs: float, peak: float, *, target_lufs: float = TARGET_LUFS) -> float:
    """Gain in dB that brings a clip to the target without clipping.

    Parameters
    ----------
    lufs
        Integrated loudness; NaN (unknown) gives no gain.
    peak
        Largest |sample|, 0 for silence.
    target_lufs
        Loudness wanted.

    Examples
    --------
    >>> gain_for(-10.0, 0.9)
    -8.0
    >>> round(gain_for(-30.0, 0.5), 2)  # 12 dB are wanted, the peak allows 5
    5.02
    """
    if math.isnan(lufs):
        return 0.0
    wanted = target_lufs - lufs
    if peak <= 0 or wanted <= 0:
        return wanted
    return max(0.0, min(wanted, PEAK_LIMIT_DB - 20 * math.log10(peak)))
