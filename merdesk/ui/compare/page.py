"""Compare: annotation against prediction, worst first, to look at and to hear."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from merdesk.domain.arrays import BoolArray
from merdesk.ui.clip_page import ClipPage
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import signed
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, counted, framed, label, row

QUEUE_LENGTH = 20
"""So many of the worst clips are queued by one press."""


class ComparePage(ClipPage):
    """Plane with both points of each clip, and the clips sorted by error."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(session, theme)
        self._head = label("", "title")
        self._summary = label("", "muted", wrap=True)
        self._play_worst = button(
            "Play the worst", "primary", f"Play the {QUEUE_LENGTH} clips with the largest error"
        )
        self._play_worst.clicked.connect(lambda: self.queue_asked.emit(self.table.table.ids()[:QUEUE_LENGTH]))
        self._give_back = button(
            "Back to the model in use", "", "Show the predictions of the model in use again"
        )
        self._give_back.clicked.connect(session.give_back)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content())
        self.setLayout(column(self._stack))
        session.selection_changed.connect(lambda: self.plane.set_selected(session.selection))
        self.table.sort_by("Error", descending=True)

    def _content(self) -> QWidget:
        head = row(column(self._head, self._summary, spacing=2), margins=(16, 12, 16, 8), spacing=16)
        head.setStretch(0, 1)
        head.addWidget(self._give_back, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._play_worst, 0, Qt.AlignmentFlag.AlignTop)
        side = framed(column(self.table), "panel")
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.plane)
        split.addWidget(side)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        split.setSizes([300, 200])
        content = QWidget()
        content.setLayout(column(head, split, spacing=0))
        return content

    def compared(self) -> BoolArray:
        """True for the rows that are shown, annotated and predicted."""
        columns = self._session.columns
        return np.asarray(self._session.visible & columns.annotated & columns.predicted)

    def fill(self) -> None:
        """Show what can be compared now."""
        session, compared = self._session, self.compared()
        self._give_back.setVisible(session.borrowed is not None)
        n = int(compared.sum())
        self._stack.setCurrentIndex(1 if n else 0)
        if not n:
            self._say_nothing()
            return
        self.plane.set_clips(session.columns, compared)
        self.plane.set_selected(session.selection)
        self.table.show_rows(np.flatnonzero(compared))
        self._head.setText(f"{session.model_name()} against the annotations")
        valence, arousal = session.columns.residual[compared].mean(axis=0)
        self._summary.setText(
            f"{counted(n, 'clip')}, mean error {signed(float(valence))} valence and {signed(float(arousal))} arousal; "
            "the report has intervals. Training clips are predicted out of fold."
        )

    def take_focus(self) -> None:
        """Give the keyboard to the list of clips, or to the first thing to do."""
        (self.table if self._stack.currentIndex() else self._empty).setFocus()

    def _say_nothing(self) -> None:
        columns = self._session.columns
        if (columns.annotated & columns.predicted).any():
            self._empty.say(
                "Nothing to compare here",
                "No clip that is shown now has both a rating and a prediction.",
                ("show_all", "Show all clips"),
            )
        elif columns.predicted.any():
            self._empty.say(
                "Nothing to compare yet",
                "The model has predicted, but nobody has rated these clips: rate some, or import ratings that you "
                "already have.",
                ("page_annotate", "Start rating"),
                ("import_table", "Import ratings"),
            )
        else:
            self._empty.say(
                "Nothing to compare yet",
                "Once a model has predicted, its errors are listed here, worst first, to look at and to hear.",
                ("page_models", "Train a model"),
            )
