"""Counting features without holding up the window."""

from PySide6.QtCore import QObject, Signal

from merdesk.ui.jobs import Jobs
from merdesk.ui.session import Session
from merdesk.workflows.feature_state import CountFeatures


class FeatureCounts(QObject):
    """Counts when asked, beside the window: the first count loads extractors and reads probes of 10 GB of weights.

    Signals
    -------
    counted
        The `FeatureState`s, in their order.
    """

    counted = Signal(object)

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._again = False
        self._work: CountFeatures | None = None

    @property
    def busy(self) -> bool:
        """True while a count is under way."""
        return any(job.workflow is self._work for job in self._jobs)

    def ask(self) -> None:
        """Count; what is asked while a count is under way is counted after it."""
        project = self._session.project
        if project.closed:
            return
        if self.busy:
            self._again = True
        else:
            self._again = False
            self._work = CountFeatures(project)
            self._jobs.start(self._work, done=self._done)

    def _done(self, states: object) -> None:
        if self._session.project.closed:
            return
        self.counted.emit(states)
        if self._again:
            self.ask()
