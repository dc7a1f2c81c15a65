"""What stands before, between and after the tasks of a study."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from merdesk.domain.study import StudyPlan
from merdesk.ui.annotate.study_texts import MarkdownText, proposed
from merdesk.ui.widgets import button, column, framed, label, row

CARD_WIDTH, MARGIN = 640, 32


class Welcome(QWidget):
    """Instructions, consent, questions and a name.

    Signals
    -------
    begun
        The name of who begins.
    left
        The person does not want to.
    """

    begun = Signal(str)
    left = Signal()

    def __init__(self, plan: StudyPlan) -> None:
        super().__init__()
        self.name = QLineEdit()
        self.name.setPlaceholderText("Your name, or the code that you were given")
        self.name.setAccessibleName("Name or code")
        self.agree = QCheckBox("I have read this and take part of my own accord")
        self.agree.setVisible(bool(plan.consent.strip()))
        self._asked = {question: QLineEdit() for question in plan.questions}
        self.go, leave = button("Begin", "primary"), button("Not now", "quiet")
        width = CARD_WIDTH - 2 * MARGIN
        consent = [MarkdownText(plan.consent, width)] if plan.consent.strip() else []
        questions = []
        for question, field in self._asked.items():
            field.setAccessibleName(question)
            questions.append(column(label(question, "muted", wrap=True), field, spacing=4))
        names = column(label("Who are you", "section"), self.name, spacing=4)
        inner = column(
            label(plan.title, "title", wrap=True),
            MarkdownText(plan.instructions or proposed(plan.tasks), width),
            names,
            *questions,
            *consent,
            self.agree,
            row(None, leave, self.go),
            spacing=16,
            margins=(MARGIN, 28, MARGIN, 24),
        )
        card = framed(inner, "card")
        card.setFixedWidth(CARD_WIDTH)
        self.setLayout(row(None, column(None, card, None), None, margins=(16, 16, 16, 16)))
        self.name.textChanged.connect(self._show)
        self.agree.toggled.connect(self._show)
        self.name.returnPressed.connect(self._begin)
        self.go.clicked.connect(self._begin)
        leave.clicked.connect(self.left)
        self.setFocusProxy(self.name)
        self._show()

    def background(self) -> dict[str, str]:
        """Answers to the plan's questions; an empty one was left out."""
        return {question: field.text().strip() for question, field in self._asked.items()}

    def _ready(self) -> bool:
        return bool(self.name.text().strip()) and (self.agree.isHidden() or self.agree.isChecked())

    def _show(self) -> None:
        self.go.setEnabled(self._ready())

    def _begin(self) -> None:
        if self._ready():
            self.begun.emit(self.name.text().strip())


class Message(QWidget):
    """A break, or the end.

    Signals
    -------
    went_on, left
        The person goes on, or stops.
    """

    went_on = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title, self._words = label("", "title"), label("", "muted", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.go, self.leave = button("Go on", "primary"), button("Close", "")
        self.go.clicked.connect(self.went_on)
        self.leave.clicked.connect(self.left)
        buttons = row(None, self.leave, self.go, None)
        self.setLayout(column(None, self._title, self._words, 8, buttons, None, spacing=8))

    def show_message(self, title: str, words: str, act: str) -> None:
        """Say this; without `act` there is nothing to go on to."""
        self._title.setText(title)
        self._words.setText(words)
        self.go.setText(act)
        self.go.setVisible(bool(act))
        self.leave.setText("Stop for now" if act else "Close")
