"""Looking at residuals without holding up the window."""

from PySide6.QtCore import QObject, Signal

from merdesk.domain.arrays import BoolArray
from merdesk.project import models
from merdesk.ui.jobs import Jobs
from merdesk.ui.session import Session
from merdesk.workflows.residuals import DescribeResiduals


class ResidualWork(QObject):
    """Computes the views of the clips that are compared; asked again while it computes, it begins anew after that.

    Signals
    -------
    found
        `ResidualViews` of what was asked for last.
    """

    found = Signal(object)

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._work: DescribeResiduals | None = None
        self._next: BoolArray | None = None

    @property
    def busy(self) -> bool:
        """True while something is computed."""
        return any(job.workflow is self._work for job in self._jobs)

    def ask(self, compared: BoolArray) -> None:
        """Look at the clips of a mask [n] of the session's columns."""
        if self.busy:
            self._next = compared
            return
        session = self._session
        current = models.current(session.project) if session.borrowed is None else None
        file_name = current.file_name if current else ""
        self._work = DescribeResiduals(session.project, session.columns.take(compared), file_name)
        self._jobs.start(self._work, done=self._done)

    def _done(self, views: object) -> None:
        again, self._next = self._next, None
        if again is None or len(again) != len(self._session.columns):
            self.found.emit(views)
        else:
            self.ask(again)
