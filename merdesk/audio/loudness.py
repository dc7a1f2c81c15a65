"""How loud a clip is heard, and the gain that makes clips equally loud."""

import math

import numpy as np

from merdesk.domain.arrays import FloatArray

TARGET_LUFS = -18.0
"""ReplayGain 2.0's reference: leaves most music below full scale."""
PEAK_LIMIT_DB = -1.0
"""True peaks lie up to 1 dB above sample peaks (EBU R 128's margin)."""
BLOCK_S = 0.4
"""BS.1770 measures in blocks of this length: shorter sound has no integrated loudness."""


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
    ITU-R BS.1770-4 (2015); C. J. Steinmetz and J. D. Reiss, "pyloudnorm", AES 150 (2021).
    """
    if len(y) <= BLOCK_S * sample_rate_hz:
        return math.nan
    if y.ndim == 2 and y.shape[1] > 5:
        y = y[:, :5]  # the standard weighs five channels and leaves the bass effects channel out
    import pyloudnorm

    # A gate that leaves nothing takes the mean of an empty list and the logarithm of zero.
    with np.errstate(all="ignore"):
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            lufs = float(pyloudnorm.Meter(sample_rate_hz, block_size=BLOCK_S).integrated_loudness(y))
    return lufs if math.isfinite(lufs) else math.nan


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
