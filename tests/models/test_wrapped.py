"""Models around models: heads for datasets, standardising within datasets, calibration; saved and asked like the others."""

import numpy as np
import pytest

from merdesk.errors import ModelError
from merdesk.models.bundle import load, restore, save
from merdesk.models.calibration import Calibrated, calibrate, held_out
from merdesk.models.card import ModelCard
from merdesk.models.heads import Heads
from merdesk.models.ridge import Ridge
from merdesk.models.state import ModelState
from merdesk.models.transductive import Transductive, standardised, statistics
from merdesk.models.use import is_transductive, predict_in, standardiser_of

A_CARD = ModelCard("A", "any", (), (), "2026-11-20", "merdesk 0.1.0")


def two_datasets(n=160, seed=0):
    """Clips of two datasets whose raters use their scales differently: gain .5 and offset .3 in the second."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, 5))
    datasets = np.arange(n) % 2
    truth = features[:, :2] * 0.3 + rng.normal(0, 0.03, (n, 2))
    affect = np.where(datasets[:, None] == 1, 0.3 + 0.5 * truth, truth)
    return features, affect, np.arange(n) // 4, datasets


def fitted_heads():
    features, affect, groups, datasets = two_datasets()
    return Heads().fit(features, affect, groups, datasets=datasets)


def test_heads_find_a_scale_that_was_used_differently():
    fitted = fitted_heads()
    assert fitted.gain[1] / fitted.gain[0] == pytest.approx([0.5, 0.5], abs=0.06)
    assert fitted.gain.mean(axis=0) == pytest.approx([1, 1])
    # With gains 4/3 and 2/3 and offsets of mean 0, .3 between the raters is .4 between the heads.
    assert fitted.offset[1] - fitted.offset[0] == pytest.approx([0.4, 0.4], abs=0.03)
    features, affect, _, datasets = two_datasets(seed=1)
    own = fitted.predict_in(features, [str(code) for code in datasets])
    assert np.abs(own - affect).mean() < 0.04
    assert np.abs(fitted.predict(features) - affect).mean() > 0.1


def test_a_dataset_that_was_not_trained_on_gets_the_mean_head():
    fitted, features = fitted_heads(), two_datasets(seed=1)[0]
    assert fitted.predict_in(features, ["new"] * len(features)) == pytest.approx(fitted.predict(features))


def test_heads_of_one_dataset_are_plain_ridge():
    features, affect, groups, _ = two_datasets()
    assert Heads().fit(features, affect, groups).predict(features) == pytest.approx(
        Ridge().fit(features, affect, groups).predict(features)
    )


def test_heads_bear_the_names_of_datasets_once_these_are_known(tmp_path):
    fitted = fitted_heads().named(["Ash", "Birch"])
    save(tmp_path / "a.mermodel", fitted, A_CARD)
    loaded = load(tmp_path / "a.mermodel").model
    assert loaded.datasets == ("Ash", "Birch")
    features = two_datasets(seed=1)[0]
    names = ["Birch"] * len(features)
    assert predict_in(loaded, features, names).tobytes() == predict_in(fitted, features, names).tobytes()


def test_standardising_within_datasets_takes_a_recording_chain_away():
    features, affect, groups, _ = two_datasets()
    affect = features[:, :2] * 0.3
    moved = features * 3 + 7
    codes = np.zeros(len(features), int)
    table, found = standardised(features, codes, statistics(features, codes))
    model = Transductive(Ridge().fit(table, affect, groups))
    assert found.all()
    assert np.abs(model.predict(moved) - affect).max() < 0.05
    assert np.abs(model.model.predict(moved) - affect).mean() > 0.5


def test_a_dataset_of_few_clips_is_not_standardised_within_itself():
    features = np.random.default_rng(0).normal(size=(30, 3))
    codes = np.repeat([0, 1], [25, 5])
    values, found = standardised(features, codes, statistics(features, codes))
    assert found.tolist() == [True] * 25 + [False] * 5
    assert (values[25:] == 0).all()
    with pytest.raises(ModelError, match="at least 20 are needed"):
        Transductive(Ridge().fit(features, features[:, :2], codes)).predict(features[:5])


def wrapped():
    features, affect, groups, _ = two_datasets()
    ridge = Ridge().fit(features, affect, groups)
    rated = 0.1 + 0.5 * ridge.predict(features)
    return features, Calibrated(Transductive(ridge), calibrate(ridge.predict(features), rated))


def test_a_calibrated_transductive_model_is_saved_and_asked_to_the_bit(tmp_path):
    features, model = wrapped()
    save(tmp_path / "a.mermodel", model, A_CARD)
    loaded = load(tmp_path / "a.mermodel").model
    assert is_transductive(loaded)
    assert not is_transductive(fitted_heads())
    names = ["x"] * len(features)
    assert predict_in(loaded, features, names).tobytes() == predict_in(model, features, names).tobytes()
    assert loaded.predict(features).tobytes() == model.predict(features).tobytes()
    assert standardiser_of(loaded).mean.tolist() == standardiser_of(model).mean.tolist()


@pytest.mark.parametrize("kind", ["calibrated", "transductive"])
def test_a_model_around_itself_is_refused(kind):
    state = wrapped()[1].state()
    endless = {"kind": kind, "values": {"model": {"kind": kind, "values": {}}, "n": 20}}
    with pytest.raises(ModelError, match="never writes"):
        restore(ModelState(kind, state.arrays, {**state.values, "model": endless}))


def test_a_calibration_that_does_not_say_how_many_ratings_is_refused():
    state = wrapped()[1].state()
    for n in (None, 3, True, "20"):
        with pytest.raises(ModelError, match="how many ratings"):
            restore(ModelState(state.kind, state.arrays, {**state.values, "n": n}))


def test_no_group_has_a_part_in_its_own_calibration():
    rng = np.random.default_rng(0)
    said = rng.normal(0, 0.3, (24, 2))
    rated, groups = 0.2 + 0.5 * said, np.arange(24) // 4
    rated[groups == 0] += 1.0
    judged = held_out(said, rated, groups)
    assert judged[groups == 0] == pytest.approx(0.2 + 0.5 * said[groups == 0])
    assert np.isnan(held_out(said, rated, np.zeros(24))).all()
