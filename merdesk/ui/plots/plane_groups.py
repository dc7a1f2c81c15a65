"""Where each group of the colouring lies and how wide: an ellipse that holds half of its clips, its name, its n."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from merdesk.exploration.ellipses import Ellipse, robust_ellipse
from merdesk.ui.plots.colouring import Colouring
from merdesk.ui.plots.plane_points import PlanePoints
from merdesk.ui.theme.figures import count
from merdesk.ui.theme.theme import Theme

MOST_GROUPS = 10
"""The largest groups; more ellipses are a knot."""
LINE_PX = 2.0
CENTRE_PX = 5.0
EDGE_PX = 4.0
NOTE = "Ellipses hold half of each group's clips"


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its ellipse and colour."""

    name: str
    colour: str
    ellipse: Ellipse

    @property
    def words(self) -> str:
        """Name and number of clips."""
        return f"{self.name} {count(self.ellipse.n)}"


def groups_of(points: PlanePoints, colouring: Colouring) -> tuple[Group, ...]:
    """The largest groups that have enough clips for an ellipse; none where colours are numbers."""
    if colouring.bounds is not None or not len(points):
        return ()
    codes = colouring.codes[points.rows]
    sizes = np.bincount(codes, minlength=len(colouring.names))[:-1]
    found = []
    for code in np.argsort(-sizes, kind="stable")[:MOST_GROUPS].tolist():
        ellipse = robust_ellipse(points.xy[codes == code])
        if ellipse is not None:
            found.append(Group(colouring.names[code], colouring.colours[code], ellipse))
    return tuple(found)


class PlaneGroups(pg.UIGraphicsItem):
    """Paints groups over the points, the smallest on top."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.groups: tuple[Group, ...] = ()
        self.setZValue(12)

    def show_groups(self, groups: tuple[Group, ...]) -> None:
        """Show these."""
        self.groups = groups
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Outlines in device pixels, then centres, then words, so that words can be read."""
        to_device = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for group in self.groups:
            corners = QPolygonF([to_device.map(QPointF(x, y)) for x, y in group.ellipse.outline().tolist()])
            self._paint_outline(painter, corners, QColor(group.colour))
        for group in self.groups:
            at = to_device.map(QPointF(*group.ellipse.centre.tolist()))
            painter.setPen(QPen(self._theme.colour("background"), 2))
            painter.setBrush(QColor(group.colour))
            painter.drawEllipse(at, CENTRE_PX, CENTRE_PX)
        for group, base in zip(self.groups, self._bases(to_device), strict=True):
            self._paint_words(painter, group.words, base)
        painter.restore()

    def _bases(self, to_device: QTransform) -> list[QPointF]:
        """Where the words of each group begin: beside its centre, moved down where others would be covered."""
        metrics = QFontMetricsF(self._theme.font("section"))
        shift = QPointF(CENTRE_PX + 4, metrics.ascent() / 2 - 1)
        wanted = [to_device.map(QPointF(*group.ellipse.centre.tolist())) + shift for group in self.groups]
        taken: list[QRectF] = []
        found = list(wanted)
        for place in sorted(range(len(wanted)), key=lambda place: wanted[place].y()):
            size = QSizeF(metrics.horizontalAdvance(self.groups[place].words), metrics.height())
            box = QRectF(wanted[place] - QPointF(0, metrics.ascent()), size)
            while covered := next((other for other in taken if other.intersects(box)), None):
                box.moveTop(covered.bottom() + 0.5)
            taken.append(box)
            found[place] = QPointF(box.left(), box.top() + metrics.ascent())
        return found

    def _paint_outline(self, painter: QPainter, corners: QPolygonF, colour: QColor) -> None:
        ground = self._theme.colour("background")
        ground.setAlphaF(0.8)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(ground, LINE_PX + 2), QPen(colour, LINE_PX)):
            painter.setPen(pen)
            painter.drawPolygon(corners)

    def _paint_words(self, painter: QPainter, words: str, base: QPointF) -> None:
        edge = QPainterPath()
        edge.addText(base, self._theme.font("section"), words)
        pen = QPen(self._theme.colour("background"), EDGE_PX)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(edge, pen)
        painter.setFont(self._theme.font("section"))
        painter.setPen(self._theme.colour("text"))
        painter.drawText(base, words)
