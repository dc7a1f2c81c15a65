"""Many clips of few datasets are fitted by Cholesky factors: the same penalties and predictions as by eigenvalues."""

import numpy as np
import pytest

from merdesk.models import ridge
from merdesk.models.ridge import Ridge


@pytest.mark.parametrize("n_datasets", [2, 4])
def test_factors_choose_the_same_penalty_and_predict_the_same(monkeypatch, n_datasets):
    rng = np.random.default_rng(n_datasets)
    datasets = np.sort(rng.integers(n_datasets, size=300))
    hidden = rng.normal(size=(300, 8))
    features = (hidden @ rng.normal(size=(8, 400)) + rng.normal(size=(300, 400))).astype(np.float32)
    affect = 0.2 * hidden[:, :2] + 0.1 * datasets[:, None] + rng.normal(0, 0.2, (300, 2))
    found = []
    for by_factors in (True, False):
        monkeypatch.setattr(ridge, "_suits_factors", lambda _, chosen=by_factors: chosen)
        found.append(Ridge().fit(features, affect, np.arange(300) // 3, datasets=datasets))
    one, other = found
    assert np.array_equal(one.penalty, other.penalty)
    assert one.predict(features) == pytest.approx(other.predict(features), abs=1e-5)


def test_factors_are_used_where_they_are_cheaper(monkeypatch):
    used = []
    whole = ridge._Factorised
    monkeypatch.setattr(ridge, "_Factorised", lambda given: used.append(len(given.table)) or whole(given))
    rng = np.random.default_rng(0)
    features, affect = rng.normal(size=(1000, 1000)).astype(np.float32), rng.normal(0, 0.2, (1000, 2))
    groups, datasets = np.arange(1000) // 3, np.arange(1000) // 500
    Ridge().fit(features, affect, groups, datasets=datasets)
    Ridge().fit(features, affect, groups)
    Ridge().fit(features[:900], affect[:900], groups[:900], datasets=datasets[:900])
    assert used == [1000]
