"""Annotations as CSV: one table of clips and ratings, one of traces, and what is known of the dataset beside them.

`exported` reads all three back; the first is one that any table importer understands.

Titles come from strangers' files: a cell that a spreadsheet would run as a formula gets an apostrophe, which the
tolerant reader takes away again.

All functions are pure: they return file names and texts, and whoever calls them writes.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from merdesk.datasets.tables import fold, is_number
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset, SourceRating, further_columns

CLIP_COLUMNS = (
    "id", "file", "title", "artist", "album", "genre", "group", "split", "onset_s", "duration_s",
    "segment_start_s", "segment_stop_s", "valence", "arousal", "valence_std", "arousal_std", "n_raters", "annotator",
)  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
TRACE_COLUMNS = ("id", "time_s", "valence", "arousal", "valence_std", "arousal_std")


def as_csv(dataset: SourceDataset) -> dict[str, str]:
    """Return `annotations.csv` (a row per rating, an empty one for an unrated clip), `traces.csv` and `dataset.json`."""
    files = {
        "annotations.csv": table(*_clip_table(dataset.clips)),
        "dataset.json": json.dumps(dataset_record(dataset), indent=1, ensure_ascii=False) + "\n",
    }
    if any(clip.trace is not None for clip in dataset.clips):
        files["traces.csv"] = table(TRACE_COLUMNS, _trace_rows(dataset.clips))
    return files


def dataset_record(dataset: SourceDataset) -> dict[str, Any]:
    """Who rated what how, as JSON values: licence and citation travel with every export.

    `trace_scale` is the scale of the traces, and `trace_scale_of` that of clips, by id, whose trace is on another one.
    """
    record = asdict(dataset.info) | {"loader": dataset.loader}
    record["expected_counts"] = dict(dataset.info.expected_counts)
    scales = {clip.source_id: clip.trace.scale for clip in dataset.clips if clip.trace is not None}
    if scales:
        usual = next(iter(scales.values()))
        record["trace_scale"] = asdict(usual)
        record["trace_scale_of"] = {key: asdict(scale) for key, scale in scales.items() if scale != usual}
    return record


def bibliography(infos: Iterable[DatasetInfo]) -> str:
    """BibTeX of the datasets in use, each entry once."""
    return "\n\n".join(dict.fromkeys(info.bibtex for info in infos if info.bibtex)) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a CSV text."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return stream.getvalue()


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet runs as a formula; numbers stay, and `parsing` reads the text back as it was.

    Examples
    --------
    >>> neutral("=1+1"), neutral("-0.5"), neutral("- untitled -"), neutral("Pop")
    ("'=1+1", '-0.5', "'- untitled -", 'Pop')
    """
    # Blanks are trimmed by some programs before they look for the formula.
    if cell.lstrip(" ")[:1] not in FORMULA_STARTS or is_number(cell):
        return cell
    return f"'{cell}"


def number_text(value: float | np.floating[Any]) -> str:
    """Return the shortest text that reads back as this very value; empty for NaN.

    Examples
    --------
    >>> number_text(3.0), number_text(np.float32(0.1)), number_text(float("nan"))
    ('3', '0.1', '')
    """
    if not np.isfinite(value):
        return ""
    if float(value).is_integer() and abs(float(value)) < 1e15:
        return str(int(value))
    return str(value)


def _clip_table(clips: Sequence[SourceClip]) -> tuple[list[str], Iterable[list[str]]]:
    """Headings and rows: the columns of every export, then those that a table said further."""
    names = [column.name for column in further_columns(clips)]
    headings = [f"{name} (imported)" if fold(name) in CLIP_COLUMNS else name for name in names]
    return [*CLIP_COLUMNS, *headings], _clip_rows(clips, names)


def _clip_rows(clips: Iterable[SourceClip], names: Sequence[str]) -> Iterable[list[str]]:
    for clip in clips:
        said = dict(clip.further)
        further = [said.get(name, "") for name in names]
        about = [
            clip.source_id, clip.file_name, clip.title, clip.artist, clip.album, clip.genre, clip.group, clip.split,
            number_text(clip.onset_s), "" if clip.duration_s is None else number_text(clip.duration_s),
            *map(number_text, clip.segment_s or (np.nan, np.nan)),
        ]  # fmt: skip
        for rating in clip.ratings:
            yield [*about, *rating_texts(rating), str(rating.n_raters), rating.annotator, *further]
        if not clip.ratings:
            yield [*about, "", "", "", "", "", "", *further]


def rating_texts(rating: SourceRating) -> list[str]:
    """Return valence, arousal and their standard deviations."""
    values = (rating.valence, rating.arousal, rating.valence_std, rating.arousal_std)
    return [number_text(value) for value in values]


def _trace_rows(clips: Iterable[SourceClip]) -> Iterable[list[str]]:
    for clip in clips:
        trace = clip.trace
        if trace is None:
            continue
        spread = trace.spread if trace.spread is not None else np.full(trace.affect.shape, np.nan)
        for time_s, affect, deviation in zip(trace.time_s, trace.affect, spread, strict=True):
            yield [
                clip.source_id,
                number_text(time_s),
                *map(number_text, affect),
                *map(number_text, deviation),
            ]
