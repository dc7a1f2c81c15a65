"""Pick, lasso and nearest in a direction against plain searches over all points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.path import Path

from merdesk.exploration import compiled
from merdesk.exploration.grid_index import GridIndex


@pytest.fixture(params=["numpy", "compiled"], autouse=True, scope="module")
def kernels(request):
    """Every test with numpy, as long as numba is not there, and with the compiled loops."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "compiled":
            compiled.load()
        else:
            patch.setattr(compiled, "KERNELS", "not there")
        yield


places = st.floats(-2, 2, width=32)
clouds = hnp.arrays(np.float64, st.tuples(st.integers(0, 60), st.just(2)), elements=places | st.just(np.nan))
polygons = hnp.arrays(np.float64, st.tuples(st.integers(3, 12), st.just(2)), elements=places)


@given(clouds, places, places, st.floats(0.001, 3))
def test_picking_finds_what_a_full_search_finds(xy, x, y, radius):
    distance = np.hypot(*(xy - (x, y)).T)
    with np.errstate(invalid="ignore"):
        expected = np.flatnonzero(distance <= radius)
    found = GridIndex.of(xy).within(x, y, radius)
    assert sorted(found.tolist()) == expected.tolist()
    assert list(distance[found]) == sorted(distance[found])


@given(clouds, polygons)
def test_a_lasso_holds_exactly_the_points_inside(xy, polygon):
    found = GridIndex.of(xy).inside(polygon)
    assert found.tolist() == np.flatnonzero(_inside_plainly(xy, polygon)).tolist()


def _inside_plainly(xy, polygon):
    result = np.zeros(len(xy), bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y0 != y1:
            x, y = xy.T
            result ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * ((x1 - x0) / (y1 - y0)))
    return result & np.isfinite(xy).all(axis=1)


def test_a_lasso_agrees_with_matplotlib_on_many_points():
    rng = np.random.default_rng(0)
    xy = rng.normal(0, 0.4, (50_000, 2))
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    polygon = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (0.5 + 0.3 * rng.random((200, 1)))
    expected = np.flatnonzero(Path(polygon).contains_points(xy))
    assert np.array_equal(GridIndex.of(xy).inside(polygon), expected)


@pytest.mark.parametrize(("direction", "expected"), [((1, 0), 1), ((-1, 0), 2), ((0, 1), 3), ((0, -1), None)])
def test_arrows_go_to_the_nearest_point_on_their_side(direction, expected):
    index = GridIndex.of([(0, 0), (0.5, 0.1), (-0.2, -0.1), (0, 0.9), (0.9, 0)])
    assert index.toward(0, 0, direction) == expected


def test_straight_ahead_is_preferred_to_slightly_nearer_aside():
    assert GridIndex.of([(0.3, 0.25), (0.45, 0)]).toward(0, 0, (1, 0)) == 1


def test_points_on_one_another_are_found_in_their_order():
    assert GridIndex.of([(0.1, 0.1)] * 3 + [(1, 1)]).within(0.1, 0.1, 0.01).tolist() == [0, 1, 2]


def test_a_plane_without_points_answers_nothing():
    index = GridIndex.of(np.empty((0, 2)))
    assert index.nearest(0, 0, 1) is None
    assert index.toward(0, 0, (1, 0)) is None
    assert index.inside([(0, 0), (1, 0), (1, 1)]).tolist() == []
    assert index.count(-1, -1, 1, 1) == 0


def test_counting_a_box_counts_its_cells():
    xy = np.random.default_rng(1).uniform(-1, 1, (1000, 2))
    index = GridIndex.of(xy)
    assert index.count(-2, -2, 2, 2) == 1000
    inside = int(((xy > -0.5) & (xy < 0.5)).all(axis=1).sum())
    assert inside <= index.count(-0.5, -0.5, 0.5, 0.5) <= inside + 40


def test_points_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="shape"):
        GridIndex.of(np.zeros((3, 3)))
