"""Annotate: listen, say where the music lies, confirm, next.

Other people's ratings and predictions stay out of sight here, so that they do not pull.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QStackedWidget, QWidget

from merdesk.domain.changes import Changes
from merdesk.ui.annotate.desk import Desk
from merdesk.ui.annotate.draft_box import DraftBox
from merdesk.ui.annotate.mode import Mode
from merdesk.ui.annotate.options import Options
from merdesk.ui.annotate.pairs import PairsMode
from merdesk.ui.annotate.point import PointMode
from merdesk.ui.annotate.rating_keys import RatingKeys, rating_plane
from merdesk.ui.annotate.trace import TraceMode
from merdesk.ui.chip import Chip
from merdesk.ui.describe import title_of
from merdesk.ui.inspector import breakable
from merdesk.ui.player.playback import Playback
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, counted, framed, label, row, rule, scrolled, turn_to

SIDE_WIDTH = 300
ANSWERS = ("annotation", "rating", "trace", "comparison")


class AnnotatePage(QWidget):
    """One clip after the other, in the order of the filter.

    Signals
    -------
    play_asked
        Play the clip of this id.
    play_toggled
        Play or pause.
    edit_asked
        Do this edit, described in a few words.
    trace_changed
        The annotator's own `Trace` of the clip in hand, or None.
    """

    play_asked = Signal(int)
    play_toggled = Signal()
    edit_asked = Signal(object, str)
    trace_changed = Signal(object)

    def __init__(self, session: Session, theme: Theme, playback: Playback) -> None:
        super().__init__()
        self._session = session
        self._person = session.annotator
        self.desk = Desk(session, playback, self)
        self.setProperty("role", "plane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.plane = rating_plane(theme)
        RatingKeys(self.plane, self._key, self._key_released)
        self.point = PointMode(self.desk, theme, self.plane)
        self.trace = TraceMode(self.desk, theme, self.plane)
        self.pairs = PairsMode(self.desk)
        self.modes: dict[str, Mode] = {"point": self.point, "trace": self.trace, "pairs": self.pairs}
        self.mode: Mode = self.point
        self._build_side()
        self.setLayout(row(self._build_middle(), rule(upright=True), self._lay_out_side(), spacing=0))
        self._connect()
        self.set_mode(self.desk.option("mode"))

    def _build_side(self) -> None:
        self._progress = label("", "section")
        self._title = label("", "title", wrap=True)
        self._artist = label("", "muted", wrap=True)
        self._hint = label("", "muted", wrap=True)
        self.annotator = QLineEdit(self._session.annotator)
        self.annotator.setPlaceholderText("Your name or initials")
        self.annotator.setAccessibleName("Annotator")
        self.draft = DraftBox(self.desk)
        self.draft.wanted.connect(self._go_to_draft)
        self._play = button("Play", "", "Play or pause (Space)")
        self._previous = button("Back", "", "Previous clip (Page Up)")
        self._skip = button("Skip", "", "Next clip (Page Down)")

    def _build_middle(self) -> QWidget:
        self._tabs = QButtonGroup(self)
        tabs = row(spacing=4)
        for key, text, tip in (
            ("point", "Point", "One value for the whole clip"),
            ("trace", "Trace", "How the feeling moves while the music plays"),
            ("pairs", "Pairs", "Which of two clips has more of it"),
        ):
            if key in self.modes:
                tab = button(text, "tab", tip)
                tab.setCheckable(True)
                tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                tab.clicked.connect(lambda _=False, key=key: self.set_mode(key))
                self._tabs.addButton(tab, list(self.modes).index(key))
                tabs.addWidget(tab)
        self._tool = Chip("Rate in", {"plane": "Plane", "figures": "Figures"}, self.desk.option("tool"))
        self._tool.picked.connect(self.point.set_tool)
        self.options = Options(self.desk)
        self.options.categories_changed.connect(self._offer_categories)
        self.options.grid.toggled.connect(self.plane.set_fine_grid)
        self.plane.set_fine_grid(self.desk.option("grid"))
        tabs.addStretch(1)
        tabs.addWidget(self._tool)
        tabs.addWidget(self.options)
        tabs.setContentsMargins(12, 12, 16, 0)
        self._views = QStackedWidget()
        middle = QWidget()
        middle.setLayout(column(tabs, self._views, spacing=4))
        return middle

    def _lay_out_side(self) -> QWidget:
        self._panels = QStackedWidget()
        for mode in self.modes.values():
            self._panels.addWidget(mode)
        self._clip = QWidget()
        self._clip.setLayout(
            column(
                column(self._progress, self._title, self._artist, spacing=4),
                row(self._play, self._previous, self._skip),
                spacing=12,
            )
        )
        side = column(
            column(label("Annotator", "section"), self.annotator, self._hint, spacing=4),
            self.draft,
            self._clip,
            self._panels,
            None,
            spacing=20,
            margins=(20, 20, 20, 20),
        )
        return scrolled(framed(side, "panel"), SIDE_WIDTH)

    def _connect(self) -> None:
        session, desk = self._session, self.desk
        for name in ("play_asked", "play_toggled", "edit_asked"):
            getattr(desk, name).connect(getattr(self, name))
        desk.name_wanted.connect(self._want_name)
        self.trace.trace_changed.connect(self.trace_changed)
        self.annotator.returnPressed.connect(self.take_focus)
        self.annotator.editingFinished.connect(lambda: session.set_annotator(self.annotator.text()))
        self._play.clicked.connect(desk.toggle_play)
        self._previous.clicked.connect(lambda: self.step(-1))
        self._skip.clicked.connect(lambda: self.step(1))
        for mode in self.modes.values():
            mode.filed.connect(lambda: self.step(1))
            mode.view_changed.connect(self._show_view)
        session.selection_changed.connect(self._show_clip)
        session.columns_changed.connect(self._show_clip)
        session.annotator_changed.connect(self._take_turns)
        session.changed.connect(self._on_changed)

    # Which way, and which clip

    def set_mode(self, key: str) -> None:
        """Rate in this way."""
        key = key if key in self.modes else "point"
        if self.mode is not self.modes[key]:
            self.mode.leave()
        self.mode = self.modes[key]
        self.desk.set_option("mode", key)
        self._tabs.button(list(self.modes).index(key)).setChecked(True)
        turn_to(self._panels, self.mode)
        self._clip.setVisible(self.mode.by_clip)
        self._tool.setVisible(self.mode is self.point)
        self.mode.enter()
        self._show_clip()
        self._show_view()

    def _show_view(self) -> None:
        if self._views.indexOf(self.mode.view) < 0:
            self._views.addWidget(self.mode.view)
        self._views.setCurrentWidget(self.mode.view)
        if self.isVisible():
            self.take_focus()

    def _queue(self) -> list[int]:
        ids = self.desk.rateable()
        if not self.desk.option("only_new"):
            return ids
        done = self.mode.answered()
        return [clip_id for clip_id in ids if clip_id not in done]

    def enter(self) -> None:
        """Begin with the selected clip, else with the first that wants an answer."""
        ids = self.desk.rateable()
        if self._session.current not in ids and (queue := self._queue() or ids):
            self._session.select(queue[:1])
        self.mode.enter()
        self._show_clip()

    def take_focus(self) -> None:
        """Give the keyboard to the view, before that to the name that every answer needs."""
        if self._session.annotator or self.annotator.text().strip():
            self.mode.take_focus()
        else:
            self.annotator.setFocus()

    def step(self, by: int) -> None:
        """Go to the next or previous clip and play it on wish."""
        current = self._session.current
        if by < 0:
            following = [clip for clip in self.desk.rateable() if current is None or clip < current][::-1]
        else:
            queue = [clip for clip in self._queue() if clip != current]
            following = [clip for clip in queue if current is None or clip > current] or queue
        if following:
            self._session.select(following[:1])
            if self.desk.option("autoplay") and self.mode.plays_next:
                self.play_asked.emit(following[0])

    def _take_turns(self) -> None:
        """Another person begins with what that person has not rated, not where the last one stopped."""
        before, self._person = self._person, self._session.annotator
        if before and self._person and self.isVisible() and self.mode.by_clip and (queue := self._queue()):
            self._session.select(queue[:1])
        self._show_clip()

    def _go_to_draft(self, clip_id: int) -> None:
        self._session.select([clip_id])
        self.set_mode("trace")

    def _offer_categories(self) -> None:
        self.point.offer_categories()
        self.take_focus()

    def _want_name(self) -> None:
        self.annotator.setFocus()
        self._hint.setText("Enter your name: every rating belongs to somebody.")
        self._hint.show()

    # What is shown

    def _on_changed(self, changes: Changes) -> None:
        """Columns tell of most answers; of "can't say" and of pairs only the change does."""
        if any(table in changes for table in ANSWERS) and "clip" not in changes:
            self._show_clip()

    def _show_clip(self) -> None:
        session = self._session
        if not self.isVisible():
            return
        if not self.annotator.hasFocus():
            # A name that is being typed is not taken away by what jobs write.
            self.annotator.setText(session.annotator)
        self._hint.setVisible(not session.annotator and bool(self._hint.text()))
        ids, current = self.desk.rateable(), session.current
        known = current in ids
        for part in (self._play, self._previous, self._skip):
            part.setEnabled(known)
        self.mode.show_clip(current if known else None)
        self.draft.offer(but=current if self.mode is self.trace else None)
        if current is None or not known:
            self._title.setText("Choose a clip" if ids else "Nothing to rate")
            self._artist.setText("" if ids else self._why_nothing())
            self._progress.setText("")
            return
        title, artist = title_of(session, current)
        self._title.setText(breakable(title))
        self._artist.setText(artist)
        answered = self.mode.answered()
        done = sum(clip_id in answered for clip_id in ids)
        self._progress.setText(f"{done:,} of {counted(len(ids), 'clip')} done by you")

    def _why_nothing(self) -> str:
        if not len(self._session.columns):
            return "Drop music into this window to begin."
        return (
            "No clip that is shown has its audio here: import the folder that it lies in, or show all clips."
        )

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        """What was not shown while the page was hidden is shown now."""
        super().showEvent(event)
        self._show_clip()

    def hideEvent(self, event: QHideEvent) -> None:
        """Another page is shown: what is under way stops."""
        self.mode.leave()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that no part of the page wanted."""
        if not self._key(event):
            super().keyPressEvent(event)

    def _key_released(self, event: QKeyEvent) -> bool:
        return self.mode.key_released(event)

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if self.mode.key(event):
            return True
        if key == Qt.Key.Key_Space:
            self.desk.toggle_play()
        elif key == Qt.Key.Key_PageDown and self.mode.by_clip:
            self.step(1)
        elif key == Qt.Key.Key_PageUp and self.mode.by_clip:
            self.step(-1)
        else:
            return False
        return True
