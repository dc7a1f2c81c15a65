"""Rating by figures: nine manikins from negative to positive and nine from calm to energetic.

Drawn after the idea of the Self-Assessment Manikin (Bradley, M. M. & Lang, P. J. (1994). Measuring emotion: the
self-assessment manikin and the semantic differential. J. Behav. Ther. Exp. Psychiatry 25, 49-59), with shapes of our
own: the mouth tells valence; eyes, brows and the burst in the body tell arousal.
"""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from merdesk.domain.rating import Dimension
from merdesk.ui.theme.theme import Theme

POINTS = np.linspace(-1, 1, 9)
"""Values of the nine figures."""
WORDS = {"valence": ("negative", "positive"), "arousal": ("calm", "energetic")}
GAP = 6
CAPTION = 22
HEIGHT_TO_WIDTH = 1.5
WIDEST = 116
BURST_POINTS = 10
RADIUS = 9.0


def nearest(value: float) -> int:
    """Number of the figure that is nearest to a value of [-1, 1].

    Examples
    --------
    >>> nearest(-1.0), nearest(0.1), nearest(0.9)
    (0, 4, 8)
    """
    return int(np.abs(POINTS - value).argmin())


class FigureScale(QWidget):
    """Nine figures of one dimension; `picked` carries the value of the one that was chosen."""

    picked = Signal(float)

    def __init__(self, theme: Theme, dimension: Dimension) -> None:
        super().__init__()
        self._theme = theme
        self._dimension = dimension
        self._value: float | None = None
        self._hovered: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(dimension.capitalize())
        theme.changed.connect(self.update)

    @property
    def value(self) -> float | None:
        """The chosen value on [-1, 1]; None before any was chosen."""
        return self._value

    def set_value(self, value: float | None) -> None:
        """Show a value; between two figures the nearest one is lit."""
        self._value = value
        said = "none yet" if value is None else f"{nearest(value) + 1} of {len(POINTS)}"
        self.setAccessibleDescription(f"{said}, from {' to '.join(WORDS[self._dimension])}")
        self.update()

    def pick(self, number: int) -> None:
        """Choose a figure, 0 to 8; outside it is the last one on that side."""
        self.picked.emit(float(POINTS[min(max(number, 0), len(POINTS) - 1)]))

    def cell(self, number: int) -> QRectF:
        """Where a figure stands."""
        n = len(POINTS)
        width = min(
            (self.width() - GAP * (n - 1)) / n, WIDEST, (self.height() - 2 * CAPTION) / HEIGHT_TO_WIDTH
        )
        left = (self.width() - n * width - GAP * (n - 1)) / 2 + number * (width + GAP)
        top = (self.height() - 2 * CAPTION - width * HEIGHT_TO_WIDTH) / 2 + CAPTION
        return QRectF(left, top, width, width * HEIGHT_TO_WIDTH)

    def _at(self, place: QPointF) -> int | None:
        return next((n for n in range(len(POINTS)) if self.cell(n).contains(place)), None)

    def _paint_cell(self, painter: QPainter, number: int) -> None:
        cell = self.cell(number)
        chosen = self._value is not None and nearest(self._value) == number
        focused = self.hasFocus() and number == (4 if self._value is None else nearest(self._value))
        ground = self._theme.colour("accent" if chosen else "raised" if number == self._hovered else "panel")
        painter.setBrush(ground)
        painter.setPen(QPen(self._theme.colour("muted" if focused else "line"), 1))
        painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        ink = self._theme.colour("on_accent" if chosen else "text")
        painter.save()
        painter.translate(cell.center().x(), cell.center().y())
        painter.scale(cell.width() / 100, cell.width() / 100)
        painter.setPen(
            QPen(ink, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        paint_manikin(painter, self._dimension, float(POINTS[number]))
        painter.restore()

    def _paint_words(self, painter: QPainter) -> None:
        first, last = self.cell(0), self.cell(len(POINTS) - 1)
        painter.setFont(self._theme.font("strong"))
        painter.setPen(self._theme.colour("text"))
        title = QRectF(first.left(), first.top() - CAPTION - 4, last.right() - first.left(), CAPTION)
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft, self._dimension.capitalize())
        painter.setFont(self._theme.font("caption"))
        painter.setPen(self._theme.colour("muted"))
        below = title.translated(0, CAPTION + first.height() + 10)
        low, high = WORDS[self._dimension]
        for number in range(len(POINTS)):
            place = QRectF(self.cell(number).left(), below.top(), first.width(), CAPTION)
            word = {0: f"1  {low}", len(POINTS) - 1: f"{high}  9"}.get(number, str(number + 1))
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextDontClip, word)

    # Qt

    def sizeHint(self) -> QSize:
        """Room for figures that can be told apart."""
        return QSize(9 * 84 + 8 * GAP, round(84 * HEIGHT_TO_WIDTH) + 2 * CAPTION)

    def minimumSizeHint(self) -> QSize:
        """Below this faces are dots."""
        return QSize(9 * 40 + 8 * GAP, round(40 * HEIGHT_TO_WIDTH) + 2 * CAPTION)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Figures and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(len(POINTS)):
            self._paint_cell(painter, number)
        self._paint_words(painter)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up what a click would choose."""
        hovered = self._at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(
                Qt.CursorShape.ArrowCursor if hovered is None else Qt.CursorShape.PointingHandCursor
            )
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose."""
        number = self._at(event.position())
        if number is not None and event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.pick(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows to the left and right move by one figure, 1 to 9 choose one."""
        key = event.key()
        here = 4 if self._value is None else nearest(self._value)
        if Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self.pick(key - Qt.Key.Key_1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.pick(here + (1 if key == Qt.Key.Key_Right else -1))
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing to show any more."""
        super().focusOutEvent(event)
        self.update()


def paint_manikin(painter: QPainter, dimension: Dimension, value: float) -> None:
    """Draw a figure around the origin, 100 wide and 150 high, with the pen in force."""
    painter.drawPath(_body())
    painter.drawEllipse(QPointF(0, -38), 24, 24)
    if dimension == "valence":
        _paint_eyes(painter, openness=0.45)
        _paint_mouth(painter, value)
    else:
        _paint_eyes(painter, openness=(value + 1) / 2)
        _paint_brows(painter, (value + 1) / 2)
        painter.drawLine(QPointF(-6, -26), QPointF(6, -26))
        _paint_burst(painter, (value + 1) / 2)


def _body() -> QPainterPath:
    path = QPainterPath(QPointF(-34, 62))
    path.cubicTo(-36, 10, -30, -6, -12, -8)
    path.lineTo(12, -8)
    path.cubicTo(30, -6, 36, 10, 34, 62)
    path.closeSubpath()
    return path


def _paint_eyes(painter: QPainter, openness: float) -> None:
    for x in (-9.0, 9.0):
        if openness < 0.15:
            painter.drawLine(QPointF(x - 4, -42), QPointF(x + 4, -42))
        else:
            painter.drawEllipse(QPointF(x, -42), 2.0 + 1.5 * openness, 1.0 + 4.0 * openness)


def _paint_brows(painter: QPainter, raised: float) -> None:
    for side in (-1, 1):
        # Level, whatever their height: brows that slope look angry or sad, and that is valence.
        y = -48 - 6 * raised
        painter.drawLine(QPointF(side * 5, y), QPointF(side * 14, y))


def _paint_mouth(painter: QPainter, value: float) -> None:
    """A line that bends up or down; at the ends it is as wide as the face allows."""
    bend, half = 11 * value, 9 + 3 * abs(value)
    path = QPainterPath(QPointF(-half, -27 - bend / 3))
    path.quadTo(QPointF(0, -27 + bend), QPointF(half, -27 - bend / 3))
    painter.drawPath(path)


def _paint_burst(painter: QPainter, size: float) -> None:
    """From a dot to a star that fills the body."""
    outer = 3 + 22 * size
    inner = outer * (1 - 0.55 * size)
    corners = []
    for corner in range(2 * BURST_POINTS):
        radius = outer if corner % 2 == 0 else inner
        angle = math.pi * corner / BURST_POINTS
        corners.append(QPointF(radius * math.sin(angle), 27 - radius * math.cos(angle)))
    painter.drawPolygon(QPolygonF(corners))
