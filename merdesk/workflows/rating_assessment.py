"""Looking at all ratings beside the window, while somebody goes on rating."""

from typing import Any

from merdesk.domain.changes import Changes
from merdesk.progress import Progress
from merdesk.project.project import Project
from merdesk.workflows.beside import Beside
from merdesk.workflows.rating_quality import Quality, quality


class AssessRatings:
    """What a project's ratings say about themselves, read by a reader of its own."""

    title = "Assess ratings"
    brief = True

    def __init__(self, project: Project) -> None:
        self._beside = Beside.of(project)

    def run(self, progress: Progress) -> Quality:
        """Look at what is committed."""
        progress.begin("Looking at ratings")
        with self._beside.opened() as reader:
            return quality(reader)

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: Quality) -> Changes:  # noqa: ARG002  (nothing is written)
        """Nothing is written."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()
