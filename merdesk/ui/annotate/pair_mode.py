"""Two clips, two questions: listening to both, answering by keys or mouse, filing once both are answered."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from merdesk.domain.clip import ClipId
from merdesk.domain.rating import DIMENSIONS, Dimension, Outcome
from merdesk.ui.annotate.desk import Desk
from merdesk.ui.annotate.mode import Mode
from merdesk.ui.annotate.pair_view import PairView
from merdesk.ui.describe import title_of
from merdesk.ui.widgets import label

KEYS: dict[Qt.Key, Outcome] = {Qt.Key.Key_Left: 1, Qt.Key.Key_Down: 0, Qt.Key.Key_Right: -1}
HOW = "Left arrow for the first, right for the second, down for equal. 1 and 2 play, Backspace takes an answer back."
LISTEN = "Listen to both clips before you answer."


class PairMode(Mode):
    """Asks about `pair`, which who inherits chooses; an answer to both questions is filed at once."""

    by_clip = False
    plays_next = False

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.pair: tuple[ClipId, ClipId] | None = None
        self.answers: dict[Dimension, Outcome] = {}
        self._follow = False
        self.pair_view = PairView()
        # Kept by the mode until a page shows it: what has no parent outlives its window.
        self.pair_view.setParent(self)
        self.pair_view.hide()
        self.pair_view.answered.connect(self.answer)
        self.pair_view.play_asked.connect(self.play)
        self._words = label("", "", wrap=True)
        desk.playback.state_changed.connect(self._on_player)
        desk.playback.clip_changed.connect(self._show_cards)

    @property
    def view(self) -> QWidget:
        """The pair."""
        return self.pair_view

    def leave(self) -> None:
        """The second clip does not follow any more."""
        self._follow = False

    # Listening

    def play(self, side: int) -> None:
        """Play one of the two, or pause it."""
        if self.pair is None:
            return
        clip_id = self.pair[side]
        if self.desk.session.playing == clip_id and self.desk.playback.state.status == "playing":
            self.desk.play_toggled.emit()
        else:
            self.desk.play_asked.emit(clip_id)

    def begin(self) -> None:
        """Play both, one after the other, on wish."""
        if self.desk.option("autoplay") and self.isVisible() and self.view is self.pair_view:
            self._follow = True
            self.play(0)

    def _on_player(self) -> None:
        playback = self.desk.playback
        ended = playback.state.status == "ended" and playback.current is not None
        if self._follow and ended and self.pair is not None and self.isVisible():
            self._follow = False
            if playback.current is not None and playback.current.clip_id == self.pair[0]:
                self.play(1)
        self._show_cards()

    # Answering

    def answer(self, dimension: Dimension, outcome: Outcome) -> None:
        """Note an answer; the second one files the pair."""
        if self.pair is None:
            return
        self.answers[dimension] = outcome
        self.pair_view.show_answers(self.answers)
        if len(self.answers) == len(DIMENSIONS):
            self._file()

    def _file(self) -> None:
        desk, pair = self.desk, self.pair
        if pair is None:
            return
        if max(desk.waits_s(clip_id) for clip_id in pair) > 0:
            self.answers = {}
            self.show_pair()
            self._words.setText(LISTEN)
            return
        first, second = (desk.heard.of(clip_id) for clip_id in pair)
        about = desk.circumstances(pair[0], "pairs")
        about = replace(about, heard_s=first.heard_s + second.heard_s, n_plays=first.n_plays + second.n_plays)
        said = dict(self.answers)
        if desk.file(lambda: desk.compare(pair, said, about, second.gain_db), "comparing two clips"):
            for clip_id in pair:
                desk.heard.forget(clip_id)
            self.after_filing()

    def after_filing(self) -> None:
        """The pair in hand has its answer."""
        self.begin()

    # What is shown

    def show_pair(self) -> None:
        """Show the pair in hand and what was answered."""
        self.pair_view.setEnabled(self.pair is not None)
        self.pair_view.show_answers(self.answers)
        self._show_cards()

    def _show_cards(self) -> None:
        session = self.desk.session
        for side, card in enumerate(self.pair_view.cards):
            if self.pair is None:
                card.show_clip("\N{EN DASH}", "")
                continue
            clip_id = self.pair[side]
            playing = session.playing == clip_id and self.desk.playback.state.status == "playing"
            title, artist = title_of(session, clip_id)
            seen = self.desk.visible
            card.show_clip(title if "title" in seen else "", artist if "artist" in seen else "")
            card.show_playing(playing, heard=self.desk.heard.of(clip_id).heard_s > 0)

    # Keys

    def key(self, event: QKeyEvent) -> bool:
        """Arrows answer, 1 and 2 play, Backspace takes an answer back."""
        key = Qt.Key(event.key())
        if key in KEYS:
            asked = next((one for one in DIMENSIONS if one not in self.answers), None)
            if asked is not None:
                self.answer(asked, KEYS[key])
        elif key in (Qt.Key.Key_1, Qt.Key.Key_2):
            self.play(key - Qt.Key.Key_1)
        elif key == Qt.Key.Key_Backspace:
            self.answers = {}
            self.pair_view.show_answers(self.answers)
        elif key == Qt.Key.Key_Space:
            playing = self.desk.session.playing
            if self.pair is not None and playing in self.pair:
                self.desk.play_toggled.emit()
            else:
                self._follow = True
                self.play(0)
        else:
            return False
        return True
