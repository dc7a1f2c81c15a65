"""Runs workflows beside the window: a thread each for the work, the GUI thread for what is written.

Threads hold plain Python objects and are polled by one timer; a QObject per job crashed on shutdown.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from merdesk.domain.changes import Changes
from merdesk.errors import Failure, attempt
from merdesk.progress import Progress, ProgressState
from merdesk.workflows.workflow import Workflow

LOG = logging.getLogger(__name__)
POLL_MS = 40
COMMIT_BUDGET_S = 0.02
"""Parts are committed for at most this long at a time, so that the window stays fluid."""
QUIT_WAIT_S = 5.0
BRIEF_S = 1.0
"""Work that calls itself brief is shown when it takes longer."""


@dataclass(slots=True, eq=False)
class Job:
    """A workflow under way."""

    workflow: Workflow
    progress: Progress = field(default_factory=Progress)
    outcome: Any = None
    done: Callable[[Any], None] | None = None
    stopped: Callable[[], None] | None = None
    thread: threading.Thread | None = None
    started: float = field(default_factory=time.monotonic)
    broken: bool = False
    """A part could not be written: the rest is not tried, and nothing is finished."""

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return self.workflow.title

    @property
    def worth_showing(self) -> bool:
        """False for work that is mostly done before anybody could read its name, as long as it may still be."""
        return not getattr(self.workflow, "brief", False) or time.monotonic() - self.started > BRIEF_S

    @property
    def state(self) -> ProgressState:
        """How far it is."""
        return self.progress.state()

    def start(self) -> None:
        """Begin on a thread of its own."""
        self.thread = threading.Thread(target=self._work, name=f"job {self.title}", daemon=True)
        self.thread.start()

    def _work(self) -> None:
        self.outcome = attempt(lambda: self.workflow.run(self.progress))


class Jobs(QObject):
    """The jobs under way.

    Signals
    -------
    changed
        A job began, went on or ended.
    committed
        `Changes` that a job wrote.
    failed
        Job and `Failure`; not sent for a job that the user cancelled.
    """

    changed = Signal()
    committed = Signal(object)
    failed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)

    def __iter__(self) -> Any:
        return iter(tuple(self._jobs))

    def __len__(self) -> int:
        return len(self._jobs)

    def start(
        self,
        workflow: Workflow,
        done: Callable[[Any], None] | None = None,
        *,
        stopped: Callable[[], None] | None = None,
    ) -> Job:
        """Run a workflow.

        On the GUI thread, once everything is written, `done` receives its result, or `stopped` is called when the
        user has cancelled it.
        """
        job = Job(workflow, done=done, stopped=stopped)
        LOG.info("%s: begun", job.title)
        self._jobs.append(job)
        job.start()
        self._timer.start()
        self.changed.emit()
        return job

    def stop_all(self) -> None:
        """Cancel everything and wait a little; for the end of the program or of a project."""
        self._timer.stop()
        for job in self._jobs:
            job.progress.cancel()
        until = time.monotonic() + QUIT_WAIT_S
        for job in self._jobs:
            if job.thread is not None:
                job.thread.join(max(0.0, until - time.monotonic()))
            self._commit_parts(job, budget_s=float("inf"))
            attempt(job.workflow.abandon)
        self._jobs.clear()
        self.changed.emit()

    def _poll(self) -> None:
        # A timer does not fire while its own slot runs, and `done` may open a dialog: begun anew, it goes on.
        self._timer.start()
        for job in tuple(self._jobs):
            if job not in self._jobs:
                # Ended by a timer that fired while a dialog of the job before it was open.
                continue
            running = job.thread is not None and job.thread.is_alive()
            emptied = self._commit_parts(job, budget_s=COMMIT_BUDGET_S)
            if not running and emptied and job in self._jobs:
                self._end(job)
        if not self._jobs:
            self._timer.stop()
        self.changed.emit()

    def _commit_parts(self, job: Job, *, budget_s: float) -> bool:
        """Commit delivered parts within the budget; True when none is left."""
        until = time.perf_counter() + budget_s
        changes = Changes()
        while parts := job.progress.collect(1):
            if job.broken:
                continue
            written = attempt(partial(job.workflow.commit, parts[0]))
            if isinstance(written, Failure):
                job.broken = True
                job.progress.cancel()
                self.failed.emit(job, written)
                continue
            changes |= written
            if time.perf_counter() > until:
                break
        else:
            self._announce(changes)
            return True
        self._announce(changes)
        return False

    def _end(self, job: Job) -> None:
        self._jobs.remove(job)
        outcome = job.outcome
        LOG.info("%s: %s after %.1f s", job.title, _said(outcome), job.state.elapsed_s)
        if job.broken or isinstance(outcome, Failure):
            self._announce_outcome(job, attempt(job.workflow.abandon))
            if isinstance(outcome, Failure) and not outcome.cancelled:
                self.failed.emit(job, outcome)
            elif not job.broken and job.stopped is not None:
                job.stopped()
            return
        written = attempt(lambda: job.workflow.finish(outcome))
        self._announce_outcome(job, written)
        if not isinstance(written, Failure) and job.done is not None:
            job.done(outcome)

    def _announce_outcome(self, job: Job, written: Changes | Failure) -> None:
        if isinstance(written, Failure):
            self.failed.emit(job, written)
        else:
            self._announce(written)

    def _announce(self, changes: Changes) -> None:
        if changes:
            self.committed.emit(changes)


def _said(outcome: object) -> str:
    """How a job ended, for the log; what failed is told by whoever shows it."""
    if isinstance(outcome, Failure):
        return "cancelled" if outcome.cancelled else "failed"
    return "done"
