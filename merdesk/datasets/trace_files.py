"""Traces that one person recorded: files of CARMA and DARMA, and the samples that merdesk exports.

Who rated: whoever the importer names; merdesk's own samples name everybody. Scale: CARMA states lowest and highest
value, DARMA a magnitude either side of 0, samples are on [-1, 1]. CARMA records one dimension a file.

Both programs average what was recorded in bins and write a bin's end as its second; a trace is kept at the middles.

References
----------
Girard, J. M. (2014). CARMA: Software for continuous affect rating and media annotation. Journal of Open Research
Software 2, e5. Girard, J. M. & Wright, A. G. C. (2018). DARMA: Software for dual axis rating and media annotation.
Behavior Research Methods 50, 902-909. The layouts are those of `fig_collect*.m` in their repositories.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from merdesk.datasets.tables import fold, number
from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.arrays import FloatArray
from merdesk.domain.rating import DIMENSIONS, Dimension
from merdesk.errors import DatasetError

Program = Literal["CARMA", "DARMA", "merdesk"]
MAX_BYTES = 50_000_000
HEAD_LINES = 20
"""The header of CARMA has nine."""
MARK = "%%%%%%"
MEDIA = ("multimedia file", "media file")
SAMPLES = ("dataset", "id", "annotator", "time_s", "valence", "arousal")
DAMAGED = "it is no trace of CARMA or DARMA that can be read; export it from there once more"


@dataclass(frozen=True, slots=True)
class TraceFile:
    """One recording.

    Attributes
    ----------
    media, dataset
        What names the clip: a file name, or an id within a dataset.
    annotator
        Whose it is, empty where the file does not say.
    dimension
        What a recording of one dimension is about; empty where nothing says so.
    time_s, values
        Seconds [n] from the clip's onset, and valence and arousal [n, 2], or the one dimension [n, 1].
    low, high
        The scale of the values.
    """

    name: str
    program: Program
    media: str
    time_s: FloatArray
    values: FloatArray
    low: float
    high: float
    dimension: Dimension | Literal[""] = ""
    annotator: str = ""
    dataset: str = ""

    @property
    def scale(self) -> AffectScale:
        """The scale of both dimensions."""
        return (
            UNIT_SCALE
            if (self.low, self.high) == (-1, 1)
            else AffectScale(self.low, self.high, self.low, self.high)
        )

    @property
    def is_single(self) -> bool:
        """True where one dimension was recorded."""
        return bool(self.values.shape[1] == 1)

    def affect(self, dimension: Dimension | Literal[""] = "") -> FloatArray:
        """Valence and arousal [n, 2]; one dimension, which must be known by now, leaves the other NaN."""
        if not self.is_single:
            return self.values
        found = np.full((len(self.time_s), 2), np.nan)
        found[:, DIMENSIONS.index(self.dimension or dimension or "valence")] = self.values[:, 0]
        return found


def is_trace_file(path: Path) -> bool:
    """Whether the first lines are those of such a file; a table of ratings is none."""
    if path.suffix.lower() != ".csv":
        return False
    try:
        with path.open("rb") as file:
            head = file.read(8192).decode("utf-8-sig", "replace")
    except OSError:
        return False
    lines = head.splitlines()[:HEAD_LINES]
    first: list[str] = next(csv.reader(lines[:1]), [])
    return any(MARK in line for line in lines) or _is_samples(first)


def read_trace_files(path: Path) -> list[TraceFile]:
    """The recordings of a file: one of CARMA and DARMA, of merdesk's samples one a clip and annotator.

    Raises
    ------
    DatasetError
        When it is no such file, or damaged: which file, what is wrong, and what to do.
    """
    rows = _rows(path)
    if rows and _is_samples(rows[0]):
        return _samples(path.name, rows)
    marked = next((line for line, row in enumerate(rows[:HEAD_LINES]) if row and row[0].strip() == MARK), 0)
    if marked < 1 or fold(rows[marked - 1][0]) != "second":
        raise DatasetError(f"{path.name}: {DAMAGED}.")
    head = {fold(row[0]): row[1:] for row in rows[: marked - 1] if row}
    columns = [cell.strip() for cell in rows[marked - 1][1:]]
    pair = len(columns) > 1
    time_s, values = _data(path.name, rows[marked + 1 :], marked + 2, 2 if pair else 1)
    low, high = _bounds(path.name, head, pair=pair)
    outside = np.isfinite(values) & ((values < low - 1e-6) | (values > high + 1e-6))
    if outside.any():
        raise DatasetError(
            f"{path.name} holds values outside of its scale of {low:g} to {high:g}; mend the header's bounds."
        )
    media = next((head[name][0].strip() for name in map(fold, MEDIA) if head.get(name)), "")
    if pair:
        if _about(columns[0]) == "arousal" or _about(columns[1]) == "valence":
            values = values[:, ::-1]
        return [TraceFile(path.name, "DARMA", media, time_s, values, low, high)]
    labels = " ".join(" ".join(head.get(fold(name), ())) for name in ("lower label", "upper label"))
    dimension = _about(f"{columns[0] if columns else ''} {labels} {path.stem}")
    return [TraceFile(path.name, "CARMA", media, time_s, values, low, high, dimension)]


def _rows(path: Path) -> list[list[str]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DatasetError(f"{path.name} is too large for a trace; choose another file.")
        data = path.read_bytes()
    except OSError as error:
        raise DatasetError(
            f"{path.name} could not be read ({error.strerror}); choose another file."
        ) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    try:
        return list(csv.reader(io.StringIO(text.replace("\0", "")), strict=False))
    except csv.Error as error:
        raise DatasetError(f"{path.name}: {DAMAGED}.") from error


def _is_samples(cells: Sequence[str]) -> bool:
    return set(map(fold, SAMPLES)).issubset(map(fold, cells))


def _data(
    name: str, rows: Sequence[Sequence[str]], first_line: int, n_columns: int
) -> tuple[FloatArray, FloatArray]:
    """Middles of the bins [n] and their values [n, n_columns], without bins in which nothing was recorded."""
    found = []
    for line, row in enumerate(rows, first_line):
        if not any(cell.strip() for cell in row):
            continue
        try:
            found.append([number(cell) for cell in (*row, *[""] * n_columns)[: 1 + n_columns]])
        except ValueError as error:
            raise DatasetError(f"{name}, line {line}: {error}; mend it or leave the line out.") from error
    table = np.array(found, dtype=np.float64).reshape(-1, 1 + n_columns)
    ends = table[:, 0]
    if not np.isfinite(ends).all() or (ends < 0).any() or (np.diff(ends) <= 0).any():
        raise DatasetError(f"{name} has seconds that do not rise; export it once more.")
    middles = ends - np.diff(ends, prepend=0.0) / 2
    known = np.isfinite(table[:, 1:]).any(axis=1)
    if not known.any():
        raise DatasetError(f"{name} holds no recorded value; leave it out.")
    return middles[known], table[known, 1:]


def _bounds(name: str, head: Mapping[str, Sequence[str]], *, pair: bool) -> tuple[float, float]:
    words = ("magnitude",) if pair else ("minimum value", "maximum value")
    try:
        stated = [number(head[fold(word)][0]) for word in words]
    except (KeyError, IndexError, ValueError) as error:
        raise DatasetError(
            f"{name} does not state its scale ({' and '.join(words)}); add the line."
        ) from error
    low, high = (-stated[0], stated[0]) if pair else stated
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise DatasetError(f"{name} states a scale from {low:g} to {high:g}; mend its header.")
    return low, high


def _about(words: str) -> Dimension | Literal[""]:
    """The one dimension that words name, empty where they name none or both."""
    named = [dimension for dimension in DIMENSIONS if dimension in words.casefold()]
    return named[0] if len(named) == 1 else ""


def _samples(name: str, rows: Sequence[Sequence[str]]) -> list[TraceFile]:
    columns = {fold(cell): number for number, cell in reversed(list(enumerate(rows[0])))}
    wanted = [columns[fold(word)] for word in SAMPLES]
    by_trace: dict[tuple[str, str, str], list[list[float]]] = defaultdict(list)
    for line, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        try:
            dataset, clip, who, *values = (row[column] for column in wanted)
            by_trace[dataset, clip, who].append([number(value) for value in values])
        except (IndexError, ValueError) as error:
            raise DatasetError(f"{name}, line {line}: {error}; mend it or leave the line out.") from error
    found = []
    for (dataset, clip, who), samples in by_trace.items():
        table = np.array(samples)
        if not np.isfinite(table[:, 0]).all() or (np.diff(table[:, 0]) <= 0).any():
            raise DatasetError(f"{name} has seconds that do not rise for {clip}; export it once more.")
        if (np.abs(table[:, 1:]) > 1).any():
            raise DatasetError(f"{name} holds values of {clip} outside of -1 to 1; export it once more.")
        found.append(
            TraceFile(name, "merdesk", clip, table[:, 0], table[:, 1:], -1, 1, annotator=who, dataset=dataset)
        )
    return found
