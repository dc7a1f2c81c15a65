"""What every model on offer promises, whatever it is."""

import numpy as np
import pytest

from merdesk.errors import Cancelled, ModelError
from merdesk.models.blend import Blend
from merdesk.models.bundle import load, restore, save
from merdesk.models.card import ModelCard
from merdesk.models.catalogue import REGRESSORS, regressor
from merdesk.models.heads import Heads
from merdesk.models.mlp import Mlp
from merdesk.models.mlp_setting import Setting
from merdesk.models.ridge import Ridge
from merdesk.models.state import ModelState
from merdesk.models.svr import Svr
from merdesk.progress import Progress

SMALL = Mlp(seeds=(0, 1), setting=Setting(n_hidden=32, learning_rate=0.01, most_epochs=60))
QUICK = {
    "ridge": Ridge(),
    "svr": Svr(costs=(0.3, 3.0)),
    "mlp": SMALL,
    "blend": Blend((Ridge(), SMALL)),
    "heads": Heads(),
}
TINY = Setting(n_hidden=8, most_epochs=3)
A_CARD = ModelCard("A", "any", (), (), "2026-11-20", "merdesk 0.1.0")

each = pytest.mark.parametrize("model", QUICK.values(), ids=list(QUICK))


def a_set(n=160, d=6, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(2, 3, (n, d)).astype(np.float32)
    affect = np.tanh((features[:, :2] - 2) / 4) + rng.normal([0.2, -0.1], 0.1, (n, 2))
    return features, affect, np.arange(n) // 4


def test_the_catalogue_gives_each_model_by_its_name():
    assert tuple(QUICK) == REGRESSORS
    for name in REGRESSORS:
        assert regressor(name).name == name
    with pytest.raises(ModelError, match='no model "forest"'):
        regressor("forest")


@each
def test_every_model_learns_and_carries_to_new_clips(model):
    fitted = model.fit(*a_set())
    features, affect, _ = a_set(seed=1)
    error = ((fitted.predict(features) - affect) ** 2).sum(axis=0)
    assert (1 - error / ((affect - affect.mean(axis=0)) ** 2).sum(axis=0) > 0.6).all()


@each
def test_the_same_data_give_the_same_model_to_the_bit(model):
    features = a_set()[0]
    once, again = (model.fit(*a_set()).predict(features) for _ in range(2))
    assert once.tobytes() == again.tobytes()


@each
def test_saved_and_loaded_models_predict_the_same_to_the_bit(model, tmp_path):
    features, affect, groups = a_set()
    features[:, 2] = 1.0
    fitted = model.fit(features, affect, groups)
    save(tmp_path / "a.mermodel", fitted, A_CARD)
    loaded = load(tmp_path / "a.mermodel").model
    assert loaded.predict(features).tobytes() == fitted.predict(features).tobytes()


@each
def test_a_state_without_one_of_its_arrays_or_values_is_refused(model):
    state = model.fit(*a_set(40)).state()
    for name in state.arrays:
        fewer = {key: array for key, array in state.arrays.items() if key != name}
        with pytest.raises(ModelError):
            restore(ModelState(state.kind, fewer, state.values))
    for name in set(state.values) - {"validated_by"}:
        fewer = {key: value for key, value in state.values.items() if key != name}
        with pytest.raises(ModelError):
            restore(ModelState(state.kind, state.arrays, fewer))


@each
def test_arrays_of_a_wrong_shape_or_without_numbers_are_refused(model):
    state = model.fit(*a_set(40)).state()
    for name, array in state.arrays.items():
        for forged in (np.zeros((*array.shape, 1)), np.full(array.shape, np.nan)):
            with pytest.raises(ModelError):
                restore(ModelState(state.kind, {**state.arrays, name: forged}, state.values))


@each
def test_tiny_constant_and_single_group_sets_train(model):
    features, affect, groups = a_set(8)
    assert np.isfinite(model.fit(features, affect, groups).predict(features)).all()
    assert np.isfinite(model.fit(features, affect, np.zeros(8, int)).predict(features)).all()
    constant = model.fit(features, np.full((8, 2), 0.25), groups).predict(features)
    assert constant == pytest.approx(np.full((8, 2), 0.25), abs=0.05)
    flat = model.fit(np.ones((8, 3)), affect, groups).predict(np.ones((2, 3)))
    assert np.isfinite(flat).all()


@each
def test_bad_input_is_told_in_a_sentence(model):
    features, affect, groups = a_set()
    with pytest.raises(ModelError, match="too few to train"):
        model.fit(features[:2], affect[:2], groups[:2])
    fitted = model.fit(features, affect, groups)
    with pytest.raises(ModelError, match="5 columns"):
        fitted.predict(features[:, :5])
    features[3, 1] = np.nan
    with pytest.raises(ModelError, match="not numbers"):
        model.fit(features, affect, groups)


@each
def test_a_large_dataset_does_not_drown_a_small_one(model):
    features, affect, groups = a_set(200)
    datasets = (np.arange(200) >= 180).astype(int)
    affect = np.where(datasets[:, None] == 1, 0.8, -0.2) + 0 * affect
    features[:] = 1.0
    balanced = model.fit(features, affect, groups, datasets=datasets).predict(features[:1])
    # The mean that counts both datasets alike is .3; that of clips is -.1.
    assert balanced.mean() > 0.1


def test_networks_of_several_seeds_differ_and_their_mean_is_predicted():
    features, affect, groups = a_set()
    fitted = SMALL.fit(features, affect, groups)
    assert len(fitted.nets) == 2
    assert (fitted.spread(features).mean(axis=0) > 0.005).all()
    each_net = [net(fitted.standardiser.transform(features)) for net in fitted.nets]
    assert fitted.predict(features) == pytest.approx(np.mean(each_net, axis=0))


def test_noise_stops_networks_early():
    rng = np.random.default_rng(0)
    features, affect = rng.normal(size=(120, 40)), rng.normal(0, 0.3, (120, 2))
    fitted = SMALL.fit(features, affect, np.arange(120))
    assert fitted.predict(rng.normal(size=(60, 40))).std() < 0.15


def test_training_networks_shows_progress_and_honours_cancel():
    progress = Progress()
    Mlp(seeds=(0, 1), setting=TINY, progress=progress).fit(*a_set())
    assert progress.state().done == 2
    progress.cancel()
    with pytest.raises(Cancelled):
        Mlp(seeds=(0,), setting=TINY, progress=progress).fit(*a_set())


def test_a_kernel_machine_agrees_with_scikit_learns_own_kernel():
    from sklearn.svm import SVR

    features, affect, groups = a_set()
    fitted = Svr(costs=(1.0,)).fit(features, affect, groups)
    table = fitted.standardiser.transform(features)
    y = affect[:, 1]
    theirs = SVR(C=1.0, epsilon=0.1, gamma=1 / 6).fit(table, (y - y.mean()) / y.std())
    expected = theirs.predict(table) * y.std() + y.mean()
    assert fitted.predict(features)[:, 1] == pytest.approx(expected, abs=2e-3)


def test_a_blend_of_blends_is_refused():
    state = Blend((Ridge(),)).fit(*a_set(40)).state()
    values = {**state.values, "member0": {"kind": "blend", "values": {"members": 1}}}
    with pytest.raises(ModelError, match="blends blends"):
        restore(ModelState("blend", state.arrays, values))
