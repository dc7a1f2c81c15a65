"""Principal components against numpy's SVD, and maps that keep what they promise."""

import numpy as np
import pytest

from merdesk.exploration.components import EXACT_SIDE, principal_components
from merdesk.exploration.projection import project


def groups(n_each, d, seed=0):
    rng = np.random.default_rng(seed)
    centres = 6 * rng.normal(size=(4, d))
    values = np.repeat(centres, n_each, axis=0) + rng.normal(size=(4 * n_each, d))
    return (values - values.mean(axis=0)).astype(np.float32), np.repeat(np.arange(4), n_each)


@pytest.mark.parametrize("shape", [(80, 12), (20, 50), (900, 700)], ids=["tall", "wide", "large"])
def test_components_are_those_of_the_svd(shape):
    values = np.random.default_rng(1).normal(size=shape) * np.geomspace(30, 0.1, shape[1])
    values -= values.mean(axis=0)
    found = principal_components(values, 3)
    # The randomised way is good to a thousandth where variance falls off slowly, as it does here.
    within = 1e-3 if min(shape) > EXACT_SIDE else 1e-9
    _, lengths, axes = np.linalg.svd(values, full_matrices=False)
    assert found.shares == pytest.approx((lengths**2 / (lengths**2).sum())[:3], rel=within)
    assert np.abs((found.axes * axes[:3].T).sum(axis=0)) == pytest.approx(np.ones(3), abs=10 * within)
    assert found.places == pytest.approx(values @ found.axes)


def test_the_largest_coefficient_of_an_axis_is_positive():
    values, _ = groups(20, 10)
    axes = principal_components(values, 2).axes
    assert (axes[np.abs(axes).argmax(axis=0), [0, 1]] > 0).all()


@pytest.mark.parametrize("layout", ["pca", "pacmap", "tsne"])
def test_a_map_lies_in_the_square_and_is_the_same_again(layout):
    values, _ = groups(15, 8)
    first, again = project(values, layout, seed=3), project(values, layout, seed=3)
    assert np.array_equal(first.places, again.places)
    assert np.abs(first.places).max() == pytest.approx(1.0)
    assert np.isnan(first.explained) == (layout != "pca")


@pytest.mark.parametrize("layout", ["pca", "pacmap", "tsne"])
def test_groups_stay_together(layout):
    values, group = groups(15, 8)
    places = project(values, layout).places
    nearest = [np.argsort(np.hypot(*(places - place).T))[1] for place in places]
    assert (group[nearest] == group).mean() > 0.9


def test_few_clips_and_flat_features_are_no_reason_to_fail():
    assert project(np.zeros((5, 3), np.float32), "pca").places.tolist() == [[0.0, 0.0]] * 5
    assert project(np.zeros((0, 3), np.float32), "pca").places.shape == (0, 2)
    assert project(np.array([[-1.0], [1.0]], np.float32), "pca").places.tolist() == [[-1.0, 0.0], [1.0, 0.0]]
    with pytest.raises(ValueError, match="4 to"):
        project(np.zeros((3, 2), np.float32), "tsne")
