import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from statsmodels.stats.anova import anova_lm

from merdesk.errors import ModelError
from merdesk.evaluation.effects import two_way

GENRES, DATASETS = ("blues", "classical", "jazz"), ("EmoMusic", "DEAM")


def crossed(n=600, seed=0):
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(n // 4), 4)
    genres, datasets = rng.integers(0, 3, n // 4)[clusters], rng.integers(0, 2, n // 4)[clusters]
    values = np.array([0.2, -0.1, -0.1])[genres] + np.array([0.15, -0.15])[datasets]
    return values + rng.normal(0, 0.1, n // 4)[clusters] + rng.normal(0, 0.2, n), genres, datasets, clusters


def test_effects_and_errors_agree_with_statsmodels():
    values, genres, datasets, clusters = crossed()
    frame = pd.DataFrame({"v": values, "g": genres, "d": datasets})
    model = smf.ols("v ~ C(g, Sum) + C(d, Sum)", frame)
    theirs = model.fit(cov_type="cluster", cov_kwds={"groups": clusters})
    found = two_way(values, genres, datasets, clusters, genre_names=GENRES, dataset_names=DATASETS)
    assert [effect.value for effect in found.genres[:2]] == pytest.approx(theirs.params.iloc[1:3].tolist())
    assert [effect.error for effect in found.genres[:2]] == pytest.approx(theirs.bse.iloc[1:3].tolist())
    assert found.datasets[0].value == pytest.approx(theirs.params.iloc[3])
    assert found.datasets[0].error == pytest.approx(theirs.bse.iloc[3])
    table = anova_lm(model.fit(), typ=2)
    squares, freedom = table["sum_sq"], table["df"]
    error = squares["Residual"] / freedom["Residual"]
    above = squares["C(g, Sum)"] - freedom["C(g, Sum)"] * error
    assert found.genre.value == pytest.approx(above / (above + len(values) * error))


def test_planted_effects_are_found_within_two_errors():
    found = two_way(*crossed(), genre_names=GENRES, dataset_names=DATASETS)
    for effect, planted in zip((*found.genres, *found.datasets), (0.2, -0.1, -0.1, 0.15, -0.15), strict=True):
        assert abs(effect.value - planted) < 3 * effect.error
    assert found.genre.value > 0.1 > found.genre.null_high
    assert found.genre.p == found.dataset.p == pytest.approx(1 / 200)
    assert all(effect.low < effect.value < effect.high for effect in (*found.genres, *found.datasets))
    assert sum(effect.n for effect in found.genres) == 600
    assert found.genre.n_groups == 150


def test_without_an_effect_omega_squared_is_about_zero():
    values, genres, datasets, clusters = crossed()
    noise = np.random.default_rng(1).normal(size=len(values))
    found = two_way(noise, genres, datasets, clusters, genre_names=GENRES, dataset_names=DATASETS)
    assert abs(found.genre.value) < 0.02
    assert found.genre.p > 0.05
    assert found.genre.value < found.genre.null_high < 0.05


def test_nested_genres_are_refused_with_the_reason():
    values, genres, _, clusters = crossed()
    with pytest.raises(ModelError, match="not separable"):
        two_way(values, genres, genres, clusters, genre_names=GENRES, dataset_names=("a", "b", "c"))


def test_a_genre_of_one_dataset_and_a_dataset_of_one_genre_are_left_out():
    values, genres, datasets, clusters = crossed()
    genres = np.where((genres == 2) & (datasets == 1), 0, genres)
    more = np.full(40, 3), np.full(40, 2)
    found = two_way(
        np.append(values, np.full(40, 5.0)),
        np.append(genres, more[0]),
        np.append(datasets, more[1]),
        np.append(clusters, 1000 + np.arange(40)),
        genre_names=(*GENRES, "bach"),
        dataset_names=(*DATASETS, "WTC"),
    )
    assert [effect.level for effect in found.genres] == ["blues", "classical"]
    assert [effect.level for effect in found.datasets] == list(DATASETS)
    assert found.genre.n == np.count_nonzero(genres < 2)


def test_too_few_clusters_are_refused():
    values, genres, datasets, clusters = crossed()
    with pytest.raises(ModelError, match=r"4 groups .* are too few"):
        two_way(values, genres, datasets, clusters % 4, genre_names=GENRES, dataset_names=DATASETS)


def test_values_that_do_not_vary_are_refused():
    values, genres, datasets, clusters = crossed()
    with pytest.raises(ModelError, match="do not vary"):
        two_way(np.zeros_like(values), genres, datasets, clusters, genre_names=GENRES, dataset_names=DATASETS)


def test_the_null_deals_whole_clusters():
    rng = np.random.default_rng(2)
    _, genres, datasets, clusters = crossed()
    values = rng.normal(size=150)[clusters] + 0.2 * rng.normal(size=600)
    names = {"genre_names": GENRES, "dataset_names": DATASETS}
    whole = two_way(values, genres, datasets, clusters, **names).genre
    single = two_way(values, genres, datasets, np.arange(600), **names).genre
    # Clips dealt one by one would call artists that differ a genre.
    assert whole.null_high > 2 * single.null_high
    assert whole.value == single.value
