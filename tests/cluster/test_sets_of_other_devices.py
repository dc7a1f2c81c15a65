"""What cards of a cluster computed is used on a machine whose own processor would compute in another precision."""

import json

import cluster_extractors
import numpy as np
import pytest

from merdesk.domain.protocols import FeatureArrays
from merdesk.features.key import FeatureKey, FeatureSet
from merdesk.features.store import FeatureStore
from merdesk.workflows.features import feature_set

NAME = "cluster_extractors:Level"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_extractors.Level, "settings", {"layer": 36, "precision": "bf16"})
    with FeatureStore.open(tmp_path / "features") as made:
        yield made


def put(store, **settings):
    features = FeatureSet("level", 1, json.dumps(settings, sort_keys=True, separators=(",", ":")))
    key = FeatureKey.of(features, content=b"x", onset_s=0.0, duration_s=None)
    store.append([(key, FeatureArrays(np.zeros(2), np.zeros((1, 2))))])
    return features


def test_another_precision_is_used_where_the_own_has_no_clip(store):
    own = FeatureSet.of(cluster_extractors.Level())
    put(store, layer=35, precision="fp16")
    assert feature_set(NAME, store) == own
    cards = put(store, layer=36, precision="fp16")
    assert feature_set(NAME, store) == cards
    assert feature_set(NAME) == own
    assert put(store, layer=36, precision="bf16") == own
    assert feature_set(NAME, store) == own
