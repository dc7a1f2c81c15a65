"""A table on its way in: read once, then mapped as often as the user changes her mind."""

from dataclasses import dataclass
from pathlib import Path

from merdesk.datasets import table
from merdesk.datasets.mapping import ColumnMapping, propose_affect_scale, propose_mapping
from merdesk.datasets.parsing import read
from merdesk.datasets.source import open_source
from merdesk.datasets.tables import Table
from merdesk.domain.affect import AffectScale
from merdesk.domain.source import SourceDataset
from merdesk.errors import DatasetError

__all__ = ["ColumnMapping", "TableFile"]

Bounds = tuple[float, float, float, float]
"""Lowest and highest valence, lowest and highest arousal."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table file that was read."""

    path: Path
    _table: Table

    @classmethod
    def open(cls, path: Path) -> "TableFile":
        """Read a CSV, TSV, XLSX or ODS file; DatasetError when it is none."""
        with open_source(path) as source:
            if not source.files:
                raise DatasetError(f"{path.name} is no table; choose a CSV, TSV, XLSX or ODS file.")
            return cls(path, read(source, source.files[0]))

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.path.name

    @property
    def columns(self) -> tuple[str, ...]:
        """Headers."""
        return self._table.columns

    @property
    def n_rows(self) -> int:
        """Number of rows below the header."""
        return len(self._table.rows)

    def proposed_mapping(self) -> ColumnMapping:
        """What the headers seem to mean."""
        return propose_mapping(self._table)

    def proposed_scale(self, mapping: ColumnMapping) -> Bounds:
        """The scale that the values seem to be on, valence and arousal apart."""
        scale = propose_affect_scale(self._table, mapping)
        return scale.valence_min, scale.valence_max, scale.arousal_min, scale.arousal_max

    def load(self, mapping: ColumnMapping, bounds: Bounds, *, name: str) -> SourceDataset:
        """Read the table as a dataset.

        Raises
        ------
        DatasetError
            When the mapping does not fit.
        """
        if bounds[0] >= bounds[1] or bounds[2] >= bounds[3]:
            raise DatasetError("The lowest value of a scale must lie below its highest.")
        return table.from_table(self._table, mapping, AffectScale(*bounds), name=name)
