"""A further column of an imported table as values: numbers, or the names of groups."""

from dataclasses import dataclass

import numpy as np

from merdesk.datasets.tables import is_number, number
from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.project import imported_columns
from merdesk.project.project import Project


@dataclass(frozen=True, slots=True, eq=False)
class ImportedColumn:
    """Values [m] of the clips `ids` [m], ascending: numbers, or places in `names` where there are some."""

    ids: IntArray
    values: FloatArray
    names: tuple[str, ...] = ()


def names_of(project: Project) -> tuple[str, ...]:
    """Names of the columns, in the order in which they came."""
    return imported_columns.names(project)


def read(project: Project, name: str) -> ImportedColumn:
    """A column as numbers where every cell is one, else as names in alphabetical order."""
    ids, cells = imported_columns.read(project, name)
    different = set(cells)
    if different and all(map(is_number, different)):
        values = {cell: number(cell) for cell in different}
        return ImportedColumn(ids, np.array([values[cell] for cell in cells], np.float64))
    names = sorted(different, key=lambda cell: (cell.casefold(), cell))
    codes = {cell: code for code, cell in enumerate(names)}
    return ImportedColumn(ids, np.array([codes[cell] for cell in cells], np.float64), tuple(names))
