"""The shape of every verb, and how the command line runs one.

`run` is pure and may be slow: in the window it runs on a worker thread, touches no project and no Qt object, and
delivers parts through `Progress`. `commit`, `finish` and `abandon` write; they run on the thread that owns the
project, each in at most some 20 ms, and answer with what they changed.
"""

from typing import Any, Protocol

from merdesk.domain.changes import Changes
from merdesk.errors import attempt
from merdesk.progress import Progress


class Workflow(Protocol):
    """One user-visible verb; what it needs of the project was read when it was made."""

    @property
    def title(self) -> str:
        """What the job bar calls it."""

    def run(self, progress: Progress) -> Any:
        """Do the work; raises `MerdeskError` or `Cancelled`."""

    def commit(self, part: Any) -> Changes:
        """Write one delivered part."""

    def finish(self, result: Any) -> Changes:
        """Write what `run` returned."""

    def abandon(self) -> Changes:
        """Clean up after `run` failed or was cancelled."""


class Delivering(Progress):
    """Progress whose parts are committed at once, on the thread that delivers them."""

    def __init__(self, workflow: Workflow) -> None:
        super().__init__()
        self._workflow = workflow

    def deliver(self, part: Any) -> None:
        """Commit the part here and now."""
        self._workflow.commit(part)


def run_here(workflow: Workflow, progress: Progress | None = None) -> Any:
    """Run a workflow from start to end on this thread; returns its result, raises what it raised."""
    progress = progress or Delivering(workflow)
    try:
        result = workflow.run(progress)
    except BaseException:
        attempt(workflow.abandon)
        raise
    for part in progress.collect():
        workflow.commit(part)
    workflow.finish(result)
    return result
