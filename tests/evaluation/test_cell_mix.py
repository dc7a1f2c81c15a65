import numpy as np
import pytest

from merdesk.evaluation.cell_mix import cell_mix
from merdesk.evaluation.cells import ClipTable
from merdesk.evaluation.matrix import cross_dataset_matrix


class Means:
    """Predicts the mean affect of its training clips: what it says tells what it was trained on."""

    def __init__(self, affect):
        self._mean = affect.mean(axis=0)

    def predict(self, features):
        return np.tile(self._mean, (len(features), 1)) + 0.1 * features[:, :2]


def made(shares, n=120, seed=0):
    """Two datasets with these shares of the second of two genres, whose valence is .5 higher."""
    rng = np.random.default_rng(seed)
    genres = np.concatenate([np.arange(n) < round(share * n) for share in shares]).astype(int)
    affect = rng.normal(0, 0.1, (2 * n, 2)) + np.outer(genres, [0.5, 0.0])
    features = rng.normal(size=(2 * n, 3))
    datasets = np.repeat([0, 1], n)
    table = ClipTable(features, affect, datasets, ("A", "B"), np.arange(2 * n) // 2, np.empty((0, 2), int))
    return table, genres


def fitted(table):
    return lambda rows: Means(table.affect[rows])


def cell_of(table):
    cells = cross_dataset_matrix(table, fitted(table), only=lambda train, test: train == (0,) and test == 1)
    return next(iter(cells.values()))


def test_training_on_the_other_mix_takes_away_an_offset_that_genres_made():
    table, genres = made((0.2, 0.8))
    found = cell_mix(table, genres, cell_of(table), table.rows([0]), fit=fitted(table))
    assert found.retrained.total["valence"].low > 0
    assert found.retrained.total["arousal"].value == pytest.approx(0, abs=0.2)
    assert found.retrained.association["valence"].value == pytest.approx(0, abs=1e-9)
    # 24 clips bear .8 of the weight: (120)^2 / (24 x 4^2 + 96 x .25^2).
    assert found.n_effective == pytest.approx(36.9, abs=0.1)


def test_weighting_test_clips_to_the_training_mix_changes_what_genres_made():
    table, genres = made((0.2, 0.8))
    found = cell_mix(table, genres, cell_of(table), table.rows([0]), fit=None).tested["valence"]
    assert found.changes["bias"].value == pytest.approx(0.3, abs=0.06)
    assert found.changes["bias"].low > 0
    assert found.scores["bias"].value == pytest.approx(0.0, abs=0.06)


def test_the_same_mix_changes_nothing():
    table, genres = made((0.5, 0.5))
    found = cell_mix(table, genres, cell_of(table), table.rows([0]), fit=fitted(table))
    assert found.n_effective == pytest.approx(120)
    assert found.retrained.total["valence"].value == pytest.approx(0, abs=1e-9)
    assert found.tested["valence"].changes["r2"].value == pytest.approx(0, abs=1e-9)


def test_a_mix_that_few_training_clips_stand_for_fits_no_model():
    table, genres = made((0.02, 0.9))
    found = cell_mix(table, genres, cell_of(table), table.rows([0]), fit=fitted(table))
    assert found.retrained is None
    assert "training clips only, under 30" in found.note


def test_clips_without_genre_have_no_mix():
    table, genres = made((0.5, 0.5))
    assert cell_mix(table, -np.ones_like(genres), cell_of(table), table.rows([0]), fit=None) is None
