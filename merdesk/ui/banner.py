"""One line above the page for what the user can act on, and the dialog for what is our fault."""

import platform

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QHBoxLayout, QPlainTextEdit, QWidget

from merdesk import __version__
from merdesk.errors import Failure
from merdesk.log import without_home
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label


class Banner(QWidget):
    """A sentence, at most one thing to do about it, and a way to put it aside.

    Signals
    -------
    acted
        The user chose the action of the sentence now shown.
    """

    acted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._action = ""
        self._mark = label()
        self._text = label(wrap=True)
        self._do = button("", "quiet")
        self._close = button("Dismiss", "quiet", "Dismiss this message")
        self._do.clicked.connect(lambda: self.acted.emit(self._action))
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        layout.setSpacing(12)
        layout.addWidget(self._mark)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._do)
        layout.addWidget(self._close)
        self.setProperty("role", "raised")
        self._theme = theme
        theme.changed.connect(self._draw)
        self._draw()
        self.hide()

    def _draw(self) -> None:
        self._mark.setPixmap(self._theme.icon("triangle-alert", "bad").pixmap(16, 16))

    def tell(self, sentence: str, *, action: str = "", action_text: str = "") -> None:
        """Show a sentence, with one thing to do about it where there is one."""
        self._text.setText(sentence)
        self._action = action
        self._do.setText(action_text)
        self._do.setVisible(bool(action))
        self.show()

    def withdraw(self, action: str) -> None:
        """Take a sentence back whose action has nothing left to do."""
        if self._action == action:
            self.hide()

    @property
    def text(self) -> str:
        """The sentence shown last."""
        return self._text.text()


def crash_report(failure: Failure, doing: str) -> str:
    """What a person would send to us: what was done, what was raised, which versions."""
    from importlib.metadata import version

    packages = ", ".join(
        f"{name} {version(name)}" for name in ("PySide6-Essentials", "pyqtgraph", "numpy", "apsw")
    )
    return without_home(
        f"merdesk {__version__}, Python {platform.python_version()}, {platform.platform()}\n{packages}\n"
        f"While: {doing}\n\n{failure.details or failure.message}"
    )


class CrashDialog(QDialog):
    """Says that something is our fault, that nothing was lost, and offers the details to copy."""

    def __init__(self, failure: Failure, doing: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong in merdesk")
        self.report = crash_report(failure, doing)
        details = QPlainTextEdit(self.report)
        details.setReadOnly(True)
        details.setAccessibleName("Details of the error")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = button("Copy details", "primary")
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(self.report))
        buttons.rejected.connect(self.reject)
        self.setLayout(
            column(
                label("This is a defect of merdesk, not of your data", "title"),
                label(
                    "Your project is safe: everything that you did is already saved. You can go on working. "
                    "The details below help to find the defect; they hold no audio.",
                    "muted",
                    wrap=True,
                ),
                details,
                buttons,
                spacing=12,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(640, 420)
