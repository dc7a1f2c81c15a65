"""A button that shows a choice and opens a menu of the others."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton


class Chip(QPushButton):
    """A choice with its value, opening a menu of the others.

    Signals
    -------
    picked
        Key of the choice.
    """

    picked = Signal(str)

    def __init__(self, caption: str, choices: dict[str, str], chosen: str) -> None:
        super().__init__()
        self.setProperty("role", "chip")
        self._caption, self._brief = caption, False
        self._chosen = chosen
        self._choices: dict[str, str] = {}
        self._group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        self.setMenu(QMenu(self))
        self.set_choices(choices, chosen)

    @property
    def chosen(self) -> str:
        """Key of the choice that is shown."""
        return self._chosen

    def set_choices(self, choices: dict[str, str], chosen: str) -> None:
        """Offer these, and show the chosen one without telling of it."""
        if choices != self._choices:
            self._choices = choices
            self.menu().clear()
            self._actions = {key: self.menu().addAction(text) for key, text in choices.items()}
            for key, action in self._actions.items():
                action.setCheckable(True)
                action.triggered.connect(lambda _=False, key=key: self._pick(key))
                self._group.addAction(action)
        self.show_choice(chosen)

    def show_choice(self, key: str) -> None:
        """Show a choice without telling of it."""
        self._chosen = key
        self.setText(self._caption if self._brief else f"{self._caption}  {self._choices[key]}")
        self.setToolTip(f"{self._caption}: {self._choices[key]}")
        self._actions[key].setChecked(True)

    def set_brief(self, brief: bool) -> None:
        """Show the caption alone where room is scarce; the tooltip has the choice."""
        self._brief = brief
        self.show_choice(self._chosen)

    def _pick(self, key: str) -> None:
        self.show_choice(key)
        self.picked.emit(key)
