"""A part of a panel that is folded until it is wanted."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, row

ICON_PX = 14


class Fold(QWidget):
    """A heading that shows and hides what stands under it.

    Signals
    -------
    opened
        The part is shown now, and wants to be filled.
    """

    opened = Signal()

    def __init__(self, theme: Theme, title: str, inside: QWidget) -> None:
        super().__init__()
        self._theme, self._title, self._inside = theme, title, inside
        self.head: QPushButton = button(title, "fold")
        self.head.setCheckable(True)
        self.head.setIconSize(QSize(ICON_PX, ICON_PX))
        self._note = label("", "caption")
        self.head.toggled.connect(self._show)
        self.setLayout(column(row(self.head, None, self._note, spacing=4), inside, spacing=4))
        self._show(on=False)

    @property
    def is_open(self) -> bool:
        """True while what is inside is shown."""
        return self.head.isChecked()

    def open(self) -> None:
        """Show what is inside."""
        self.head.setChecked(True)

    def set_note(self, note: str) -> None:
        """A word at the right of the heading."""
        self._note.setText(note)

    def _show(self, on: bool) -> None:
        self._inside.setVisible(on)
        self._theme.dress(self.head, "chevron-down" if on else "chevron-right")
        self.head.setAccessibleName(f"{self._title}, {'unfolded' if on else 'folded'}")
        self.head.setToolTip("Click to fold" if on else "Click to unfold")
        if on:
            self.opened.emit()
