"""Features of many clips as one table, from the project's store."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.errors import FeatureError
from merdesk.features import base_of, extractor, imported, known_names, lacking_package, needs_weights
from merdesk.features.key import FeatureKey, FeatureSet, Span
from merdesk.features.opensmile_sets import OPENSMILE
from merdesk.features.store import FeatureStore
from merdesk.project.clips import ClipLocation

OPENSMILE_NOTE = (
    "openSMILE is used under audEERING's research licence: research, teaching and private use only; name it in "
    "publications."
)


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
        True where every set has this clip, with numbers only, shape (n,).
    sets
        The sets that the columns are of.
    counts
        Clips that each set has.
    """

    widths: tuple[tuple[str, int], ...]
    values: FloatArray
    found: BoolArray
    sets: tuple[FeatureSet, ...] = ()
    counts: tuple[int, ...] = ()


def key_of(location: ClipLocation, features: FeatureSet) -> FeatureKey | None:
    """Key of a clip's features in the store; None while its file's digest is not known.

    Imported features need no file.
    """
    if imported.is_imported(features):
        return imported.key_of(features, location.clip_id)
    if location.digest is None:
        return None
    return FeatureKey.of(
        features, content=location.digest, onset_s=location.onset_s, duration_s=location.duration_s
    )


def span_of(location: ClipLocation) -> Span | None:
    """What a clip's features are of; None while its file's digest is not known."""
    return None if location.digest is None else (location.digest, location.onset_s, location.duration_s)


def feature_set(name: str, store: FeatureStore | None = None) -> FeatureSet:
    """The set that an extractor of this name gives now, or the imported set of this name in the store.

    Raises
    ------
    FeatureError
        For an unknown name, which is told with those that there are.
    """
    if base_of(name) or ":" in name:
        return _kept(name, store) or _stored_alike(FeatureSet.of(extractor(name)), store)
    sets = [found.features for found in store.sets()] if store is not None else []
    found = imported.newest(sets, name)
    if found is None:
        raise FeatureError(f"There are no features named {name!r}; choose from {', '.join(_names(sets))}.")
    return found


def licence_notes(names: Sequence[str]) -> list[str]:
    """What must be said before these are computed: their makers' conditions, in sentences."""
    return [OPENSMILE_NOTE] if set(names) & set(OPENSMILE) else []


def check_names(names: Sequence[str], store_dir: Path) -> None:
    """FeatureError for a name that nothing here has; quick, for no extractor is asked."""
    others = [name for name in names if not base_of(name) and ":" not in name]
    if not others:
        return
    with FeatureStore.open(store_dir) as store:
        for name in others:
            feature_set(name, store)


def feature_table(store_dir: Path, names: Sequence[str], locations: Sequence[ClipLocation]) -> FeatureTable:
    """Read the named features of these clips; pure but for the store, which any thread may read."""
    parts: list[FloatArray] = []
    sets: list[FeatureSet] = []
    counts: list[int] = []
    found = np.ones(len(locations), dtype=bool)
    with FeatureStore.open(store_dir) as store:
        for name in names:
            features = feature_set(name, store)
            keys = [key_of(location, features) for location in locations]
            known = np.array([key is not None for key in keys], dtype=bool)
            values, there = store.pooled([key for key in keys if key is not None])
            part = np.zeros((len(locations), values.shape[1]), dtype=np.float32)
            part[known] = values
            known[known] = there
            # A number is missing where an extractor or a file gave none: such a clip has no features.
            known &= np.isfinite(part).all(axis=1)
            found &= known
            counts.append(int(np.count_nonzero(known)))
            parts.append(part)
            sets.append(features)
    widths = tuple((name, part.shape[1]) for name, part in zip(names, parts, strict=True))
    table = np.hstack(parts) if parts else np.zeros((len(locations), 0), dtype=np.float32)
    table[~found] = 0.0
    return FeatureTable(widths, table, found, tuple(sets), tuple(counts))


def _kept(name: str, store: FeatureStore | None) -> FeatureSet | None:
    """What was extracted earlier, where the weights or the package are gone that name the set: it can still be used."""
    from merdesk.features.jukebox.weights import find_weights

    if store is None or not (lacking_package(name) or (needs_weights(name) and find_weights() is None)):
        return None
    stored = [found.features for found in store.sets() if found.features.extractor == name]
    return stored[-1] if stored else None


def _stored_alike(own: FeatureSet, store: FeatureStore | None) -> FeatureSet:
    """The set; where no clip has it, the newest that differs in the device's precision only: a cluster's cards gave it."""
    settings = json.loads(own.settings)
    if store is None or "precision" not in settings:
        return own
    sets = [found.features for found in store.sets()]
    alike = [
        one
        for one in sets
        if (one.extractor, one.version) == (own.extractor, own.version)
        and json.loads(one.settings) | {"precision": ""} == settings | {"precision": ""}
    ]
    return own if own in alike or not alike else alike[-1]


def _names(sets: Sequence[FeatureSet]) -> list[str]:
    given = {features.extractor for features in sets if imported.is_imported(features)}
    return [*known_names(), *sorted(given)]
