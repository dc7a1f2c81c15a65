"""A study as its annotators see it: the whole screen, the task, how far they are, and nothing else of the project."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QProgressBar, QStackedWidget, QWidget

from merdesk.domain.study import Item
from merdesk.project import studies
from merdesk.project.studies import Study
from merdesk.ui.annotate.mode import Mode
from merdesk.ui.annotate.point import PointMode
from merdesk.ui.annotate.rating_keys import RatingKeys, rating_plane
from merdesk.ui.annotate.study_desk import StudyDesk
from merdesk.ui.annotate.study_pairs import StudyPairs
from merdesk.ui.annotate.study_welcome import Message, Welcome
from merdesk.ui.annotate.trace import TraceMode
from merdesk.ui.describe import title_of
from merdesk.ui.player.playback import Playback
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, framed, label, row, rule, scrolled, turn_to

SIDE_WIDTH = 320
HEADS = {"point": "How does it feel?", "trace": "Follow the music", "pairs": "Which has more?"}


class StudyWindow(QWidget):
    """Welcome, tasks with breaks between, thanks.

    Signals
    -------
    play_asked
        Play the clip of this id.
    play_toggled
        Play or pause.
    edit_asked
        Do this edit, described in a few words.
    closed
        The person has stopped or is done.
    """

    play_asked = Signal(int)
    play_toggled = Signal()
    edit_asked = Signal(object, str)
    closed = Signal()

    def __init__(self, session: Session, theme: Theme, playback: Playback, study: Study) -> None:
        super().__init__()
        self.setWindowTitle(study.plan.title)
        self.setProperty("role", "plane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session, self._study, self._playback = session, study, playback
        self._annotator_before = session.annotator
        self.desk = StudyDesk(session, playback, study, self)
        self.plane = rating_plane(theme)
        RatingKeys(self.plane, self._key, self._key_released)
        self.modes: dict[str, Mode] = {
            "point": PointMode(self.desk, theme, self.plane),
            "trace": TraceMode(self.desk, theme, self.plane),
            "pairs": StudyPairs(self.desk),
        }
        self.mode = self.modes["point"]
        self.welcome = Welcome(study.plan)
        self.message = Message()
        self._rested_at = 0
        self._build()
        self._connect()

    def _build(self) -> None:
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress")
        self._amount = label("", "muted")
        self.stop = button("Stop for now", "quiet", "Everything is kept; you go on at the same place (Esc)")
        head = row(self._bar, self._amount, self.stop, spacing=16, margins=(24, 12, 16, 12))
        head.setStretch(0, 1)
        self._kind = label("", "section")
        self._title = label("", "title", wrap=True)
        self._artist = label("", "muted", wrap=True)
        self._play = button("Play", "", "Play or pause (Space)")
        self._panels = QStackedWidget()
        for mode in self.modes.values():
            self._panels.addWidget(mode)
        about = column(self._kind, self._title, self._artist, spacing=4)
        side = column(about, row(self._play, None), self._panels, None, spacing=20, margins=(20, 20, 20, 20))
        task = QWidget()
        self._views = QStackedWidget()
        for mode in self.modes.values():
            self._views.addWidget(mode.view)
        middle = row(self._views, rule(upright=True), scrolled(framed(side, "panel"), SIDE_WIDTH), spacing=0)
        middle.setStretch(0, 1)
        task.setLayout(column(head, rule(), middle, spacing=0))
        self._pages = QStackedWidget()
        for page in (self.welcome, task, self.message):
            self._pages.addWidget(page)
        self._task = task
        self.setLayout(column(self._pages))

    def _connect(self) -> None:
        for name in ("play_asked", "play_toggled", "edit_asked"):
            getattr(self.desk, name).connect(getattr(self, name))
        for mode in self.modes.values():
            mode.filed.connect(self._go_on)
        self._play.clicked.connect(self._toggle_play)
        self.stop.clicked.connect(self.close)
        self.welcome.begun.connect(self.begin)
        self.welcome.left.connect(self.close)
        self.message.left.connect(self.close)
        self.message.went_on.connect(self._show_item)

    # The person's way through

    def begin(self, name: str) -> None:
        """Somebody gives their name, and has agreed where that is asked for."""
        self._session.set_annotator(name)
        study, background = self._study, self.welcome.background()

        def enrol() -> None:
            who = self.desk.annotator_id()
            if not studies.is_enrolled(self._session.project, study, who):
                self._session.edit(lambda: studies.enrol(self._session.project, study, who, background))

        if not self.desk.file(enrol, "taking part in a study"):
            return
        self.desk.begin()
        self._rested_at = self.desk.n_done
        self._go_on()

    def _go_on(self) -> None:
        """The next item, before it a break where one is due."""
        item, done = self.desk.item, self.desk.n_done
        every = self._study.plan.break_every
        if item is None:
            self._finish()
        elif every and done - self._rested_at >= every and item.part != "practice":
            self._rested_at = done
            self._rest(done)
        else:
            self._show_item()

    def _rest(self, done: int) -> None:
        self._playback.stop()
        self.message.show_message(
            "Time for a break", f"{done} of {len(self.desk.items)} done. Go on when you are ready.", "Go on"
        )
        self._pages.setCurrentWidget(self.message)
        self.message.go.setFocus()

    def _finish(self) -> None:
        self._playback.stop()
        words = (
            "Your answers are kept. Thank you."
            if self.desk.items
            else "None of the study's clips can be heard on this machine; locate their audio first."
        )
        self.message.show_message("That was all" if self.desk.items else "Nothing to hear", words, "")
        self._pages.setCurrentWidget(self.message)
        self.message.leave.setFocus()

    def _show_item(self) -> None:
        item = self.desk.item
        if item is None:
            self._finish()
            return
        mode = self.modes[item.task]
        if mode is not self.mode or self._pages.currentWidget() is not self._task:
            self.mode.leave()
            self.mode = mode
            turn_to(self._panels, mode)
            self._views.setCurrentWidget(mode.view)
            self._pages.setCurrentWidget(self._task)
            mode.enter()
        clip_id = self.desk.clip_id(item)
        for heard_id in self.desk.rateable():
            self.desk.heard.forget(heard_id)
        mode.show_clip(clip_id)
        self._show_about(item, clip_id)
        mode.take_focus()
        if mode.plays_next:
            self.play_asked.emit(clip_id)
        mode.begin()

    def _show_about(self, item: Item, clip_id: int) -> None:
        n, done = len(self.desk.items), self.desk.n_done
        self._bar.setRange(0, n)
        self._bar.setValue(done)
        self._amount.setText(f"{done + 1} of {n:,}")
        self._kind.setText("Practice: this one does not count" if item.part == "practice" else "")
        self._kind.setVisible(item.part == "practice")
        title, artist = title_of(self._session, clip_id)
        # Of a pair each card tells its own.
        visible = self.desk.visible if item.second is None else frozenset()
        self._title.setText(title if "title" in visible else HEADS[item.task])
        self._artist.setText(artist if "artist" in visible else "")
        self._artist.setVisible("artist" in visible)
        self._play.setVisible(self.mode.plays_next)

    def _toggle_play(self) -> None:
        item = self.desk.item
        if item is None:
            return
        clip_id = self.desk.clip_id(item)
        if self._session.playing != clip_id:
            self.play_asked.emit(clip_id)
        else:
            self.play_toggled.emit()

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no part of the page wanted."""
        if not self._key(event):
            super().keyPressEvent(event)

    def _key_released(self, event: QKeyEvent) -> bool:
        return self.mode.key_released(event)

    def _key(self, event: QKeyEvent) -> bool:
        asks = self._pages.currentWidget() is self._task
        if asks and self.mode.key(event):
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif asks and event.key() == Qt.Key.Key_Space:
            self._toggle_play()
        else:
            return False
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop: what is under way is kept as a draft, everything else is filed already."""
        self.mode.leave()
        self._playback.stop()
        self._session.set_annotator(self._annotator_before)
        super().closeEvent(event)
        self.closed.emit()
