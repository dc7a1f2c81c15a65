"""Build the demo project beside an open window: on its thread, with a project of its own."""

from pathlib import Path
from typing import Any

from merdesk.domain.changes import Changes
from merdesk.progress import Progress
from merdesk.workflows.demo import DemoSettings, DemoSummary, build_demo
from merdesk.workflows.workflow import Delivering, Workflow, run_here


class Forwarding(Delivering):
    """Commits parts at once, tells another progress of its steps, and heeds its pause and cancel."""

    def __init__(self, workflow: Workflow, outer: Progress) -> None:
        super().__init__(workflow)
        self._outer = outer

    def begin(self, step: str, total: int | None = None, *, done: int = 0) -> None:
        """Name the step where it is seen."""
        self._outer.begin(step, total, done=done)

    def advance(self, n: int = 1) -> None:
        """Count where it is seen."""
        self._outer.advance(n)

    def checkpoint(self) -> None:
        """Wait and leave as the outer one says."""
        self._outer.checkpoint()

    @property
    def paused(self) -> bool:
        """True while the outer one is held."""
        return self._outer.paused

    @property
    def cancelled(self) -> bool:
        """True once the outer one was cancelled."""
        return self._outer.cancelled


class BuildDemo:
    """Make the demo at a path, or complete the one that is there; what is done stays when it is cancelled."""

    title = "Build the demo"

    def __init__(self, path: Path, *, workers: int = 0, settings: DemoSettings | None = None) -> None:
        self.path = path
        self._workers, self._settings = workers, settings

    def run(self, progress: Progress) -> DemoSummary:
        """Build it by the thread that calls, which owns it until then."""
        progress.begin("Building the demo")
        return build_demo(
            self.path,
            run=lambda workflow: run_here(workflow, Forwarding(workflow, progress)),
            workers=self._workers,
            settings=self._settings,
        )

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered to the project that is open."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: DemoSummary) -> Changes:  # noqa: ARG002  (the project that is open is another one)
        """Nothing to write into the project that is open."""
        return Changes()

    def abandon(self) -> Changes:
        """What was built stays: the next call goes on from there."""
        return Changes()
