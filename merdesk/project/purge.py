"""Rows that nobody can bring back any more are deleted in slices, so that no window waits for it.

Such are the rows of an undone batch whose step has left the history, and those of a removed dataset or model whose
removal has left it.
"""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from merdesk.project.database import Database

SLICE = 500
"""Clips deleted in one transaction: some 10 ms."""
RECORD_SUFFIX = ".run.json"
"""Of the file beside a model's own that tells how it was trained."""


def give_up_unfinished(database: Database) -> int:
    """After a crash: let go of batches that were still loading; return how many there were."""
    unfinished = int(database.value("SELECT count(*) FROM import_batch WHERE state = 'loading'"))
    if unfinished:
        with database.transaction(durable=True):
            database.execute("UPDATE import_batch SET state = 'undone' WHERE state = 'loading'")
            _count(database)
    return unfinished


def purge(database: Database, budget_s: float) -> bool:
    """Delete lost rows for at most about budget_s seconds; True when some are left."""
    until = time.monotonic() + budget_s
    while _purge_slice(database):
        if time.monotonic() >= until:
            return True
    return False


def _purge_slice(database: Database) -> bool:
    batch = database.value(
        "SELECT id FROM import_batch WHERE state = 'undone' AND NOT EXISTS"
        " (SELECT 1 FROM history WHERE subject = 'batch ' || import_batch.id) LIMIT 1"
    )
    if batch is not None:
        # Clips that a later batch added to this one's dataset go with it.
        where = "batch_id = ?1 OR dataset_id IN (SELECT id FROM dataset WHERE batch_id = ?1)"
        _delete_slice(database, where, int(batch), _end_batch)
        return True
    dataset = database.value(
        "SELECT id FROM dataset WHERE removed = 1 AND NOT EXISTS"
        " (SELECT 1 FROM history WHERE subject = 'dataset ' || dataset.id) ORDER BY id DESC LIMIT 1"
    )
    if dataset is not None:
        _delete_slice(database, "dataset_id = ?1", int(dataset), _end_dataset)
        return True
    model = database.row(
        "SELECT id, file_name FROM model WHERE removed = 1 AND NOT EXISTS"
        " (SELECT 1 FROM history WHERE subject = 'model ' || model.id) LIMIT 1"
    )
    if model is not None:
        _delete_model(database, *model)
        return True
    return False


def _delete_model(database: Database, model: int, file_name: str) -> None:
    with database.transaction(durable=False):
        database.execute("DELETE FROM prediction WHERE model_id = ?", (model,))
        database.execute("DELETE FROM predicted_trace WHERE model_id = ?", (model,))
        database.execute("DELETE FROM model WHERE id = ?", (model,))
        _count(database)
    # After the row: a crash between leaves a file too many, never a model without its file.
    if file_name:
        file = database.path.parent / "models" / Path(file_name).name
        file.unlink(missing_ok=True)
        file.with_suffix(RECORD_SUFFIX).unlink(missing_ok=True)


def _delete_slice(database: Database, where: str, owner: int, end: Callable[[Database, int], None]) -> None:
    """Delete some of the owner's clips, or what else it has once no clip is left."""
    with database.transaction(durable=False):
        clips = [
            row[0] for row in database.rows(f"SELECT id FROM clip WHERE {where} LIMIT {SLICE}", (owner,))
        ]
        if clips:
            delete_clips(database, clips)
        else:
            end(database, owner)
        _count(database)


def delete_clips(database: Database, clips: Sequence[int]) -> None:
    """Delete clips with all that hangs on them, and the tracks that no other clip needs."""
    ids = (json.dumps(clips),)
    some = "(SELECT value FROM json_each(?))"
    tracks = [row[0] for row in database.rows(f"SELECT DISTINCT track_id FROM clip WHERE id IN {some}", ids)]
    for table in (
        "annotation",
        "trace",
        "rating",
        "study_answer",
        "label_doubt",
        "trace_draft",
        "prediction",
        "predicted_trace",
        "loudness",
    ):
        database.execute(f"DELETE FROM {table} WHERE clip_id IN {some}", ids)
    for side in ("first_id", "second_id"):
        for table in ("comparison", "study_pair"):
            database.execute(f"DELETE FROM {table} WHERE {side} IN {some}", ids)
    database.execute(f"DELETE FROM clip WHERE id IN {some}", ids)
    bare = database.rows(
        "SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM clip WHERE track_id = value)",
        (json.dumps(tracks),),
    )
    ids = (json.dumps([row[0] for row in bare]),)
    database.execute(
        f"DELETE FROM digest WHERE file_id IN (SELECT id FROM audio_file WHERE track_id IN {some})", ids
    )
    database.execute(f"DELETE FROM audio_file WHERE track_id IN {some}", ids)
    database.execute(f"DELETE FROM track WHERE id IN {some}", ids)


def _end_batch(database: Database, batch: int) -> None:
    # What a batch said about other batches' clips: ratings, and where their audio lies.
    for table in ("annotation", "audio_file"):
        rows = database.rows(f"SELECT id FROM {table} WHERE batch_id = ? LIMIT ?", (batch, SLICE))
        if rows:
            ids = (json.dumps([row[0] for row in rows]),)
            if table == "audio_file":
                database.execute("DELETE FROM digest WHERE file_id IN (SELECT value FROM json_each(?))", ids)
            database.execute(f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))", ids)
            return
    for (dataset,) in database.rows("SELECT id FROM dataset WHERE batch_id = ?", (batch,)):
        _end_dataset(database, dataset)
    for table in ("problem", "imported_column"):
        database.execute(f"DELETE FROM {table} WHERE batch_id = ?", (batch,))
    database.execute("DELETE FROM import_batch WHERE id = ?", (batch,))


def _end_dataset(database: Database, dataset: int) -> None:
    database.execute("DELETE FROM genre_mapping WHERE dataset_id = ?", (dataset,))
    database.execute("DELETE FROM provenance WHERE dataset_id = ?", (dataset,))
    # What its table said further; a batch of files has none.
    database.execute(
        "DELETE FROM imported_column WHERE batch_id = (SELECT batch_id FROM dataset WHERE id = ?)", (dataset,)
    )
    database.execute("DELETE FROM dataset WHERE id = ?", (dataset,))


def _count(database: Database) -> None:
    database.execute("UPDATE revision SET n = n + 1")
