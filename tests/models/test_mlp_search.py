"""The random search of the perceptrons: its budget is known, it is always the same, it finds what helps."""

import numpy as np

from merdesk.models.mlp import Mlp, drawn
from merdesk.models.mlp_setting import Setting
from merdesk.progress import Progress

SMALL = Setting(n_hidden=16, learning_rate=1e-3, most_epochs=12)


def a_set(n=120, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, 6)).astype(np.float32)
    affect = np.tanh(features[:, :2] * 0.5) * 0.6 + rng.normal(0, 0.05, (n, 2))
    return features, affect, np.arange(n) // 4


def test_the_budget_counts_every_network():
    features, affect, groups = a_set()
    progress = Progress()
    datasets = np.arange(len(groups)) // 40
    model = Mlp(seeds=(0, 1), setting=SMALL, search=3, progress=progress)
    assert model.n_networks(groups, datasets) == 4 * 3 + 2
    assert model.n_networks(groups) == 4 * 5 + 2
    fitted = model.fit(features, affect, groups, datasets=datasets)
    assert progress.state().done == progress.state().total == 14
    assert "best of 4 settings by leave-one-dataset-out, 12 networks tried" in fitted.validated_by


def test_settings_are_drawn_once_each_and_always_the_same():
    tried = drawn(Setting(), 12)
    assert len(set(tried)) == 12
    assert Setting() not in tried
    assert tried == drawn(Setting(), 12)
    assert len(drawn(Setting(), 1000)) == 53


def test_a_setting_that_cannot_learn_is_given_up_for_one_that_can():
    hopeless = Setting(n_hidden=16, learning_rate=1e-9, most_epochs=12)
    fitted = Mlp(seeds=(0,), setting=hopeless, search=6).fit(*a_set())
    features, affect, _ = a_set(seed=1)
    assert np.corrcoef(fitted.predict(features)[:, 0], affect[:, 0])[0, 1] > 0.5


def test_the_same_search_gives_the_same_networks_to_the_bit():
    once, again = (Mlp(seeds=(0,), setting=SMALL, search=2).fit(*a_set()) for _ in range(2))
    assert once.nets[0].first.tobytes() == again.nets[0].first.tobytes()


def test_one_group_leaves_nothing_to_search_on():
    features, affect, groups = a_set(24)
    fitted = Mlp(seeds=(0,), setting=SMALL, search=2).fit(features, affect, np.zeros_like(groups))
    assert fitted.validated_by == "nothing: one group only"
