"""The doctor's window: findings at the left, the one that is looked at at the right, repairs below."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QHBoxLayout, QStackedWidget, QWidget

from merdesk.errors import Failure, attempt
from merdesk.ui.doctor.checkup import Checkup
from merdesk.ui.doctor.finding_list import FindingList
from merdesk.ui.doctor.finding_view import FindingView
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, counted, framed, label, row, rule
from merdesk.workflows import diagnose
from merdesk.workflows.diagnose import Diagnosed

LIST_PX = 320


class DoctorDialog(QDialog):
    """Stands beside the window, so that clips can be played and looked at in the plane meanwhile."""

    def __init__(
        self,
        session: Session,
        checkup: Checkup,
        theme: Theme,
        play: Callable[[int], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        HelpKey(self, "doctor")
        self.setWindowTitle("Doctor")
        self._session, self._checkup = session, checkup
        self._looked_at: diagnose.Key | None = None
        self.list = FindingList()
        self.view = FindingView(theme, read_only=session.project.read_only)
        self._head, self._summary = label("Doctor", "title"), label("", "muted", wrap=True)
        self.as_filed = QCheckBox("Show values as filed everywhere")
        self.as_filed.setToolTip("Sets the repairs in force aside in every view, statistic and export")
        self._notice = label("", "bad")
        self.apply_chosen = button("Apply", "primary")
        self._undo = button("Undo", "", "Take the last edit back (Ctrl+Z)")
        self._export = button("Export...", "", "What is wrong with these copies, as Markdown or JSON")
        self.listen = button(
            "Check audio",
            "",
            "Listen to every clip: silence, clipping, lengths, one recording twice",
        )
        self._stack = QStackedWidget()
        self._build()
        self.list.picked.connect(self._pick)
        self.list.ticked.connect(self._show_buttons)
        self.view.play_asked.connect(play)
        self.view.shown_asked.connect(self._show_in_plane)
        self.view.apply_asked.connect(lambda: self._apply([self._current()]))
        self.view.revert_asked.connect(self._revert)
        self.apply_chosen.clicked.connect(lambda: self._apply(self._chosen()))
        self._undo.clicked.connect(self._take_back)
        self._export.clicked.connect(self._choose_file)
        self.listen.clicked.connect(self._listen)
        self.as_filed.toggled.connect(session.set_as_filed)
        QShortcut(QKeySequence.StandardKey.Undo, self, self._take_back)
        QShortcut(QKeySequence.StandardKey.Redo, self, session.redo)
        checkup.changed.connect(self.refresh)
        session.history_changed.connect(self._show_buttons)
        self.refresh()

    def _build(self) -> None:
        about = column(self._head, self._summary, spacing=2)
        head = column(about, self.as_filed, spacing=10, margins=(16, 20, 16, 4))
        left = framed(column(head, self.list, spacing=8, margins=(0, 0, 0, 8)), "panel")
        left.setFixedWidth(LIST_PX)
        nothing = label("", "muted")
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing = nothing
        for part in (self.view, nothing):
            self._stack.addWidget(part)
        body = QHBoxLayout()
        body.setSpacing(0)
        for item in (left, rule(upright=True), self._stack):
            body.addWidget(item, 1 if item is self._stack else 0)
        close = button("Close")
        close.clicked.connect(self.close)
        bar = row(
            self._export,
            self.listen,
            self._undo,
            self._notice,
            None,
            close,
            self.apply_chosen,
            margins=(16, 10, 16, 12),
        )
        self.setLayout(column(body, rule(), bar, spacing=0))
        self.resize(1080, 720)

    def refresh(self) -> None:
        """Show the latest diagnosis, the finding that was looked at kept."""
        diagnosis = self._checkup.diagnosis
        found = () if diagnosis is None else diagnosis.found
        self.list.show_findings(found, self._checkup.holding)
        self._summary.setText(self._said())
        self._stack.setCurrentIndex(0 if found else 1)
        self._nothing.setText(self._said())
        keys = [one.key for one in found]
        if found:
            place = keys.index(self._looked_at) if self._looked_at in keys else 0
            self.list.look_at(place)
            self._pick(place)
        self._show_buttons()
        self.as_filed.setChecked(self._session.project.as_filed)
        if self._checkup.heard:
            self._say(self._checkup.heard, "muted")
            self._checkup.heard = ""

    def _said(self) -> str:
        diagnosis = self._checkup.diagnosis
        if diagnosis is None:
            return "Looking at the datasets."
        if not diagnosis.patients:
            return "There is no published dataset to look at. Import one by dropping its folder."
        n = diagnose.open_findings(diagnosis, self._checkup.holding)
        state = "set aside" if self._session.project.as_filed else "in force"
        held = f", {counted(len(self._checkup.holding), 'repair')} {state}" if self._checkup.holding else ""
        noted = sum(not one.counts for one in diagnosis.found)
        notes = f" and {counted(noted, 'note')}" if noted else ""
        return f"{counted(n, 'finding')}{notes} in {counted(len(diagnosis.patients), 'dataset')}{held}"

    def _pick(self, place: int) -> None:
        diagnosis = self._checkup.diagnosis
        if diagnosis is not None and place < len(diagnosis.found):
            one = diagnosis.found[place]
            self._looked_at = one.key
            self.view.show_finding(diagnosis, one, self._checkup.holding.get(one.key))

    def _current(self) -> Diagnosed:
        diagnosis = self._checkup.diagnosis
        assert diagnosis is not None
        return next(one for one in diagnosis.found if one.key == self._looked_at)

    def _chosen(self) -> list[Diagnosed]:
        diagnosis, keys = self._checkup.diagnosis, self.list.chosen()
        return [] if diagnosis is None else [one for one in diagnosis.found if one.key in keys]

    def _show_buttons(self) -> None:
        n = len(self.list.chosen())
        writable = not self._session.project.read_only
        self.apply_chosen.setText(f"Apply {counted(n, 'repair')}" if n else "Apply repairs")
        self.apply_chosen.setEnabled(n > 0 and writable)
        self._undo.setEnabled(writable and self._session.undo_label() is not None)
        self._export.setEnabled(self._checkup.diagnosis is not None)
        self.listen.setEnabled(self._checkup.diagnosis is not None and bool(self._checkup.diagnosis.patients))

    def _apply(self, chosen: list[Diagnosed]) -> None:
        for one in chosen:
            self._guarded(partial(self._session.edit, partial(diagnose.apply, self._session.project, one)))

    def _revert(self) -> None:
        entry = self._checkup.holding.get(self._current().key)
        if entry is not None:
            self._guarded(lambda: self._session.edit(lambda: diagnose.revert(self._session.project, entry)))

    def _take_back(self) -> None:
        self._guarded(self._session.undo)

    def _show_in_plane(self, clip_ids: tuple[int, ...]) -> None:
        self._session.select(clip_ids)

    def _listen(self) -> None:
        self._say("Listening in the background; the status bar tells how far it is.", "muted")
        self._checkup.listen()

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self,
            "Export findings",
            str(Path.home() / f"{self._session.project.title} findings.md"),
            "Markdown (*.md);;JSON (*.json)",
        )
        if name:
            self._guarded(lambda: self.export(Path(name)))

    def export(self, path: Path) -> None:
        """Write the findings as JSON or Markdown, by the ending."""
        diagnosis = self._checkup.diagnosis
        assert diagnosis is not None
        if path.suffix == ".json":
            record = diagnose.record(diagnosis, self._checkup.holding)
            text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
        else:
            text = diagnose.markdown(diagnosis, self._checkup.holding)
        diagnose.write(path, text)
        self._say(f"Written to {path.name}.", "muted")

    def _guarded(self, call: Callable[[], object]) -> None:
        self._say("", "muted")
        outcome = attempt(call)
        if isinstance(outcome, Failure):
            if not outcome.expected:
                raise RuntimeError(outcome.details)
            self._say(outcome.message, "bad")

    def _say(self, text: str, role: str) -> None:
        self._notice.setText(text)
        self._notice.setProperty("role", role)
        self._notice.style().polish(self._notice)
