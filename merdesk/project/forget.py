"""Forget an annotator: the one edit that cannot be undone, because it leaves nothing to undo it from."""

import shutil

from merdesk.domain.annotation import AnnotatorId
from merdesk.domain.changes import Changes
from merdesk.errors import ProjectError
from merdesk.project import values
from merdesk.project.project import Project


def forget(project: Project, annotator_id: AnnotatorId) -> Changes:
    """Erase an annotator with all values and traces, the whole history, all backups and the cache.

    The history goes because its changesets hold the erased values. What was undone and what was removed can then no
    longer come back and is deleted too. The file is written anew, so that no erased byte stays in a free page.

    Raises
    ------
    ProjectError
        When the project is read-only, or a backup or cached file cannot be deleted.
    """
    database = project.database
    with project.write(durable=True):
        for table in (
            "annotation",
            "trace",
            "rating",
            "comparison",
            "study_answer",
            "study_pair",
            "study_person",
            "trace_draft",
        ):
            database.execute(f"DELETE FROM {table} WHERE annotator_id = ?", (annotator_id,))
        database.execute("DELETE FROM annotator WHERE id = ?", (annotator_id,))
        database.execute("DELETE FROM history")
    if values.get(project, "annotator") == annotator_id:
        values.set(project, "annotator", None)
    while project.tidy(1.0):
        pass
    database.execute("VACUUM")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _empty(project)
    return Changes.of("annotation") | Changes.of("trace") | Changes.of("clip") | Changes.of("annotator")


def _empty(project: Project) -> None:
    for folder in (project.backups_dir, project.cache_dir):
        try:
            for entry in folder.iterdir():
                if entry.is_dir():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()
        except OSError as error:
            raise ProjectError(
                f"The annotator is forgotten, but {folder} still holds copies ({error.strerror}); delete them by hand."
            ) from error
