"""Pairs: hear two clips, say which has more, and see the scores that follow from it."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from merdesk.domain.clip import ClipId
from merdesk.domain.rating import DIMENSIONS, Comparison, Dimension
from merdesk.project import comparisons
from merdesk.ui.annotate.desk import Desk
from merdesk.ui.annotate.mode import Mode
from merdesk.ui.annotate.pair_scores import PairScores
from merdesk.ui.annotate.pair_view import Outcome, PairView
from merdesk.ui.describe import title_of
from merdesk.ui.widgets import button, column, counted, label, row
from merdesk.workflows.pair_design import PairDesign, design

KEYS: dict[Qt.Key, Outcome] = {Qt.Key.Key_Left: 1, Qt.Key.Key_Down: 0, Qt.Key.Key_Right: -1}
HOW = "Left arrow for the first, right for the second, down for equal. 1 and 2 play, Backspace takes an answer back."


class PairsMode(Mode):
    """Asks one pair after the other; an answer to both questions is filed at once."""

    by_clip = False
    plays_next = False

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.pair: tuple[ClipId, ClipId] | None = None
        self.answers: dict[Dimension, Outcome] = {}
        self._design: PairDesign | None = None
        self._skipped: list[tuple[int, int]] = []
        self._follow = False
        self.pair_view = PairView()
        self.pair_view.answered.connect(self.answer)
        self.pair_view.play_asked.connect(self.play)
        self.scores = PairScores(desk.session)
        self._amount = label("", "section")
        self._words = label("", "", wrap=True)
        self.skip = button("Another pair", "", "Pass over this pair without an answer (N)")
        self.skip.clicked.connect(self.pass_over)
        self.show_scores = button("Scores", "", "What the answers say so far, beside the ratings")
        self.show_scores.setCheckable(True)
        self.show_scores.toggled.connect(self._turn)
        desk.playback.state_changed.connect(self._on_player)
        desk.playback.clip_changed.connect(self._show_cards)
        self.setLayout(
            column(
                column(self._amount, self._words, spacing=8),
                row(self.skip, self.show_scores, None),
                label(HOW, "muted", wrap=True),
                None,
                spacing=16,
            )
        )

    @property
    def view(self) -> QWidget:
        """The pair, or the scores."""
        return self.scores if self.show_scores.isChecked() else self.pair_view

    def show_clip(self, _: int | None) -> None:
        """Ask again: clips, answers or the annotator are others now."""
        desk = self.desk
        if not desk.session.annotator or desk.session.project.read_only:
            self._design, self.pair = None, None
        else:
            rateable = desk.rateable()
            n_clips = int(desk.option("n_paired"))
            before = None if self._design is None else self._design.n_answered
            self._design = design(desk.session.project, desk.annotator_id(), rateable, n_clips)
            stale = self.pair is None or not set(self.pair) <= set(self._design.clip_ids)
            if stale or before != self._design.n_answered:
                self._ask()
        self._show()

    def enter(self) -> None:
        """Begin anew with what was passed over."""
        self._skipped.clear()

    def leave(self) -> None:
        """The second clip does not follow any more."""
        self._follow = False

    def _ask(self) -> None:
        self.answers = {}
        self.pair = None if self._design is None else self._design.next_pair(self._skipped)

    def pass_over(self) -> None:
        """Ask another pair."""
        if self.pair is not None:
            self._skipped.append(self.pair)
            self._ask()
            self._show()
            self._begin()

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

    def _begin(self) -> None:
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
        waits_s = max(desk.waits_s(clip_id) for clip_id in pair)
        if waits_s > 0:
            self.answers = {}
            self._show()
            self._words.setText("Listen to both clips before you answer.")
            return
        first, second = (desk.heard.of(clip_id) for clip_id in pair)
        about = desk.circumstances(pair[0], "pairs")
        about = replace(about, heard_s=first.heard_s + second.heard_s, n_plays=first.n_plays + second.n_plays)
        said = [Comparison(*pair, dimension, self.answers[dimension]) for dimension in DIMENSIONS]
        session = desk.session

        def write() -> None:
            session.edit(
                lambda: comparisons.add(
                    session.project,
                    said,
                    annotator_id=desk.annotator_id(),
                    circumstances=about,
                    second_gain_db=second.gain_db,
                )
            )

        if desk.file(write, "comparing two clips"):
            for clip_id in pair:
                desk.heard.forget(clip_id)
            self._begin()

    # What is shown

    def _turn(self) -> None:
        self._show()
        self.view_changed.emit()

    def _show(self) -> None:
        self.pair_view.setEnabled(self.pair is not None)
        self.skip.setEnabled(self.pair is not None)
        self.pair_view.show_answers(self.answers)
        self._show_cards()
        made = self._design
        if made is None:
            self._amount.setText("")
            self._words.setText("Enter your name above to begin.")
            return
        self._amount.setText(f"{counted(made.n_answered, 'pair')} compared by you")
        if self.pair is None:
            self._words.setText("There are no two clips to compare: show more clips, or import their audio.")
        elif made.n_groups > 1:
            left = counted(made.n_groups - 1, "more pair")
            self._words.setText(f"{len(made.clip_ids)} clips. {left} until all are joined.")
        else:
            error = max(float(scores.std_error.mean()) for scores in made.scores.values())
            self._words.setText(
                f"{len(made.clip_ids)} clips, all joined. Scores are known to ± {error:.2f} on average."
            )
        if self.show_scores.isChecked():
            self.scores.show_design(made)

    def _show_cards(self) -> None:
        session = self.desk.session
        for side, card in enumerate(self.pair_view.cards):
            if self.pair is None:
                card.show_clip("\N{EN DASH}", "")
                continue
            clip_id = self.pair[side]
            playing = session.playing == clip_id and self.desk.playback.state.status == "playing"
            card.show_clip(*title_of(session, clip_id))
            card.show_playing(playing, heard=self.desk.heard.of(clip_id).heard_s > 0)

    # Keys

    def key(self, event: QKeyEvent) -> bool:
        """Arrows answer, 1 and 2 play, N passes over, Backspace takes an answer back."""
        key = Qt.Key(event.key())
        if self.view is self.scores:
            return False
        if key in KEYS:
            asked = next((one for one in DIMENSIONS if one not in self.answers), None)
            if asked is not None:
                self.answer(asked, KEYS[key])
        elif key in (Qt.Key.Key_1, Qt.Key.Key_2):
            self.play(key - Qt.Key.Key_1)
        elif key == Qt.Key.Key_N:
            self.pass_over()
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
