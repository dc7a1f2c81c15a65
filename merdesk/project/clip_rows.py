"""Source clips as rows: tracks, files, clips, annotations and traces."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from merdesk.domain.affect import AffectScale
from merdesk.domain.clip import AudioFile, ClipId
from merdesk.domain.source import SourceClip, SourceRating, SourceTrace
from merdesk.project.database import Database
from merdesk.project.roots import RootFinder, display
from merdesk.project.text import clean, fold, known

TABLES = ("track", "audio_file", "clip", "annotation", "trace")
"""In an order that foreign keys like."""


class ClipRows:
    """Writes source clips of one batch; lives as long as the batch, used inside its transactions."""

    def __init__(self, database: Database, batch_id: int) -> None:
        self._database = database
        self._batch_id = batch_id
        self._roots = RootFinder(database)
        self._tracks: dict[bytes, int] = {}
        self._annotators: dict[tuple[str, str], int] = {}
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._first: dict[str, int] = {}

    def add_root(self, folder: bytes) -> None:
        """Keep paths below this folder relative to it."""
        self._roots.add(folder)

    def insert(self, dataset_id: int, clips: Sequence[SourceClip]) -> range:
        """Write the rows of these clips; return the ids of the clips."""
        source = str(self._database.value("SELECT name FROM dataset WHERE id = ?", (dataset_id,)))
        self._roots.cover(clip.audio.path for clip in clips if clip.audio)
        # Ids are given out ahead, so that a slice is one executemany a table.
        self._rows = {table: [] for table in TABLES}
        self._first = {table: self._database.next_id(table) for table in TABLES}
        for clip in clips:
            self._take(dataset_id, source, clip)
        for table, rows in self._rows.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                self._database.execute_many(f"INSERT INTO {table} VALUES ({marks})", rows)
        return range(self._first["clip"], self._first["clip"] + len(clips))

    def rate(self, ratings: Sequence[tuple[ClipId, SourceRating]], source: str) -> None:
        """Write ratings of clips that have rows already."""
        self._rows = {"annotation": []}
        self._first = {"annotation": self._database.next_id("annotation")}
        for clip_id, rating in ratings:
            self._rate(clip_id, self._annotator(source, rating.annotator), rating)
        if rows := self._rows["annotation"]:
            marks = ", ".join("?" * len(rows[0]))
            self._database.execute_many(f"INSERT INTO annotation VALUES ({marks})", rows)

    def _new(self, table: str, *values: Any) -> int:
        new_id = self._first[table] + len(self._rows[table])
        self._rows[table].append((new_id, *values))
        return new_id

    def _take(self, dataset_id: int, source: str, clip: SourceClip) -> None:
        clip_id = self._new(
            "clip",
            self._batch_id,
            dataset_id,
            self._track(clip),
            clean(clip.source_id),
            clip.onset_s,
            known(clip.duration_s),
            clean(clip.genre).strip(),
            clean(clip.group),
            clean(clip.split),
            folded(clip),
            clean(clip.file_name),
            *(clip.segment_s or (None, None)),
        )
        for rating in clip.ratings:
            self._rate(clip_id, self._annotator(source, rating.annotator), rating)
        if clip.trace:
            self._trace(clip_id, self._annotator(source, ""), clip.trace)

    def _track(self, clip: SourceClip) -> int:
        if clip.audio and clip.audio.path in self._tracks:
            return self._tracks[clip.audio.path]
        title, artist, album = described(clip)
        track_id = self._new("track", self._batch_id, title, artist, album)
        if clip.audio:
            self._tracks[clip.audio.path] = track_id
            self._new("audio_file", self._batch_id, *file_values(track_id, clip.audio, self._roots))
        return track_id

    def _rate(self, clip_id: int, annotator_id: int, rating: SourceRating) -> None:
        affect = known(rating.valence), known(rating.arousal)
        std = known(rating.valence_std), known(rating.arousal_std)
        self._new("annotation", self._batch_id, clip_id, annotator_id, *affect, *std, rating.n_raters)

    def _trace(self, clip_id: int, annotator_id: int, trace: SourceTrace) -> None:
        spread = None if trace.spread is None else trace.spread.tobytes()
        arrays = trace.time_s.tobytes(), trace.affect.tobytes(), spread
        self._new("trace", self._batch_id, clip_id, annotator_id, *scale_values(trace.scale), *arrays)

    def _annotator(self, source: str, name: str) -> int:
        key = (source, clean(name))
        if key not in self._annotators:
            self._annotators[key] = annotator_id(
                self._database, source=source, name=key[1], kind="person" if name else "published"
            )
        return self._annotators[key]


def annotator_id(database: Database, *, source: str, name: str, kind: str) -> int:
    """Id of an annotator, added when new. A lookup row: no step of the history, it stays when all is undone."""
    key = (source, name, kind)
    known_id = database.value("SELECT id FROM annotator WHERE source = ? AND name = ? AND kind = ?", key)
    if known_id is not None:
        return int(known_id)
    return database.insert("annotator", {"source": source, "name": name, "kind": kind})


def file_values(track_id: int, audio: AudioFile, roots: RootFinder) -> tuple[Any, ...]:
    """Values of a row of `audio_file` after its id and batch."""
    root_id, path = roots.split(audio.path)
    kept = (audio.size, audio.mtime_ns, audio.quick_key, known(audio.duration_s))
    facts = (audio.sample_rate_hz, audio.n_channels, clean(audio.codec), clean(audio.warning))
    return (track_id, root_id, path, display(path), *kept, *facts)


def trace_of(arrays: Sequence[Any], scale: Sequence[Any]) -> SourceTrace:
    """A trace of the bytes of its times, affect and spread, and the five columns of its scale."""
    time_s, affect, spread = arrays
    return SourceTrace(
        time_s=np.frombuffer(time_s, np.float64),
        affect=np.frombuffer(affect, np.float32).reshape(-1, 2),
        scale=AffectScale(*scale),
        spread=None if spread is None else np.frombuffer(spread, np.float32).reshape(-1, 2),
    )


def scale_values(scale: AffectScale) -> tuple[float, float, float, float, str]:
    """A scale as five columns, valence first."""
    return scale.valence_min, scale.valence_max, scale.arousal_min, scale.arousal_max, scale.kind


def described(clip: SourceClip) -> tuple[str, str, str]:
    """Title, artist and album: the source's words, else the file's tags, else the file's name."""
    audio = clip.audio
    if audio is None:
        return clean(clip.title), clean(clip.artist), clean(clip.album)
    name = display(audio.path).replace("\\", "/").rsplit("/", 1)[-1]
    title = clip.title or audio.title or name.rsplit(".", 1)[0]
    return clean(title), clean(clip.artist or audio.artist), clean(clip.album or audio.album)


def folded(clip: SourceClip) -> str:
    """What search looks through."""
    name = display(clip.audio.path).replace("\\", "/").rsplit("/", 1)[-1] if clip.audio else ""
    return fold(" ".join((*described(clip), clip.source_id, clip.genre, clip.group, name)))
