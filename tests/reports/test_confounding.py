"""Genre against dataset."""

import numpy as np
import pytest
from helpers.report_data import built, columns_of

from merdesk.reports.confounding import cramers_v


@pytest.mark.parametrize("seed", range(5))
def test_cramers_v_equals_scipy(seed):
    from scipy.stats.contingency import association

    counts = np.random.default_rng(seed).integers(1, 40, (4, 3))
    assert cramers_v(counts) == pytest.approx(association(counts, method="cramer"), abs=1e-12)


@pytest.mark.parametrize("counts", [[[5, 3]], [[5], [3]], [[0, 0], [0, 0]], [[5, 0], [3, 0]]])
def test_no_association_can_be_measured_in_one_row_or_column(counts):
    assert np.isnan(cramers_v(np.array(counts)))


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
