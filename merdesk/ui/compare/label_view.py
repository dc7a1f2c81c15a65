"""Is the model wrong or the label? What speaks for either, of the selected clip, and what one may do about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from merdesk.domain.clip import ClipId
from merdesk.project import doubts
from merdesk.ui.compare import label_words as words
from merdesk.ui.session import Session
from merdesk.ui.sound_space import SoundSpace
from merdesk.ui.widgets import button, column, label, row, scroll_pane
from merdesk.workflows.label_check import N_NEIGHBOURS, LabelCheck, check

ASKED = 3 * N_NEIGHBOURS
"""Neighbours that are looked through for rated ones of other groups."""
NOTHING = "Choose a clip in the table below to see what speaks for its label, and what for the model."
ROWS = {
    "points": "Annotated, predicted",
    "spread": "Annotators",
    "neighbours": "Sounds like",
    "repaired": "Label",
    "twins": "Same music",
}


class LabelView(QWidget):
    """Evidence a line each; mark, rate again, list.

    Signals
    -------
    edit_asked
        A function that edits, and what it does in words.
    rate_asked
        Rate the selected clip in the plane, here and now.
    export_asked
        Export what is marked.
    """

    edit_asked = Signal(object, str)
    rate_asked = Signal()
    export_asked = Signal()

    def __init__(self, session: Session, space: SoundSpace) -> None:
        super().__init__()
        self._session, self._space = session, space
        self.found: LabelCheck | None = None
        self._title = label("Is the model wrong or the label?", "strong", wrap=True)
        self._lines = {name: label("", wrap=True) for name in ROWS}
        for name, line in self._lines.items():
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            line.setAccessibleName(ROWS[name])
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("Why? (optional)")
        self.reason.setAccessibleName("Why the label is doubtful")
        self.mark = button("Mark label doubtful", "", "Can be undone; the label itself stays as it is")
        self.rate = button("Rate again here", "", "Click in the plane where you hear it; can be undone")
        self.export = button("Export list...", "quiet", "Write all marked labels as a table")
        self._marked = label("", "muted", wrap=True)
        self.setLayout(column(scroll_pane(self._inside())))
        self.mark.clicked.connect(self._mark)
        self.reason.returnPressed.connect(self._mark)
        self.rate.clicked.connect(self.rate_asked)
        self.export.clicked.connect(self.export_asked)
        for signal in (session.selection_changed, session.columns_changed, space.changed):
            signal.connect(self.show_clip)
        session.changed.connect(lambda changes: self.show_clip() if "label_doubt" in changes else None)
        self.setFocusProxy(self.mark)
        # The Tab key comes to what stands for the whole view, and would never come to what is before that.
        self.setTabOrder(self.mark, self.reason)
        self.setTabOrder(self.reason, self.rate)
        self.show_clip()

    def _inside(self) -> QWidget:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for place, (name, head) in enumerate(ROWS.items()):
            grid.addWidget(label(head, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._lines[name], place, 1)
        self._evidence = QWidget()
        actions = row(self.reason, self.mark, self.rate, self.export, spacing=8)
        actions.setStretch(0, 1)
        self._evidence.setLayout(column(grid, actions, self._marked, spacing=12))
        inside = QWidget()
        inside.setProperty("role", "plane")
        inside.setLayout(column(self._title, self._evidence, None, spacing=12, margins=(16, 8, 16, 8)))
        return inside

    def show_clip(self) -> None:
        """Show what is known of the selected clip; out of sight, nothing is gathered."""
        if not self.isVisible():
            return
        session, current = self._session, self._session.current
        self._space.want_sounds()
        alike = self._space.sounds.like(current, ASKED) if self._space.sounds and current is not None else []
        self.found = None if current is None else check(session.project, session.columns, current, alike)
        self._evidence.setVisible(self.found is not None)
        if self.found is None:
            self._title.setText(NOTHING)
            return
        found = self.found
        self._title.setText("Is the model wrong or the label?")
        self._lines["points"].setText(f"{words.pair(found.annotated)},   {words.pair(found.predicted)}")
        for name in ("spread", "neighbours", "repaired", "twins"):
            self._lines[name].setText(getattr(words, name)(found))
        self._show_mark(found)

    def _show_mark(self, found: LabelCheck) -> None:
        writable = not self._session.project.read_only
        n = len(doubts.all(self._session.project))
        self.mark.setText("Mark label doubtful" if found.doubt is None else "Doubt it no more")
        self.mark.setEnabled(writable)
        self.rate.setEnabled(writable)
        self.reason.setVisible(found.doubt is None)
        self.reason.setEnabled(writable)
        self.export.setVisible(n > 0)
        said = []
        if found.doubt is not None:
            why = f": {found.doubt.reason}" if found.doubt.reason else ""
            said.append(f"Marked as doubtful on {found.doubt.created_at[:10]}{why}.")
        if n:
            said.append(f"{n} label{'s are' if n > 1 else ' is'} marked in this project.")
        self._marked.setText(" ".join(said))

    def _mark(self) -> None:
        current = self._session.current
        if current is None or self.found is None:
            return
        project, clip_id = self._session.project, ClipId(current)
        if self.found.doubt is not None:
            self.edit_asked.emit(
                lambda: self._session.edit(lambda: doubts.clear(project, clip_id)), "taking a mark away"
            )
            return
        reason = self.reason.text()
        self.edit_asked.emit(
            lambda: self._session.edit(lambda: doubts.mark(project, clip_id, reason)), "marking a label"
        )
        self.reason.clear()

    def showEvent(self, event: QShowEvent) -> None:
        """Gather what was not gathered while out of sight."""
        super().showEvent(event)
        self.show_clip()
