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

WIDTH = 264
"""As wide as the space above the inspector allows, so that the plane stays free."""
GAP_PX = 12
RING_PX = 2
MOVED = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


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
            workspace.explore.plane,
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
    """Shows one hint after the other, at the first start that has clips; ended by its last button, Skip or Escape.

    A hint is out of sight as long as what it tells of is: on another page, behind the table, folded away.
    """

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(window)
        self._window, self._workspace = window, workspace
        self._hints: tuple[Hint, ...] = ()
        self._at = 0
        self._under_way = False
        self._before: QWidget | None = None
        self._follow = QTimer(self, singleShot=True, interval=0)
        self._follow.timeout.connect(self._place)
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
        """Start for whoever has never seen it, as soon as there are clips."""
        session, settings = self._workspace.session, self._window.settings
        if not settings["tour"] or self._under_way:
            return
        if len(session.columns):
            # After the layout has settled.
            QTimer.singleShot(0, self, self.start)
        else:
            session.columns_changed.connect(self.offer, Qt.ConnectionType.UniqueConnection)

    def start(self) -> None:
        """Begin with the first hint; whoever has seen that is not asked again."""
        self._window.settings["tour"] = False
        self._stop_following()
        self._hints = hints(self._window, self._workspace)
        self._before = QApplication.focusWidget()
        self._under_way = True
        for watched in (self._window, *(hint.anchor for hint in self._hints)):
            watched.installEventFilter(self)
        self._show_from(0)
        self.next.setFocus()

    def end(self) -> bool:
        """Show no more; False where nothing was shown."""
        if not self.isVisible():
            return False
        self._stop_following()
        self.hide()
        self._ring.hide()
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None
        return True

    def _stop_following(self) -> None:
        self._under_way = False
        for watched in (self._window, *(hint.anchor for hint in self._hints)):
            watched.removeEventFilter(self)

    def _go_on(self) -> None:
        self._show_from(self._at + 1)

    def _show_from(self, place: int) -> None:
        """Show this hint, or the next one of which the anchor is in sight; without one the tour is over."""
        left = [n for n in range(place, len(self._hints)) if self._hints[n].anchor.isVisibleTo(self._window)]
        if not left:
            self.end()
            return
        self._at, hint = left[0], self._hints[left[0]]
        self._title.setText(hint.title)
        self._text.setText(hint.text)
        self._count.setText(f"{self._at + 1} of {len(self._hints)}")
        self.next.setText("Next" if left[1:] else "Done")
        self.skip.setVisible(bool(left[1:]))
        self.next.setAccessibleName(f"{hint.title}. {hint.text} {self.next.text()}")
        self._place()

    def _place(self) -> None:
        """Show the hint beside its anchor, and nothing where that is out of sight."""
        if not self._under_way:
            return
        anchor = self._hints[self._at].anchor
        in_sight = anchor.isVisibleTo(self._window)
        for part in (self._ring, self):
            part.setVisible(in_sight)
            part.raise_()
        if in_sight:
            around, whole = self._in_window(anchor), self._window.rect()
            self._ring.setGeometry(around.adjusted(-RING_PX, -RING_PX, RING_PX, RING_PX) & whole)
            self.setFixedHeight(self._words.heightForWidth(self._width))
            self.move(placed(around, self.size(), whole, self._in_window(self._workspace.player)))

    def _in_window(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._window, QPoint(0, 0)), widget.size())

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in MOVED:
            self._follow.start()
        return super().eventFilter(watched, event)


def placed(around: QRect, size: QSize, whole: QRect, player: QRect) -> QPoint:
    """Top left corner of a hint: beside a tall anchor, below or above a wide one, and off the player.

    Only an anchor that leaves no room around it has the hint inside, in a corner.

    Examples
    --------
    >>> whole, player = QRect(0, 0, 1000, 600), QRect(0, 500, 1000, 80)
    >>> placed(QRect(0, 0, 200, 500), QSize(300, 100), whole, player).toTuple()
    (212, 24)
    """
    x = around.center().x() - size.width() // 2
    x = min(max(x, GAP_PX), whole.right() - GAP_PX - size.width())
    y = around.top() + 2 * GAP_PX
    inside = whole.adjusted(GAP_PX, GAP_PX, 1 - GAP_PX, 1 - GAP_PX)
    beside = [QPoint(around.right() + 1 + GAP_PX, y), QPoint(around.left() - GAP_PX - size.width(), y)]
    above = min(around.top(), player.top()) - GAP_PX - size.height()
    over = [
        QPoint(x, around.bottom() + 1 + GAP_PX),
        QPoint(x, around.top() - GAP_PX - size.height()),
        QPoint(x, above),
    ]
    for place in over + beside if around.width() > around.height() else beside + over:
        taken = QRect(place, size)
        if inside.contains(taken) and not taken.intersects(player) and not taken.intersects(around):
            return place
    return QPoint(around.left() + 2 * GAP_PX, around.bottom() - 2 * GAP_PX - size.height())
