"""The clips of a project as a model is asked about them: their features, standardised within datasets if it wants that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.columns import ClipColumns
from merdesk.errors import ModelError
from merdesk.project import clips, columns
from merdesk.project.clips import ClipLocation
from merdesk.project.project import Project
from merdesk.workflows.features import FeatureTable, feature_table

if TYPE_CHECKING:
    from merdesk.workflows.evaluation_table import Source


@dataclass(frozen=True, slots=True)
class Asked:
    """All clips of a project and where their features lie; read by the thread that owns the project."""

    columns: ClipColumns
    locations: tuple[ClipLocation, ...]
    features: tuple[str, ...]
    store_dir: Path

    @classmethod
    def of(cls, project: Project, features: Sequence[str]) -> "Asked":
        """Read the project."""
        loaded = columns.load(project)
        by_id = {place.clip_id: place for place in clips.locations(project, loaded.ids.tolist())}
        ordered = tuple(by_id[clip_id] for clip_id in loaded.ids.tolist())
        return cls(loaded, ordered, tuple(features), project.features_dir)

    @classmethod
    def of_source(cls, source: "Source") -> "Asked":
        """What was read for other questions, too."""
        return cls(source.columns, source.locations, source.features, source.store_dir)

    def datasets(self, rows: IntArray) -> list[str]:
        """Name of the dataset of each of these rows."""
        return [self.columns.dataset_names[code] for code in self.columns.dataset[rows].tolist()]

    def table(self, rows: IntArray | None = None) -> FeatureTable:
        """Features of these rows of the columns, or of all."""
        wanted = range(len(self.locations)) if rows is None else rows.tolist()
        return feature_table(self.store_dir, self.features, [self.locations[row] for row in wanted])

    def table_for(self, model: Any, rows: IntArray) -> tuple[FeatureTable, dict[int, Any]]:
        """Features of these rows as a model wants them, and the statistics of their datasets if it wants such.

        A transductive model looks at all clips of the datasets that the rows are of.
        """
        from merdesk.models.use import is_transductive

        if not is_transductive(model):
            return self.table(rows), {}
        codes = self.columns.dataset
        whole = np.flatnonzero(np.isin(codes, codes[rows]))
        table, known = within_datasets(self.table(whole), codes[whole])
        place = np.searchsorted(whole, rows)
        return replace(table, values=table.values[place], found=table.found[place]), known


def within_datasets(table: FeatureTable, codes: IntArray) -> tuple[FeatureTable, dict[int, Any]]:
    """The table with each row standardised by its dataset's statistics, and those; small datasets are not found."""
    from merdesk.models.transductive import standardised, statistics

    known = statistics(table.values[table.found], codes[table.found])
    values, found = standardised(table.values, codes, known)
    return replace(table, values=values, found=table.found & found), known


def check_same(name: str, card: Any, table: FeatureTable) -> None:
    """ModelError when the features are others than those that the model was trained on.

    Columns under a name can become others: another table, other weights, a new version.
    """
    widths: dict[str, FloatArray | int] = dict(table.widths)
    for source, features in zip(card.features, table.sets, strict=True):
        same = (source.version, source.settings) == (features.version, features.settings)
        if table.found.any() and not (same and widths.get(source.name) == source.n_columns):
            raise ModelError(
                f"{name} was trained on other {source.name} features than those that are here now; train it again."
            )
