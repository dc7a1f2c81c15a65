"""DEAM once more, with the static ratings of each crowd worker in place of their published mean.

Who rated, scale, licence: as DEAM. Counts: 1802 songs with some ten ratings each (2015: five). The published means stay
the default, because everyone compares with them; whether these files carry the exchange of the averaged table is not
known, so the doctor tests them like any other.
"""

import re
from collections import defaultdict
from dataclasses import replace

from merdesk.datasets import deam
from merdesk.datasets.loader import Recognition, sentence
from merdesk.datasets.parsing import read
from merdesk.datasets.reading import Reading, Row, clean_id
from merdesk.datasets.source import Source, SourceFile, fold_name
from merdesk.domain.source import SourceDataset, SourceRating
from merdesk.errors import DatasetError

KEY = "deam-raters"
INFO = replace(
    deam.INFO,
    name="DEAM (each annotator)",
    description=deam.INFO.description
    + " Read from the files per annotator: each person's rating stands for itself.",
)
_STATIC = re.compile(r"static_annotations_songs_[\d_]+\.csv")


def find_static(source: Source) -> tuple[SourceFile, ...]:
    """Find the static tables with a row per song and worker."""
    found: dict[str, SourceFile] = {}
    for file in sorted(source.files, key=lambda file: file.name.count("/")):
        if _STATIC.fullmatch(fold_name(file.base)):
            found.setdefault(fold_name(file.base), file)
    return tuple(found[name] for name in sorted(found))


def recognise(source: Source) -> Recognition | None:
    """Say how many ratings there are; a second reading of DEAM's folder."""
    files = find_static(source)
    if not files:
        return None
    n_ratings = sum(len(read(source, file)) for file in files)
    text = sentence(INFO.name, [f"{n_ratings} static ratings by single people, in place of their means"])
    return Recognition(KEY, INFO, text, (("ratings", n_ratings),), alternative=bool(deam.find_static(source)))


def load(source: Source) -> SourceDataset:
    """Read each worker's rating; descriptions and traces are DEAM's."""
    reading = Reading(source)
    ratings: dict[str, dict[str, SourceRating]] = defaultdict(dict)
    for file in find_static(source):
        _read_ratings(reading, file, ratings)
    if not ratings:
        raise DatasetError(
            f"{source.root.name} has no static annotations per annotator; choose DEAM's folder."
        )
    return deam.assemble(
        reading, {key: tuple(by_worker.values()) for key, by_worker in ratings.items()}, INFO
    )


def _read_ratings(reading: Reading, file: SourceFile, ratings: dict[str, dict[str, SourceRating]]) -> None:
    table = reading.table(file)
    if table is None:
        return
    averaged = table.find("valence_average") is not None
    columns = ("valence_average", "arousal_average") if averaged else ("valence", "arousal")
    for line, cells in zip(table.lines, table.rows, strict=True):
        row = Row(table, line, cells)
        key, worker = clean_id(row.text("songid", "song_id")), row.text("workerid", "worker_id")
        if not key or not worker:
            reading.leave_out(table, line, "has no song or no worker")
        elif worker in ratings[key]:
            reading.leave_out(table, line, f"repeats the rating of song {key} by {worker}")
        elif rating := reading.rating(row, *columns, annotator=worker):
            ratings[key][worker] = rating[0]
