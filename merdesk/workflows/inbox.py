"""What extraction left in the store for the project: digests of audio and loudness of clips.

Extraction writes nothing but the store, so that it works beside an open window. Whoever writes the project takes in
what lies there; until then, readers look into the inbox, too.
"""

from collections.abc import Sequence
from dataclasses import replace

from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId, TrackId
from merdesk.features.store import Content, FeatureStore
from merdesk.project import clips
from merdesk.project.clips import ClipLocation
from merdesk.project.project import Project

SLICE = 200
"""Clips that are taken in at a time: some milliseconds."""


def take_in(project: Project, store: FeatureStore, *, slices: int | None = None) -> Changes:
    """Take digests and loudness into the project, all or so many slices; nothing where it is read-only."""
    changes = Changes()
    while not project.read_only and slices != 0 and (contents := store.inbox(SLICE)):
        changes |= _take(project, contents) | Changes.of("feature")
        store.take(contents)
        slices = None if slices is None else slices - 1
    return changes


def _take(project: Project, contents: Sequence[Content]) -> Changes:
    places = {place.clip_id: place for place in clips.locations(project, [one.clip_id for one in contents])}
    digests: dict[TrackId, bytes] = {}
    loudness: dict[ClipId, float] = {}
    for one in contents:
        place = places.get(ClipId(one.clip_id))
        if place is None or place.quick_key != one.quick_key:  # undone, or another file by now
            continue
        if place.digest != one.digest:
            digests[place.track_id] = one.digest
        loudness[place.clip_id] = one.loudness_lufs
    changes = clips.set_digests(project, digests) if digests else Changes()
    return changes | clips.set_loudness(project, loudness) if loudness else changes


def with_inbox(locations: Sequence[ClipLocation], store: FeatureStore) -> list[ClipLocation]:
    """The locations with the digests that the project has not taken in yet."""
    waiting = {one.clip_id: one for one in store.inbox()}
    return [
        replace(place, digest=one.digest)
        if (one := waiting.get(place.clip_id)) is not None and one.quick_key == place.quick_key
        else place
        for place in locations
    ]
