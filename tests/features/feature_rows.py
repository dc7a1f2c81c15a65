"""Rows for a feature store, computed from a number, so that what is read back can be checked against nothing else."""

import numpy as np

from merdesk.domain.protocols import FeatureArrays
from merdesk.features.key import FeatureKey, FeatureSet

CHROMA = FeatureSet("chroma", 1, '{"hop_length":512}')
BASIC = FeatureSet("basic", 2, "{}")
WIDTH = {CHROMA: 6, BASIC: 3}


def key(number, features=CHROMA):
    span = (0.0, None) if number % 3 == 0 else (float(number), 45.0)
    content = number.to_bytes(4, "little") * (8 if number % 2 else 5)
    return FeatureKey.of(features, content=content, onset_s=span[0], duration_s=span[1])


def arrays(number, features=CHROMA):
    rng = np.random.default_rng((number, features.version))
    width = WIDTH[features]
    return FeatureArrays(rng.normal(size=width), rng.normal(size=(number % 4, width)), 2.0 + number % 2)


def row(number, features=CHROMA):
    return key(number, features), arrays(number, features)


def same(found, expected):
    return (
        found is not None
        and np.array_equal(found.pooled, expected.pooled)
        and np.array_equal(found.frames, expected.frames)
        and found.frame_rate_hz == expected.frame_rate_hz
    )
