"""Five hints beside what they tell of, for whoever is here for the first time; everything stays in use meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from merdesk.ui.theme.stylesheet import scaled
from merdesk.ui.widgets import button, column, label, row

if TYPE_CHECKING:
    from merdesk.ui.main_window import MainWindow
    from merdesk.ui.workspace import Workspace

WIDTH = 320
GAP_PX = 12
RING_PX = 2


@dataclass(frozen=True, slots=True)
class Hint:
    """What is said, and beside what."""

    title: str
    text: str
    anchor: QWidget


def hints(window: MainWindow, workspace: Workspace) -> tuple[Hint, ...]:
    """The five hints of a window."""
    return (
        Hint(
            "Each point is a clip",
            "Click one to hear it. The arrow keys go to the nearest clip in a direction; drag to move, Q for a lasso.",
            workspace.pages,
        ),
        Hint(
            "Choose what is shown",
            "Search, and hide or show datasets and genres here. All pages follow. Music and datasets can be "
            "dropped anywhere into the window.",
            workspace.library,
        ),
        Hint(
            "Five pages, one set of clips",
            "Explore, rate them yourself, hear where a model errs, train one, read the report. "
            "Ctrl+1 to Ctrl+5 go there.",
            window.top.tabs,
        ),
        Hint(
            "The player stays with you",
            "Space plays and pauses. All clips play at one loudness, so that none seems livelier only because it is "
            "louder.",
            workspace.player,
        ),
        Hint(
            "Nothing to save",
            "Work in the background is told here. Each edit is on disk at once, Ctrl+Z takes it back, and F1 "
            "explains the page that you are on.",
            window.job_bar,
        ),
    )


class Tour(QFrame):
    """Shows one hint after the other; ended by its last button, by Skip or by Escape, and then for good."""

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(window)
        self._window, self._workspace = window, workspace
        self._hints: tuple[Hint, ...] = ()
        self._at = 0
        self._before: QWidget | None = None
        self.setProperty("role", "hint")
        self._width = scaled(WIDTH, window.theme.base_px)
        self.setFixedWidth(self._width)
        self._ring = QFrame(window)
        self._ring.setProperty("role", "ring")
        self._ring.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title, self._text = label("", "strong", wrap=True), label("", wrap=True)
        self._count = label("", "caption")
        self.skip, self.next = button("Skip", "quiet", "End the tour (Esc)"), button("Next", "primary")
        self.skip.clicked.connect(self.end)
        self.next.clicked.connect(self._go_on)
        foot = row(self._count, None, self.skip, self.next)
        self._words = column(self._title, self._text, 4, foot, spacing=6, margins=(16, 14, 12, 12))
        self.setLayout(self._words)
        self.hide()
        self._ring.hide()

    def offer(self) -> None:
        """Start for whoever has not ended it yet, as soon as there are clips."""
        session, settings = self._workspace.session, self._window.settings
        if not settings["tour"] or self.isVisible():
            return
        if len(session.columns):
            # After the layout has settled.
            QTimer.singleShot(0, self, self.start)
        else:
            session.columns_changed.connect(self.offer, Qt.ConnectionType.UniqueConnection)

    def start(self) -> None:
        """Begin with the first hint."""
        self._hints = hints(self._window, self._workspace)
        self._before = QApplication.focusWidget()
        self._window.installEventFilter(self)
        self._show(0)
        self.next.setFocus()

    def end(self) -> bool:
        """Show no more, now and at later starts; False where nothing was shown."""
        if not self.isVisible():
            return False
        self._window.settings["tour"] = False
        self._window.removeEventFilter(self)
        self.hide()
        self._ring.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None
        return True

    def _go_on(self) -> None:
        if self._at + 1 < len(self._hints):
            self._show(self._at + 1)
        else:
            self.end()

    def _show(self, place: int) -> None:
        self._at, hint = place, self._hints[place]
        self._title.setText(hint.title)
        self._text.setText(hint.text)
        self._count.setText(f"{place + 1} of {len(self._hints)}")
        last = place + 1 == len(self._hints)
        self.next.setText("Done" if last else "Next")
        self.skip.setVisible(not last)
        self.next.setAccessibleName(f"{hint.title}. {hint.text} {self.next.text()}")
        self._place()
        self._ring.show()
        self.show()
        self._ring.raise_()
        self.raise_()

    def _place(self) -> None:
        """Beside the anchor where there is room, else inside it."""
        anchor = self._hints[self._at].anchor
        around = QRect(anchor.mapTo(self._window, QPoint(0, 0)), anchor.size())
        if not anchor.isVisible():
            around = self._window.rect().adjusted(GAP_PX, GAP_PX, -GAP_PX, -GAP_PX)
        self._ring.setGeometry(around.adjusted(-RING_PX, -RING_PX, RING_PX, RING_PX) & self._window.rect())
        self.setFixedHeight(self._words.heightForWidth(self._width))
        self.move(placed(around, self.size(), self._window.rect()))

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            QTimer.singleShot(0, self, self._place)
        return super().eventFilter(watched, event)


def placed(around: QRect, size: QSize, whole: QRect) -> QPoint:
    """Top left corner of a hint: beside a tall anchor, below or above a wide one, inside where neither has room.

    Examples
    --------
    >>> placed(QRect(0, 0, 200, 600), QSize(300, 100), QRect(0, 0, 1000, 600)).toTuple()
    (212, 24)
    """
    x = around.center().x() - size.width() // 2
    x = min(max(x, GAP_PX), whole.right() - GAP_PX - size.width())
    y = around.top() + 2 * GAP_PX
    inside = whole.adjusted(GAP_PX, GAP_PX, 1 - GAP_PX, 1 - GAP_PX)
    beside = [QPoint(around.right() + 1 + GAP_PX, y), QPoint(around.left() - GAP_PX - size.width(), y)]
    over = [QPoint(x, around.bottom() + 1 + GAP_PX), QPoint(x, around.top() - GAP_PX - size.height())]
    for place in over + beside if around.width() > around.height() else beside + over:
        if inside.contains(QRect(place, size)):
            return place
    return QPoint(around.left() + 2 * GAP_PX, around.bottom() - 2 * GAP_PX - size.height())
