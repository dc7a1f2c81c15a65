"""From bytes to tables: CSV and TSV of any newline, delimiter and usual encoding; XLSX and ODS by python-calamine."""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Literal

from merdesk.datasets.source import Source, SourceFile, shown
from merdesk.datasets.tables import Table, listed
from merdesk.domain.source import SHEETS
from merdesk.errors import DatasetError

DELIMITERS = (",", ";", "\t", "|")
TEXT_ENDINGS = frozenset({".csv", ".tsv", ".txt", ".tab"})
SHEET_ENDINGS = frozenset(SHEETS)
NOT_UTF8 = "is not UTF-8 and was read as Latin-1; if accents look wrong, save it as UTF-8 and import it again"
MAX_SHEET_BYTES = 50 * 1024 * 1024
"""Spreadsheets are zips that unpack in memory; 50 MB hold a million rows."""
_SNIFFED_ROWS = 20
_HEAD_BYTES = 64 * 1024
_LONGEST_RECORD_LINES = 50


def read(source: Source, file: SourceFile, *, header: bool = True) -> Table:
    """Read a table of a source; without `header` the columns are named 1, 2, ...

    Raises
    ------
    DatasetError
        When the file cannot be read, is empty, or is no table.
    """
    content = source.read(file)
    name = shown(file.name)
    if PurePosixPath(file.base).suffix.casefold() in SHEET_ENDINGS:
        return parse_sheet(content, name, header=header)
    return parse_text(content, name, header=header)


def read_head(source: Source, file: SourceFile) -> Table:
    """Read the header and the first rows of a table, at most 64 KiB of text; spreadsheets are read as a whole.

    Raises
    ------
    DatasetError
        As `read`.
    """
    if PurePosixPath(file.base).suffix.casefold() in SHEET_ENDINGS:
        return read(source, file)
    content = source.head(file, _HEAD_BYTES)
    if len(content) == _HEAD_BYTES and (end := max(content.rfind(b"\n"), content.rfind(b"\r"))) > 0:
        content = content[: end + 1]
    return parse_text(content, shown(file.name))


def find_with(source: Source, columns: Sequence[str], *names: str) -> SourceFile | None:
    """Return the file of one of these names that has all these columns; the one nearest to the root."""
    for file in source.find_all(*names):
        try:
            table = read_head(source, file)
        except DatasetError:
            continue
        if all(table.find(column) is not None for column in columns):
            return file
    return None


def parse_text(content: bytes, name: str, *, delimiter: str | None = None, header: bool = True) -> Table:
    """Parse CSV or TSV bytes; the delimiter is found out when it is not given.

    Raises
    ------
    DatasetError
        When there is no row, or the text is no table.
    """
    text, note = _decoded(content)
    if "\0" in text:
        raise DatasetError(f"{name} is not a text table; save it as CSV and try again.")
    chosen = delimiter or sniff(text)
    records = _records(text, chosen, csv.QUOTE_MINIMAL, name)
    # A stray quote swallows the rest of the file; titles with line breaks span a few lines at most.
    if any(after[0] - before[0] > _LONGEST_RECORD_LINES for before, after in itertools.pairwise(records)):
        records = _records(text, chosen, csv.QUOTE_NONE, name)
    return replace(_table(name, records[:-1], header=header), note=note)


def _records(text: str, delimiter: str, quoting: Literal[0, 3], name: str) -> list[tuple[int, list[str]]]:
    """Records with the line on which each starts, and an empty one after the last line."""
    reader = csv.reader(
        io.StringIO(text, newline=None), delimiter=delimiter, quoting=quoting, skipinitialspace=True
    )
    records: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for record in reader:
            records.append((start, record))
            start = reader.line_num + 1
    except csv.Error as error:
        raise DatasetError(
            f"{name}, line {reader.line_num} cannot be read as a table ({error}); check its quotes."
        ) from error
    return [*records, (start, [])]


def parse_sheet(content: bytes, name: str, *, sheet: str | None = None, header: bool = True) -> Table:
    """Parse the named sheet, or the first one that has rows, of XLSX, XLS or ODS bytes.

    Raises
    ------
    DatasetError
        When it is no spreadsheet, has no such sheet, or no row.
    """
    import python_calamine

    if len(content) > MAX_SHEET_BYTES:
        raise DatasetError(f"{name} is larger than {MAX_SHEET_BYTES >> 20} MB; save the sheet as CSV.")
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            if sheet is not None and sheet not in book.sheet_names:
                raise DatasetError(f"{name} has no sheet {sheet!r}; it has {listed(book.sheet_names)}.")
            for sheet_name in [sheet] if sheet is not None else book.sheet_names:
                values = book.get_sheet_by_name(sheet_name).to_python(skip_empty_area=False)
                records = [(line, [_cell_text(cell) for cell in row]) for line, row in enumerate(values, 1)]
                if any(any(record) for _, record in records):
                    return _table(name, records, header=header)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise DatasetError(f"{name} is not a readable spreadsheet; save the sheet as CSV.") from error
    raise DatasetError(f"{name} is empty; choose a table with a header and rows.")


def decode(content: bytes) -> str:
    """Return the text of a table: UTF-16 by its mark, else UTF-8, else Latin-1, which reads any bytes."""
    return _decoded(content)[0]


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and what one should know about its encoding."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace"), ""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return content.decode("latin-1"), NOT_UTF8


def sniff(text: str) -> str:
    r"""Return the delimiter that splits the header widest; among equals the one that splits the rows alike.

    The header decides, because decimal commas split every row but not the header.

    Examples
    --------
    >>> sniff("file;valence;arousal\n1;0,5;0,25\n")
    ';'
    """
    # Without what stands in quotes, where delimiters mean nothing.
    bare = re.sub(r'"[^"]*"', "", text[:_HEAD_BYTES])
    head = [line for line in re.split(r"\r\n|\r|\n", bare) if line.strip()][:_SNIFFED_ROWS]

    def score(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in head]
        return (counts[0], counts.count(counts[0])) if counts else (0, 0)

    return max(DELIMITERS, key=score)


def _table(name: str, records: Iterable[tuple[int, Sequence[str]]], *, header: bool) -> Table:
    trimmed = [(line, cells) for line, record in records if (cells := _trim(record))]
    if not trimmed:
        raise DatasetError(f"{name} is empty; choose a table with a header and rows.")
    if header:
        columns = tuple(re.sub(r"\s+", " ", cell) for cell in trimmed.pop(0)[1])
    else:
        columns = tuple(str(n) for n in range(1, max(len(cells) for _, cells in trimmed) + 1))
    width = len(columns)
    return Table(
        name=name,
        columns=columns,
        rows=tuple(cells + ("",) * (width - len(cells)) for _, cells in trimmed),
        lines=tuple(line for line, _ in trimmed),
        ragged=tuple((line, len(cells)) for line, cells in trimmed if len(cells) != width),
    )


def _trim(record: Sequence[str]) -> tuple[str, ...]:
    end = len(record)
    while end and not record[end - 1].strip():
        end -= 1
    return tuple(_meant(cell) if cell[:1] == "'" else cell for cell in map(str.strip, record[:end]))


def _meant(cell: str) -> str:
    """The text of a cell that an export kept from being run as a formula.

    Examples
    --------
    >>> _meant("'=1+1"), _meant("'Round Midnight")
    ('=1+1', "'Round Midnight")
    """
    return cell[1:].strip() if cell[1:].lstrip(" ")[:1] in ("=", "+", "-", "@") else cell


def _cell_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return str(cell)
