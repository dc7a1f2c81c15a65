"""A table on its way in: read once, then mapped as often as the user changes her mind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from merdesk.datasets import table
from merdesk.datasets.mapping import (
    ColumnMapping,
    further_in,
    propose_affect_scale,
    propose_further,
    propose_mapping,
)
from merdesk.datasets.parsing import read
from merdesk.datasets.source import open_source, shown
from merdesk.datasets.tables import Table
from merdesk.domain.affect import AffectScale
from merdesk.domain.changes import Changes
from merdesk.domain.source import LeftOut, SourceDataset
from merdesk.errors import DatasetError
from merdesk.progress import Progress
from merdesk.project import problems
from merdesk.project.project import Project
from merdesk.workflows.resting import collector_resting

__all__ = ["ColumnMapping", "ReadTables", "TableFile"]

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
        with collector_resting(), open_source(path) as source:
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

    def head(self, n_rows: int) -> "TableFile":
        """The first rows alone, for a preview of a table of a million."""
        table_ = self._table
        return self if len(table_) <= n_rows else replace(self, _table=table_.head(n_rows))

    def proposed_mapping(self) -> ColumnMapping:
        """What the headers seem to mean."""
        return propose_mapping(self._table)

    def proposed_scale(self, mapping: ColumnMapping) -> Bounds:
        """The scale that the values seem to be on, valence and arousal apart."""
        scale = propose_affect_scale(self._table, mapping)
        return scale.valence_min, scale.valence_max, scale.arousal_min, scale.arousal_max

    def further(self, mapping: ColumnMapping) -> tuple[str, ...]:
        """The columns that mean nothing yet."""
        return further_in(self._table, mapping)

    def proposed_further(self, mapping: ColumnMapping) -> tuple[str, ...]:
        """Those of them that tell clips apart."""
        return propose_further(self._table, mapping)

    def load(
        self, mapping: ColumnMapping, bounds: Bounds, *, name: str, further: Sequence[str] = ()
    ) -> SourceDataset:
        """Read the table as a dataset, with these further columns.

        Raises
        ------
        DatasetError
            When the mapping does not fit.
        """
        if bounds[0] >= bounds[1] or bounds[2] >= bounds[3]:
            raise DatasetError("The lowest value of a scale must lie below its highest.")
        with collector_resting():
            return table.from_table(self._table, mapping, AffectScale(*bounds), name=name, further=further)


@dataclass(frozen=True, slots=True)
class TablesRead:
    """Tables that were read, and the files that are none."""

    tables: tuple[TableFile, ...]
    refused: tuple[LeftOut, ...]


class ReadTables:
    """Read table files, which takes seconds where there are a million rows; only problems are written."""

    def __init__(self, project: Project, paths: Sequence[Path]) -> None:
        self._project = project
        self._paths = tuple(paths)

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Read {self._paths[0].name}" if len(self._paths) == 1 else f"Read {len(self._paths)} tables"

    def run(self, progress: Progress) -> TablesRead:
        """Read each; one that cannot be read does not stop the others."""
        progress.begin("Reading tables", total=len(self._paths))
        tables: list[TableFile] = []
        refused: list[LeftOut] = []
        for path in self._paths:
            try:
                tables.append(TableFile.open(path))
            except DatasetError as error:
                refused.append(LeftOut(shown(str(path)), None, str(error)))
            progress.advance()
        return TablesRead(tuple(tables), tuple(refused))

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: TablesRead) -> Changes:
        """List what is no table among the problems."""
        if not result.refused or self._project.read_only:
            return Changes()
        return problems.add(self._project, None, result.refused)

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()
