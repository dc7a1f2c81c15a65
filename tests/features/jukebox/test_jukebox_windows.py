import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merdesk.features.jukebox.windows import (
    Pooling,
    Window,
    count_windows,
    coverage,
    kept_samples,
    plan_windows,
)

N_CODES = st.integers(1, 60_000)
N_CTX = st.sampled_from([128, 512, 8192])


def test_first_hears_the_beginning_only():
    assert plan_windows(20_000, 8192, "first") == (Window(0, 8192),)


@pytest.mark.parametrize("plan", ["first", "cover"])
def test_a_short_clip_is_one_window_of_its_own_length(plan):
    assert plan_windows(3000, 8192, plan) == (Window(0, 3000),)


def test_a_clip_of_45_seconds_needs_three_windows_and_the_last_is_flush():
    windows = plan_windows(45 * 44_100 // 128, 8192, "cover")
    assert [window.start for window in windows] == [0, 4096, 45 * 44_100 // 128 - 8192]


@given(N_CODES, N_CTX)
def test_cover_hears_every_code_at_least_once_and_at_most_three_times(n_codes, n_ctx):
    windows = plan_windows(n_codes, n_ctx, "cover")
    heard = coverage(windows)
    assert len(heard) == n_codes
    assert 1 <= heard.min() <= heard.max() <= 3
    assert all(window.n_codes == min(n_ctx, n_codes) for window in windows)


@given(N_CODES, N_CTX, st.sampled_from(["first", "cover"]))
def test_pooling_is_the_mean_over_frames_averaged_where_windows_overlap(n_codes, n_ctx, plan):
    windows = plan_windows(n_codes, n_ctx, plan)
    pooling = Pooling(windows, n_codes * 128 + 5, 2)
    heard = coverage(windows)
    total = np.zeros((len(heard), 2))
    for i, window in enumerate(windows):
        rng = np.random.default_rng(i)
        frames = rng.standard_normal((window.n_codes, 2)).astype(np.float32) + 3
        total[window.start : window.stop] += frames
        pooling.add(window, pooling.weights(window) @ frames)
    frames = total / heard[:, None]
    np.testing.assert_allclose(pooling.pooled(), frames.mean(axis=0), rtol=1e-4)
    row = np.minimum(np.arange(len(heard)) * 256 // 44_100, len(pooling.frames()) - 1)
    by_hand = [frames[row == i].mean(axis=0) for i in range(row[-1] + 1)]
    np.testing.assert_allclose(pooling.frames(), by_hand, rtol=1e-4)


@pytest.mark.parametrize(
    ("seconds", "plan", "rows"), [(45, "cover", 90), (45, "first", 48), (10, "first", 20)]
)
def test_there_are_two_rows_a_second_where_something_was_heard(seconds, plan, rows):
    n_samples = seconds * 44_100
    pooling = Pooling(plan_windows(n_samples // 128, 8192, plan), n_samples, 1)
    assert len(pooling.frames()) == rows


def test_the_cost_of_a_clip_is_counted_in_full_windows():
    assert count_windows(45.0, "cover") == 3
    assert count_windows(45.0, "first") == 1
    assert count_windows(12.0, "first") == pytest.approx(0.505, abs=0.001)
    assert count_windows(0.001, "cover") == 0


def test_25_seconds_are_encoded_for_the_first_window():
    assert kept_samples(60 * 44_100, 8192, "first") == 25 * 44_100
    assert kept_samples(10_000, 8192, "first") == 10_000
    assert kept_samples(60 * 44_100, 8192, "cover") == 60 * 44_100


def test_an_unknown_plan_and_an_empty_clip_are_refused():
    with pytest.raises(ValueError, match="'middle'"):
        plan_windows(100, 8192, "middle")
    with pytest.raises(ValueError, match="0 codes"):
        plan_windows(0, 8192, "first")
