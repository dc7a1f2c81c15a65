"""Nearest neighbours against a plain search, and what scaling must not let through."""

import numpy as np
import pytest

from merdesk.exploration import neighbours
from merdesk.exploration.neighbours import RERANKED, NeighbourIndex
from merdesk.exploration.standard import standardised


def plain(values, row, k):
    """The k most similar rows by a loop over definitions."""
    z = (values - values.mean(axis=0)) / values.std(axis=0)
    cosine = [float(z[row] @ other / np.linalg.norm(z[row]) / np.linalg.norm(other)) for other in z]
    order = sorted((i for i in range(len(z)) if i != row), key=lambda i: -cosine[i])[:k]
    return order, [cosine[i] for i in order]


def test_neighbours_are_those_of_a_plain_search():
    values = np.random.default_rng(0).normal(size=(60, 9)) * 10.0 ** np.arange(-4, 5)
    rows, similarity = NeighbourIndex.of(values).nearest(7, 5)
    wanted, cosine = plain(values, 7, 5)
    assert rows.tolist() == wanted
    assert similarity == pytest.approx(cosine, abs=1e-5)


def test_a_massive_column_does_not_decide_alone():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(200, 20))
    values[1] = values[0] + 0.01
    values[:, 3] *= 1e4
    rows, similarity = NeighbourIndex.of(values).nearest(0, 1)
    assert rows.tolist() == [1]
    assert similarity[0] > 0.99


def test_every_set_weighs_the_same_whatever_its_width():
    rng = np.random.default_rng(2)
    wide, narrow = rng.normal(size=(50, 72)), rng.normal(size=(50, 4))
    z = standardised(np.hstack([wide, narrow]), (72, 4))
    assert np.square(z[:, :72]).sum() == pytest.approx(np.square(z[:, 72:]).sum(), rel=1e-4)


def test_wide_features_find_the_same_neighbours_through_fewer_components(monkeypatch):
    monkeypatch.setattr(neighbours, "PLAIN_SEARCH", 1000)
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(30, 700))
    values = centres[rng.integers(0, 30, 900)] + 0.6 * rng.normal(size=(900, 700))
    index = NeighbourIndex.of(values)
    assert index.coarse.shape[1] < index.directions.shape[1]
    for row in range(0, 900, 90):
        rows, similarity = index.nearest(row, 10)
        wanted, cosine = plain(values, row, 10)
        assert rows.tolist() == wanted
        assert similarity == pytest.approx(cosine, abs=1e-4)


def test_only_rows_of_the_mask_are_answered():
    values = np.random.default_rng(4).normal(size=(40, 6))
    among = np.arange(40) % 4 == 0
    rows, _ = NeighbourIndex.of(values).nearest(1, 20, among)
    assert len(rows) == 10
    assert (rows % 4 == 0).all()


def test_a_clip_is_not_its_own_neighbour_and_one_alone_has_none():
    index = NeighbourIndex.of(np.random.default_rng(5).normal(size=(3, 4)))
    assert set(index.nearest(1, RERANKED)[0].tolist()) == {0, 2}
    assert len(NeighbourIndex.of(np.ones((1, 4))).nearest(0, 3)[0]) == 0


def test_constant_columns_and_average_clips_give_no_nan():
    values = np.array([[1.0, 7.0], [3.0, 7.0], [2.0, 7.0]])
    rows, similarity = NeighbourIndex.of(values).nearest(2, 2)
    assert len(rows) == 2
    assert np.isfinite(similarity).all()


def test_missing_values_are_refused():
    with pytest.raises(ValueError, match="missing"):
        standardised([[1.0, np.nan], [2.0, 3.0]])
    with pytest.raises(ValueError, match="do not make"):
        standardised([[1.0, 2.0]], (3,))
