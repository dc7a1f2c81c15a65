"""The bar at the top: menus, the project, the pages, what can be taken back."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenuBar, QPushButton, QSizePolicy, QWidget

from merdesk.ui.player.elided import ElidedLabel
from merdesk.ui.widgets import button, column, row

UNDO_PADDING = 24
"""Inside and around the button; a longer label is cut there, and the tooltip has all of it."""
TAB_PADDING = 30
"""Twice 12 px inside and the border, and a little for fonts that round up."""
PAGES = ("Explore", "Annotate", "Compare", "Models", "Report")
EXPLORE, ANNOTATE, COMPARE, MODELS, REPORT = range(len(PAGES))


class TopBar(QWidget):
    """Menus and project at the left, pages in the middle, undo at the right.

    Signals
    -------
    page_picked
        Number of the page that the user chose.
    undo_asked
        The user wants the last edit taken back.
    """

    page_picked = Signal(int)
    undo_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.setFixedHeight(44)
        self.menu_bar = QMenuBar()
        self._title = ElidedLabel(role="strong")
        self._counts = ElidedLabel(role="muted")
        self._pages = QButtonGroup(self)
        self.tabs = QWidget()
        tabs = row(spacing=4)
        for number, name in enumerate(PAGES):
            tab = button(name, "tab", f"{name} (Ctrl+{number + 1})")
            tab.setCheckable(True)
            # A click leaves the keyboard to the page.
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            tab.setMinimumWidth(_bold_width(tab))
            self._pages.addButton(tab, number)
            tabs.addWidget(tab)
        self._pages.idClicked.connect(self.page_picked)
        self._undo = button("", "quiet", "Undo (Ctrl+Z)")
        self._undo.clicked.connect(self.undo_asked)
        left, right = QWidget(), QWidget()
        # A menu bar in a layout draws its items at the top; given its own height it is centred.
        menus = column(None, self.menu_bar, None, spacing=0)
        self.menu_bar.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        # The title has what it needs, the counts what is left.
        self._counts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        words = row(menus, self._title, self._counts, spacing=12)
        words.setStretch(2, 1)
        left.setLayout(words)
        right.setLayout(row(None, self._undo))
        self._left, self._right = left, right
        self._undo_text = ""
        right.installEventFilter(self)
        for side in (left, right):
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.addWidget(left, 1)
        self.tabs.setLayout(tabs)
        layout.addWidget(self.tabs)
        layout.addWidget(right, 1)

    def show_project(self, title: str, counts: str) -> None:
        """Name the project and say how much is in it."""
        self._title.set_text(title)
        self._counts.set_text(counts)

    def show_page(self, number: int) -> None:
        """Mark the page that is shown."""
        self._pages.button(number).setChecked(True)

    def show_undo(self, text: str | None) -> None:
        """Say what undo would take back; None hides the button."""
        self._undo.setVisible(text is not None)
        self._undo_text = f"Undo \N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}"
        self._undo.setToolTip(f"{self._undo_text} (Ctrl+Z)")
        self._undo.setAccessibleName(self._undo_text)
        self._fit_undo()

    def _fit_undo(self) -> None:
        room = self._right.width() - UNDO_PADDING
        metrics = self._undo.fontMetrics()
        self._undo.setText(metrics.elidedText(self._undo_text, Qt.TextElideMode.ElideRight, room))

    def fit_menus(self) -> None:
        """Keep the menus from being folded away: in a wide font they take from the other side."""
        self.menu_bar.setMinimumWidth(self.menu_bar.sizeHint().width())
        self._left.setMinimumWidth(self._left.minimumSizeHint().width())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit_menus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._right and event.type() == QEvent.Type.Resize:
            self._fit_undo()
        return super().eventFilter(watched, event)


def _bold_width(tab: QPushButton) -> int:
    """Width in which the name fits when its page is shown, so that no tab moves when another is picked."""
    font = QFont(tab.font())
    font.setWeight(QFont.Weight.DemiBold)
    return QFontMetrics(font).horizontalAdvance(tab.text()) + TAB_PADDING
