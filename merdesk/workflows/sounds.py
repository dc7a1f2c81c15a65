"""What is known of the sound of clips for the doctor: what was heard of them, and their features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from merdesk.audio.listening import Heard
from merdesk.domain.arrays import FloatArray
from merdesk.features.key import FeatureSet
from merdesk.features.store import FeatureStore
from merdesk.project import clips
from merdesk.project.project import Project
from merdesk.workflows import heard
from merdesk.workflows.features import key_of

MAX_VALUES = 50_000_000
"""Features of more values than this (200 MB) are not compared."""


@dataclass(frozen=True, slots=True)
class ReadSounds:
    """By clip: what was heard, and the row of its features in each table."""

    heard: Mapping[int, Heard]
    rows: Mapping[int, int]
    tables: Mapping[str, FloatArray]

    def of(self, clip_ids: Sequence[int]) -> tuple[tuple[Heard | None, ...], dict[str, FloatArray]]:
        """What was heard of clips, and their features [n, d] by name, NaN where there are none."""
        rows = np.array([self.rows[clip_id] for clip_id in clip_ids], dtype=np.int64)
        tables = {name: table[rows] for name, table in self.tables.items()}
        return tuple(self.heard.get(clip_id) for clip_id in clip_ids), tables


class Sounds:
    """Asks the project where the clips are; `read` may then run on any thread."""

    def __init__(self, project: Project, clip_ids: Sequence[int]) -> None:
        self._locations = clips.locations(project, clip_ids)
        self._cache_dir, self._store_dir = project.cache_dir, project.features_dir

    def read(self) -> ReadSounds:
        """Read what is kept of these clips."""
        known = heard.load(self._cache_dir)
        found = {
            int(location.clip_id): known[key]
            for location in self._locations
            if (key := heard.key_of(location)) in known and key is not None
        }
        rows = {int(location.clip_id): row for row, location in enumerate(self._locations)}
        return ReadSounds(found, rows, self._tables())

    def _tables(self) -> dict[str, FloatArray]:
        """Pooled features by name; of several versions of one extractor the newest."""
        if not self._store_dir.is_dir() or not any(self._store_dir.iterdir()):
            return {}  # looking makes no store
        with FeatureStore.open(self._store_dir) as store:
            newest = {
                one.features.extractor: one.features
                for one in store.sets()
                if one.width * len(self._locations) <= MAX_VALUES
            }
            return {name: self._table(store, features) for name, features in newest.items()}

    def _table(self, store: FeatureStore, features: FeatureSet) -> FloatArray:
        keys = [key_of(location, features) for location in self._locations]
        known = np.array([key is not None for key in keys], dtype=bool)
        values, _ = store.pooled([key for key in keys if key is not None])
        table = np.full((len(keys), values.shape[1]), np.nan, dtype=np.float32)
        table[known] = values
        return table
