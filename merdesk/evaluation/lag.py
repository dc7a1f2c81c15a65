"""How much later than the music a person's trace follows it.

People need one to several seconds to hear, decide and move. The lag is where the correlation of a trace with a
reference (the group's mean trace, or loudness for arousal) is highest; it is an estimate, to be looked at before use.

References
----------
Schubert, E. (2004). Modeling perceived emotion with continuous musical features. Music Perception 21, 561-585.
Mariooryad, S. & Busso, C. (2015). Correcting time-continuous emotional labels by modeling the reaction lag of
evaluators. IEEE Trans. Affective Computing 6, 97-108.
"""

from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import FloatArray

STEP_S = 0.1
EARLIEST_S, LATEST_S = -1.0, 6.0
"""Nobody reacts before the music but by anticipation, and hardly anyone later than six seconds."""
LEAST_OVERLAP_S = 8.0
FLAT = 1e-3
"""A trace that moves less than this has no shape to compare."""


@dataclass(frozen=True, slots=True)
class Lag:
    """An estimate: seconds behind the reference, the correlation there and without a shift, seconds compared."""

    lag_s: float
    r: float
    r_unshifted: float
    overlap_s: float


def estimate_lag(
    time_s: FloatArray, affect: FloatArray, reference_s: FloatArray, reference: FloatArray
) -> Lag | None:
    """Find the shift at which a trace fits a reference best.

    Parameters
    ----------
    time_s, affect
        The trace: seconds [n], valence and arousal [n, 2]; NaN where a dimension was not recorded.
    reference_s, reference
        Seconds [m] and values [m, 2] in any unit; a dimension of NaN is left out.

    Returns
    -------
    Lag or None
        The correlation is the mean over dimensions after Fisher's transform. None where less than 8 s overlap at
        every shift, or nothing moves.

    Examples
    --------
    >>> t = np.arange(0, 40, 0.1)
    >>> wave = np.sin(t / 3) + np.sin(t / 1.7)
    >>> late = np.interp(t - 1.5, t, wave)
    >>> round(estimate_lag(t, np.c_[late, late], t, np.c_[wave, wave]).lag_s, 1)
    1.5
    """
    tried = np.round(np.arange(EARLIEST_S, LATEST_S + STEP_S / 2, STEP_S), 6)
    found = [_fit(time_s, affect, reference_s + lag_s, reference) for lag_s in tried]
    scores = np.array([r for r, _ in found])
    if np.isnan(scores).all():
        return None
    best = int(np.nanargmax(scores))
    unshifted = scores[int(np.abs(tried).argmin())]
    return Lag(float(tried[best]), float(scores[best]), float(unshifted), found[best][1])


def _fit(
    time_s: FloatArray, affect: FloatArray, reference_s: FloatArray, reference: FloatArray
) -> tuple[float, float]:
    """Correlation over the common stretch of two traces, NaN where there is none, and its length in seconds."""
    start, stop = max(time_s[0], reference_s[0]), min(time_s[-1], reference_s[-1])
    if stop - start < LEAST_OVERLAP_S:
        return float("nan"), 0.0
    grid = np.arange(start, stop, STEP_S)
    correlations = []
    for axis in (0, 1):
        own, other = _on(grid, time_s, affect[:, axis]), _on(grid, reference_s, reference[:, axis])
        known = np.isfinite(own) & np.isfinite(other)
        own, other = own[known], other[known]
        if len(own) * STEP_S >= LEAST_OVERLAP_S and min(np.ptp(own), np.ptp(other)) > FLAT:
            correlations.append(np.corrcoef(own, other)[0, 1])
    if not correlations:
        return float("nan"), 0.0
    fisher = np.arctanh(np.clip(correlations, -0.999999, 0.999999))
    return float(np.tanh(np.mean(fisher))), float(stop - start)


def _on(grid: FloatArray, time_s: FloatArray, values: FloatArray) -> FloatArray:
    known = np.isfinite(values)
    if not known.any():
        return np.full(len(grid), np.nan)
    return np.interp(grid, time_s[known], values[known])
