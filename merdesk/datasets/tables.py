"""Tables as people publish and save them: text cells under a header, found whatever its case.

Rows that are longer or shorter than the header are kept and listed.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.errors import DatasetError

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "?", "#n/a"})
"""Cells that mean "no value", in lower case."""
LARGEST = 1e30
"""Larger numbers are slips of the pen; traces and columns are float32, which ends at 3e38."""
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows of text; every row has at least as many cells as the header.

    `lines` holds the line (of a spreadsheet: the row) on which each row starts, counted from 1. `ragged` lists line
    and number of cells of rows that do not fit the header; trailing empty cells do not count. `note` says what one should
    know about the file as a whole, empty when there is nothing.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    ragged: tuple[tuple[int, int], ...] = ()
    note: str = ""
    _by_name: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Asked for at each row, and DEAM's tables of traces have 1224 columns.
        by_name = {fold(column): n for n, column in reversed(list(enumerate(self.columns)))}
        object.__setattr__(self, "_by_name", by_name)

    def __len__(self) -> int:
        return len(self.rows)

    def head(self, n_rows: int) -> "Table":
        """The first rows alone."""
        rows, lines = self.rows[:n_rows], self.lines[:n_rows]
        ragged = tuple((line, n_cells) for line, n_cells in self.ragged if lines and line <= lines[-1])
        return replace(self, rows=rows, lines=lines, ragged=ragged)

    def find(self, *names: str) -> int | None:
        """Number of the first column with one of these names, None when there is none."""
        for name in names:
            if (found := self._by_name.get(fold(name))) is not None:
                return found
        return None

    def column(self, *names: str) -> int:
        """Number of the first column with one of these names.

        Raises
        ------
        DatasetError
            When there is none.
        """
        found = self.find(*names)
        if found is None:
            raise DatasetError(
                f"{self.name} has no column {names[0]!r} (it has {listed(self.columns)}); "
                "check that it is the published file."
            )
        return found

    def cells(self, column: int | None) -> list[str]:
        """Cells of a column; empty text for None, so that an optional column needs no case of its own."""
        return [""] * len(self.rows) if column is None else [row[column] for row in self.rows]

    def numbers(self, column: int | None) -> FloatArray:
        """Values of a column; NaN where a cell is empty or no number."""
        cells = self.cells(column)
        # Ratings repeat: of half a million there are some thousand different ones.
        values = {cell: _number_or_nan(cell) for cell in set(cells)}
        return np.array([values[cell] for cell in cells], dtype=np.float64)


def fold(name: str) -> str:
    """Return a column name without case, with runs of blanks and underscores as one underscore.

    Examples
    --------
    >>> fold("valence_ max_mean"), fold(" Song title")
    ('valence_max_mean', 'song_title')
    """
    return re.sub(r"[\s_]+", "_", unicodedata.normalize("NFKC", name).casefold().strip())


def is_number(text: str) -> bool:
    """Return whether a cell is a number, a decimal comma allowed.

    Examples
    --------
    >>> is_number("-0,5"), is_number("-1e-7"), is_number("-")
    (True, True, False)
    """
    return _NUMBER.fullmatch(text.strip()) is not None


@lru_cache(maxsize=4096)
def number(cell: str) -> float:
    """Return the value of a cell: NaN where it says that there is none; a decimal comma is understood.

    Raises
    ------
    ValueError
        When the cell is no finite number.

    Examples
    --------
    >>> number("0,5"), number(" 1e-2 "), number("n/a")
    (0.5, 0.01, nan)
    """
    text = cell.strip()
    if text.casefold() in MISSING:
        return math.nan
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{cell!r} is no number")
    value = float(text.replace(",", "."))
    if abs(value) > LARGEST:
        raise ValueError(f"{cell!r} is too large")
    return value


def _number_or_nan(cell: str) -> float:
    try:
        return number(cell)
    except ValueError:
        return math.nan


def listed(names: Sequence[str], most: int = 8) -> str:
    """Return names for a sentence, the first few of many."""
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")
