"""What the doctor found, kept up to date in the background while datasets come and go."""

from PySide6.QtCore import QObject, QTimer, Signal

from merdesk.domain.changes import Changes
from merdesk.project.provenance import Entry
from merdesk.ui.jobs import Jobs
from merdesk.ui.session import Session
from merdesk.ui.widgets import counted
from merdesk.workflows import diagnose
from merdesk.workflows.check_audio import AudioCheck, CheckAudio
from merdesk.workflows.diagnose import Diagnose, Diagnosis
from merdesk.workflows.prepare_drawing import PrepareDrawing

DELAY_MS = 400
"""Changes that come together are followed by one examination."""
WAITED_FOR = (Diagnose.title, PrepareDrawing.title)
"""Examining takes the processor from whoever waits for the plane of a large project."""
EXAMINED = ("import_batch", "dataset")
"""A change in one of these brings datasets or takes them away."""


class Checkup(QObject):
    """The latest diagnosis of a project, and which repairs hold.

    Signals
    -------
    changed
        The findings, or the repairs that hold, are others now.
    """

    changed = Signal()

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self.diagnosis: Diagnosis | None = None
        self.heard = ""
        self.holding: dict[diagnose.Key, Entry] = diagnose.applied(session.project)
        self._stopped = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.examine)
        session.changed.connect(self._follow)
        self._timer.start()

    def stop(self) -> None:
        """Examine nothing more: the project is about to be closed; calling it twice is no harm."""
        self._timer.stop()
        self._stopped = True

    def examine(self) -> None:
        """Examine the datasets in the background; once more when something changed meanwhile."""
        if any(job.title in WAITED_FOR for job in self._jobs):
            self._timer.start()
            return
        work = Diagnose(self._session.project)
        if work.n_datasets:
            self._jobs.start(work, done=self._show)
        else:
            self._show(Diagnosis((), {}))

    def listen(self) -> None:
        """Listen to every clip in the background, then examine again."""
        work = CheckAudio(self._session.project)
        if not any(job.title == work.title for job in self._jobs):
            self.heard = ""
            self._jobs.start(work, done=self._listened)

    def _listened(self, check: AudioCheck) -> None:
        self.heard = check.sentence
        if not self._stopped:
            self.examine()

    def _show(self, diagnosis: Diagnosis) -> None:
        self.diagnosis = diagnosis
        self.changed.emit()

    def _follow(self, changes: Changes) -> None:
        if self._stopped:
            return
        if "provenance" in changes:
            self.holding = diagnose.applied(self._session.project)
            self.changed.emit()
        if any(table in changes for table in EXAMINED):
            self._timer.start()

    @property
    def sentence(self) -> str:
        """What the status bar says; empty where there is nothing to examine."""
        if self.diagnosis is None or not self.diagnosis.patients:
            return ""
        n = diagnose.open_findings(self.diagnosis, self.holding)
        return f"Doctor: {counted(n, 'finding')}" if n else "Doctor: no findings"

    @property
    def notes(self) -> dict[str, str]:
        """One word about each dataset of which there is something to say."""
        if self.diagnosis is None:
            return {}
        words = diagnose.notes(self.diagnosis, self.holding)
        if self._session.project.as_filed:
            return {name: "as filed" if word == diagnose.REPAIRED else word for name, word in words.items()}
        return words
