"""The order of clips by title, for tables of a million rows that are sorted by numbers alone."""

from itertools import islice

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.domain.changes import Changes
from merdesk.progress import Progress
from merdesk.project.project import Project

SLICE = 20_000


def title_order(project: Project, progress: Progress | None = None) -> IntArray:
    """Ids of all clips in the order of their titles, those without one by their source's id; case is ignored."""
    cursor = project.database.execute(
        "SELECT c.id FROM seen_clip c JOIN track t ON t.id = c.track_id"
        " ORDER BY CASE t.title WHEN '' THEN c.source_id ELSE t.title END COLLATE NOCASE, c.id"
    )
    parts = []
    # In slices, so that the window's thread gets its turn.
    while rows := list(islice(cursor, SLICE)):
        parts.append(np.fromiter((row[0] for row in rows), np.int64, len(rows)))
        if progress is not None:
            progress.checkpoint()
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


class OrderTitles:
    """Read the order of titles beside the window."""

    title = "Order titles"

    def __init__(self, project: Project) -> None:
        self._path = project.path

    def run(self, progress: Progress) -> IntArray:
        """Read it by a reader of its own."""
        progress.begin("Ordering titles")
        with Project.open(self._path, read_only=True) as reader:
            return title_order(reader, progress)

    def commit(self, part: object) -> Changes:  # noqa: ARG002  (nothing is delivered)
        """Nothing to write."""
        return Changes()

    def finish(self, result: IntArray) -> Changes:  # noqa: ARG002  (the caller has the result)
        """Nothing to write."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing to clean up."""
        return Changes()
