"""Clusters of features: groups that lie apart, the largest first."""

import numpy as np

from merdesk.exploration.clusters import MOST, clusters


def test_groups_that_lie_apart_are_found_and_named_by_their_size():
    rng = np.random.default_rng(0)
    sizes = [10, 40, 20, 30]
    group = np.repeat(np.arange(4), sizes)
    values = (20 * np.eye(4)[group] + rng.normal(size=(100, 4))).astype(np.float32)
    found = clusters(values)
    # Each cluster holds clips of one group only, and clusters come in the order of their sizes.
    assert all(len(np.unique(group[found == code])) == 1 for code in np.unique(found))
    assert (np.diff(np.bincount(found)) <= 0).all()
    assert np.array_equal(found, clusters(values))


def test_there_are_no_more_clusters_than_colours_or_different_clips():
    assert clusters(np.random.default_rng(0).normal(size=(1000, 3)).astype(np.float32)).max() == MOST - 1
    assert clusters(np.zeros((5, 2), np.float32)).tolist() == [0] * 5
    assert len(clusters(np.zeros((0, 2), np.float32))) == 0
