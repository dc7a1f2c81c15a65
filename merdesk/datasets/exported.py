"""What merdesk exported as CSV, described by Croissant or not, or as JAMS: the same dataset again, value for value.

Who rated, scale, counts, licence and citation stand in `dataset.json`; beside it clips and ratings in `annotations.csv`
and traces in `traces.csv`, or a document for each clip.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from merdesk.datasets.export import CLIP_COLUMNS
from merdesk.datasets.jams import clip_of
from merdesk.datasets.loader import Recognition, audio_part, sentence
from merdesk.datasets.matching import natural_order
from merdesk.datasets.parsing import read
from merdesk.datasets.reading import Reading, Row, segment, shorten
from merdesk.datasets.source import Source, SourceFile, shown
from merdesk.datasets.table import MAX_RATERS
from merdesk.datasets.tables import Table, fold
from merdesk.datasets.traces import read_long
from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.arrays import FloatArray
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset, SourceRating, SourceTrace
from merdesk.errors import DatasetError

KEY = "exported"
INFO = DatasetInfo(
    name="Export",
    title="A dataset that merdesk exported",
    scale=UNIT_SCALE,
    description="Read with the scale, licence and citation that its dataset.json states.",
)
ABOUT = "dataset.json"
TABLE = "annotations.csv"
TRACES = "traces.csv"
BROKEN = (LookupError, TypeError, ValueError, AttributeError, OverflowError)
"""What values of another kind raise where JSON was edited by hand."""
_TEXTS = ("title", "description", "citation", "bibtex", "licence", "url", "grouped_by")


def find(source: Source) -> tuple[SourceFile, ...]:
    """Find the descriptions that have annotations beside them."""
    return tuple(file for file in source.find_all(ABOUT) if _annotations(source, file))


def _annotations(source: Source, file: SourceFile) -> tuple[SourceFile, ...]:
    """The table of clips beside a description, else its documents."""
    table = _beside(source, file, TABLE)
    folder = file.name.removesuffix(file.base)
    documents = (other for other in source.files if other.name == f"{folder}{other.stem}.jams")
    return tuple(documents) if table is None else (table,)


def _beside(source: Source, file: SourceFile, base: str) -> SourceFile | None:
    name = file.name.removesuffix(file.base) + base
    return next((other for other in source.files if other.name == name), None)


def recognise(source: Source) -> Recognition | None:
    """Say which dataset was exported; several are imported one by one."""
    found = find(source)
    if not found:
        return None
    records = [_record(source, file) for file in found]
    infos = [_info(record) for record in records if record]
    if not infos:
        return None
    if len(infos) > 1:
        names = ", ".join(info.name for info in infos)
        text = f"{len(infos)} datasets that merdesk exported ({names}); import the folder of one at a time."
        return Recognition(KEY, INFO, text, (("datasets", len(infos)),), supported=False)
    file = next(file for file, record in zip(found, records, strict=True) if record)
    annotations = _annotations(source, file)
    if annotations[0].base == TABLE:
        n = len(read(source, annotations[0]))
        parts = [
            f"{n} rows exported by merdesk",
            "traces" if _beside(source, file, TRACES) else "no traces",
        ]
    else:
        n, parts = len(annotations), [f"{len(annotations)} clips exported by merdesk as JAMS"]
    parts.append(audio_part(source, n))
    return Recognition(KEY, infos[0], sentence(infos[0].name, parts), (("rows", n),))


def load(source: Source) -> SourceDataset:
    """Read the one exported dataset of a source."""
    described = [(file, record) for file in find(source) if (record := _record(source, file))]
    if len(described) != 1:
        raise DatasetError(
            f"{source.root.name} holds {len(described)} datasets that merdesk exported; choose the folder of one."
        )
    file, record = described[0]
    reading, annotations = Reading(source), _annotations(source, file)
    if annotations[0].base == TABLE:
        clips = _of_table(
            reading, read(source, annotations[0]), record, reading.table(_beside(source, file, TRACES))
        )
    else:
        clips = natural_order(_of_documents(reading, annotations))
    return SourceDataset(_info(record), clips, tuple(reading.left_out), str(record.get("loader", "")))


def _of_documents(reading: Reading, files: Iterable[SourceFile]) -> Iterator[SourceClip]:
    for file in files:
        try:
            yield clip_of(json.loads(reading.source.read(file)))
        except (*BROKEN, RecursionError, DatasetError) as error:
            reading.note(shown(file.name), f"is not a document of merdesk ({error})")


def _of_table(
    reading: Reading, table: Table, record: Mapping[str, Any], rows: Table | None
) -> tuple[SourceClip, ...]:
    traces = read_long(
        reading, rows, "id", "time_s", "valence", "arousal", "valence_std", "arousal_std", named=str
    )
    further = [name for name in table.columns if fold(name) not in CLIP_COLUMNS]
    return tuple(
        _clip(row, ratings, _trace(record, row.cell("id"), traces), further)
        for row, ratings in _rated(reading, table)
    )


def _record(source: Source, file: SourceFile) -> dict[str, Any]:
    """What a description says; empty when merdesk did not write it."""
    try:
        record = json.loads(source.read(file))
    except (ValueError, RecursionError):
        return {}
    known = isinstance(record, dict) and {"name", "scale", "expected_counts"} <= record.keys()
    return record if known and isinstance(record["scale"], dict) else {}


def _info(record: Mapping[str, Any]) -> DatasetInfo:
    try:
        return DatasetInfo(
            name=shown(str(record["name"])) or INFO.name,
            scale=_scale(record["scale"]),
            emotion=record["emotion"] if record["emotion"] in ("perceived", "induced") else "unknown",
            expected_counts=tuple((str(what), int(n)) for what, n in record["expected_counts"].items()),
            std_ddof=1 if record.get("std_ddof") == 1 else 0,
            **{name: str(record.get(name, "")) for name in _TEXTS},
        )
    except BROKEN as error:
        raise _not_ours(error) from error


def _scale(values: Mapping[str, Any]) -> AffectScale:
    try:
        v_min, v_max, a_min, a_max = (
            float(values[f"{axis}_{end}"]) for axis in ("valence", "arousal") for end in ("min", "max")
        )
        return AffectScale(v_min, v_max, a_min, a_max, "rank" if values["kind"] == "rank" else "interval")
    except BROKEN as error:
        raise _not_ours(error) from error


def _not_ours(error: BaseException) -> DatasetError:
    return DatasetError(
        f"{ABOUT} is not as merdesk writes it ({shorten(shown(str(error)))}); export the dataset again."
    )


def _rated(reading: Reading, table: Table) -> list[tuple[Row, list[SourceRating]]]:
    """The first row of each clip, and what all its rows say; rows of one clip agree in all but the rating."""
    end = table.column("valence")
    table.column("id")
    clips: dict[tuple[str, ...], tuple[Row, list[SourceRating]]] = {}
    for line, cells in zip(table.lines, table.rows, strict=True):
        row = Row(table, line, cells)
        if not row.cell("id"):
            reading.leave_out(table, line, "has no id")
            continue
        try:
            rating = _rating(row)
        except ValueError as error:
            reading.leave_out(table, line, str(error))
            continue
        clips.setdefault(cells[:end], (row, []))[1].extend(rating)
    return list(clips.values())


def _rating(row: Row) -> tuple[SourceRating, ...]:
    valence, arousal, n_raters = row.number("valence"), row.number("arousal"), row.number("n_raters")
    if math.isnan(valence) and math.isnan(arousal):
        return ()
    if math.isnan(valence) or math.isnan(arousal):
        raise ValueError("only one of valence and arousal has a value")
    if not (math.isnan(n_raters) or 1 <= n_raters <= MAX_RATERS):
        raise ValueError(f"{n_raters:g} is no number of annotators")
    spread = row.number("valence_std"), row.number("arousal_std")
    n = 1 if math.isnan(n_raters) else int(n_raters)
    return (SourceRating(valence, arousal, *spread, n_raters=n, annotator=row.cell("annotator")),)


def _clip(
    row: Row, ratings: list[SourceRating], trace: SourceTrace | None, further: Sequence[str]
) -> SourceClip:
    onset_s, duration_s = (_number(row, name) for name in ("onset_s", "duration_s"))
    return SourceClip(
        source_id=row.cell("id"),
        title=row.cell("title"),
        artist=row.cell("artist"),
        album=row.cell("album"),
        genre=row.cell("genre"),
        group=row.cell("group"),
        split=row.cell("split"),
        onset_s=0.0 if math.isnan(onset_s) else onset_s,
        duration_s=None if math.isnan(duration_s) else duration_s,
        ratings=tuple(ratings),
        trace=trace,
        file_name=row.cell("file"),
        further=tuple((name, cell) for name in further if (cell := row.cell(name))),
        segment_s=segment(_number(row, "segment_start_s"), _number(row, "segment_stop_s")),
    )


def _number(row: Row, name: str) -> float:
    try:
        return row.number(name)
    except ValueError:
        return math.nan


def _trace(record: Mapping[str, Any], source_id: str, traces: Mapping[str, FloatArray]) -> SourceTrace | None:
    rows = traces.get(source_id)
    if rows is None:
        return None
    stated = (record.get("trace_scale_of") or {}).get(source_id) or record.get("trace_scale")
    scale = UNIT_SCALE if stated is None else _scale(stated)
    spread = rows[:, 3:] if np.isfinite(rows[:, 3:]).any() else None
    return SourceTrace(rows[:, 0], rows[:, 1:3], scale, spread)
