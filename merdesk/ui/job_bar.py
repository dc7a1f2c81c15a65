"""The status bar: what runs, how far it is, how long it will take, pause and cancel; problems at the right."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from merdesk.progress import ProgressState
from merdesk.ui.jobs import Job, Jobs
from merdesk.ui.widgets import button, counted, label, span

BAR_WIDTH = 144
MANY_BYTES = 100_000
"""What counts bytes counts fewer of other things: layers, files."""


def sentence(title: str, state: ProgressState, *, in_bytes: bool = False, units: str = "") -> str:
    """What a job does right now; how fast, where it is known what it counts."""
    if state.cancelled:
        return f"{title}: stopping"
    if in_bytes and (state.total or 0) >= MANY_BYTES:
        return f"{title}: {_of_bytes(state)}" + (", paused" if state.paused else "")
    if state.total:
        pace = ", paused" if state.paused else _pace(state) if units else ""
        return f"{title}: {min(state.done, state.total):,} of {state.total:,}{units and ' '}{units}{pace}"
    return f"{title}: {state.step.lower()}" if state.step else title


def _of_bytes(state: ProgressState) -> str:
    """How much has come, and how fast."""
    total = state.total or 0
    unit, name = (1e9, "GB") if total >= 1e9 else (1e6, "MB")
    said = f"{min(state.done, total) / unit:.1f} of {total / unit:.1f} {name}"
    if state.left_s and not state.paused:
        said += f", {(total - state.done) / state.left_s / 1e6:.1f} MB/s"
    return said


def _pace(state: ProgressState) -> str:
    """How many units come in the shortest time in which one does."""
    if not state.left_s or not state.total:
        return ""
    a_second = (state.total - state.done) / state.left_s
    if a_second >= 1:
        return f", {a_second:.2g} a second"
    return f", {a_second * 60:.2g} a minute" if a_second * 60 >= 1 else f", {a_second * 3600:.2g} an hour"


class _JobRow(QWidget):
    """One job in the bar."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job
        self._in_bytes = getattr(job.workflow, "counts_bytes", False)
        self._units = getattr(job.workflow, "units", "")
        self._text: QLabel = label("", "caption")
        self._bar = QProgressBar()
        self._bar.setFixedWidth(BAR_WIDTH)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(f"Progress of {job.title}")
        self._left: QLabel = label("", "caption")
        self._pause: QPushButton = button("Pause", "quiet")
        self._cancel: QPushButton = button("Cancel", "quiet")
        self._cancel.setAccessibleName(f"Cancel {job.title}")
        self._pause.clicked.connect(self._toggle)
        self._cancel.clicked.connect(job.progress.cancel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 16, 0)
        layout.setSpacing(12)
        for part in (self._text, self._bar, self._left, self._pause, self._cancel):
            layout.addWidget(part)

    def _toggle(self) -> None:
        progress = self._job.progress
        (progress.resume if progress.paused else progress.pause)()
        self.show_state()

    def show_state(self) -> None:
        """Draw the job as it is now."""
        state = self._job.state
        self._text.setText(sentence(self._job.title, state, in_bytes=self._in_bytes, units=self._units))
        fraction = state.fraction
        self._bar.setRange(0, 0 if fraction is None and not state.cancelled else 1000)
        self._bar.setValue(round(1000 * (fraction or 0)))
        self._left.setText(f"{span(state.left_s)} left" if state.left_s and not state.paused else "")
        word = "Resume" if state.paused else "Pause"
        self._pause.setText(word)
        self._pause.setAccessibleName(f"{word} {self._job.title}")
        self._pause.setEnabled(not state.cancelled)
        self._cancel.setEnabled(not state.cancelled)


class JobBar(QWidget):
    """Jobs under way, a last message, and the number of problems.

    Signals
    -------
    problems_asked
        The user wants to see the problems.
    doctor_asked
        The user wants to see what the doctor found.
    """

    problems_asked = Signal()
    doctor_asked = Signal()

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._rows: dict[Job, _JobRow] = {}
        self._message = label("", "caption")
        self._problems = button("", "quiet", "Show what went wrong (Ctrl+Shift+P)")
        self._problems.clicked.connect(self.problems_asked)
        self._problems.hide()
        self._doctor = button("", "quiet", "Show what is wrong with the datasets (Ctrl+D)")
        self._doctor.clicked.connect(self.doctor_asked)
        self._doctor.hide()
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(16, 0, 8, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self._message)
        self._layout.addStretch(1)
        self._layout.addWidget(self._problems)
        self._layout.addWidget(self._doctor)
        # As high as its words at large fonts.
        self.setFixedHeight(max(30, self.fontMetrics().height() + 12))
        jobs.changed.connect(self._show)

    def say(self, message: str) -> None:
        """Show what was done last; a running job stands in its place while it runs."""
        self._message.setText(message)
        self._message.setToolTip(message)

    def set_problems(self, n: int) -> None:
        """Show how many problems the panel holds."""
        self._problems.setVisible(n > 0)
        self._problems.setText(counted(n, "problem"))

    def set_doctor(self, sentence: str) -> None:
        """Show what the doctor says in a few words; nothing for an empty text."""
        self._doctor.setVisible(bool(sentence))
        self._doctor.setText(sentence)

    def _show(self) -> None:
        running = [job for job in self._jobs if job.worth_showing]
        for job in [job for job in self._rows if job not in running]:
            old = self._rows.pop(job)
            self._layout.removeWidget(old)
            old.deleteLater()
        for job in running:
            if job not in self._rows:
                self._rows[job] = _JobRow(job)
                self._layout.insertWidget(len(self._rows) - 1, self._rows[job])
            self._rows[job].show_state()
        self._message.setVisible(not running)
