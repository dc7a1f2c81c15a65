"""The ground of the plane: axes through zero, half-way grid; and the words, which lie over the points."""

import math
from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QWidget

from merdesk.ui.theme.theme import Theme

CORNER_WORDS = (
    (-1, 1, "tense · angry"),
    (1, 1, "excited · joyful"),
    (-1, -1, "sad · weary"),
    (1, -1, "calm · content"),
)
"""Words of the circumplex (Russell 1980) in the corners of the plane."""
INSET_PX = 14
EDGE_PX = 4.0


class PlaneFrame(pg.UIGraphicsItem):
    """Paints axes and grid."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setZValue(-10)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Lines in device pixels: they keep their width at every zoom."""
        to_device = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._lines(painter, _corners(to_device), to_device.map)
        painter.restore()

    def _lines(self, painter: QPainter, corner: list[QPointF], at: Callable[[QPointF], QPointF]) -> None:
        low, _, high = corner
        for value, token in ((-0.5, "grid"), (0.5, "grid"), (0.0, "line")):
            painter.setPen(QPen(self._theme.colour(token), 1))
            place = at(QPointF(value, value))
            x, y = round(place.x()), round(place.y())
            painter.drawLine(round(low.x()), y, round(high.x()), y)
            painter.drawLine(x, round(low.y()), x, round(high.y()))


class PlaneWords(pg.UIGraphicsItem):
    """Paints the words with an edge in the colour of the ground, so that they can be read among points."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._kept: dict[tuple[str, str, str, float], QPixmap] = {}
        self.setZValue(10)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Words in the corners and at the ends of the axes, at the same size at every zoom."""
        low, zero, high = _corners(painter.worldTransform())
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._theme.font()
        for x, y, words in CORNER_WORDS:
            at = QPointF(
                high.x() - INSET_PX if x > 0 else low.x() + INSET_PX,
                high.y() + INSET_PX if y > 0 else low.y() - INSET_PX,
            )
            self._draw(painter, font, words, at, right=x > 0, top=y > 0)
        font = self._theme.font("section")
        self._draw(painter, font, "Valence +", QPointF(high.x(), zero.y() - 5), right=True, top=False)
        self._draw(painter, font, "Arousal +", QPointF(zero.x() + 8, high.y()), right=False, top=True)
        painter.restore()

    def _draw(
        self, painter: QPainter, font: QFont, words: str, at: QPointF, *, right: bool, top: bool
    ) -> None:
        metrics = QFontMetricsF(font)
        left = at.x() - metrics.horizontalAdvance(words) if right else at.x()
        base = QPointF(round(left), round(at.y() + metrics.ascent() if top else at.y() - metrics.descent()))
        if isinstance(painter.device(), QWidget):
            self._draw_kept(painter, font, words, base)
        else:
            self._write(painter, font, words, base)

    def _draw_kept(self, painter: QPainter, font: QFont, words: str, base: QPointF) -> None:
        """On the screen words are written once: their edges take 4 ms, a third of a frame of a million clips."""
        density = painter.device().devicePixelRatioF()
        key = (words, font.key(), self._theme.palette.name, density)
        inset = QPointF(EDGE_PX, EDGE_PX + math.ceil(QFontMetricsF(font).ascent()))
        if key not in self._kept:
            box = QFontMetricsF(font).size(0, words)
            size = (
                QSize(math.ceil(box.width() + 2 * EDGE_PX), math.ceil(box.height() + 2 * EDGE_PX)) * density
            )
            self._kept[key] = QPixmap(size)
            self._kept[key].setDevicePixelRatio(density)
            self._kept[key].fill(Qt.GlobalColor.transparent)
            own = QPainter(self._kept[key])
            own.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._write(own, font, words, inset)
            own.end()
        painter.drawPixmap(base - inset, self._kept[key])

    def _write(self, painter: QPainter, font: QFont, words: str, base: QPointF) -> None:
        edge = QPainterPath()
        edge.addText(base, font, words)
        ground = self._theme.colour("background")
        ground.setAlphaF(0.72)
        pen = QPen(ground, EDGE_PX)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(edge, pen)
        painter.setFont(font)
        painter.setPen(self._theme.colour("muted"))
        painter.drawText(base, words)


def _corners(to_device: QTransform) -> list[QPointF]:
    """Pixels of the lower left end of the scale, of zero, and of the upper right end."""
    return [to_device.map(QPointF(x, y)) for x, y in ((-1, -1), (0, 0), (1, 1))]
