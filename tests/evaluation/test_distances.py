import subprocess
import sys

import numpy as np
import ot
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from merdesk.evaluation.distances import (
    Energy,
    JensenShannon,
    MeanDiscrepancy,
    NeighbourMixing,
    SlicedWasserstein,
    Transport,
    Wasserstein,
)

N_A, N_B = 60, 90


def two_sides(d=2, shift=0.3, seed=0):
    """Points of A, then B, each its own cluster; the division into the two, and one that uses half of the clips."""
    rng = np.random.default_rng(seed)
    points = np.concatenate([rng.normal(0, 0.3, (N_A, d)), rng.normal(shift, 0.3, (N_B, d))])
    a = np.zeros((2, N_A + N_B))
    a[0, :N_A] = 1
    a[1, : N_A // 2] = 1
    b = np.stack([1 - a[0], np.arange(N_A + N_B) >= N_A + 10]).astype(float)
    return points, a, b


def parts(points, a, b):
    for row in range(len(a)):
        yield points[a[row] > 0], points[b[row] > 0]


def test_wasserstein_agrees_with_scipy_for_every_division():
    points, a, b = two_sides()
    expected = [stats.wasserstein_distance(x[:, 0], y[:, 0]) for x, y in parts(points, a, b)]
    assert Wasserstein(points[:, 0], np.arange(len(points)))(a, b) == pytest.approx(expected, abs=1e-12)


def test_wasserstein_moves_whole_clusters():
    points, _, _ = two_sides()
    codes = np.arange(len(points)) // 5
    a = (np.arange(30) % 2 == 0).astype(float)[None]
    x, y = points[a[0][codes] > 0, 0], points[a[0][codes] == 0, 0]
    assert Wasserstein(points[:, 0], codes)(a, 1 - a) == pytest.approx(stats.wasserstein_distance(x, y))


def test_jensen_shannon_agrees_with_scipy_in_bits():
    points, a, b = two_sides()
    points = np.clip(points, -1, 1)
    expected = []
    for x, y in parts(points, a, b):
        p, q = (np.histogram(side[:, 1], 20, range=(-1, 1))[0] for side in (x, y))
        expected.append(jensenshannon(p, q, base=2) ** 2)
    assert JensenShannon(points[:, 1], np.arange(len(points)))(a, b) == pytest.approx(expected, abs=1e-12)


def test_jensen_shannon_lies_between_equal_and_disjoint():
    values, codes = np.array([-0.55, -0.55, 0.55, 0.55]), np.arange(4)
    distance = JensenShannon(values, codes)
    assert distance(np.array([[1.0, 1, 0, 0]]), np.array([[0.0, 0, 1, 1]])).tolist() == [1.0]
    assert distance(np.array([[1.0, 0, 1, 0]]), np.array([[0.0, 1, 0, 1]])).tolist() == [0.0]


def test_energy_agrees_with_scipy_on_a_line():
    points, a, b = two_sides(d=1)
    expected = [stats.energy_distance(x[:, 0], y[:, 0]) for x, y in parts(points, a, b)]
    assert Energy(points, np.arange(len(points)))(a, b) == pytest.approx(expected, abs=1e-9)


def test_mean_discrepancy_is_the_unbiased_estimate_written_out():
    points, a, b = two_sides(d=5)
    between = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    kernel = np.exp(-between / np.median(between[between > 0]))
    expected = []
    for row in range(2):
        on_a, on_b = np.flatnonzero(a[row]), np.flatnonzero(b[row])
        within = [
            (kernel[np.ix_(side, side)].sum() - len(side)) / (len(side) * (len(side) - 1))
            for side in (on_a, on_b)
        ]
        expected.append(sum(within) - 2 * kernel[np.ix_(on_a, on_b)].mean())
    assert MeanDiscrepancy(points, np.arange(len(points)))(a, b) == pytest.approx(expected, abs=1e-9)


def test_transport_agrees_with_scipys_assignment_for_equal_sizes():
    from scipy.optimize import linear_sum_assignment

    points, _, _ = two_sides()
    a = (np.arange(len(points)) % 2 == 0).astype(float)[None]
    x, y = points[a[0] > 0], points[a[0] == 0]
    ways = ot.dist(x, y, "euclidean")
    expected = ways[linear_sum_assignment(ways)].mean()
    assert Transport(points, np.arange(len(points)))(a, 1 - a) == pytest.approx(expected)


def test_sliced_wasserstein_of_a_shift_is_its_mean_projection():
    points, a, _ = two_sides(d=3, shift=0.0)
    b = 1 - a[:1]
    moved = points.copy()
    moved[N_A:] += [2.0, 0, 0]
    found = SlicedWasserstein(moved, np.arange(len(points)), n_directions=400)(a[:1], b)[0]
    # A direction on the sphere meets the shift with mean |cos| = 1/2.
    assert found == pytest.approx(1.0, abs=0.1)


def test_mixing_is_small_for_one_cloud_and_one_for_two_far_apart():
    near, a, _ = two_sides(shift=0.0)
    far, _, _ = two_sides(shift=50.0)
    codes = np.arange(len(near))
    assert NeighbourMixing(near, codes)(a[:1], 1 - a[:1])[0] < 0.25
    assert NeighbourMixing(far, codes)(a[:1], 1 - a[:1])[0] == pytest.approx(1.0)


def test_mixing_without_a_neighbour_on_either_side_is_no_number():
    mixing = NeighbourMixing(np.arange(40.0)[:, None], np.arange(40), k=3)
    first, last = np.zeros((1, 40)), np.zeros((1, 40))
    first[0, 0] = last[0, 39] = 1
    assert np.isnan(mixing(first, last)[0])


def test_optimal_transport_brings_no_pytorch_with_it():
    code = (
        "import sys; import numpy as np; from merdesk.evaluation.distances import Transport\n"
        "one, other = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])\n"
        "print(Transport(np.array([[0.0, 0.0], [0.3, 0.4]]), np.array([0, 1]))(one, other), 'torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[0.5] False"
