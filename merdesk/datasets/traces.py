"""Published traces: wide tables (a column per sample) and long ones (a row per sample)."""

import math
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from merdesk.datasets.reading import Reading, clean_id
from merdesk.datasets.tables import LARGEST, Table, number
from merdesk.domain.affect import AffectScale
from merdesk.domain.arrays import FloatArray
from merdesk.domain.source import SourceTrace

_SAMPLE = re.compile(r"sample_(\d{1,9})ms")


@dataclass(frozen=True, slots=True)
class WideTable:
    """One quantity of many clips: sample times [m] in seconds from the clip's onset, and values [<= m] by clip."""

    time_s: FloatArray
    values: dict[str, FloatArray]


def read_wide(reading: Reading, table: Table | None) -> WideTable:
    """Read `song_id, sample_15000ms, sample_15500ms, ...`; a row ends where its clip ends."""
    if table is None:
        return WideTable(np.empty(0), {})
    columns = [
        (n, match) for n, name in enumerate(table.columns) if (match := _SAMPLE.fullmatch(name.casefold()))
    ]
    first = columns[0][0] if columns else 1
    time_s = np.array([int(match.group(1)) / 1000 for _, match in columns])
    values: dict[str, FloatArray] = {}
    for key, row in reading.rows(table, "song_id", "songid", "id").items():
        try:
            values[key] = _values(row.cells[first : first + len(time_s)])
        except ValueError as error:
            reading.leave_out(table, row.line, str(error))
    return WideTable(time_s, values)


def _values(cells: tuple[str, ...]) -> FloatArray:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    try:
        values = np.array(list(map(float, cells[:end])))
    except ValueError:
        values = np.array(list(map(number, cells[:end])))
    if (np.abs(values) > LARGEST).any():
        raise ValueError("a sample is infinite or too large")
    return values


def join_wide(
    reading: Reading,
    valence: WideTable,
    arousal: WideTable,
    valence_std: WideTable,
    arousal_std: WideTable,
    *,
    scale: AffectScale,
    names: tuple[str, str],
) -> dict[str, SourceTrace]:
    """Join four quantities into traces by clip; a clip without valence or arousal has none and is listed.

    `names` are the files of valence and arousal, for the list. A spread without both halves is not taken.
    """
    if len(valence.time_s) and len(arousal.time_s) and not _alike(valence.time_s, arousal.time_s):
        reading.note(names[1], "has other sample times than the valence table; no trace was read")
        return {}
    time_s = max(valence.time_s, arousal.time_s, key=len)
    traces: dict[str, SourceTrace] = {}
    for key in valence.values.keys() | arousal.values.keys():
        if key not in valence.values or key not in arousal.values:
            reading.note(
                names[key not in arousal.values],
                f"lacks id {key}, which the other table has; no trace was read",
            )
            continue
        affect = _pair(valence.values[key], arousal.values[key])
        known = np.isfinite(affect).any(axis=1)
        spread = None
        if key in valence_std.values and key in arousal_std.values:
            spread = _resized(_pair(valence_std.values[key], arousal_std.values[key]), len(affect))[known]
        if known.any():
            traces[key] = SourceTrace(time_s[: len(affect)][known], affect[known], scale, spread)
    return traces


def _alike(a: FloatArray, b: FloatArray) -> bool:
    """True where one list of times goes on where the other ends (DEAM's two tables have other widths)."""
    n = min(len(a), len(b))
    return bool(np.array_equal(a[:n], b[:n]))


def _pair(valence: FloatArray, arousal: FloatArray) -> FloatArray:
    n = max(len(valence), len(arousal))
    return np.stack([_padded(valence, n), _padded(arousal, n)], axis=1)


def _padded(values: FloatArray, n: int) -> FloatArray:
    return np.concatenate([values, np.full(n - len(values), np.nan)])


def _resized(pairs: FloatArray, n: int) -> FloatArray:
    return np.concatenate([pairs[:n], np.full((max(0, n - len(pairs)), 2), np.nan)])


def read_long(
    reading: Reading,
    table: Table | None,
    id_name: str,
    *value_names: str,
    named: Callable[[str], str] = clean_id,
) -> dict[str, FloatArray]:
    """Read a row per sample into the columns of these names [n, m] by clip, the first of which is the time they rise in.

    `named` makes a clip's id of a cell.
    """
    if table is None:
        return {}
    wanted = [table.column(name) for name in value_names]
    id_column = table.column(id_name)
    samples: dict[str, list[list[float]]] = defaultdict(list)
    for line, cells in zip(table.lines, table.rows, strict=True):
        try:
            values = [number(cells[column]) for column in wanted]
        except ValueError as error:
            reading.leave_out(table, line, str(error))
            continue
        if math.isnan(values[0]) or not cells[id_column]:
            reading.leave_out(table, line, "has no id or no time")
            continue
        samples[named(cells[id_column])].append(values)
    return {key: _in_time(np.array(rows)) for key, rows in samples.items()}


def _in_time(rows: FloatArray) -> FloatArray:
    return np.asarray(rows[np.argsort(rows[:, 0], kind="stable")])


def join_long(
    mean: dict[str, FloatArray], std: dict[str, FloatArray], scale: AffectScale
) -> dict[str, SourceTrace]:
    """Join means and standard deviations of the same sample times into traces by clip."""
    traces = {}
    for key, rows in mean.items():
        spread = std.get(key)
        fits = spread is not None and np.array_equal(spread[:, 0], rows[:, 0])
        traces[key] = SourceTrace(
            rows[:, 0], rows[:, 1:], scale, spread[:, 1:] if spread is not None and fits else None
        )
    return traces
