"""Compare: annotation against prediction, worst first, to look at and to hear."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSplitter, QStackedWidget, QWidget

from merdesk.domain.affect import Affect
from merdesk.domain.arrays import BoolArray, IntArray
from merdesk.domain.rating import Circumstances, Rating
from merdesk.ui.clip_page import ClipPage
from merdesk.ui.compare.bias_view import BiasView
from merdesk.ui.compare.bin_views import CalibrationView, ErrorView
from merdesk.ui.compare.label_view import LabelView
from merdesk.ui.compare.models_beside import ModelsBeside
from merdesk.ui.compare.other_models import OtherModels
from merdesk.ui.compare.residual_work import ResidualWork
from merdesk.ui.compare.words import about_ranks, say_nothing
from merdesk.ui.jobs import Jobs
from merdesk.ui.plots.plane_scene import FEW
from merdesk.ui.plots.residual_field import ResidualField
from merdesk.ui.session import Session
from merdesk.ui.sound_space import SoundSpace
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, counted, framed, label, row
from merdesk.workflows.residuals import ResidualViews

QUEUE_LENGTH = 20
"""So many of the worst clips are queued by one press."""
PLANE, BIAS, CALIBRATION, ERROR, LABEL = range(5)
TABS = {
    PLANE: ("Plane", "Annotation and prediction of each clip, joined by a line"),
    BIAS: ("Bias", "Bias by genre and dataset"),
    CALIBRATION: ("Calibration", "Prediction against annotation, in bins"),
    ERROR: ("Error", "Error along annotator spread, distance to training clips, loudness, duration"),
    LABEL: ("Label", "Is the model wrong or the label? What speaks for either, of the selected clip"),
}


class ComparePage(ClipPage):
    """Plane with both points of each clip or a look at residuals, and below it the clips sorted by error.

    Signals
    -------
    edit_asked
        A function that edits, and what it does in words.
    """

    edit_asked = Signal(object, str)

    def __init__(self, session: Session, theme: Theme, jobs: Jobs, space: SoundSpace) -> None:
        super().__init__(session, theme)
        self._only: tuple[IntArray, str] | None = None
        self._stale = True
        self._rating: int | None = None
        self._work = ResidualWork(session, jobs, self)
        self._work.found.connect(self._show_views)
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
        self._all = button("", "chip", "Show all clips again (Escape)")
        self._all.clicked.connect(self.show_everything)
        self.bias, self.calibration, self.error = BiasView(theme), CalibrationView(theme), ErrorView(theme)
        for view in (self.bias, self.calibration, self.error):
            view.chosen.connect(self.show_only)
        self.label = LabelView(session, space)
        self.label.edit_asked.connect(self.edit_asked)
        self.label.export_asked.connect(lambda: self.action_asked.emit("export_data"))
        self.label.rate_asked.connect(self._rate_here)
        self.plane.rating_picked.connect(self._rate)
        self.others = OtherModels(session, self)
        self.field = ResidualField(theme)
        self.beside = ModelsBeside(session, self.others, self.field, self)
        self.beside.edit_asked.connect(self.edit_asked)
        self.others.changed.connect(self._show_others)
        self.plane.canvas.view.addItem(self.field, ignoreBounds=True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content())
        self.setLayout(column(self._stack))
        session.selection_changed.connect(lambda: self.plane.set_selected(session.selection))
        session.selection_changed.connect(self._show_others)
        session.playing_changed.connect(self._show_others)
        self.table.sort_by("Error", descending=True)

    def _content(self) -> QWidget:
        head = row(column(self._head, self._summary, spacing=2), margins=(16, 12, 16, 4), spacing=16)
        head.setStretch(0, 1)
        head.addWidget(self._give_back, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._play_worst, 0, Qt.AlignmentFlag.AlignTop)
        self._pictures = QStackedWidget()
        picture = QWidget()
        picture.setLayout(column(self.plane, row(self.beside.caption, margins=(16, 0, 16, 4)), spacing=0))
        for view in (picture, self.bias, self.calibration, self.error, self.label):
            self._pictures.addWidget(view)
        above = QWidget()
        above.setLayout(column(self._toolbar(), self._pictures, spacing=4))
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(above)
        split.addWidget(framed(column(self.table), "panel"))
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setChildrenCollapsible(False)
        split.setSizes([360, 150])
        content = QWidget()
        content.setLayout(column(head, split, spacing=0))
        return content

    def _toolbar(self) -> QHBoxLayout:
        self._tabs = QButtonGroup(self)
        tools = row(margins=(12, 0, 16, 0), spacing=4)
        for number, (name, tip) in TABS.items():
            tab = button(name, "tab", tip)
            tab.setCheckable(True)
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._tabs.addButton(tab, number)
            tools.addWidget(tab)
        self._tabs.button(PLANE).setChecked(True)
        self._tabs.idClicked.connect(self.show_view)
        tools.addStretch(1)
        for tool in (self.beside.swap_button, self.others.button, self._all):
            tools.addWidget(tool)
        return tools

    # What is shown

    def compared(self) -> BoolArray:
        """True for the rows that are shown, annotated and predicted."""
        columns = self._session.columns
        return np.asarray(self._session.visible & columns.annotated & columns.predicted)

    def shown(self) -> BoolArray:
        """True for the compared rows of the cell or bin that was chosen; of all while none is."""
        compared = self.compared()
        if self._only is None:
            return compared
        return np.asarray(compared & np.isin(self._session.columns.ids, self._only[0]))

    def show_view(self, number: int) -> None:
        """Show the plane or one of the looks at residuals."""
        self._rating = None
        self.plane.set_rating_mode(False)
        self._tabs.button(number).setChecked(True)
        self._pictures.setCurrentIndex(number)
        self._look()

    def show_only(self, clip_ids: IntArray, words: str) -> None:
        """Show no clips but these in plane and table."""
        self._only = (np.asarray(clip_ids), words)
        self._show_clips()

    def show_everything(self) -> None:
        """Show all clips that can be compared."""
        self._only = None
        for plot in (*self.calibration.plots.values(), *self.error.plots.values()):
            plot.unpick()
        self._show_clips()

    def fill(self) -> None:
        """Show what can be compared now."""
        self._give_back.setVisible(self._session.borrowed is not None)
        self._stale = True
        compared = self.compared()
        self._stack.setCurrentIndex(1 if compared.any() else 0)
        if not compared.any():
            say_nothing(self._empty, self._session)
            return
        if not self.shown().any():
            self._only = None
        self._show_clips()
        self._look()

    def _show_clips(self) -> None:
        session, shown = self._session, self.shown()
        self.plane.set_clips(session.columns, shown)
        self.plane.set_selected(session.selection)
        self.table.show_rows(np.flatnonzero(shown))
        n = int(shown.sum())
        self._head.setText(f"{session.model_name()} against the annotations")
        self._summary.setText(
            f"{counted(n, 'clip')}. Training clips are predicted out of fold.{about_ranks(session, shown)}"
        )
        columns = session.columns
        pairs = np.stack([columns.affect[shown], columns.prediction[shown]], axis=1)
        # Few clips have their lines, and the other end of them, from the plane itself.
        self.field.show_lines(pairs if n > FEW else pairs[:0])
        self.others.refresh()
        self._show_others()
        self._all.setVisible(self._only is not None)
        if self._only is not None:
            self._all.setText(f"{self._only[1][0].upper()}{self._only[1][1:]}  \N{MULTIPLICATION X}")
            self._all.setAccessibleName(f"Only {self._only[1]}: show all clips again")

    def _show_others(self) -> None:
        self.beside.show_among(self.shown())

    def _look(self) -> None:
        """See to it that the look at residuals in sight is up to date."""
        if self._stale and self._pictures.currentIndex() in (BIAS, CALIBRATION, ERROR):
            self._stale = False
            self._work.ask(self.compared())

    def _show_views(self, views: ResidualViews) -> None:
        columns = self._session.columns
        self.bias.show_views(views, columns.genre_names, columns.dataset_names)
        self.calibration.show_views(views)
        self.error.show_views(views)

    # Rating on the spot

    def _rate_here(self) -> None:
        """The next click in the plane, or Enter at its cross, rates the selected clip."""
        current = self._session.current
        self.show_view(PLANE)
        self._rating = current
        self.plane.set_rating_mode(True)
        self._summary.setText(
            "Click where you hear it, or go there by arrow keys and press Enter; Escape leaves. The annotation is in sight: "
            "the rating says so."
        )
        self.plane.setFocus()

    def _rate(self, valence: float, arousal: float) -> None:
        clip_id = self._rating
        if clip_id is None:
            return
        seen = Circumstances(visible=frozenset({"title", "artist", "genre", "predictions", "ratings"}))
        rating = Rating(Affect(valence, arousal), circumstances=seen)
        self.edit_asked.emit(lambda: self._session.rate(clip_id, rating), "rating a clip")
        self._stop_rating()

    def _stop_rating(self) -> None:
        self.show_view(LABEL)
        self._show_clips()

    def take_focus(self) -> None:
        """Give the keyboard to the list of clips, or to the first thing to do."""
        (self.table if self._stack.currentIndex() else self._empty).setFocus()

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves rating, else shows all clips again; X swaps models."""
        if event.key() == Qt.Key.Key_Escape and self._rating is not None:
            self._stop_rating()
        elif event.key() == Qt.Key.Key_Escape and self._only is not None:
            self.show_everything()
        elif event.key() == Qt.Key.Key_X and not event.modifiers():
            self.beside.swap()
        else:
            super().keyPressEvent(event)
