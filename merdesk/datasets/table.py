"""Any table with mapped columns as a dataset.

Who rated: whoever the annotator column names; without one each row is a published value.
Scale: valence and arousal each on its own, proposed from the observed range and confirmed by the user.
Counts: those of the table. Citation and licence: the user's own.
"""

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from merdesk.datasets.loader import Recognition
from merdesk.datasets.mapping import ColumnMapping, propose_affect_scale, propose_further, propose_mapping
from merdesk.datasets.matching import AudioIndex, fold_path, natural_order
from merdesk.datasets.parsing import SHEET_ENDINGS, TEXT_ENDINGS, read, read_head
from merdesk.datasets.reading import shorten
from merdesk.datasets.source import Source, SourceFile
from merdesk.datasets.tables import MISSING, Table, number
from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.source import DatasetInfo, LeftOut, SourceClip, SourceDataset, SourceRating
from merdesk.domain.words import counted
from merdesk.errors import DatasetError

KEY = "table"
INFO = DatasetInfo(
    name="Table",
    title="A table with mapped columns",
    scale=UNIT_SCALE,
    description="Values as they stand in the table, on the scale that was confirmed at import.",
)

MAX_RATERS = 1_000_000
"""A larger number of raters is none."""
MENDED = "put cells that hold the separator into quotes, and name every column"
_NUMBERS = ("valence", "arousal", "valence_std", "arousal_std", "n_raters")


@dataclass(slots=True)
class _Rows:
    """What is known of one clip while its rows are read."""

    first_line: int
    file_name: str
    texts: dict[str, str]
    cells: tuple[str, ...]
    read: list[int] = field(default_factory=list)
    ratings: list[SourceRating] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


def from_table(
    table: Table,
    mapping: ColumnMapping,
    scale: AffectScale,
    *,
    name: str = "",
    audio: Sequence[Path] | None = None,
    keep_unmatched: bool = True,
    further: Sequence[str] = (),
) -> SourceDataset:
    """Read a table with mapped columns.

    Several rows of one clip are ratings of different annotators. A row is left out, with its line and the reason,
    when it names no clip, has more cells than the header (an unquoted comma moves every value to the right), has a cell that should be a number and is not, has only one of valence and arousal, or
    repeats an annotator's rating; a row with neither is a clip without a rating.

    Parameters
    ----------
    table, mapping, scale
        The table, what its columns mean, and the scale that its values are on.
    name
        Name of the dataset; empty for the table's file name.
    audio
        Files to match the clips with, None where no audio was given.
    keep_unmatched
        False leaves rows out whose audio is not among `audio`.
    further
        Other columns to keep of each clip, as its first row has them.

    Raises
    ------
    DatasetError
        When the mapping does not fit the table.
    """
    mapping.check(table)
    index = None if audio is None or keep_unmatched else AudioIndex(audio)
    clips: dict[str, _Rows] = {}
    left_out = [LeftOut(table.name, None, table.note)] if table.note else []
    left_out += _read_rows(table, mapping, clips, index)
    kept = [(table.columns[number], number) for number in map(table.column, further)]
    title = name or PurePosixPath(table.name).stem
    info = DatasetInfo(
        name=title, title=title, scale=scale, description=INFO.description, grouped_by=mapping.group
    )
    return SourceDataset(
        info, natural_order(_clip(key, rows, kept) for key, rows in clips.items()), tuple(left_out)
    )


def _read_rows(
    table: Table, mapping: ColumnMapping, clips: dict[str, _Rows], index: AudioIndex | None
) -> Iterator[LeftOut]:
    columns = {meaning: table.column(column) for meaning, column in mapping.as_pairs().items()}
    keys: dict[str, str] = {}
    n_columns = len(table.columns)
    too_long = {line: n_cells for line, n_cells in table.ragged if n_cells > n_columns}
    for line, row in zip(table.lines, table.rows, strict=True):
        cells = {meaning: row[column] for meaning, column in columns.items()}
        named = cells.get("id") or cells.get("file", "")
        if line in too_long:
            yield LeftOut(
                table.name, line, f"has {too_long[line]} cells for {counted(n_columns, 'column')}; {MENDED}"
            )
            continue
        if not named:
            yield LeftOut(table.name, line, "names no clip")
            continue
        if index is not None and not index.candidates(cells.get("file") or named):
            yield LeftOut(table.name, line, f"no audio file for {cells.get('file') or named!r} was found")
            continue
        key = keys.setdefault(fold_path(named), named)
        rows = clips.get(key) or _Rows(line, cells.get("file", ""), cells, row)
        reason = _add_rating(rows, cells, line)
        if reason:
            yield LeftOut(table.name, line, reason)
        else:
            rows.read.append(line)
        if not reason or key in clips:
            clips[key] = rows


def _add_rating(rows: _Rows, cells: dict[str, str], line: int) -> str:
    """Add the rating of a row; return why it cannot be, empty when it was added or there is none."""
    values: dict[str, float] = {}
    for meaning in _NUMBERS:
        try:
            values[meaning] = number(cells.get(meaning, ""))
        except ValueError as error:
            return shorten(f"{meaning} {error}")
    if math.isnan(values["valence"]) and math.isnan(values["arousal"]):
        return "has no values, and its clip is named before" if line != rows.first_line else ""
    annotator = cells.get("annotator", "")
    if reason := _refusal(values) or _repetition(rows, annotator):
        return reason
    rows.lines[annotator] = line
    n_raters = 1 if math.isnan(values["n_raters"]) else int(values["n_raters"])
    affect = values["valence"], values["arousal"], values["valence_std"], values["arousal_std"]
    rows.ratings.append(SourceRating(*affect, n_raters=n_raters, annotator=annotator))
    return ""


def _refusal(values: dict[str, float]) -> str:
    if math.isnan(values["valence"]) or math.isnan(values["arousal"]):
        return "only one of valence and arousal has a value"
    if values["valence_std"] < 0 or values["arousal_std"] < 0:
        return "a standard deviation is negative"
    if not (math.isnan(values["n_raters"]) or 1 <= values["n_raters"] <= MAX_RATERS):
        return f"{values['n_raters']:g} is no number of annotators"
    return ""


def _repetition(rows: _Rows, annotator: str) -> str:
    if annotator not in rows.lines:
        return ""
    whose = f" of annotator {annotator!r}" if annotator else "; map an annotator column if people differ"
    return shorten(f"repeats line {rows.lines[annotator]}{whose}")


def _clip(source_id: str, rows: _Rows, kept: Sequence[tuple[str, int]]) -> SourceClip:
    texts = rows.texts
    return SourceClip(
        source_id=source_id,
        title=texts.get("title") or os.path.splitext(source_id.rsplit("/", 1)[-1])[0],  # noqa: PTH122  (a tenth of a path's time)
        artist=texts.get("artist", ""),
        genre=texts.get("genre", ""),
        group=texts.get("group", ""),
        split=texts.get("split", ""),
        ratings=tuple(rows.ratings),
        file_name=rows.file_name,
        further=tuple(
            (name, cell)
            for name, number in kept
            if (cell := rows.cells[number].strip()).casefold() not in MISSING
        ),
        lines=tuple(rows.read),
    )


def is_table_name(file: SourceFile) -> bool:
    """Return whether the ending is that of a table."""
    return PurePosixPath(file.base).suffix.casefold() in TEXT_ENDINGS | SHEET_ENDINGS


def find(source: Source) -> SourceFile | None:
    """Return the first table whose headers name clips, valence and arousal."""
    for file in filter(is_table_name, source.files):
        try:
            mapping = propose_mapping(read_head(source, file))
        except DatasetError:
            continue
        if (mapping.file or mapping.id) and mapping.valence and mapping.arousal:
            return file
    return None


def recognise(source: Source) -> Recognition | None:
    """Say which table would be read, and what its columns seem to mean."""
    found = find(source)
    if found is None:
        return None
    table = read(source, found)
    pairs = propose_mapping(table).as_pairs()
    guess = ", ".join(f"{meaning} from {column!r}" for meaning, column in pairs.items())
    return Recognition(KEY, INFO, f"Table {table.name}: {len(table)} rows; {guess}.", (("rows", len(table)),))


def load(source: Source) -> SourceDataset:
    """Read the first table that fits, with the guessed mapping and scale."""
    found = find(source)
    if found is None:
        raise DatasetError(
            f"{source.root.name} has no table with columns for clip, valence and arousal; map its columns yourself."
        )
    table = read(source, found)
    mapping = propose_mapping(table)
    scale, further = propose_affect_scale(table, mapping), propose_further(table, mapping)
    return from_table(table, mapping, scale, further=further)
