"""Which features there are for how many clips, and what they take on the disk; quick enough to look at often."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from merdesk.domain.changes import Changes
from merdesk.features import EXTRACTORS, extractor, imported
from merdesk.features.jukebox.weights import find_weights, fingerprint
from merdesk.features.key import FeatureSet
from merdesk.features.store import FeatureStore, StoredSet
from merdesk.project import clips
from merdesk.project.clips import ClipLocation
from merdesk.project.project import Project
from merdesk.workflows.features import NEEDS_WEIGHTS
from merdesk.workflows.inbox import with_inbox


@dataclass(frozen=True, slots=True)
class FeatureState:
    """One set of features, there or to be had.

    Attributes
    ----------
    features
        The set in the store; None while nothing of it is there.
    current
        False for what an earlier version, other settings or other weights gave: it is used no more.
    n_clips, n_of
        Clips of the project that have it, of those that could.
    n_stored, n_columns, n_bytes
        What the store holds.
    missing_weights
        The extractor needs files that are nowhere.
    """

    name: str
    features: FeatureSet | None
    imported: bool
    current: bool
    n_clips: int
    n_of: int
    n_stored: int = 0
    n_columns: int = 0
    n_bytes: int = 0
    missing_weights: bool = False

    @property
    def sentence(self) -> str:
        """How far it is, in words."""
        if self.missing_weights and not self.n_clips:
            return "weights missing"
        if not self.n_of:
            return "no clip with audio"
        return f"{self.n_clips:,} of {self.n_of:,} clips"


def feature_states(project: Project) -> list[FeatureState]:
    """Every extractor, in its order, then what was imported, then what is used no more."""
    stored, contents, locations = _stored(project)
    current = {name: _current(name, stored) for name, _ in EXTRACTORS}
    names = {found.features.extractor for found in stored if imported.is_imported(found.features)}
    current |= {name: imported.newest([s.features for s in stored], name) for name in sorted(names)}
    by_set = {found.features: found for found in stored}
    states = [
        _state(name, features, by_set, contents, locations, current=True)
        for name, features in current.items()
    ]
    old = [found.features for found in stored if found.features not in current.values()]
    return states + [
        _state(features.extractor, features, by_set, contents, locations, current=False) for features in old
    ]


def _stored(
    project: Project,
) -> tuple[list[StoredSet], dict[FeatureSet, frozenset[bytes]], list[ClipLocation]]:
    locations = clips.locations(project)
    if project.read_only and not any(project.features_dir.iterdir()):
        return [], {}, locations
    with FeatureStore.open(project.features_dir, read_only=project.read_only) as store:
        sets = store.sets()
        contents = {found.features: store.contents(found.features) for found in sets}
        return sets, contents, with_inbox(locations, store)


def prune(project: Project, features: FeatureSet) -> tuple[int, Changes]:
    """Remove a set from the store; the bytes that became free, and what changed."""
    project.check_writable()
    with FeatureStore.open(project.features_dir) as store:
        return store.prune(features), Changes.of("feature")


def _state(
    name: str,
    features: FeatureSet | None,
    stored: dict[FeatureSet, StoredSet],
    contents: dict[FeatureSet, frozenset[bytes]],
    locations: Sequence[ClipLocation],
    *,
    current: bool,
) -> FeatureState:
    there = contents.get(features, frozenset()) if features is not None else frozenset()
    found = stored.get(features) if features is not None else None
    given = features is not None and imported.is_imported(features)
    if given and features is not None:
        n_clips = sum(imported.key_of(features, place.clip_id).content in there for place in locations)
        n_of = len(locations)
    else:
        n_clips = sum(place.path is not None and place.digest in there for place in locations)
        n_of = sum(place.path is not None for place in locations)
    return FeatureState(
        name,
        features,
        imported=given,
        current=current,
        n_clips=n_clips,
        n_of=n_of,
        n_stored=found.n_clips if found else 0,
        n_columns=found.width if found else 0,
        n_bytes=found.n_bytes if found else 0,
        missing_weights=name == NEEDS_WEIGHTS and find_weights() is None,
    )


def _current(name: str, stored: Sequence[StoredSet]) -> FeatureSet | None:
    """What the extractor gives now; of Jukebox the newest set in the store that its weights gave.

    Its exact settings name the precision of this machine, which only torch knows, and torch takes seconds to load.
    """
    if name != NEEDS_WEIGHTS:
        return FeatureSet.of(extractor(name))
    sets = [found.features for found in stored if found.features.extractor == name]
    weights = find_weights()
    if weights is not None:
        own = _fingerprint(weights.prior, *_stamp(weights.prior))
        sets = [features for features in sets if json.loads(features.settings).get("prior") == own]
    return sets[-1] if sets else None


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


@lru_cache(maxsize=4)
def _fingerprint(path: Path, size: int, mtime_ns: int) -> str:  # noqa: ARG001  (they are the cache's key)
    return fingerprint(path)
