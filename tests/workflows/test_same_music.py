"""Which clips of different datasets are taken for one recording."""

import numpy as np
import pytest

from merdesk.workflows.same_music import copies


@pytest.fixture
def features():
    made = np.random.default_rng(0).normal(size=(60, 20))
    made[30:35] = made[:5] + np.random.default_rng(1).normal(0, 0.08, (5, 20))
    return made


CODES = np.repeat([0, 1], 30)


def test_one_name_and_near_features_are_one_recording(features):
    names = np.array([f"song {i % 30}" for i in range(60)])
    assert copies(features, names, CODES).tolist() == [[i, i + 30] for i in range(5)]


def test_a_copy_whose_tempo_was_taken_twice_as_fast_is_still_one(features):
    features[30, 3] += 5
    names = np.array([f"song {i % 30}" for i in range(60)])
    assert [0, 30] in copies(features, names, CODES).tolist()


def test_near_features_without_a_name_are_not(features):
    assert len(copies(features, np.array([""] * 60), CODES)) == 0
    assert len(copies(features, np.array([f"song {i}" for i in range(60)]), CODES)) == 0


def test_constant_features_make_no_copies():
    assert len(copies(np.ones((4, 3)), np.array(["a", "b", "a", "b"]), np.array([0, 0, 1, 1]))) == 0
