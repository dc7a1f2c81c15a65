"""Words to choose from beside a rating: a list that the project or the study offers."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from merdesk.ui.library.flow import FlowLayout
from merdesk.ui.widgets import button, column, label


class Categories(QWidget):
    """A button a word, any number of them pressed; hidden while no words are offered."""

    def __init__(self) -> None:
        super().__init__()
        self._words: dict[str, QPushButton] = {}
        self._flow = FlowLayout()
        self.setLayout(column(label("What fits? (optional)", "section"), self._flow, spacing=4))
        self.hide()

    def offer(self, words: tuple[str, ...]) -> None:
        """Offer these; what is not offered any more cannot be chosen."""
        if tuple(self._words) != words:
            for old in self._words.values():
                self._flow.removeWidget(old)
                old.deleteLater()
            self._words = {word: self._made(word) for word in words}
        self.setVisible(bool(words))

    def _made(self, word: str) -> QPushButton:
        made = button(word.replace("&", "&&"), "choice")
        made.setCheckable(True)
        made.setAccessibleName(f"Category {word}")
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._flow.addWidget(made)
        return made

    @property
    def chosen(self) -> tuple[str, ...]:
        """The words that are pressed, in the order of the list."""
        return tuple(word for word, made in self._words.items() if made.isChecked())

    def show_chosen(self, words: tuple[str, ...]) -> None:
        """Press these."""
        for word, made in self._words.items():
            made.setChecked(word in words)
