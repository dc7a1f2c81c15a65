"""Two clips side by side and two questions about them."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLayout, QWidget

from merdesk.domain.rating import DIMENSIONS, Dimension, Outcome
from merdesk.ui.inspector import breakable
from merdesk.ui.widgets import button, column, label, row, set_role

OUTCOMES: tuple[Outcome, Outcome, Outcome] = (1, 0, -1)
ANSWERS = {1: "First", 0: "Equal", -1: "Second"}
QUESTIONS: dict[Dimension, str] = {
    "valence": "Which feels more positive?",
    "arousal": "Which feels more energetic?",
}
CARD_WIDTH, NAMED_HEIGHT, BLIND_HEIGHT = 300, 170, 88
NAMES = ("First", "Second")


class ClipCard(QFrame):
    """One of the two clips; `play_asked` says that it is to be heard."""

    play_asked = Signal()

    def __init__(self, side: int) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = label(NAMES[side], "section")
        self._name = NAMES[side]
        self._title = label("", "title", wrap=True)
        self._artist = label("", "muted", wrap=True)
        self.play = button("Play", "", f"Play the {NAMES[side].lower()} clip ({side + 1})")
        self.play.setAccessibleName(f"Play the {NAMES[side].lower()} clip")
        self.play.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.play.clicked.connect(self.play_asked)
        inside = column(
            self._state,
            self._title,
            self._artist,
            None,
            row(self.play, None),
            spacing=4,
            margins=(16, 12, 16, 16),
        )
        self.setLayout(inside)
        self.setFixedSize(CARD_WIDTH, NAMED_HEIGHT)

    def show_clip(self, title: str, artist: str) -> None:
        """Show which clip it is."""
        self.setFixedHeight(NAMED_HEIGHT if title else BLIND_HEIGHT)
        self._title.setText(breakable(title))
        self._title.setVisible(bool(title))
        self._artist.setVisible(bool(title))
        self._artist.setText(artist)

    def show_playing(self, playing: bool, *, heard: bool) -> None:
        """Say whether it plays, or was heard."""
        words = "playing" if playing else "heard" if heard else ""
        self._state.setText(" · ".join(part for part in (self._name, words) if part))
        self.play.setText("Pause" if playing else "Play")


class PairView(QWidget):
    """Cards and questions; `answered` carries dimension and outcome, `play_asked` the side, 0 or 1."""

    answered = Signal(str, int)
    play_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Two clips to compare")
        self.setAccessibleDescription(
            "A and B, and which of them has more of each; the keys stand beside the answers"
        )
        self.cards = tuple(ClipCard(side) for side in (0, 1))
        for side, card in enumerate(self.cards):
            card.play_asked.connect(partial(self.play_asked.emit, side))
        self.groups: dict[Dimension, QButtonGroup] = {}
        self._questions = {dimension: label(QUESTIONS[dimension], "strong") for dimension in DIMENSIONS}
        rows = [self._row(dimension) for dimension in DIMENSIONS]
        self.setLayout(
            column(
                None,
                row(None, *self.cards, None, spacing=16),
                16,
                *rows,
                None,
                spacing=16,
                margins=(24, 16, 24, 24),
            )
        )

    def _row(self, dimension: Dimension) -> QWidget:
        group = QButtonGroup(self)
        group.setExclusive(False)
        made = row(spacing=8)
        for number, outcome in enumerate(OUTCOMES):
            choice = button(
                ANSWERS[outcome], "choice", f"{ANSWERS[outcome]} ({('Left', 'Down', 'Right')[number]})"
            )
            choice.setCheckable(True)
            choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            choice.setAccessibleName(f"{QUESTIONS[dimension]} {ANSWERS[outcome]}")
            choice.setFixedWidth((2 * CARD_WIDTH + 16 - 16) // 3)
            group.addButton(choice, number)
            made.addWidget(choice)
        group.idClicked.connect(lambda number: self.answered.emit(dimension, OUTCOMES[number]))
        self.groups[dimension] = group
        made.insertStretch(0, 1)
        made.addStretch(1)
        title = row(None, self._questions[dimension], None)
        return _held(column(title, made, spacing=8))

    def show_answers(self, answers: dict[Dimension, Outcome]) -> None:
        """Light up what was answered; the question that is asked next stands out."""
        asked = next((dimension for dimension in DIMENSIONS if dimension not in answers), None)
        for dimension, group in self.groups.items():
            for number, outcome in enumerate(OUTCOMES):
                group.button(number).setChecked(answers.get(dimension) == outcome)
            question = self._questions[dimension]
            set_role(question, "strong" if dimension == asked else "muted")


def _held(layout: QLayout) -> QWidget:
    made = QWidget()
    made.setLayout(layout)
    return made
