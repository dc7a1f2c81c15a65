import numpy as np
import pytest
from sklearn.linear_model import Ridge as SklearnRidge

from merdesk.domain.split import Split
from merdesk.errors import ModelError
from merdesk.models import ridge
from merdesk.models.cross_validation import out_of_fold
from merdesk.models.folds import balancing_weights, inner_folds
from merdesk.models.fusion import Standardiser, blocks_of
from merdesk.models.prepared import Prepared
from merdesk.models.ridge import PENALTIES, Ridge, _Decomposed


def a_set(n=120, d=10, seed=0, noise=0.2):
    rng = np.random.default_rng(seed)
    features = rng.normal(2, 3, (n, d))
    truth = np.random.default_rng(99).normal(size=(d, 2)) / np.sqrt(d) / 10
    affect = (features - 2) @ truth + rng.normal(0, noise, (n, 2)) + [0.2, -0.1]
    return features, affect, np.arange(n) // 4


def unit_of(table):
    """Mean of the eigenvalues of X'X that are not zero."""
    squares = np.linalg.svd(table - table.mean(axis=0), compute_uv=False) ** 2
    return squares[squares > squares[0] * 1e-10].mean()


@pytest.mark.parametrize(("n", "d"), [(120, 10), (40, 200)])
@pytest.mark.parametrize("penalty", [PENALTIES[0], 1.0, PENALTIES[-1]])
def test_solutions_agree_with_scikit_learn_above_and_below_square(n, d, penalty):
    features, affect, groups = a_set(n, d)
    fitted = Ridge(penalties=(penalty,)).fit(features, affect, groups)
    table = Standardiser.fit(features).transform(features)
    theirs = SklearnRidge(alpha=penalty * unit_of(table)).fit(table, affect)
    assert fitted.predict(features) == pytest.approx(theirs.predict(table), abs=1e-8)


@pytest.mark.parametrize(("n", "d"), [(60, 8), (30, 100)])
@pytest.mark.parametrize("weighted", [False, True])
def test_validation_errors_equal_those_of_models_fitted_again(n, d, weighted):
    features, affect, groups = a_set(n, d)
    weights = np.linspace(0.5, 1.5, n) if weighted else np.ones(n)
    standardiser = Standardiser.fit(features, weights=weights)
    table, folds = standardiser.transform(features), inner_folds(groups)
    given = Prepared(affect, weights, standardiser, table, tuple(folds), several=False)
    decomposed = _Decomposed(given)
    for penalty in (0.01, 1.0):
        squares = np.zeros(2)
        for rows in folds:
            kept = np.setdiff1d(np.arange(n), rows)
            again = SklearnRidge(alpha=penalty * decomposed._unit)
            again.fit(table[kept], affect[kept], sample_weight=weights[kept])
            squares += ((again.predict(table[rows]) - affect[rows]) ** 2).sum(axis=0)
        assert decomposed.validation_error(penalty) == pytest.approx(squares / n, rel=1e-6)


def test_the_penalty_grows_with_noise():
    quiet = Ridge().fit(*a_set(noise=0.01))
    loud = Ridge().fit(*a_set(noise=2.0))
    assert (quiet.penalty < loud.penalty).all()


def test_noise_is_predicted_by_the_mean():
    rng = np.random.default_rng(0)
    features, affect = rng.normal(size=(80, 300)), rng.normal(0.3, 0.2, (80, 2))
    fitted = Ridge().fit(features, affect, np.arange(80))
    assert np.ptp(fitted.predict(rng.normal(size=(50, 300))), axis=0).max() < 0.2


def test_two_datasets_are_validated_by_leaving_each_out_and_count_the_same():
    features, affect, groups = a_set(120)
    datasets = (np.arange(120) >= 100).astype(int)
    affect = affect + datasets[:, None]
    one = Ridge(penalties=(1.0,))
    fitted = one.fit(features, affect, groups, datasets=datasets)
    assert fitted.validated_by == "leave-one-dataset-out"
    repeated = np.concatenate([np.arange(100), np.tile(np.arange(100, 120), 5)])
    by_hand = one.fit(features[repeated], affect[repeated], groups[repeated], datasets=datasets[repeated])
    assert fitted.predict(features) == pytest.approx(by_hand.predict(features), abs=1e-8)
    assert balancing_weights(datasets, 120)[[0, 119]].tolist() == pytest.approx([0.6, 3.0])


def test_a_single_dataset_code_means_grouped_folds():
    fitted = Ridge().fit(*a_set(), datasets=np.zeros(120, int))
    assert fitted.validated_by == "5 grouped folds"


@pytest.mark.parametrize("n", [3, 8])
@pytest.mark.parametrize("n_groups", [1, 2, 3])
def test_tiny_sets_train(n, n_groups):
    features, affect, _ = a_set(n, 74)
    fitted = Ridge().fit(features, affect, np.arange(n) % n_groups)
    assert np.isfinite(fitted.predict(features)).all()
    assert ("one group only" in fitted.validated_by) == (n_groups == 1)


def test_constant_features_and_constant_labels_give_the_mean():
    features, affect, groups = a_set()
    flat = Ridge().fit(np.ones((120, 5)), affect, groups)
    assert flat.predict(np.zeros((2, 5))) == pytest.approx(np.tile(affect.mean(axis=0), (2, 1)))
    still = Ridge().fit(features, np.full((120, 2), 0.25), groups)
    assert still.predict(features) == pytest.approx(np.full((120, 2), 0.25))


def test_fits_are_the_same_to_the_bit():
    once, again = Ridge().fit(*a_set(60, 90)), Ridge().fit(*a_set(60, 90))
    assert once.weights.tobytes() == again.weights.tobytes()


def test_blocks_travel_with_the_model():
    blocks = blocks_of([("jukebox", 6), ("chroma", 4)])
    assert Ridge(blocks).fit(*a_set()).standardiser.blocks == blocks


def test_predictions_of_no_clips_are_an_empty_table():
    assert Ridge().fit(*a_set()).predict(np.empty((0, 10))).shape == (0, 2)


def test_too_few_clips_or_missing_labels_are_told_in_a_sentence():
    features, affect, groups = a_set()
    with pytest.raises(ModelError, match="2 annotated clips with features are too few"):
        Ridge().fit(features[:2], affect[:2], groups[:2])
    affect[3, 1] = np.nan
    with pytest.raises(ModelError, match="1 of 120 training clips have no valence or arousal"):
        Ridge().fit(features, affect, groups)


def test_out_of_fold_predictions_come_from_models_that_never_saw_the_clip():
    features, affect, groups = a_set(40, 5)
    folds = inner_folds(groups)
    splits = [Split(np.setdiff1d(np.arange(40), rows), rows) for rows in folds]
    trained = []

    def fit(rows):
        trained.append(set(rows.tolist()))
        return Ridge().fit(features[rows], affect[rows], groups[rows])

    found = out_of_fold(fit, features, splits)
    assert np.isfinite(found).all()
    for rows, seen in zip(folds, trained, strict=True):
        assert not seen & set(rows.tolist())
    assert found[folds[0]] == pytest.approx(fit(splits[0].train).predict(features[folds[0]]))


def test_inner_folds_keep_groups_whole_and_are_even():
    groups = np.repeat(np.arange(23), np.arange(1, 24))
    folds = inner_folds(groups)
    assert sorted(np.concatenate(folds).tolist()) == list(range(len(groups)))
    assert max(map(len, folds)) - min(map(len, folds)) < 10
    for rows in folds:
        outside = np.setdiff1d(np.arange(len(groups)), rows)
        assert not set(groups[rows].tolist()) & set(groups[outside].tolist())


def test_many_clips_are_validated_in_single_precision_with_the_same_choice(monkeypatch):
    rng = np.random.default_rng(3)
    features = rng.normal(size=(ridge.SINGLE_FROM, 1200))
    affect = features[:, :2] * 0.3 + rng.normal(size=(ridge.SINGLE_FROM, 2))
    groups = np.arange(ridge.SINGLE_FROM) // 4
    single = Ridge().fit(features, affect, groups)
    monkeypatch.setattr(ridge, "SINGLE_FROM", 10**9)
    double = Ridge().fit(features, affect, groups)
    assert np.array_equal(single.penalty, double.penalty)
    assert np.array_equal(single.weights, double.weights)
