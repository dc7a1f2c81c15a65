"""Pairs in the order that tells most: which has more, and the scores that follow from it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from merdesk.ui.annotate.desk import Desk
from merdesk.ui.annotate.pair_mode import HOW, PairMode
from merdesk.ui.annotate.pair_scores import PairScores
from merdesk.ui.widgets import button, column, counted, label, row
from merdesk.workflows.pair_design import PairDesign, design


class PairsMode(PairMode):
    """Asks one pair after the other, each the one whose answer is expected to tell most."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._design: PairDesign | None = None
        self._skipped: list[tuple[int, int]] = []
        self.scores = PairScores(desk.session)
        self._amount = label("", "section")
        self.skip = button("Another pair", "", "Pass over this pair without an answer (N)")
        self.skip.clicked.connect(self.pass_over)
        self.show_scores = button("Scores", "", "What the answers say so far, beside the ratings")
        self.show_scores.setCheckable(True)
        self.show_scores.toggled.connect(self._turn)
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

    def _ask(self) -> None:
        self.answers = {}
        self.pair = None if self._design is None else self._design.next_pair(self._skipped)

    def pass_over(self) -> None:
        """Ask another pair."""
        if self.pair is not None:
            self._skipped.append(self.pair)
            self._ask()
            self._show()
            self.begin()

    # What is shown

    def _turn(self) -> None:
        self._show()
        self.view_changed.emit()

    def _show(self) -> None:
        self.show_pair()
        self.skip.setEnabled(self.pair is not None)
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

    def key(self, event: QKeyEvent) -> bool:
        """The keys of a pair, and N passes over."""
        if self.view is self.scores:
            return False
        if event.key() == Qt.Key.Key_N:
            self.pass_over()
            return True
        return super().key(event)
