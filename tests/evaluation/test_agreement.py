import numpy as np
import pytest

from merdesk.evaluation.agreement import agreement
from merdesk.evaluation.ceiling import noise_ceiling

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)
NAN = np.nan
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T


def test_intraclass_correlations_agree_with_shrout_and_fleiss():
    found = agreement(SHROUT_FLEISS, n_resamples=50)
    assert found.icc_1_1.value == pytest.approx(0.17, abs=0.005)
    assert found.icc_a_1.value == pytest.approx(0.29, abs=0.005)
    assert found.icc_a_k.value == pytest.approx(0.62, abs=0.005)
    assert found.n_raters == 4


def test_alpha_agrees_with_krippendorffs_example_with_missing_ratings():
    found = agreement(KRIPPENDORFF, n_resamples=50)
    assert found.alpha.value == pytest.approx(0.849, abs=0.0005)
    assert found.alpha.n == 11
    assert found.icc_a_1.n == 8


def test_ratings_moved_by_an_offset_of_all_agree_the_same():
    moved = agreement(SHROUT_FLEISS * 2 + 100, n_resamples=20)
    assert moved.alpha.value == pytest.approx(agreement(SHROUT_FLEISS, n_resamples=20).alpha.value)


def test_planted_agreement_is_found_within_its_interval():
    rng = np.random.default_rng(0)
    ratings = rng.normal(0, 1, (400, 1)) + rng.normal(0, 1, (400, 5))
    found = agreement(ratings)
    for interval in (found.icc_1_1, found.icc_a_1, found.alpha):
        assert interval.low < 0.5 < interval.high
    assert found.icc_a_k.low < 5 / 6 < found.icc_a_k.high


def test_raters_with_different_means_agree_less_absolutely():
    rng = np.random.default_rng(0)
    ratings = rng.normal(0, 1, (200, 1)) + rng.normal(0, 0.5, (200, 4)) + [0, 1, 2, 3]
    found = agreement(ratings, n_resamples=50)
    assert found.icc_a_1.value < 0.5


def test_unequal_numbers_of_raters_do_not_bias_the_one_way_correlation():
    rng = np.random.default_rng(1)
    ratings = rng.normal(0, 1, (2000, 1)) + rng.normal(0, 1, (2000, 6))
    for row, missing in enumerate(rng.integers(0, 5, 2000)):
        ratings[row, :missing] = np.nan
    found = agreement(ratings, n_resamples=50)
    assert found.icc_1_1.value == pytest.approx(0.5, abs=0.03)
    assert found.alpha.value == pytest.approx(0.5, abs=0.03)


def test_the_ceiling_is_the_agreement_of_means():
    rng = np.random.default_rng(2)
    ratings = rng.normal(0, 0.4, (1000, 1)) + rng.normal(0, 0.6, (1000, 10))
    ceiling = noise_ceiling(ratings.mean(axis=1), ratings.std(axis=1, ddof=1), 10, range(1000), ddof=1)
    single = agreement(ratings, n_resamples=20).icc_1_1.value
    assert ceiling.value == pytest.approx(10 * single / (1 + 9 * single), abs=1e-9)


@pytest.mark.parametrize("ratings", [np.empty((0, 3)), np.full((5, 3), np.nan), [[1.0], [2.0]], [[1, 2, 3]]])
def test_ratings_that_cannot_be_compared_give_nan_with_a_note(ratings):
    found = agreement(ratings, n_resamples=20)
    for interval in (found.icc_1_1, found.icc_a_1, found.icc_a_k, found.alpha):
        assert np.isfinite(interval.value) or interval.note
    assert not np.isfinite(found.icc_1_1.value)
