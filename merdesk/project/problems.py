"""Rows and files that imports left out, kept so that they can be looked at later; derived."""

from collections.abc import Sequence

from merdesk.domain.changes import Changes
from merdesk.domain.clip import DatasetId
from merdesk.domain.source import LeftOut
from merdesk.project.project import Project
from merdesk.project.text import clean


def add(project: Project, batch_id: int | None, left_out: Sequence[LeftOut]) -> Changes:
    """Keep what a batch left out."""
    with project.write():
        project.database.execute_many(
            "INSERT INTO problem (batch_id, file, line, reason) VALUES (?, ?, ?, ?)",
            [(batch_id, clean(one.file), one.line, clean(one.reason)) for one in left_out],
        )
    return Changes.of("problem")


def all(project: Project) -> list[LeftOut]:  # noqa: A001  (read as problems.all)
    """Everything left out by imports that are not undone, oldest first."""
    rows = project.database.rows(
        "SELECT file, line, reason FROM problem WHERE batch_id IS NULL OR batch_id IN"
        " (SELECT id FROM import_batch WHERE state <> 'undone') ORDER BY id"
    )
    return [LeftOut(*row) for row in rows]


def of_dataset(project: Project, dataset_id: DatasetId) -> list[LeftOut]:
    """What the import that brought a dataset left out, oldest first."""
    rows = project.database.rows(
        "SELECT file, line, reason FROM problem WHERE batch_id ="
        " (SELECT batch_id FROM dataset WHERE id = ?) ORDER BY id",
        (dataset_id,),
    )
    return [LeftOut(*row) for row in rows]


def clear(project: Project) -> Changes:
    """Forget them all."""
    with project.write():
        project.database.execute("DELETE FROM problem")
    return Changes.of("problem")
