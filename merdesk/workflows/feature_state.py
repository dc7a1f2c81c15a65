"""Which features there are for how many clips, and what they take on the disk; quick enough to look at often."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from merdesk.domain.changes import Changes
from merdesk.features import EXTRACTORS, base_of, extractor, imported, lacking_package, needs_weights
from merdesk.features.jukebox.weights import find_weights, fingerprint
from merdesk.features.key import FeatureSet, Span
from merdesk.features.store import FeatureStore, StoredSet
from merdesk.progress import Progress
from merdesk.project import clips
from merdesk.project.clips import ClipLocation
from merdesk.project.project import Project
from merdesk.workflows.features import span_of
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
    n_earlier
        Clips that lack it, and have what an earlier version or other settings gave.
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
    n_earlier: int = 0

    @property
    def sentence(self) -> str:
        """How far it is, in words."""
        if self.missing_weights and not self.n_clips:
            return "weights missing"
        if not self.n_of:
            return "no clip with audio"
        return f"{self.n_clips:,} of {self.n_of:,} clips"


def feature_states(project: Project) -> list[FeatureState]:
    """Every extractor that can work here, in its order, then what was imported, then what is used no more.

    A second for 100,000 clips: `CountFeatures` does it beside the window.
    """
    stored, spans, locations = _stored(project)
    sets = [found.features for found in stored]
    current = {name: _current(name, sets) for name in _names(sets)}
    given = {features.extractor for features in sets if imported.is_imported(features)}
    current |= {name: imported.newest(sets, name) for name in sorted(given)}
    by_set = {found.features: found for found in stored}
    old = [features for features in sets if features not in current.values()]
    earlier: dict[str, frozenset[Span]] = {}
    for features in old:
        earlier[features.extractor] = earlier.get(features.extractor, frozenset()) | spans[features]
    states = [
        _state(name, features, by_set, spans, locations, earlier.get(name, frozenset()))
        for name, features in current.items()
    ]
    return states + [_state(one.extractor, one, by_set, spans, locations, current=False) for one in old]


class CountFeatures:
    """The states of a project, counted beside the window by a reader of its own."""

    title = "Count features"
    brief = True

    def __init__(self, project: Project) -> None:
        self._path = project.path

    def run(self, progress: Progress) -> list[FeatureState]:
        """Count what is committed."""
        progress.begin("Counting features")
        with Project.open(self._path, read_only=True) as reader:
            return feature_states(reader)

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: list[FeatureState]) -> Changes:  # noqa: ARG002  (nothing is written)
        """Nothing is written."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def _names(sets: Sequence[FeatureSet]) -> list[str]:
    """Extractors to tell about: those that can work here or did, choices of Jukebox beside the published recipe."""
    there = dict.fromkeys(features.extractor for features in sets if not imported.is_imported(features))
    names: list[str] = []
    for name, _ in EXTRACTORS:
        if name in there or not lacking_package(name):
            names.append(name)
        names += [other for other in there if other != name and base_of(other) == name]
    return names


def _stored(
    project: Project,
) -> tuple[list[StoredSet], dict[FeatureSet, frozenset[Span]], list[ClipLocation]]:
    locations = clips.locations(project)
    if project.read_only and not any(project.features_dir.iterdir()):
        return [], {}, locations
    with FeatureStore.open(project.features_dir, read_only=project.read_only) as store:
        sets = store.sets()
        spans = {found.features: store.spans(found.features) for found in sets}
        return sets, spans, with_inbox(locations, store)


def prune(project: Project, features: FeatureSet) -> tuple[int, Changes]:
    """Remove a set from the store; the bytes that became free, and what changed."""
    project.check_writable()
    with FeatureStore.open(project.features_dir) as store:
        return store.prune(features), Changes.of("feature")


def _state(
    name: str,
    features: FeatureSet | None,
    stored: dict[FeatureSet, StoredSet],
    spans: dict[FeatureSet, frozenset[Span]],
    locations: Sequence[ClipLocation],
    earlier: frozenset[Span] = frozenset(),
    *,
    current: bool = True,
) -> FeatureState:
    there = spans.get(features, frozenset()) if features is not None else frozenset()
    found = stored.get(features) if features is not None else None
    given = features is not None and imported.is_imported(features)
    if given and features is not None:
        wanted: list[Span | None] = [imported.key_of(features, place.clip_id).span for place in locations]
    else:
        wanted = [span_of(place) for place in locations if place.path is not None]
    return FeatureState(
        name,
        features,
        imported=given,
        current=current,
        n_clips=sum(span in there for span in wanted),
        n_of=len(wanted),
        n_stored=found.n_clips if found else 0,
        n_columns=found.width if found else 0,
        n_bytes=found.n_bytes if found else 0,
        missing_weights=needs_weights(name) and find_weights() is None,
        n_earlier=sum(span in earlier and span not in there for span in wanted) if earlier else 0,
    )


def _current(name: str, sets: Sequence[FeatureSet]) -> FeatureSet | None:
    """What the extractor gives now; of Jukebox the newest set in the store that its weights gave.

    Its exact settings name the precision of this machine, which only torch knows, and torch takes seconds to load.
    """
    own = [features for features in sets if features.extractor == name]
    if lacking_package(name):
        return own[-1] if own else None
    if not needs_weights(name):
        return FeatureSet.of(extractor(name))
    own = [features for features in own if features.version == extractor(name).version]
    weights = find_weights()
    if weights is not None:
        prior = _fingerprint(weights.prior, *_stamp(weights.prior))
        own = [features for features in own if json.loads(features.settings).get("prior") == prior]
    return own[-1] if own else None


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


@lru_cache(maxsize=4)
def _fingerprint(path: Path, size: int, mtime_ns: int) -> str:  # noqa: ARG001  (they are the cache's key)
    return fingerprint(path)
