"""Clips alike in sound or place and apart in the other, against a plain search."""

import numpy as np
import pytest

from merdesk.exploration import contrasts
from merdesk.exploration.contrasts import same_place, same_sound
from merdesk.exploration.neighbours import NeighbourIndex

N, ROW, K = 300, 11, 6
N_NEAR = 30


@pytest.fixture(scope="module")
def clips():
    rng = np.random.default_rng(5)
    values, places = rng.normal(size=(N, 12)), rng.uniform(-1, 1, (N, 2))
    z = (values - values.mean(axis=0)) / values.std(axis=0)
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    return NeighbourIndex.of(values), places, z @ z[ROW], np.hypot(*(places - places[ROW]).T)


def others(mask=None):
    return [row for row in range(N) if row != ROW and (mask is None or mask[row])]


def test_of_the_nearest_places_the_least_alike_come_first(clips):
    index, places, cosine, distance = clips
    near = sorted(others(), key=lambda row: distance[row])[:N_NEAR]
    wanted = sorted(near, key=lambda row: cosine[row])[:K]
    rows, similarity = same_place(index, places, ROW, K)
    assert rows.tolist() == wanted
    assert similarity == pytest.approx(cosine[wanted], abs=1e-5)


def test_of_the_most_alike_the_farthest_come_first(clips):
    index, places, cosine, distance = clips
    near = sorted(others(), key=lambda row: -cosine[row])[:N_NEAR]
    wanted = sorted(near, key=lambda row: -distance[row])[:K]
    rows, far = same_sound(index, places, ROW, K)
    assert rows.tolist() == wanted
    assert far == pytest.approx(distance[wanted])


@pytest.mark.parametrize("find", [same_place, same_sound])
def test_only_those_that_may_be_answered_and_have_a_place_are(clips, find):
    index, places, *_ = clips
    among = np.arange(N) % 2 == 0
    without = places.copy()
    without[::4] = np.nan
    without[ROW] = places[ROW]
    rows, figures = find(index, without, ROW, N, among)
    assert sorted(rows.tolist()) == [row for row in range(N) if row % 4 == 2]
    assert np.isfinite(figures).all()


@pytest.mark.parametrize("find", [same_place, same_sound])
def test_a_clip_without_a_place_has_no_list(clips, find):
    index, places, *_ = clips
    without = places.copy()
    without[ROW] = np.nan
    assert [len(part) for part in find(index, without, ROW, K)] == [0, 0]


def test_near_are_not_more_than_a_share_nor_less_than_what_is_wanted():
    assert [contrasts._n_near(n, 6) for n in (3, 40, 200, 10_000)] == [3, 6, 20, 50]
