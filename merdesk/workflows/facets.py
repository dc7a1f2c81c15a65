"""What clips can be filtered by and no column holds: who rated them, and what features they have."""

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.features import imported
from merdesk.features.store import FeatureStore
from merdesk.project import annotators, clips
from merdesk.project.project import Project
from merdesk.workflows.features import span_of


def rated_by(project: Project) -> dict[str, IntArray]:
    """Ids of the clips that each annotator rated, ascending, by the annotator's name; a million ratings take a second."""
    names = {annotator.id: annotator.name for annotator in annotators.all(project)}
    rows = project.database.rows("SELECT annotator_id, clip_id FROM seen_annotation")
    table = np.array(rows, np.int64).reshape(-1, 2)
    return {
        names[annotator]: np.unique(table[table[:, 0] == annotator, 1])
        for annotator in np.unique(table[:, 0]).tolist()
    }


def featured(project: Project) -> dict[str, IntArray]:
    """Ids of the clips that have something of each extractor's features, ascending, by the extractor's name."""
    if project.read_only and not any(project.features_dir.iterdir()):
        return {}
    locations = clips.locations(project)
    found: dict[str, set[int]] = {}
    with FeatureStore.open(project.features_dir, read_only=project.read_only) as store:
        for stored in store.sets():
            there, features = store.spans(stored.features), stored.features
            given = imported.is_imported(features)
            ids = found.setdefault(features.extractor, set())
            ids.update(
                place.clip_id
                for place in locations
                if (imported.key_of(features, place.clip_id).span if given else span_of(place)) in there
            )
    return {name: np.array(sorted(ids), np.int64) for name, ids in found.items() if ids}
