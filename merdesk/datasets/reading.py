"""Reading published tables row by row, with a list of what could not be read."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from merdesk.datasets.parsing import read
from merdesk.datasets.source import Source, SourceFile, shown
from merdesk.datasets.tables import Table, number
from merdesk.domain.source import LeftOut, SourceRating
from merdesk.errors import DatasetError

MAX_REASON = 300
"""Letters of a reason."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table that knows its line; a column that the table lacks is an empty cell."""

    table: Table
    line: int
    cells: tuple[str, ...]

    def cell(self, column: str) -> str:
        """Cell of a column as it stands; empty where the table lacks it."""
        found = self.table.find(column)
        return "" if found is None else self.cells[found]

    def text(self, *columns: str) -> str:
        """Cell of the first of these columns that the table has; empty where it says "n/a" or has none."""
        found = self.table.find(*columns)
        cell = "" if found is None else self.cells[found]
        return "" if cell.casefold() in {"n/a", "na", "null", "none", "nan"} else cell

    def number(self, *columns: str) -> float:
        """Value of the first of these columns that the table has; NaN where there is none, ValueError for no number."""
        found = self.table.find(*columns)
        return math.nan if found is None else number(self.cells[found])


@dataclass(slots=True)
class Reading:
    """One reading of a source, and everything that was left out on the way."""

    source: Source
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, table: Table, line: int, reason: str) -> None:
        """Note a row that is not imported, or not as it stands."""
        self.left_out.append(LeftOut(table.name, line, shorten(shown(reason))))

    def keep(self, table: Table, line: int, reason: str) -> None:
        """Note a row that is imported, but read otherwise than it stands."""
        self.left_out.append(LeftOut(table.name, line, shorten(shown(reason)), kept=True))

    def note(self, file: str, reason: str) -> None:
        """Note something about a whole file."""
        self.left_out.append(LeftOut(file, None, shorten(shown(reason))))

    def table(self, file: SourceFile | None) -> Table | None:
        """Read a table that the dataset can do without; one that cannot be read is left out as a whole."""
        if file is None:
            return None
        try:
            return read(self.source, file)
        except DatasetError as error:
            self.note(shown(file.name), str(error))
            return None

    def rows(self, table: Table | None, *id_columns: str, ragged: bool = False) -> dict[str, Row]:
        """Rows by id; rows without one, or whose id stood before, are left out.

        `ragged` tells that longer rows are the publisher's habit and not worth a word.
        """
        if table is None:
            return {}
        rows: dict[str, Row] = {}
        for row in self._all(table):
            key = clean_id(row.text(*id_columns))
            if not key:
                self.leave_out(table, row.line, "has no id")
            elif key in rows:
                self.leave_out(table, row.line, f"repeats id {key} of line {rows[key].line}")
            else:
                rows[key] = row
        width = len(table.columns)
        for line, n_cells in () if ragged else table.ragged:
            if n_cells > width:
                self.leave_out(
                    table, line, f"has {n_cells} cells for {width} columns; the last ones were not read"
                )
        return rows

    def _all(self, table: Table) -> Iterator[Row]:
        for line, cells in zip(table.lines, table.rows, strict=True):
            yield Row(table, line, cells)

    def rating(
        self,
        row: Row,
        valence: str,
        arousal: str,
        valence_std: str = "",
        arousal_std: str = "",
        *,
        n_raters: int = 1,
        annotator: str = "",
    ) -> tuple[SourceRating, ...]:
        """The rating of a row; none, and the row listed, where a value is missing or no number."""
        try:
            affect = row.number(valence), row.number(arousal)
            spread = row.number(valence_std), row.number(arousal_std)
        except ValueError as error:
            self.leave_out(row.table, row.line, str(error))
            return ()
        if math.isnan(affect[0]) or math.isnan(affect[1]):
            self.leave_out(row.table, row.line, "has no value for valence or arousal")
            return ()
        return (SourceRating(*affect, *spread, n_raters=n_raters, annotator=annotator),)

    def with_spread(self, rating: SourceRating, row: Row, valence_std: str, arousal_std: str) -> SourceRating:
        """The rating with standard deviations out of another table; as it was, and listed, where they are no numbers."""
        try:
            return replace(rating, valence_std=row.number(valence_std), arousal_std=row.number(arousal_std))
        except ValueError as error:
            self.leave_out(row.table, row.line, str(error))
            return rating


def shorten(text: str) -> str:
    """Return a reason that fits a list: what stands in broken tables may be long."""
    return text if len(text) <= MAX_REASON else text[: MAX_REASON - 3] + "..."


def clean_id(text: str) -> str:
    """Return an id without the traces of spreadsheets: leading zeros, a decimal .0.

    Examples
    --------
    >>> clean_id(" 007 "), clean_id("12.0"), clean_id("a1")
    ('7', '12', 'a1')
    """
    match = re.fullmatch(r"\s*0*(\d+)(\.0+)?\s*", text)
    return match.group(1) if match else text.strip()


def clock_s(text: str) -> float:
    """Seconds of "mm:ss", "h:mm:ss", or "m.ss" that lost its trailing zeros; NaN for anything else.

    Examples
    --------
    >>> clock_s("02:35"), clock_s("0.2"), clock_s("1"), clock_s("1.05")
    (155.0, 20.0, 60.0, 65.0)
    """
    if match := re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{1,2}(?:\.\d+)?)", text.strip()):
        hours, minutes, seconds = match.groups()
        return int(hours or 0) * 3600.0 + int(minutes) * 60.0 + float(seconds)
    if match := re.fullmatch(r"(\d{1,4})(?:\.(\d{1,2}))?", text.strip()):
        minutes, seconds = match.groups()
        return int(minutes) * 60.0 + int((seconds or "").ljust(2, "0"))
    return math.nan


def segment(start_s: float, stop_s: float) -> tuple[float, float] | None:
    """Return where a clip was cut from its song, None where that is not stated or makes no sense."""
    return (start_s, stop_s) if 0 <= start_s < stop_s else None
