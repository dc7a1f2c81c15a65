"""Annotate: listen, click where the music lies, confirm, next.

Other people's ratings and predictions stay out of sight here, so that they do not pull.
"""

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from merdesk.domain.affect import Affect
from merdesk.domain.clip import ClipId
from merdesk.domain.columns import ClipColumns, ClipFlag
from merdesk.project import said
from merdesk.ui.describe import title_of
from merdesk.ui.inspector import breakable
from merdesk.ui.plots.affect_plane import AffectPlane
from merdesk.ui.plots.hover_card import HoverText
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import signed
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, counted, framed, label, row, rule, scrolled

COARSE, FINE = 0.1, 0.02
"""Steps of the arrow keys on [-1, 1], without and with Shift."""
STEPS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}
SIDE_WIDTH = 300


class AnnotatePage(QWidget):
    """One clip after the other, in the order of the filter.

    Signals
    -------
    play_asked
        Play the clip of this id.
    play_toggled
        Play or pause.
    rated
        Clip id and `Affect` on [-1, 1], to be filed.
    """

    play_asked = Signal(int)
    play_toggled = Signal()
    rated = Signal(int, object)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._proposal: Affect | None = None
        self._shown: int | None = None
        self._unfiled = False
        self._known = False
        self.setProperty("role", "plane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.plane = AffectPlane(theme, lambda _: HoverText("", "", ""))
        self.plane.set_rating_mode(True)
        self.plane.rating_picked.connect(lambda valence, arousal: self.propose(Affect(valence, arousal)))
        self.plane.canvas.installEventFilter(self)
        self._progress = label("", "section")
        self._title = label("", "title", wrap=True)
        self._artist = label("", "muted", wrap=True)
        self._values = label("", "figure")
        self._hint = label("", "muted", wrap=True)
        self.annotator = QLineEdit(session.annotator)
        self.annotator.setPlaceholderText("Your name or initials")
        self.annotator.setAccessibleName("Annotator")
        self.annotator.returnPressed.connect(self.plane.setFocus)
        self.annotator.editingFinished.connect(lambda: session.set_annotator(self.annotator.text()))
        self._only_unrated = QCheckBox("Only clips that I have not rated")
        self._only_unrated.setChecked(True)
        self._autoplay = QCheckBox("Play each clip as it comes")
        self._autoplay.setChecked(True)
        self.confirm = button("Confirm and next", "primary", "File this rating (Enter)")
        self.confirm.clicked.connect(self.file)
        self._play = button("Play", "", "Play or pause (Space)")
        self._play.clicked.connect(self._toggle_play)
        self._previous = button("Back", "", "Previous clip (Page Up)")
        self._skip = button("Skip", "", "Next clip without a rating (Page Down)")
        self._previous.clicked.connect(lambda: self.step(-1))
        self._skip.clicked.connect(lambda: self.step(1))
        self.setLayout(row(self.plane, rule(upright=True), self._side(), spacing=0))
        session.selection_changed.connect(self._show_clip)
        session.columns_changed.connect(self._show_clip)
        session.annotator_changed.connect(self._show_clip)

    def _side(self) -> QWidget:
        side = framed(
            column(
                column(label("Annotator", "section"), self.annotator, spacing=4),
                column(self._progress, self._title, self._artist, spacing=4),
                column(label("Your rating", "section"), self._values, self._hint, spacing=4),
                column(self.confirm, row(self._play, self._previous, self._skip), spacing=8),
                column(self._only_unrated, self._autoplay, spacing=8),
                None,
                label(
                    "Click in the plane, or move with the arrow keys (Shift for small steps). Enter files the "
                    "rating and goes on, Space plays, Ctrl+Z takes the last rating back.",
                    "muted",
                    wrap=True,
                ),
                spacing=20,
                margins=(20, 20, 20, 20),
            ),
            "panel",
        )
        return scrolled(side, SIDE_WIDTH)

    # Which clip

    def rateable(self) -> list[int]:
        """Ids of the clips that can be rated now: shown and with audio."""
        columns = self._session.columns
        mask = self._session.visible & columns.flagged(ClipFlag.HAS_AUDIO)
        return list(map(int, columns.ids[np.flatnonzero(mask)]))

    def _queue(self) -> list[int]:
        ids = self.rateable()
        if not self._only_unrated.isChecked():
            return ids
        mine = said.rated_by(self._session.project, self._session.annotator)
        return [clip_id for clip_id in ids if clip_id not in mine]

    def enter(self) -> None:
        """Begin with the selected clip, else with the first that wants a rating."""
        ids = self.rateable()
        if self._session.current not in ids and (queue := self._queue() or ids):
            self._session.select(queue[:1])
        self._show_clip()

    def take_focus(self) -> None:
        """Give the keyboard to the plane, before that to the name that every rating needs."""
        (self.plane if self._session.annotator else self.annotator).setFocus()

    def step(self, by: int) -> None:
        """Go to the next or previous clip and play it on wish."""
        queue, current = self._queue(), self._session.current
        following = [clip_id for clip_id in queue if current is None or (clip_id - current) * by > 0]
        if by < 0:
            ids = [clip_id for clip_id in self.rateable() if current is None or clip_id < current]
            following = ids[::-1]
        elif not following:
            following = [clip_id for clip_id in queue if clip_id != current]
        if following:
            self._session.select(following[:1])
            if self._autoplay.isChecked():
                self.play_asked.emit(following[0])

    # What is rated

    def propose(self, affect: Affect) -> None:
        """Show a rating that is not filed yet; without a clip that can be heard there is nothing to rate."""
        if not self._known:
            return
        valence, arousal = (float(np.clip(value, -1, 1)) for value in (affect.valence, affect.arousal))
        self._proposal = Affect(valence, arousal)
        self._unfiled = True
        self._show_proposal()

    def file(self) -> None:
        """File the proposal and go on."""
        if not self._session.annotator:
            self.annotator.setFocus()
            self._hint.setText("Enter your name above first: every rating belongs to somebody.")
            return
        if self._proposal is None or self._session.current is None or not self._known:
            return
        self._unfiled = False
        self.rated.emit(self._session.current, self._proposal)
        self.step(1)

    def _toggle_play(self) -> None:
        current = self._session.current
        if current is not None and self._session.playing != current:
            self.play_asked.emit(current)
        else:
            self.play_toggled.emit()

    # What is shown

    def _show_clip(self) -> None:
        session = self._session
        if not self.isVisible():
            return
        if not self.annotator.hasFocus():
            # A name that is being typed is not taken away by what jobs write.
            self.annotator.setText(session.annotator)
        ids = self.rateable()
        current = session.current
        # Jobs write while people think: what is not filed yet stays with its clip.
        self._unfiled = self._unfiled and current == self._shown
        self._shown = current
        if not self._unfiled:
            self._proposal = None
        self._known = current in ids
        for part in (self._play, self._previous, self._skip):
            part.setEnabled(self._known)
        self.plane.set_clips(ClipColumns.empty(), np.empty(0, dtype=bool))
        if current is None or not self._known:
            self._proposal = None
            self._title.setText("Choose a clip" if ids else "Nothing to rate")
            self._artist.setText("" if ids else self._why_nothing())
            self._progress.setText("")
            self._show_proposal()
            return
        title, artist = title_of(session, current)
        self._title.setText(breakable(title))
        self._artist.setText(artist)
        mine = said.rated_by(session.project, session.annotator)
        done = sum(clip_id in mine for clip_id in ids)
        self._progress.setText(f"{done:,} of {counted(len(ids), 'clip')} rated by you")
        if current in mine and not self._unfiled:
            self._proposal = said.said_by(session.project, ClipId(current), session.annotator)
        self._show_proposal()

    def _why_nothing(self) -> str:
        if not len(self._session.columns):
            return "Drop music into this window to begin."
        return (
            "No clip that is shown has its audio here: import the folder that it lies in, or show all clips."
        )

    def _show_proposal(self) -> None:
        proposal = self._proposal
        self.confirm.setEnabled(proposal is not None and self._known)
        if proposal is None:
            self.plane.set_proposal(None)
            self._values.setText("none yet")
            self._hint.setText("How does the music feel: how positive, and how energetic?")
            return
        self.plane.set_proposal((proposal.valence, proposal.arousal))
        self._values.setText(f"V {signed(proposal.valence)}   A {signed(proposal.arousal)}")
        self._hint.setText(
            f"{_words(proposal.valence, 'negative', 'positive')}, {_words(proposal.arousal, 'calm', 'energetic')}"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.plane.canvas
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
        ):
            return self._key(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._key(event):
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in STEPS:
            step = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else COARSE
            here = self._proposal or Affect(0.0, 0.0)
            dx, dy = STEPS[key]
            self.propose(Affect(here.valence + dx * step, here.arousal + dy * step))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.file()
        elif key == Qt.Key.Key_Space:
            self._toggle_play()
        elif key == Qt.Key.Key_PageDown:
            self.step(1)
        elif key == Qt.Key.Key_PageUp:
            self.step(-1)
        else:
            return False
        return True


def _words(value: float, low: str, high: str) -> str:
    """A value of [-1, 1] as a word with its strength."""
    if abs(value) < 0.1:
        return f"neither {low} nor {high}"
    strength = "slightly" if abs(value) < 0.35 else "rather" if abs(value) < 0.7 else "very"
    return f"{strength} {low if value < 0 else high}"
