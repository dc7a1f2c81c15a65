"""The quality of ratings, kept up to date while somebody rates."""

from PySide6.QtCore import QObject, QTimer

from merdesk.domain.changes import Changes
from merdesk.ui.annotate.quality_dialog import QualityDialog
from merdesk.ui.jobs import Jobs
from merdesk.ui.session import Session
from merdesk.workflows.rating_assessment import AssessRatings
from merdesk.workflows.rating_quality import Quality

DELAY_MS = 400
"""Answers that come together are looked at together; 120 ratings of 400 clips take some 80 ms on one core."""
LOOKED_AT = (
    "annotation",
    "rating",
    "trace",
    "comparison",
    "study",
    "study_answer",
    "study_pair",
    "annotator",
    "import_batch",
    "provenance",
)


class LiveQuality(QObject):
    """Shows a dialog what the ratings say, in the background, as long as it is open."""

    def __init__(self, session: Session, jobs: Jobs, dialog: QualityDialog) -> None:
        super().__init__(dialog)
        self._session, self._jobs, self._dialog = session, jobs, dialog
        self._work: AssessRatings | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.assess)
        session.changed.connect(self._follow)

    def show(self) -> None:
        """Bring the dialog to the front; what was rated while it was closed is looked at now."""
        if not self._dialog.isVisible():
            self.assess()
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()

    def assess(self) -> None:
        """Look at the ratings now, or as soon as the look that is under way has ended."""
        project = self._session.project
        if project.closed:
            return
        if any(job.workflow is self._work for job in self._jobs):
            self._timer.start()
            return
        self._work = AssessRatings(project)
        self._jobs.start(self._work, done=self._done)

    def _follow(self, changes: Changes) -> None:
        # A timer that runs is not begun anew: who rates without a pause would never see a figure.
        wanted = any(table in changes for table in LOOKED_AT)
        if wanted and self._dialog.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _done(self, found: Quality) -> None:
        if not self._session.project.closed:
            self._dialog.show_quality(found)
