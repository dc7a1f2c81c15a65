"""Features of many clips as one table, from the project's store."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.features import extractor
from merdesk.features.key import FeatureKey, FeatureSet
from merdesk.features.store import FeatureStore
from merdesk.project.clips import ClipLocation


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Features side by side.

    Attributes
    ----------
    widths
        Name and number of columns of each set, in their order.
    values
        Shape (n, d), float32; zeros where `found` is False.
    found
        True where every set has this clip, shape (n,).
    """

    widths: tuple[tuple[str, int], ...]
    values: FloatArray
    found: BoolArray


def key_of(location: ClipLocation, features: FeatureSet) -> FeatureKey | None:
    """Key of a clip's features in the store; None while its file's digest is not known."""
    if location.digest is None:
        return None
    return FeatureKey.of(
        features, content=location.digest, onset_s=location.onset_s, duration_s=location.duration_s
    )


def feature_set(name: str) -> FeatureSet:
    """The set that an extractor of this name gives now; FeatureError for an unknown name."""
    return FeatureSet.of(extractor(name))


def feature_table(store_dir: Path, names: Sequence[str], locations: Sequence[ClipLocation]) -> FeatureTable:
    """Read the named features of these clips; pure but for the store, which any thread may read."""
    parts: list[FloatArray] = []
    found = np.ones(len(locations), dtype=bool)
    with FeatureStore.open(store_dir) as store:
        for name in names:
            features = feature_set(name)
            keys = [key_of(location, features) for location in locations]
            known = np.array([key is not None for key in keys], dtype=bool)
            values, there = store.pooled([key for key in keys if key is not None])
            part = np.zeros((len(locations), values.shape[1]), dtype=np.float32)
            part[known] = values
            known[known] = there
            found &= known
            parts.append(part)
    widths = tuple((name, part.shape[1]) for name, part in zip(names, parts, strict=True))
    return FeatureTable(widths, np.hstack(parts) if parts else np.zeros((len(locations), 0)), found)
