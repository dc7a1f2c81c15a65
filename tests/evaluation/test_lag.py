"""The lag of a trace behind its reference is where scipy's cross-correlation is highest; without shape there is none."""

import numpy as np
import pytest
from scipy import signal

from merdesk.evaluation.lag import LEAST_OVERLAP_S, estimate_lag

TIME_S = np.arange(0, 60, 0.1)


def walk(seed):
    steps = np.random.default_rng(seed).normal(size=len(TIME_S))
    return np.convolve(steps, np.hanning(40), mode="same") * 0.05


def both(values):
    return np.stack([values, values], axis=1)


@pytest.mark.parametrize("lag_s", [-0.5, 0.0, 2.3])
def test_the_lag_is_where_the_cross_correlation_is_highest(lag_s):
    reference = walk(0)
    trace = np.interp(TIME_S - lag_s, TIME_S, reference) + 0.1 * walk(1)
    lags = signal.correlation_lags(len(trace), len(reference)) * 0.1
    expected = lags[np.argmax(signal.correlate(trace - trace.mean(), reference - reference.mean()))]
    found = estimate_lag(TIME_S, both(trace), TIME_S, both(reference))
    assert found.lag_s == pytest.approx(expected, abs=0.11)
    assert found.lag_s == pytest.approx(lag_s, abs=0.11)
    assert found.r >= found.r_unshifted
    assert found.r > 0.95


def test_without_a_shift_the_correlation_is_numpys_own():
    reference, trace = walk(0), walk(0) + walk(1)
    found = estimate_lag(TIME_S, both(trace), TIME_S, both(reference))
    # The grid ends one step before the last sample.
    assert found.r_unshifted == pytest.approx(np.corrcoef(trace[:-1], reference[:-1])[0, 1], abs=1e-6)


def test_a_dimension_that_was_not_recorded_is_left_out():
    reference = walk(0)
    trace = np.stack([np.full(len(TIME_S), np.nan), np.interp(TIME_S - 1, TIME_S, reference)], axis=1)
    assert estimate_lag(TIME_S, trace, TIME_S, both(reference)).lag_s == pytest.approx(1.0, abs=0.11)


def test_a_flat_or_short_trace_has_no_lag():
    reference = both(walk(0))
    assert estimate_lag(TIME_S, np.zeros_like(reference), TIME_S, reference) is None
    short = TIME_S < LEAST_OVERLAP_S - 2
    assert estimate_lag(TIME_S[short], reference[short], TIME_S, reference) is None
