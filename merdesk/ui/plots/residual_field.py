"""Residuals as lines from annotation to prediction, and where other models put the clip in focus."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from merdesk.domain.arrays import FloatArray
from merdesk.ui.plots.markers import RELATIVE_SIZE, marker_shape
from merdesk.ui.theme.theme import Theme

MOST_LINES = 20_000
"""Of more clips the lines are one grey; the table and the heat map tell more."""
LINE_OPACITY = 0.28
POINT_PX = 12.0
WAY_OPACITY = 0.55
STILL_SHARE = 0.6
"""Size of a prediction for the whole clip beside the point that moves."""
STYLES = ((1, "square"), (2, "diamond"))
"""Place among the distinct colours, and marker, of each other model's point."""
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ModelPoints:
    """Annotation and prediction of the clips in focus by another model, shape (k, 2, 2).

    `interval` are half widths around the first prediction; None where none is known.
    """

    name: str
    pairs: FloatArray
    interval: Place | None = None


@dataclass(frozen=True, slots=True)
class ModelWay:
    """Another model's way of the clip that plays, shape (n, 2), NaN where it is blank, and where it is now."""

    affect: FloatArray
    now: Place | None = None


class ResidualField(pg.UIGraphicsItem):
    """Lines of every clip that is compared, under the points; points of other models over them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: list[QLineF] = []
        self.n_lines = 0
        self.others: tuple[ModelPoints, ...] = ()
        self.ways: tuple[ModelWay | None, ...] = ()
        self.setZValue(-1)
        theme.changed.connect(self.update)

    def show_lines(self, pairs: FloatArray) -> None:
        """Draw a line for each pair of places [n, 2, 2]; none where there are too many to tell apart."""
        known = pairs[np.isfinite(pairs).all(axis=(1, 2))]
        known = known if len(known) <= MOST_LINES else known[:0]
        self.n_lines = len(known)
        self._lines = [QLineF(*first, *last) for first, last in known.tolist()]
        self.update()

    def show_others(self, others: Sequence[ModelPoints]) -> None:
        """Show where other models put the clips in focus."""
        self.others = tuple(others)
        self.update()

    def show_ways(self, ways: Sequence[ModelWay | None]) -> None:
        """Show the ways of the clip that plays, in the order of the other models; None for one that has none."""
        self.ways = tuple(ways)
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Lines in one call, then the points in pixels."""
        colour = self._theme.colour("muted")
        colour.setAlphaF(LINE_OPACITY)
        pen = QPen(colour, 1)
        pen.setCosmetic(True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(pen)
        painter.drawLines(self._lines)
        to_device = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ways = (*self.ways, *(None for _ in self.others))
        for (number, marker), other, way in zip(STYLES, self.others, ways, strict=False):
            colour = QColor(self._theme.palette.distinct[number])
            shape = marker_shape(marker, POINT_PX * RELATIVE_SIZE[marker])
            _paint_points(painter, to_device, other, colour)
            if way is not None:
                _paint_way(painter, to_device, way.affect, colour)
            painter.setPen(QPen(colour, 2))
            painter.setBrush(self._theme.colour("background"))
            places = other.pairs[:, 1].tolist()
            if way is not None and way.now is not None:
                # The prediction for the whole clip stands back behind the point that moves.
                small = QTransform().scale(STILL_SHARE, STILL_SHARE).map(shape)
                for place in places[:1]:
                    painter.drawPath(small.translated(to_device.map(QPointF(*place))))
                places = [*places[1:], way.now]
            for place in places:
                painter.drawPath(shape.translated(to_device.map(QPointF(*place))))
        painter.restore()


def _paint_points(painter: QPainter, to_device: QTransform, other: ModelPoints, colour: QColor) -> None:
    """Lines from annotation to prediction, and the first prediction's interval."""
    painter.setPen(QPen(colour, 1.2, Qt.PenStyle.DotLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pair in other.pairs.tolist():
        painter.drawLine(*(to_device.map(QPointF(*place)) for place in pair))
    if other.interval is not None and len(other.pairs):
        edge = to_device.map(QPointF(*other.interval)) - to_device.map(QPointF(0, 0))
        painter.drawEllipse(to_device.map(QPointF(*other.pairs[0, 1])), abs(edge.x()), abs(edge.y()))


def _paint_way(painter: QPainter, to_device: QTransform, way: FloatArray, colour: QColor) -> None:
    """A thin line, interrupted where there is no prediction."""
    thin = QColor(colour)
    thin.setAlphaF(WAY_OPACITY)
    painter.setPen(QPen(thin, 1.1))
    for piece in np.split(way, np.flatnonzero(~np.isfinite(way).all(axis=1))):
        known = piece[np.isfinite(piece).all(axis=1)]
        painter.drawPolyline(QPolygonF([to_device.map(QPointF(*place)) for place in known.tolist()]))
