import numpy as np
import pytest

from merdesk.evaluation.ceiling import noise_ceiling


def test_the_ceiling_is_the_r2_of_an_oracle():
    rng = np.random.default_rng(0)
    truth = rng.normal(0, 0.3, 4000)
    ratings = truth[:, None] + rng.normal(0, 0.5, (4000, 10))
    mean = ratings.mean(axis=1)
    oracle = 1 - np.mean((mean - truth) ** 2) / mean.var()
    for ddof in (0, 1):
        found = noise_ceiling(mean, ratings.std(axis=1, ddof=ddof), 10, np.arange(4000), ddof=ddof)
        assert found.value == pytest.approx(oracle, abs=0.01)
        assert found.low < oracle < found.high


def test_without_spread_or_with_one_rater_the_ceiling_is_unknown():
    mean = np.linspace(0, 1, 30)
    for std, raters in ((np.full(30, np.nan), 10), (np.full(30, 0.2), 1)):
        found = noise_ceiling(mean, std, raters, np.arange(30), ddof=1)
        assert np.isnan(found.value)
        assert found.note.startswith("unknown")


def test_a_divisor_that_nobody_uses_is_refused():
    with pytest.raises(ValueError, match="ddof"):
        noise_ceiling([0, 1, 2], [1, 1, 1], 5, [0, 1, 2], ddof=2)
