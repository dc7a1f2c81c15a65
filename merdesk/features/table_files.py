"""Reading the files that precomputed features come in."""

import csv
import io
import math
import zipfile
import zlib
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from merdesk.domain.source import LeftOut
from merdesk.errors import FeatureError
from merdesk.features.table_arrays import read_npy_folder, read_npz, read_parquet
from merdesk.features.table_raw import ID_NAMES, RawTable, id_index, id_text, unique_names

PROBE_ROWS = 50
"""A column holds text when it does so in most of the first rows."""
DAMAGED = (ValueError, EOFError, KeyError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What zipfile and numpy raise over archives that are cut, encrypted or packed in unknown ways."""


def read_raw(path: Path, *, id_column: str | None) -> RawTable:
    """Read a table of any of the known formats.

    Raises
    ------
    FeatureError
        When it cannot be read.
    """
    try:
        if path.is_dir():
            return read_npy_folder(path)
        if path.suffix.lower() == ".npz":
            return read_npz(path)
        if path.suffix.lower() in {".parquet", ".pq"}:
            return read_parquet(path, id_column)
        return _delimited(path, id_column)
    except OSError as error:
        raise FeatureError(f"{path} cannot be read ({error.strerror or error}); check the path.") from error
    except (*DAMAGED, csv.Error) as error:
        raise FeatureError(f"{path.name} cannot be read as a table of features: {error}.") from error


def _delimited(path: Path, id_column: str | None) -> RawTable:
    text = _decoded(path.read_bytes())
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = next(rows, [])
    if len(header) < 2:
        raise ValueError("its first line does not name at least two columns")
    number = _number if delimiter == "," else _number_with_comma
    body = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    if _holds_values(header, number):
        body.insert(0, (1, header))
        header = [""] * len(header)
    names = unique_names(header)
    id_at = id_index(names, id_column)
    numeric, texts = _split_columns(names, [row for _, row in body[:PROBE_ROWS]], id_at, number)
    values = np.full((len(body), len(numeric)), np.nan, np.float32)
    kept: list[int] = []
    left_out: list[LeftOut] = []
    for at, (line, row) in enumerate(body):
        if len(row) != len(names):
            left_out.append(LeftOut(path.name, line, f"{len(row)} cells, where the header has {len(names)}"))
        elif not row[id_at].strip():
            left_out.append(LeftOut(path.name, line, "no id"))
        else:
            values[at] = [number(row[column]) for column in numeric]
            kept.append(at)
    return RawTable(
        tuple(id_text(body[i][1][id_at]) for i in kept),
        tuple(body[i][0] for i in kept),
        tuple(names[column] for column in numeric),
        values[kept],
        tuple(names[column] for column in texts),
        tuple(left_out),
    )


def _holds_values(first: Sequence[str], number: Callable[[str], float]) -> bool:
    """True when the first line is a clip already: an id that is no usual heading, then numbers that do not count up.

    The features published with WCMED come so. Tables written by pandas have columns named 0, 1, 2.
    """
    rest = [number(cell) for cell in first[1:]]
    if first[0].strip().lower() in {"", *ID_NAMES} or not all(map(math.isfinite, rest)):
        return False
    return len(rest) > 1 and any(after - before != 1 for before, after in pairwise(rest))


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _split_columns(
    names: Sequence[str], rows: Sequence[Sequence[str]], id_at: int, number: Callable[[str], float]
) -> tuple[list[int], list[int]]:
    numeric: list[int] = []
    texts: list[int] = []
    for column in range(len(names)):
        cells = [row[column] for row in rows if column < len(row)]
        filled = [cell for cell in cells if not _is_gap(cell)]
        is_text = 2 * sum(math.isnan(number(cell)) for cell in filled) > len(filled)
        if column != id_at:
            (texts if is_text else numeric).append(column)
    return numeric, texts


def _is_gap(cell: str) -> bool:
    return cell.strip().lower() in {"", "nan", "na", "n/a", "null", "none", "?", "-", "inf", "-inf"}


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _number_with_comma(cell: str) -> float:
    return _number(cell.replace(",", ".", 1))
