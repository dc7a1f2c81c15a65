"""Refits draw whole training groups within datasets; their spread is that of the mean of groups."""

import numpy as np
import pytest

from merdesk.evaluation.refits import moved, refit_predictions
from merdesk.progress import Progress


class Mean:
    """Predicts the training mean everywhere."""

    def __init__(self, affect):
        self._mean = affect.mean(axis=0)

    def predict(self, features):
        return np.tile(self._mean, (len(features), 1))


def made(n_groups=30, per_group=4, seed=0):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(n_groups), per_group)
    return rng.normal(size=(n_groups, 2))[groups], groups


def test_refits_spread_as_the_mean_of_groups_does():
    affect, groups = made()
    found = refit_predictions(
        lambda rows: Mean(affect[rows]),
        np.zeros((len(groups), 1)),
        groups,
        np.zeros(len(groups), dtype=int),
        np.zeros((3, 1)),
        n_refits=2000,
    )
    assert found.shape == (2000, 3, 2)
    # The standard error of the mean of 30 groups, by the formula of the bootstrap.
    of_groups = affect[::4].std(axis=0) / np.sqrt(30)
    assert found[:, 0].std(axis=0) == pytest.approx(of_groups, rel=0.07)


def test_every_draw_has_whole_groups_and_as_many_of_each_dataset_as_there_are():
    affect, groups = made(n_groups=10)
    strata, seen = (groups >= 7).astype(int), []

    def fit(rows):
        seen.append(rows)
        return Mean(affect[rows])

    progress = Progress()
    refit_predictions(fit, np.zeros((40, 1)), groups, strata, np.zeros((1, 1)), n_refits=5, progress=progress)
    for rows in seen:
        assert len(rows) == 40
        assert np.count_nonzero(strata[rows]) == 12
        assert (np.bincount(rows, minlength=40).reshape(10, 4).std(axis=1) == 0).all()
    assert len(seen) == 5


def test_training_clips_must_have_their_groups():
    with pytest.raises(ValueError, match="3 rows do not fit 2 groups"):
        refit_predictions(None, np.zeros((3, 1)), np.zeros(2), np.zeros(3), np.zeros((1, 1)))


def test_without_refits_draws_stay_as_they_are():
    draws = np.arange(4.0)
    assert moved(draws, np.empty((0,))) is draws
