"""What narrows the clips now, as chips that a click takes away."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from merdesk.ui.library.flow import FlowLayout
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, row

ICON_PX = 12
MOST_PX = 216
"""Longer words are cut; the tooltip has all."""


class ActiveFilters(QWidget):
    """A chip for each part of the filter, and what takes all away or keeps them.

    Signals
    -------
    removed
        The name of the part that was clicked.
    cleared
        Show all clips again.
    save_asked
        Keep this filter under a name.
    """

    removed = Signal(str)
    cleared = Signal()
    save_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.chips: dict[str, QPushButton] = {}
        self._words: dict[str, str] = {}
        self.setAccessibleName("Active filters")
        self._all = button("Show all", "quiet", "Take every filter away (Ctrl+Shift+F)")
        self._save = button("Save...", "quiet", "Keep this filter under a name")
        self._all.clicked.connect(self.cleared)
        self._save.clicked.connect(self.save_asked)
        self._ends = QWidget()
        self._ends.setLayout(row(self._all, self._save, spacing=0))
        self._flow = FlowLayout()
        self.setLayout(self._flow)
        self._build()
        theme.changed.connect(self._tint)

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """What has the keyboard, from left to right."""
        return (*self.chips.values(), self._all, self._save)

    def show_parts(self, words: Mapping[str, str], *, searches: bool, can_save: bool) -> None:
        """Show these; nothing is shown where nothing narrows."""
        had = next((place for place, chip in enumerate(self.chips.values()) if chip.hasFocus()), None)
        if dict(words) != self._words:
            self._words = dict(words)
            self._build()
        self._save.setVisible(can_save and bool(words))
        self.setVisible(bool(words) or searches)
        if had is not None and self.isVisible():
            left = self.buttons
            left[min(had, len(left) - 1)].setFocus()

    def _build(self) -> None:
        while self._flow.count():
            self._flow.takeAt(0)
        for chip in self.chips.values():
            chip.hide()
            chip.deleteLater()
        self.chips = {part: self._chip(part, words) for part, words in self._words.items()}
        for each in (*self.chips.values(), self._ends):
            self._flow.addWidget(each)
            each.show()
        self._flow.invalidate()
        self.updateGeometry()

    def _chip(self, part: str, words: str) -> QPushButton:
        chip = button("", "part", f"{words}\nClick to take this filter away")
        room = MOST_PX - 3 * ICON_PX
        chip.setText(chip.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room))
        chip.setAccessibleName(f"Take away the filter {words}")
        chip.setIcon(self._theme.icon("x"))
        chip.setIconSize(QSize(ICON_PX, ICON_PX))
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        chip.clicked.connect(lambda: self.removed.emit(part))
        return chip

    def _tint(self) -> None:
        for chip in self.chips.values():
            chip.setIcon(self._theme.icon("x"))
