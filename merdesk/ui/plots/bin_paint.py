"""How a plot of bins is painted: axes, the clips behind, a band, bins with their intervals."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from merdesk.ui.plots.bin_scale import BinPicture, BinPoint, BinScale, number, ticks
from merdesk.ui.theme.theme import Theme

POINT_PX = 4.5
CLOUD_PX = 3.0
CLOUD_OPACITY = 0.22
ACROSS_PX, UP_PX = 64, 30
"""About so far apart are ticks."""
CAP_PX = 3.5


def paint_axes(painter: QPainter, theme: Theme, scale: BinScale, picture: BinPicture) -> None:
    """Ticks with their values, what x and y are, the diagonal."""
    frame, x_range, y_range = scale.frame, scale.x_range, scale.y_range
    sides = Qt.AlignmentFlag
    for value in ticks(*x_range, frame.width() / ACROSS_PX):
        at = scale.place_of(value, y_range[0])
        _paint_tick(painter, theme, at, QPointF(at.x(), frame.top()), zero=value == 0)
        painter.drawText(
            QRectF(at.x() - 40, at.y() + 5, 80, 16), sides.AlignHCenter | sides.AlignTop, number(value)
        )
    for value in ticks(*y_range, frame.height() / UP_PX):
        at = scale.place_of(x_range[0], value)
        _paint_tick(painter, theme, at, QPointF(frame.right(), at.y()), zero=value == 0)
        painter.drawText(
            QRectF(at.x() - 48, at.y() - 8, 42, 16), sides.AlignRight | sides.AlignVCenter, number(value)
        )
    _paint_labels(painter, frame, picture.labels)
    if picture.diagonal:
        painter.setPen(QPen(theme.colour("muted"), 1, Qt.PenStyle.DashLine))
        low, high = max(x_range[0], y_range[0]), min(x_range[1], y_range[1])
        painter.drawLine(scale.place_of(low, low), scale.place_of(high, high))


def _paint_labels(painter: QPainter, frame: QRectF, labels: tuple[str, str]) -> None:
    sides = Qt.AlignmentFlag
    below = QRectF(frame.left(), frame.bottom() + 22, frame.width(), 18)
    painter.drawText(below, sides.AlignHCenter | sides.AlignTop, labels[0])
    painter.save()
    painter.translate(12, frame.center().y())
    painter.rotate(-90)
    painter.drawText(QRectF(-frame.height() / 2, -8, frame.height(), 16), sides.AlignCenter, labels[1])
    painter.restore()


def _paint_tick(painter: QPainter, theme: Theme, first: QPointF, second: QPointF, *, zero: bool) -> None:
    painter.setPen(QPen(theme.colour("line" if zero else "grid"), 1))
    painter.drawLine(first, second)
    painter.setPen(theme.colour("muted"))


def paint_cloud(painter: QPainter, theme: Theme, scale: BinScale, picture: BinPicture) -> None:
    """Single clips."""
    cloud = picture.cloud[np.isfinite(picture.cloud).all(axis=1)]
    if not len(cloud):
        return
    origin, unit = scale.place_of(0, 0), scale.place_of(1, 1)
    across = origin.x() + cloud[:, 0] * (unit.x() - origin.x())
    up = origin.y() + cloud[:, 1] * (unit.y() - origin.y())
    colour = theme.colour("muted")
    colour.setAlphaF(CLOUD_OPACITY)
    pen = QPen(colour, CLOUD_PX)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPoints([QPointF(x, y) for x, y in zip(across.tolist(), up.tolist(), strict=True)])


def paint_band(painter: QPainter, theme: Theme, scale: BinScale, picture: BinPicture, *, colour: str) -> None:
    """A line within its band."""
    x, line, low, high = picture.band.tolist()
    if not x:
        return
    edge = [scale.place_of(*pair) for pair in zip(x, low, strict=True)]
    edge += [scale.place_of(*pair) for pair in zip(x[::-1], high[::-1], strict=True)]
    filling = theme.colour(colour)
    filling.setAlphaF(0.14)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(filling)
    painter.drawPolygon(QPolygonF(edge))
    painter.setPen(QPen(theme.colour(colour), 1.6))
    painter.drawPolyline(QPolygonF([scale.place_of(*pair) for pair in zip(x, line, strict=True)]))


def paint_bin(
    painter: QPainter, theme: Theme, scale: BinScale, point: BinPoint, *, colour: QColor, marked: bool
) -> None:
    """A bin with its interval; a ring where it is `marked`."""
    at = scale.place_of(point.x, point.y)
    painter.setPen(QPen(colour, 1.6))
    if np.isfinite(point.low):
        low, high = scale.place_of(point.x, point.low), scale.place_of(point.x, point.high)
        painter.drawLine(low, high)
        for end in (low, high):
            painter.drawLine(end - QPointF(CAP_PX, 0), end + QPointF(CAP_PX, 0))
    painter.setPen(QPen(theme.colour("background"), 1.2))
    painter.setBrush(colour)
    painter.drawEllipse(at, POINT_PX, POINT_PX)
    if marked:
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, POINT_PX + 4, POINT_PX + 4)
