"""What the plane says while there is nothing to show: one sentence, one thing to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from merdesk.ui.widgets import button, column, counted, label, row

TEXT_WIDTH = 420


class EmptyState(QWidget):
    """A title, a sentence, a button and, where there are two ways on, a quieter one.

    Signals
    -------
    action_asked
        Name of the window's command.
    """

    action_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._title = label("", "title")
        self._text = label("", "muted", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setFixedWidth(TEXT_WIDTH)
        policy = self._text.sizePolicy()
        policy.setVerticalPolicy(QSizePolicy.Policy.Minimum)
        self._text.setSizePolicy(policy)
        self._first, self._second = button("", "primary"), button("", "")
        self._actions = ("", "")
        self.setFocusProxy(self._first)
        self._first.clicked.connect(lambda: self.action_asked.emit(self._actions[0]))
        self._second.clicked.connect(lambda: self.action_asked.emit(self._actions[1]))
        centre = Qt.AlignmentFlag.AlignHCenter
        layout = column(None, spacing=12)
        layout.addWidget(self._title, 0, centre)
        layout.addWidget(self._text, 0, centre)
        layout.addSpacing(8)
        layout.addLayout(row(None, self._first, self._second, None))
        layout.addStretch(1)
        self.setLayout(layout)

    def say(self, title: str, text: str, first: tuple[str, str], second: tuple[str, str] = ("", "")) -> None:
        """Show a title, a sentence, and commands of the window as (name, words)."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setMinimumHeight(self._text.heightForWidth(TEXT_WIDTH))
        self._actions = (first[0], second[0])
        self._first.setText(first[1])
        self._first.setVisible(bool(first[0]))
        self._second.setText(second[1])
        self._second.setVisible(bool(second[0]))

    def say_unrated(self, n_clips: int) -> None:
        """There are clips, but none has a place in the plane."""
        self.say(
            f"{counted(n_clips, 'clip')} without ratings",
            "A clip gets its place in the plane by a rating or a prediction. Listen and rate, or import ratings "
            "that you already have.",
            ("page_annotate", "Start rating"),
            ("import_table", "Import ratings"),
        )
