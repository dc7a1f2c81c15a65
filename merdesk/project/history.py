"""Undo and redo, kept with the project: every edit is one transaction whose changeset is its step of the history.

SQLite's session extension records what an edit changed. The changeset is written to `history` in the edit's own
transaction, so that there is never an edit without its step or a step without its edit. Inverted it undoes, as it
is it redoes, and read it tells what changed. No edit has undo code of its own.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import apsw

from merdesk.domain.changes import Changes
from merdesk.project.database import Database, sentences
from merdesk.project.project import Project

AUTHORED = (
    "import_batch",
    "dataset",
    "root",
    "track",
    "audio_file",
    "clip",
    "annotator",
    "annotation",
    "trace",
    "rating",
    "comparison",
    "study",
    "study_person",
    "study_answer",
    "study_pair",
    "label_doubt",
    "genre_mapping",
    "provenance",
    "model",
    "saved_filter",
)
"""Tables whose changes are steps of the history."""

OWNER = {"annotation": "clip_id", "trace": "clip_id", "audio_file": "track_id"}
"""Column that leads from a row to the clip whose columns show it; the third in each of these tables."""
OWNER_COLUMN = 2
ALL_CLIPS = ("dataset", "genre_mapping", "model", "provenance", "root")
"""A row of these may show in any number of clips."""
BATCH_NAMED_MAX = 20_000
"""Clips of a batch that are named one by one when it comes or goes; of more it is said that all changed."""

STEPS_KEPT = 5000
"""Steps that can be undone; older ones are forgotten and what they did stays."""


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One step; `undone` steps can be redone."""

    id: int
    label: str
    undone: bool
    created_at: str


class Edit:
    """An edit in the making; `changes` is what it changed, known when its `with` block has ended."""

    def __init__(self, session: apsw.Session) -> None:
        self._session = session
        self.changes = Changes()

    @contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Rows written inside are committed with the edit, but are not part of its step."""
        self._session.enabled = False
        try:
            yield
        finally:
            self._session.enabled = True


@contextmanager
def edit(
    project: Project, label: str, *, gesture: str | None = None, subject: str | None = None
) -> Iterator[Edit]:
    """Record what happens inside as one step of the history, committed and on disk at the end.

    Edits do not nest. One that changes nothing leaves no step; any other ends the chance to redo.

    Parameters
    ----------
    label
        What the user did, as the menu says it: "Rate Blue Monday".
    gesture
        Edits in a row with the same gesture (one drag of a slider) become one step.
    subject
        What may be purged once the step has left the history: "batch 3", "dataset 7".

    Raises
    ------
    ProjectError
        When the project is read-only or the disk refuses.
    """
    with project.write(durable=True):
        session = apsw.Session(project.database.connection, "main")
        done = Edit(session)
        try:
            for table in AUTHORED:
                session.attach(table)
            yield done
            with sentences(project.database.path):
                changeset = session.changeset()
        finally:
            session.close()
        if changeset:
            done.changes = _changes(project.database, changeset)
            _record(project, label, gesture, subject, changeset)


def undo(project: Project) -> Changes | None:
    """Take the last step back; None when there is none."""
    step = _next(project.database, undone=False)
    return None if step is None else _apply(project, step, undone=True)


def redo(project: Project) -> Changes | None:
    """Do the last undone step again; None when there is none."""
    step = _next(project.database, undone=True)
    return None if step is None else _apply(project, step, undone=False)


def undo_label(project: Project) -> str | None:
    """What undo would take back; None when there is nothing."""
    step = _next(project.database, undone=False)
    return None if step is None else step.label


def redo_label(project: Project) -> str | None:
    """What redo would do again; None when there is nothing."""
    step = _next(project.database, undone=True)
    return None if step is None else step.label


def steps(project: Project) -> list[HistoryStep]:
    """The whole history, oldest first."""
    rows = project.database.rows("SELECT id, label, undone, created_at FROM history ORDER BY id")
    return [HistoryStep(row[0], row[1], bool(row[2]), row[3]) for row in rows]


def now() -> str:
    """The time, as the project's tables keep it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _next(database: Database, *, undone: bool) -> HistoryStep | None:
    order = "ASC" if undone else "DESC"
    row = database.row(
        f"SELECT id, label, undone, created_at FROM history WHERE undone = ? ORDER BY id {order} LIMIT 1",
        (int(undone),),
    )
    return None if row is None else HistoryStep(row[0], row[1], bool(row[2]), row[3])


def _apply(project: Project, step: HistoryStep, *, undone: bool) -> Changes:
    database = project.database
    with project.write(durable=True):
        changeset = database.value("SELECT changeset FROM history WHERE id = ?", (step.id,))
        with sentences(database.path):
            apsw.Changeset.apply(
                apsw.Changeset.invert(changeset) if undone else changeset,
                database.connection,
                # Derived rows have no foreign keys, and nothing else may follow a row by itself.
                flags=apsw.SQLITE_CHANGESETAPPLY_FKNOACTION,
            )
        database.execute("UPDATE history SET undone = ? WHERE id = ?", (int(undone), step.id))
        return _changes(database, changeset)


def _record(project: Project, label: str, gesture: str | None, subject: str | None, changeset: bytes) -> None:
    database = project.database
    redo_lost = database.value("SELECT count(*) FROM history WHERE undone = 1")
    database.execute("DELETE FROM history WHERE undone = 1")
    # A gesture belongs to one opening of the project: a counter may start anew in the next.
    gesture = None if gesture is None else f"{project.token} {gesture}"
    last = database.row("SELECT id, gesture, changeset FROM history ORDER BY id DESC LIMIT 1")
    if gesture is not None and last is not None and last[1] == gesture and not redo_lost:
        joined = apsw.Changeset.concat(last[2], changeset)
        if joined:
            database.execute("UPDATE history SET changeset = ? WHERE id = ?", (joined, last[0]))
        else:
            database.execute("DELETE FROM history WHERE id = ?", (last[0],))
        return
    row = {
        "label": label,
        "gesture": gesture,
        "subject": subject,
        "changeset": changeset,
        "created_at": now(),
    }
    step = database.insert("history", row)
    database.execute("DELETE FROM history WHERE id <= ?", (step - STEPS_KEPT,))


def _changes(database: Database, changeset: bytes) -> Changes:
    """Tables and ids in a changeset, and under "clip" the clips whose columns show them."""
    ids: dict[str, set[int]] = {}
    owners: dict[str, set[int]] = {}
    updated: dict[str, set[int]] = {}
    for change in apsw.Changeset.iter(changeset):
        values: Sequence[Any] = (change.new if change.op == "INSERT" else change.old) or ()
        ids.setdefault(change.name, set()).add(values[0])
        if change.name in OWNER:
            whole = change.op != "UPDATE"
            (owners if whole else updated).setdefault(change.name, set()).add(
                values[OWNER_COLUMN if whole else 0]
            )
    changes = Changes()
    for table, rows in ids.items():
        changes |= Changes.of(table, rows)
    for table, rows in updated.items():
        some = f"SELECT {OWNER[table]} FROM {table} WHERE id IN (SELECT value FROM json_each(?))"
        owners.setdefault(table, set()).update(row[0] for row in database.rows(some, (_json(rows),)))
    tracks = owners.pop("audio_file", set()) | ids.get("track", set())
    clips = set().union(*owners.values())
    if tracks:
        some = "SELECT id FROM clip WHERE track_id IN (SELECT value FROM json_each(?))"
        clips.update(row[0] for row in database.rows(some, (_json(tracks),)))
    if clips:
        changes |= Changes.of("clip", clips)
    if any(table in ids for table in ALL_CLIPS):
        changes |= Changes.of("clip")
    if "import_batch" in ids:
        changes |= Changes.of("clip", _of_batches(database, ids["import_batch"]))
        for table in ("dataset", "track", "audio_file", "annotation", "trace"):
            changes |= Changes.of(table)
    return changes


def _of_batches(database: Database, batches: set[int]) -> set[int] | None:
    """Clips that show rows of these batches, None for very many."""
    some = "IN (SELECT value FROM json_each(?))"
    of_them = (_json(batches),)
    rows = [f"SELECT count(*) FROM {table} WHERE batch_id {some}" for table in ("clip", "annotation")]
    if any(database.value(count, of_them) > BATCH_NAMED_MAX for count in rows):
        return None
    # A trace comes with its clip, in one batch.
    ways = (
        f"SELECT id FROM clip WHERE batch_id {some}",
        f"SELECT clip_id FROM annotation WHERE batch_id {some}",
        f"SELECT clip.id FROM audio_file file JOIN clip USING (track_id) WHERE file.batch_id {some}",
    )
    return {row[0] for way in ways for row in database.rows(way, of_them)}


def _json(ids: set[int]) -> str:
    return json.dumps(list(ids))
