"""Differences with their intervals, a row each, around a line where there is none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from merdesk.ui.theme.figures import signed
from merdesk.ui.theme.theme import Theme

ROW = 24
LABEL_WIDTH = 150
FOOT = 38
DOT = 4.0
CAP = 4.0
FEW_OPACITY = 0.45
LEAST_SPAN = 0.05
"""Differences within so much of zero are not blown up to fill the picture."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference in "valence" or "arousal", the ends of its interval (NaN for none), pale when `few`."""

    name: str
    dimension: str
    value: float
    low: float
    high: float
    few: bool
    words: str


class DifferencePlot(QWidget):
    """The rows, on one symmetric scale."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._caption = ""
        self.rows: tuple[Difference, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Differences")
        theme.changed.connect(self.update)

    def show_differences(self, caption: str, rows: Sequence[Difference]) -> None:
        """Show these; the caption says what the sides mean."""
        self._caption, self.rows = caption, tuple(rows)
        self.setAccessibleDescription("; ".join([caption, *(one.words for one in rows)]))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A row each, the scale and the caption."""
        return QSize(420, ROW * len(self.rows) + FOOT)

    @property
    def span(self) -> float:
        """The scale goes from minus to plus this."""
        ends = [end for one in self.rows for end in (one.value, one.low, one.high) if math.isfinite(end)]
        return max([LEAST_SPAN, *(abs(end) for end in ends)])

    def _x(self, value: float) -> float:
        left, right = LABEL_WIDTH + 8.0, self.width() - 16.0
        return left + (value / self.span + 1) / 2 * (right - left)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Rows, the line of no difference, the scale."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bottom = ROW * len(self.rows)
        painter.setFont(self._theme.font("caption"))
        for value in (-self.span, 0.0, self.span):
            painter.setPen(QPen(self._theme.colour("muted" if value == 0 else "grid"), 1))
            painter.drawLine(QPointF(self._x(value), 0), QPointF(self._x(value), bottom))
            painter.setPen(self._theme.colour("muted"))
            box = QRectF(self._x(value) - 40, bottom + 2, 80, 14)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, signed(value))
        painter.drawText(
            QRectF(LABEL_WIDTH, bottom + 18, self.width() - LABEL_WIDTH, 18),
            Qt.AlignmentFlag.AlignCenter,
            self._caption,
        )
        for number, one in enumerate(self.rows):
            self._paint_row(painter, one, number * ROW)
        painter.end()

    def _paint_row(self, painter: QPainter, one: Difference, top: int) -> None:
        painter.setFont(self._theme.font())
        painter.setPen(self._theme.colour("text"))
        box = QRectF(0, top, LABEL_WIDTH - 8, ROW)
        name = painter.fontMetrics().elidedText(one.name, Qt.TextElideMode.ElideMiddle, int(box.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
        if not math.isfinite(one.value):
            return
        colour = QColor(getattr(self._theme.palette, one.dimension))
        colour.setAlphaF(FEW_OPACITY if one.few else 1.0)
        middle = top + ROW / 2
        painter.setPen(QPen(colour, 1.8))
        if math.isfinite(one.low):
            painter.drawLine(QPointF(self._x(one.low), middle), QPointF(self._x(one.high), middle))
            for end in (one.low, one.high):
                x = self._x(end)
                painter.drawLine(QPointF(x, middle - CAP), QPointF(x, middle + CAP))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(self._x(one.value), middle), DOT, DOT)

    def event(self, event: QEvent) -> bool:
        """The words of the row under the mouse as a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = event.pos().y() // ROW
            if 0 <= number < len(self.rows):
                QToolTip.showText(event.globalPos() + QPoint(8, 8), self.rows[number].words, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
