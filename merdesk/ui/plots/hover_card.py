"""The card beside the point under the mouse."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QLabel, QVBoxLayout, QWidget

GAP_PX = 14
MARGIN_PX = 8
KEEP_CLEAR_PX = 8
WIDEST_PX = 360


@dataclass(frozen=True, slots=True)
class HoverText:
    """What is said of a clip: its title, who made it and where it is filed, its figures."""

    title: str
    subtitle: str
    values: str


class HoverCard(QFrame):
    """Shows a `HoverText` beside a place of its parent; never takes the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(3)
        self._lines = tuple(_line(self, role) for role in ("strong", "caption", "", "caption"))
        for line in self._lines:
            layout.addWidget(line)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(24)
        shadow.setOffset(0, 6)
        shadow.setColor(QColor(0, 0, 0, 70))
        self.setGraphicsEffect(shadow)
        self.hide()

    @property
    def text(self) -> str:
        """The lines shown."""
        return "\n".join(line.text() for line in self._lines if not line.isHidden())

    def show_text(self, text: HoverText, hint: str, at: QPointF, keep_clear: list[QPointF]) -> None:
        """Show beside `at`, over none of the places to keep clear where that is possible."""
        for line, words in zip(self._lines, (text.title, text.subtitle, text.values, hint), strict=True):
            room = WIDEST_PX - 24
            line.setText(line.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room))
            line.setVisible(bool(words))
        self.ensurePolished()
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.resize(self.sizeHint())
        self.move(place_beside(at, self.size(), self._room.rect(), keep_clear))
        self.show()
        self.raise_()


def place_beside(at: QPointF, size: QSize, room: QRect, keep_clear: list[QPointF]) -> QPoint:
    """Where a card goes: beside the point, inside the room, over as few of the places as can be."""
    inner = room.adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX)
    best, fewest = QPoint(), 1_000
    for right, below in ((True, True), (True, False), (False, True), (False, False)):
        left = at.x() + GAP_PX if right else at.x() - GAP_PX - size.width()
        top = at.y() + GAP_PX if below else at.y() - GAP_PX - size.height()
        card = QRect(QPoint(round(left), round(top)), size)
        card.moveLeft(max(inner.left(), min(card.left(), inner.right() - size.width())))
        card.moveTop(max(inner.top(), min(card.top(), inner.bottom() - size.height())))
        wide = card.adjusted(-KEEP_CLEAR_PX, -KEEP_CLEAR_PX, KEEP_CLEAR_PX, KEEP_CLEAR_PX)
        covered = sum(wide.contains(place.toPoint()) for place in (at, at, *keep_clear))
        if covered < fewest:
            best, fewest = card.topLeft(), covered
    return best


def _line(parent: QWidget, role: str) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label
