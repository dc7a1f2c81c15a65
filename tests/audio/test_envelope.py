"""The envelope holds every peak, at any zoom, as if every sample were looked at."""

import numpy as np
import pytest
from helpers.sound_files import music
from hypothesis import given, settings
from hypothesis import strategies as st

from merdesk.audio.envelope import Envelope, bin_frames, extremes

RATE_HZ = 8_000


@given(
    n=st.integers(1, 3_000),
    span=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    n_bins=st.integers(1, 300),
    seed=st.integers(0, 9),
)
@settings(deadline=None, max_examples=60)
def test_no_peak_is_lost_and_none_invented(n, span, n_bins, seed):
    y = np.random.default_rng(seed).normal(0, 0.3, (n, 2)).astype("f4")
    envelope = Envelope.of(y, RATE_HZ, max_bins=64)
    start_s, stop_s = sorted(x * n / RATE_HZ for x in span)
    low, high = envelope.slice(start_s, stop_s, n_bins)
    assert low.shape == high.shape == (n_bins,)
    if stop_s <= start_s:
        assert not low.any()
        return
    edges = np.linspace(start_s, stop_s, n_bins + 1) * RATE_HZ
    bin_frames_ = round(envelope.bin_s * RATE_HZ)
    # A column may reach over its edges by the bins of the level that it is drawn from, and no further.
    reach = max(bin_frames_, int((stop_s - start_s) / n_bins * RATE_HZ)) + 2
    for i in range(n_bins):
        inside = y[int(np.ceil(edges[i])) : max(0, int(np.floor(edges[i + 1])))]
        around = y[max(0, int(edges[i]) - reach) : int(edges[i + 1]) + reach]
        if len(inside):
            assert low[i] <= inside.min()
            assert high[i] >= inside.max()
        if len(around):
            assert low[i] >= min(around.min(), 0)
            assert high[i] <= max(around.max(), 0)


def test_the_whole_sound_in_one_column_is_its_extremes():
    y = music(2.0, RATE_HZ)
    low, high = Envelope.of(y, RATE_HZ).slice(0.0, 2.0, 1)
    assert (low[0], high[0]) == (y.min(), y.max())


def test_outside_the_sound_there_is_nothing():
    low, high = Envelope.of(np.ones(RATE_HZ, "f4"), RATE_HZ).slice(-1.0, 2.0, 30)
    np.testing.assert_array_equal(high[:10], 0)
    np.testing.assert_array_equal(high[20:], 0)
    np.testing.assert_array_equal(high[10:20], 1)
    np.testing.assert_array_equal(low[10:20], 1)


def test_a_single_click_is_seen_at_every_zoom():
    y = np.zeros(60 * RATE_HZ, "f4")
    y[123_456] = 0.9
    envelope = Envelope.of(y, RATE_HZ)
    for n_bins in (1, 7, 100, 800, 4_000, 50_000):
        _, high = envelope.slice(0.0, 60.0, n_bins)
        assert high.max() == np.float32(0.9)
        assert np.flatnonzero(high)[0] == pytest.approx(123_456 / len(y) * n_bins, abs=1.5)


def test_the_peak_is_the_largest_magnitude():
    assert Envelope.of(np.array([0.1, -0.7, 0.3], "f4"), RATE_HZ).peak == pytest.approx(0.7)
    assert Envelope.of(np.zeros(0, "f4"), RATE_HZ).peak == 0.0


def test_an_empty_sound_has_an_empty_envelope():
    low, high = Envelope.of(np.zeros((0, 2), "f4"), RATE_HZ).slice(0.0, 1.0, 5)
    assert not low.any()
    assert not high.any()


def test_ten_hours_have_no_more_bins_than_a_minute():
    assert 10 * 3600 * 44_100 / bin_frames(10 * 3600 * 44_100) <= 1 << 18


def test_the_last_bin_may_be_short():
    low, high = extremes(np.arange(10, dtype="f4"), 4)
    np.testing.assert_array_equal(low, [0, 4, 8])
    np.testing.assert_array_equal(high, [3, 7, 9])
