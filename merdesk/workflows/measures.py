"""One column of a feature set, extracted or imported: a number for each clip, to colour and sort by."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.changes import Changes
from merdesk.features import imported
from merdesk.features.key import FeatureSet
from merdesk.features.store import FeatureStore
from merdesk.progress import Progress
from merdesk.project import clips
from merdesk.project.project import Project
from merdesk.workflows.export_tables import dimension_names
from merdesk.workflows.features import feature_table

AT_ONCE = 2_000
"""Clips whose features are in memory at a time: 38 MB of 4,800 values."""


@dataclass(frozen=True, slots=True)
class MeasureName:
    """A column `number` of a feature set, and what it is called."""

    features: str
    number: int
    name: str

    @property
    def title(self) -> str:
        """The column with its set, in a few words."""
        return self.name if self.features in self.name else f"{self.name} ({self.features})"


@dataclass(frozen=True, slots=True)
class MeasureValues:
    """Values [m] of the clips `ids` [m], ascending, that have them."""

    measure: MeasureName
    ids: IntArray
    values: FloatArray


def names_of(store_dir: Path, features: FeatureSet, width: int) -> tuple[str, ...]:
    """Names of the columns of a set: those of its file where it was imported, else its extractor's."""
    if imported.is_imported(features):
        return imported.column_names(store_dir, features)
    return dimension_names(features.extractor, width)


class _Reading:
    """Workflows that read and write nothing."""

    def __init__(self, project: Project) -> None:
        self._store_dir = project.features_dir
        self._locations = clips.locations(project)

    def commit(self, part: object) -> Changes:  # noqa: ARG002  (nothing is delivered)
        """Nothing to write."""
        return Changes()

    def finish(self, result: object) -> Changes:  # noqa: ARG002  (the caller has the result)
        """Nothing to write."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing to clean up."""
        return Changes()


class ListMeasures(_Reading):
    """Name the columns of all feature sets that any clip has."""

    title = "List features"

    def run(self, progress: Progress) -> tuple[MeasureName, ...]:
        """Names of all columns, set by set."""
        progress.begin("Reading names")
        with FeatureStore.open(self._store_dir) as store:
            widths = {found.features: found.width for found in store.sets() if found.n_clips}
        found: list[MeasureName] = []
        for features, width in widths.items():
            progress.checkpoint()
            name = features.extractor
            words = names_of(self._store_dir, features, width)
            found += [MeasureName(name, number, word) for number, word in enumerate(words)]
        return tuple(dict.fromkeys(found))


class ReadMeasure(_Reading):
    """Read one column for all clips that have it."""

    title = "Read a feature"

    def __init__(self, project: Project, measure: MeasureName) -> None:
        super().__init__(project)
        self._measure = measure

    def run(self, progress: Progress) -> MeasureValues:
        """The column, read in slices so that wide sets fit into memory."""
        progress.begin("Reading", len(self._locations))
        ids: list[int] = []
        values: list[FloatArray] = []
        for start in range(0, len(self._locations), AT_ONCE):
            some = self._locations[start : start + AT_ONCE]
            table = feature_table(self._store_dir, (self._measure.features,), some)
            ids += [some[row].clip_id for row in np.flatnonzero(table.found)]
            if table.found.any():
                values.append(table.values[table.found, self._measure.number].astype(np.float64))
            progress.advance(len(some))
        order = np.argsort(ids, kind="stable")
        column = np.concatenate(values) if values else np.empty(0)
        return MeasureValues(self._measure, np.array(ids, np.int64)[order], column[order])
