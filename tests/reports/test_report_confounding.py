"""Genre against dataset."""

import numpy as np
import pytest
from helpers.report_data import built, columns_of


def test_association_of_genre_and_dataset_is_measured_or_left_open():
    assert built(columns_of(240))["confounding"]["cramers_v"] == pytest.approx(0, abs=0.05)
    assert built(columns_of(240, datasets=("Alpha",)))["confounding"]["cramers_v"] is None
    assert built(columns_of(240, genres=("Pop",)))["confounding"]["cramers_v"] is None


def test_the_grid_counts_annotated_clips_with_a_genre():
    columns = columns_of(100)
    affect = np.array(columns.affect)
    affect[:10] = np.nan
    genre = np.where(np.arange(100) >= 90, -1, columns.genre)
    changed = {name: getattr(columns, name) for name in columns.__slots__}
    grid = built(type(columns)(**{**changed, "affect": affect, "genre": genre}))["confounding"]
    assert grid["n"] == np.sum(grid["counts"]) == 80
    assert grid["n_without_genre"] == 10
    assert grid["separable"] == [True, True]


def test_a_dataset_of_one_genre_is_not_separable():
    columns = columns_of(100)
    changed = {name: getattr(columns, name) for name in columns.__slots__}
    changed["genre"] = np.where(columns.dataset == 1, 2, columns.genre)
    grid = built(type(columns)(**changed))["confounding"]
    assert dict(zip(grid["datasets"], grid["separable"], strict=True)) == {"Alpha": True, "Beta": False}
