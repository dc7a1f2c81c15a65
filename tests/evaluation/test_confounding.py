import numpy as np
import pytest
from scipy.stats.contingency import association

from merdesk.evaluation.confounding import confounding, cramers_v, eta_squared, simpson

GENRES, DATASETS = ("blues", "classical", "jazz"), ("EmoMusic", "DEAM", "WCMED")


def grid(counts):
    """Codes that give these counts."""
    genres, datasets = np.nonzero(np.ones_like(counts))
    times = np.asarray(counts).ravel()
    return np.repeat(genres, times), np.repeat(datasets, times)


def test_cramers_v_agrees_with_scipy():
    counts = np.random.default_rng(0).integers(1, 50, (4, 3))
    assert cramers_v(counts) == pytest.approx(association(counts, method="cramer"))
    assert np.isnan(cramers_v([[3, 4, 5]]))
    assert cramers_v([[5, 0, 5], [0, 0, 0], [5, 0, 5]]) == 0.0


def test_crossed_genres_and_datasets_can_be_told_apart():
    found = confounding(*grid([[10, 5, 7], [8, 9, 3], [4, 4, 6]]), GENRES, DATASETS)
    assert found.separable
    assert found.nested == ()
    assert found.counts.tolist() == [[10, 5, 7], [8, 9, 3], [4, 4, 6]]


def test_a_dataset_of_one_genre_is_named_as_nested():
    found = confounding(*grid([[10, 5, 0], [8, 9, 400], [4, 4, 0]]), GENRES, DATASETS)
    assert found.separable
    assert found.nested == ("WCMED",)
    assert "WCMED: one genre only" in found.verdict


@pytest.mark.parametrize(
    "counts",
    [
        [[10, 0, 0], [0, 10, 0], [0, 0, 10]],
        [[10, 0, 0], [10, 0, 0], [10, 0, 0]],
        [[10, 10, 10], [0, 0, 0], [0, 0, 0]],
        [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
    ],
)
def test_what_cannot_be_separated_is_refused(counts):
    found = confounding(*grid(counts), GENRES, DATASETS)
    assert not found.separable
    assert "not separable" in found.verdict


def test_two_islands_are_not_separable():
    counts = np.zeros((4, 4), int)
    counts[:2, :2] = counts[2:, 2:] = 5
    found = confounding(*grid(counts), "abcd", "wxyz")
    assert not found.separable


def test_clips_without_genre_are_left_out():
    found = confounding([-1, 0, 1], [0, 0, -1], GENRES, DATASETS)
    assert found.counts.sum() == 1


def test_eta_squared_is_the_r2_of_group_means():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 5, 400)
    values = codes * 0.2 + rng.normal(0, 0.5, 400)
    means = np.array([values[codes == code].mean() for code in range(5)])[codes]
    assert eta_squared(values, codes) == pytest.approx(np.corrcoef(values, means)[0, 1] ** 2)
    assert np.isnan(eta_squared([1.0, 1.0], [0, 1]))


def test_simpsons_reversal_is_seen():
    rng = np.random.default_rng(0)
    codes = np.repeat([0, 1, 2], 100)
    y = codes + rng.normal(0, 0.3, 300)
    p = codes - 0.8 * (y - codes) + rng.normal(0, 0.05, 300)
    found = simpson(y, p, codes)
    assert found.pooled > 0.5
    assert found.within < -0.9
    assert found.between > 0.9
    assert found.reversed
    assert not simpson(y, y, codes).reversed
