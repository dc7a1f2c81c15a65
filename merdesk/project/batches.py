"""Bulk import: rows come in slices, and one row that says "active" is the whole step of the history.

A changeset of 100,000 clips would weigh 36 MB, and undoing it would hold the window for seconds. So rows are written
without a session while the batch is `loading`, readers see the rows of `active` batches only, and undo and redo flip
one state.

A dataset becomes active when it is finished: until then nobody sees it, and after a crash it is let go. A dropped
folder (`keep_partial`) becomes active with its first slice and grows from there: its clips can be heard and rated
while the rest arrives, and after a crash it stays as far as it got.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Self

from merdesk.domain.changes import Changes
from merdesk.domain.clip import AudioFile, ClipId, DatasetId, TrackId
from merdesk.domain.source import DatasetInfo, SourceClip, SourceColumn, SourceRating
from merdesk.errors import Cancelled
from merdesk.project import history, imported_columns
from merdesk.project.clip_rows import ClipRows, file_values, scale_values
from merdesk.project.project import Project
from merdesk.project.roots import RootFinder
from merdesk.project.text import clean

SLICE_MAX = 500
"""Clips in one transaction: some 10 ms, so that the window stays smooth."""
FILE_COLUMNS = 13
"""Columns of `audio_file` after its id."""


class Batch:
    """One import; begin, name a dataset, add slices, finish. Used by the thread that owns the project."""

    def __init__(self, project: Project, batch_id: int, label: str, *, keep_partial: bool) -> None:
        self.id = batch_id
        self.label = label
        self.keep_partial = keep_partial
        self._project = project
        self._rows: ClipRows | None = None

    @classmethod
    def begin(cls, project: Project, label: str, *, keep_partial: bool) -> Self:
        """Start an import; `label` is what undo will name, `keep_partial` as above."""
        with project.write():
            row = {
                "label": clean(label),
                "state": "loading",
                "keep_partial": int(keep_partial),
                "created_at": history.now(),
            }
            batch_id = project.database.insert("import_batch", row)
        return cls(project, batch_id, label, keep_partial=keep_partial)

    @property
    def state(self) -> str | None:
        """loading, active or undone; None once it was undone and purged."""
        state = self._project.database.value("SELECT state FROM import_batch WHERE id = ?", (self.id,))
        return None if state is None else str(state)

    def dataset(self, info: DatasetInfo, *, loader: str) -> DatasetId:
        """Add a dataset that belongs to this batch; a name that is taken gets a number ("EmoMusic 2")."""
        with self._project.write():
            self._check()
            return insert_dataset(self._project, self.id, info, loader)

    def root(self, folder: bytes) -> None:
        """Keep paths below this folder relative to it, so that it can be moved as one."""
        with self._project.write():
            self._check()
            self._writer().add_root(folder)

    def add(self, dataset_id: DatasetId, clips: Sequence[SourceClip]) -> Changes:
        """Write one slice, in one transaction, into a dataset of this batch or one that is there already.

        Returns what readers see of it: the new clips of an active batch, nothing of a loading one.

        Raises
        ------
        ValueError
            When the slice is larger than `SLICE_MAX`.
        Cancelled
            When the batch or the dataset was undone for good meanwhile.
        """
        if len(clips) > SLICE_MAX:
            raise ValueError(f"a slice holds at most {SLICE_MAX} clips, not {len(clips)}")
        if not clips:
            return Changes()
        try:
            if self._opens():
                return self._activate(lambda: self._insert(dataset_id, clips))
            with self._project.write():
                new = self._insert(dataset_id, clips)
        except BaseException:
            # It remembers ids that the failed transaction took back.
            self._rows = None
            raise
        return self._seen({"clip": new, "track": None, "annotation": None})

    def locate(self, files: Mapping[TrackId, AudioFile]) -> Changes:
        """Say where at most `SLICE_MAX` tracks' audio lies; the newest file of a track counts."""
        with self._project.write():
            self._check()
            insert_files(self._project, files, covering(self._project, files), self.id)
        return self._seen({"audio_file": None, "clip": None})

    def rate(self, ratings: Sequence[tuple[ClipId, SourceRating]], *, source: str) -> Changes:
        """Add at most `SLICE_MAX` ratings to clips that are there; values on the scale of each clip's dataset.

        `source` is what people are known from who are named in the ratings, and files those that name nobody.
        """
        if len(ratings) > SLICE_MAX:
            raise ValueError(f"a slice holds at most {SLICE_MAX} ratings, not {len(ratings)}")
        try:
            with self._project.write():
                self._check()
                self._writer().rate(ratings, clean(source))
        except BaseException:
            self._rows = None
            raise
        return self._seen({"annotation": None, "clip": {clip_id for clip_id, _ in ratings}})

    def describe(self, columns: Sequence[SourceColumn], clip_ids: Sequence[int]) -> None:
        """Keep further columns of a table, whose places are those of `clip_ids`; readers see them with the batch."""
        with self._project.write():
            self._check()
            for column in columns:
                cells = {clip_ids[place]: cell for place, cell in reversed(column.cells)}
                imported_columns.add(self._project, self.id, column.name, cells)

    def clip_ids(self) -> list[int]:
        """Ids of the clips of this batch, in the order in which they were added."""
        rows = self._project.database.rows("SELECT id FROM clip WHERE batch_id = ? ORDER BY id", (self.id,))
        return [row[0] for row in rows]

    def finish(self) -> Changes:
        """Show a loading batch, as one step of the history; a batch that is active already is complete."""
        self._check()
        return self._activate(lambda: None) if self.state == "loading" else Changes()

    def discard(self) -> Changes:
        """Let go of the batch: its rows are gone for readers at once, and deleted in idle moments.

        A batch that is active already is undone by a step of its own.
        """
        if self.state == "active":
            subject = f"batch {self.id}"
            with history.edit(self._project, f"Discard: {self.label}", subject=subject) as edit:
                self._set_state("undone")
            return edit.changes
        with self._project.write(durable=True):
            self._set_state("undone")
        return Changes()

    def _opens(self) -> bool:
        """Whether the next slice makes the batch active."""
        return self.keep_partial and self.state == "loading"

    def _activate(self, first: Callable[[], object]) -> Changes:
        with history.edit(self._project, self.label, subject=f"batch {self.id}") as edit:
            with edit.unrecorded():
                first()
                # The recorded change is undone -> active, so that undo leads to "undone" and not back to "loading".
                self._set_state("undone")
            self._set_state("active")
        return edit.changes

    def _insert(self, dataset_id: DatasetId, clips: Sequence[SourceClip]) -> range:
        self._check()
        if self._project.database.value("SELECT 1 FROM dataset WHERE id = ?", (dataset_id,)) is None:
            raise Cancelled
        return self._writer().insert(dataset_id, clips)

    def _writer(self) -> ClipRows:
        if self._rows is None:
            self._rows = ClipRows(self._project.database, self.id)
        return self._rows

    def _seen(self, ids: Mapping[str, Iterable[int] | None]) -> Changes:
        changes = Changes()
        if self.state == "active":
            for table, rows in ids.items():
                changes |= Changes.of(table, rows)
        return changes

    def _set_state(self, state: str) -> None:
        self._project.database.execute("UPDATE import_batch SET state = ? WHERE id = ?", (state, self.id))

    def _check(self) -> None:
        if self.state is None:
            raise Cancelled


def insert_dataset(project: Project, batch_id: int, info: DatasetInfo, loader: str) -> DatasetId:
    """Add a dataset's row, inside a transaction, under a name that no other dataset has."""
    columns = ("valence_min", "valence_max", "arousal_min", "arousal_max", "scale_kind")
    texts = {
        name: clean(getattr(info, name))
        for name in ("title", "description", "citation", "bibtex", "licence", "url", "grouped_by")
    }
    row = {
        "batch_id": batch_id,
        "name": free_name(project, clean(info.name)),
        "loader": loader,
        "emotion": info.emotion,
        "expected_counts": json.dumps(info.expected_counts),
        "std_ddof": info.std_ddof,
        **texts,
        **dict(zip(columns, scale_values(info.scale), strict=True)),
    }
    return DatasetId(project.database.insert("dataset", row))


def free_name(project: Project, name: str) -> str:
    """The name, with a number after it when a dataset that is shown or still loading has it."""
    taken = {
        row[0]
        for row in project.database.rows(
            "SELECT dataset.name FROM dataset JOIN import_batch ON import_batch.id = batch_id"
            " WHERE removed = 0 AND state <> 'undone'"
        )
    }
    numbered = (name if n == 1 else f"{name} {n}" for n in count(1))
    return next(candidate for candidate in numbered if candidate not in taken)


def covering(project: Project, files: Mapping[TrackId, AudioFile]) -> RootFinder:
    """The project's roots, with what these files need added; inside a transaction, outside of any step."""
    roots = RootFinder(project.database)
    roots.cover(audio.path for audio in files.values())
    return roots


def insert_files(
    project: Project, files: Mapping[TrackId, AudioFile], roots: RootFinder, batch_id: int | None
) -> None:
    """Add file rows for tracks, inside a transaction; batch_id None for an edit made by hand."""
    rows = [(batch_id, *file_values(track_id, audio, roots)) for track_id, audio in files.items()]
    project.database.execute_many(
        f"INSERT INTO audio_file VALUES (NULL, {', '.join('?' * FILE_COLUMNS)})", rows
    )
