"""Clips one by one, where their audio lies, and what names them."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.domain.changes import Changes
from merdesk.domain.clip import AudioFile, Clip, ClipId, DatasetId, Track, TrackId
from merdesk.project import genres, history, repairs
from merdesk.project.batches import SLICE_MAX, Batch, covering, insert_files
from merdesk.project.project import Project
from merdesk.project.roots import join
from merdesk.project.text import fold, number

EDIT_MAX = 5000
"""Tracks located by one edit; more are a batch."""


@dataclass(frozen=True, slots=True)
class ClipLocation:
    """Where a clip's audio is; `path` None while no file is located, `digest` None while it was not computed."""

    clip_id: ClipId
    track_id: TrackId
    path: bytes | None
    onset_s: float
    duration_s: float | None
    quick_key: bytes | None
    digest: bytes | None


@dataclass(frozen=True, slots=True)
class ClipLabel:
    """What names a clip in a list."""

    id: ClipId
    source_id: str
    title: str
    artist: str
    dataset: str
    genre: str


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What import compares a file with, to see whether it is new."""

    size: int
    mtime_ns: int
    quick_key: bytes
    track_id: TrackId


def get(project: Project, clip_id: ClipId) -> Clip:
    """One clip.

    Raises
    ------
    KeyError
        When the project does not show it.
    """
    row = project.database.row(
        "SELECT c.dataset_id, d.name, c.track_id, c.source_id, c.onset_s, c.duration_s, c.genre_raw, c.group_name,"
        " c.split, t.title, t.artist, t.album, r.path, f.path, f.duration_s, f.sample_rate_hz, f.n_channels,"
        " f.codec, c.segment_start_s, c.segment_stop_s, c.file_name FROM seen_clip c JOIN dataset d ON d.id = c.dataset_id JOIN track t ON t.id = c.track_id"
        " LEFT JOIN current_file f ON f.track_id = t.id LEFT JOIN root r ON r.id = f.root_id WHERE c.id = ?",
        (clip_id,),
    )
    if row is None:
        raise KeyError(f"no clip {clip_id}")
    track = Track(
        TrackId(row[2]),
        row[9],
        row[10],
        row[11],
        _path(row[12], row[13]),
        row[14],
        row[15],
        row[16],
        row[17] or "",
    )
    return Clip(
        id=clip_id,
        dataset_id=DatasetId(row[0]),
        dataset=row[1],
        track=track,
        source_id=row[3],
        onset_s=row[4],
        duration_s=row[5],
        genre_raw=row[6],
        genre=genres.Primary.of(project)(row[0], row[6]),
        group=row[7],
        split=repairs.split_of(repairs.active(project), clip_id, row[8]),
        segment_s=None if row[18] is None or row[19] is None else (row[18], row[19]),
        file_name=row[20],
    )


def locations(project: Project, ids: Iterable[int] | None = None) -> list[ClipLocation]:
    """Where clips lie, in ascending id: of these clips, or of all."""
    rows = project.database.rows(
        "SELECT c.id, c.track_id, r.path, f.path, c.onset_s, c.duration_s, f.quick_key, g.digest"
        " FROM seen_clip c LEFT JOIN current_file f ON f.track_id = c.track_id LEFT JOIN root r ON r.id = f.root_id"
        " LEFT JOIN digest g ON g.file_id = f.id"
        f" {_among(ids, 'c.id')} ORDER BY c.id",
        _json(ids),
    )
    return [
        ClipLocation(row[0], row[1], _path(row[2], row[3]), row[4], row[5], row[6], row[7]) for row in rows
    ]


def labels(project: Project, ids: Iterable[int] | None = None) -> list[ClipLabel]:
    """What names clips, in ascending id: of these clips, or of all."""
    primary = genres.Primary.of(project)
    rows = project.database.rows(
        "SELECT c.id, c.source_id, t.title, t.artist, d.name, c.dataset_id, c.genre_raw FROM seen_clip c"
        f" JOIN track t ON t.id = c.track_id JOIN dataset d ON d.id = c.dataset_id {_among(ids, 'c.id')}"
        " ORDER BY c.id",
        _json(ids),
    )
    return [ClipLabel(row[0], row[1], row[2], row[3], row[4], primary(row[5], row[6])) for row in rows]


def search(project: Project, text: str) -> IntArray:
    """Ids of clips whose title, artist, album, source id, genre, group or file name holds every word of text.

    Case and accents do not matter. Ids ascend.
    """
    words = fold(text).split()
    where = " AND ".join("instr(folded, ?) > 0" for _ in words) or "1"
    rows = project.database.rows(f"SELECT id FROM seen_clip WHERE {where} ORDER BY id", words)
    return np.fromiter((row[0] for row in rows), np.int64, len(rows))


def titled(project: Project, begun: str) -> IntArray:
    """Ids of clips whose title, or source id where there is none, begins with a text; ASCII case does not matter."""
    pattern = re.sub(r"([\\%_])", r"\\\1", begun) + "%"
    rows = project.database.rows(
        "SELECT c.id FROM seen_clip c JOIN track t ON t.id = c.track_id"
        " WHERE CASE t.title WHEN '' THEN c.source_id ELSE t.title END LIKE ? ESCAPE '\\' ORDER BY c.id",
        (pattern,),
    )
    return np.fromiter((row[0] for row in rows), np.int64, len(rows))


def known_files(project: Project) -> dict[bytes, KnownFile]:
    """The files of all shown clips, by path."""
    rows = project.database.rows(
        "SELECT r.path, f.path, size, mtime_ns, quick_key, track_id FROM current_file f JOIN root r ON r.id = root_id"
        " WHERE track_id IN (SELECT track_id FROM seen_clip)"
    )
    return {join(row[0], row[1]): KnownFile(*row[2:]) for row in rows}


def set_digests(project: Project, digests: Mapping[TrackId, bytes]) -> Changes:
    """Keep the audio digests of tracks' current files; derived, no step of the history."""
    with project.write():
        project.database.execute_many(
            "INSERT OR REPLACE INTO digest (file_id, digest) SELECT id, ? FROM current_file WHERE track_id = ?",
            [(digest, track_id) for track_id, digest in digests.items()],
        )
    return Changes.of("digest")


def set_loudness(project: Project, lufs: Mapping[ClipId, float]) -> Changes:
    """Keep the integrated loudness of clips in LUFS (NaN: too short or silent); derived."""
    with project.write():
        project.database.execute_many(
            "INSERT OR REPLACE INTO loudness (clip_id, lufs) VALUES (?, ?)", list(lufs.items())
        )
    return Changes.of("loudness", lufs)


def loudness(project: Project, clip_id: ClipId) -> float | None:
    """Integrated loudness in LUFS, NaN where it has none, None while it was not measured."""
    row = project.database.row("SELECT lufs FROM loudness WHERE clip_id = ?", (clip_id,))
    return None if row is None else number(row[0])


def locate(project: Project, files: Mapping[TrackId, AudioFile]) -> Changes:
    """Say where tracks' audio lies; one step of the history, whatever the number."""
    label = f"Locate {len(files)} file{'s' if len(files) > 1 else ''}"
    if len(files) <= EDIT_MAX:
        with history.edit(project, label) as edit:
            with edit.unrecorded():
                roots = covering(project, files)
            insert_files(project, files, roots, None)
        return edit.changes
    batch = Batch.begin(project, label, keep_partial=False)
    items = list(files.items())
    for start in range(0, len(items), SLICE_MAX):
        batch.locate(dict(items[start : start + SLICE_MAX]))
    return batch.finish()


def _among(ids: Iterable[int] | None, column: str) -> str:
    return "" if ids is None else f"WHERE {column} IN (SELECT value FROM json_each(?))"


def _json(ids: Iterable[int] | None) -> tuple[str, ...]:
    return () if ids is None else (json.dumps([int(i) for i in ids]),)


def _path(root: bytes | None, path: bytes | None) -> bytes | None:
    return None if root is None or path is None else join(root, path)
