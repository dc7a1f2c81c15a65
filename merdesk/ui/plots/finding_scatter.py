"""The small plot of a finding: points of two groups, so that the eye can decide."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.ui.plots.markers import paint_marker
from merdesk.ui.theme.figures import MINUS, count
from merdesk.ui.theme.theme import Theme

LEFT_PX, TOP_PX, RIGHT_PX, BOTTOM_PX = 40, 26, 12, 38
WIDEST_PX = 420
POINT_PX = 4.5
OPACITY = 0.5
MARKERS = ("circle", "triangle", "square", "diamond")
ROOM = 0.05
"""Share of the range left free at each end of an axis."""


class FindingScatter(QWidget):
    """Points [n] by two columns, in groups with a legend above."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._x: FloatArray = np.empty(0)
        self._y: FloatArray = np.empty(0)
        self._group: IntArray = np.empty(0, dtype=np.int64)
        self._names: tuple[str, ...] = ()
        self._labels = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(WIDEST_PX)
        theme.changed.connect(self.update)

    def show_points(
        self,
        x: FloatArray,
        y: FloatArray,
        group: IntArray,
        *,
        names: Sequence[str],
        labels: tuple[str, str],
        title: str,
    ) -> None:
        """Show points with their group's code, the names of the groups and the labels of both axes."""
        known = np.isfinite(x) & np.isfinite(y)
        # In a fixed random order, so that no group hides another.
        order = np.random.default_rng(0).permutation(int(known.sum()))
        self._x, self._y, self._group = x[known][order], y[known][order], group[known][order]
        self._names, self._labels = tuple(names), labels
        self.setAccessibleName(title)
        self.setToolTip(title)
        self.update()

    @property
    def points(self) -> tuple[FloatArray, FloatArray, IntArray]:
        """What is drawn, in draw order."""
        return self._x, self._y, self._group

    def _colour(self, group: int) -> QColor:
        several = len(self._names) > 1
        return self._theme.colour(("muted", "bad", "good", "valence")[group % 4] if several else "muted")

    # Qt

    def sizeHint(self) -> QSize:
        """Room for two side by side."""
        return QSize(320, 250)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Legend, axes with the values at their ends, points."""
        if not len(self._x):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(LEFT_PX, TOP_PX, -RIGHT_PX, -BOTTOM_PX)
        x_range, y_range = _range(self._x), _range(self._y)
        painter.setFont(self._theme.font("caption"))
        self._paint_axes(painter, frame, x_range, y_range)
        self._paint_legend(painter)
        across = frame.left() + (self._x - x_range[0]) / (x_range[1] - x_range[0]) * frame.width()
        up = frame.bottom() - (self._y - y_range[0]) / (y_range[1] - y_range[0]) * frame.height()
        colours = [self._colour(code) for code in range(max(1, len(self._names)))]
        for colour in colours:
            colour.setAlphaF(OPACITY)
        for at_x, at_y, code in zip(across.tolist(), up.tolist(), self._group.tolist(), strict=True):
            paint_marker(painter, MARKERS[code % 4], QPointF(at_x, at_y), POINT_PX, colours[code])
        painter.end()

    def _paint_axes(
        self, painter: QPainter, frame: QRectF, x_range: tuple[float, float], y_range: tuple[float, float]
    ) -> None:
        painter.setPen(QPen(self._theme.colour("line"), 1))
        painter.drawLine(frame.bottomLeft(), frame.bottomRight())
        painter.drawLine(frame.bottomLeft(), frame.topLeft())
        painter.setPen(self._theme.colour("muted"))
        below = QRectF(frame.left(), frame.bottom() + 4, frame.width(), BOTTOM_PX)
        sides = Qt.AlignmentFlag
        painter.drawText(below, sides.AlignLeft | sides.AlignTop, _number(x_range[0]))
        painter.drawText(below, sides.AlignRight | sides.AlignTop, _number(x_range[1]))
        painter.drawText(below, sides.AlignHCenter | sides.AlignTop, self._labels[0])
        beside = QRectF(0, frame.top(), LEFT_PX - 6, frame.height())
        painter.drawText(beside, sides.AlignRight | sides.AlignBottom, _number(y_range[0]))
        painter.drawText(beside, sides.AlignRight | sides.AlignTop, _number(y_range[1]))
        painter.save()
        painter.translate(LEFT_PX - 10, frame.center().y())
        painter.rotate(-90)
        turned = QRectF(-frame.height() / 2, -12, frame.height(), 14)
        painter.drawText(turned, sides.AlignCenter, self._labels[1])
        painter.restore()

    def _paint_legend(self, painter: QPainter) -> None:
        left = float(LEFT_PX)
        for code, name in enumerate(self._names):
            text = f"{name}, {count(int((self._group == code).sum()))}"
            paint_marker(painter, MARKERS[code % 4], QPointF(left + 4, 10), 8, self._colour(code))
            painter.setPen(self._theme.colour("muted"))
            width = painter.fontMetrics().horizontalAdvance(text)
            painter.drawText(QRectF(left + 12, 2, width + 2, 16), Qt.AlignmentFlag.AlignVCenter, text)
            left += width + 32


def _range(values: FloatArray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = (high - low) * ROOM or 0.5
    return low - room, high + room


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", MINUS)
