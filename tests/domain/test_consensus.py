import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merdesk.domain.consensus import consensus

ratings = st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=1, max_size=12)


@given(ratings)
def test_single_ratings_pool_to_mean_and_standard_deviation(points):
    values = np.array(points)
    n = len(points)
    mean, spread, raters = consensus(np.zeros(n), values, np.full((n, 2), np.nan), np.ones(n), n_clips=1)
    assert mean[0] == pytest.approx(values.mean(axis=0))
    assert raters[0] == n
    if n > 1:
        assert spread[0] == pytest.approx(values.std(axis=0), abs=1e-9)
    else:
        assert np.isnan(spread).all()


@given(ratings, ratings)
def test_pooling_published_halves_gives_the_published_whole(first, second):
    a, b = np.array(first), np.array(second)
    rows = np.array([a.mean(axis=0), b.mean(axis=0)])
    stds = np.array([a.std(axis=0), b.std(axis=0)])
    mean, spread, _ = consensus([0, 0], rows, stds, [len(a), len(b)], n_clips=1)
    whole = np.concatenate([a, b])
    assert mean[0] == pytest.approx(whole.mean(axis=0))
    assert spread[0] == pytest.approx(whole.std(axis=0), abs=1e-9)


def test_a_clip_that_nobody_rated_has_no_point():
    mean, spread, raters = consensus([1], [[0.5, -0.5]], [[0.1, 0.2]], [10], n_clips=3)
    assert np.isnan(mean[[0, 2]]).all()
    assert raters.tolist() == [0, 10, 0]
    assert spread[1].tolist() == pytest.approx([0.1, 0.2])


def test_an_unknown_published_spread_stays_unknown():
    _, spread, _ = consensus([0, 0], [[0, 0], [1, 1]], [[np.nan, np.nan]] * 2, [10, 1], n_clips=1)
    assert np.isnan(spread).all()
