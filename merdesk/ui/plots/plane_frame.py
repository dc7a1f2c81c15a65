"""The ground of the plane: axes through zero, half-way grid; and the words, which lie over the points."""

import math
from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QWidget

from merdesk.ui.plots.drawing import TICKS, Axes, Drawing
from merdesk.ui.theme.theme import Theme

CORNER_WORDS = (
    (-1, 1, "tense · angry"),
    (1, 1, "excited · joyful"),
    (-1, -1, "sad · weary"),
    (1, -1, "calm · content"),
)
"""Words of the circumplex (Russell 1980) in the corners of the plane."""
CIRCUMPLEX = {
    "pleased": 353.2, "happy": 7.8, "delighted": 24.9, "excited": 48.6, "aroused": 73.8, "tense": 92.8,
    "afraid": 116.0, "distressed": 138.0, "miserable": 188.7, "sad": 207.5, "bored": 242.0, "tired": 267.7,
    "calm": 316.2, "serene": 328.6,
}  # fmt: skip
"""Angles in degrees at which Russell's raters put words (1980, circular ordering); some of the 28, so that none
covers another."""
CIRCLE = 0.9
LEAST_FOR_WORDS_PX = 240
"""Width of the plane below which the words of two corners meet."""
INSET_PX = 14
EDGE_PX = 4.0


class PlaneFrame(pg.UIGraphicsItem):
    """Paints axes and grid."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._fine = False
        self.setZValue(-10)

    def set_fine(self, fine: bool) -> None:
        """Draw lines at the quarters, too."""
        self._fine = fine
        self.update()

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
        quarters = ((-0.75, "grid"), (-0.25, "grid"), (0.25, "grid"), (0.75, "grid")) if self._fine else ()
        halves = ((-0.5, "line" if self._fine else "grid"), (0.5, "line" if self._fine else "grid"))
        for value, token in (*quarters, *halves, (0.0, "line")):
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
        self._drawing = Drawing()
        self._shares: dict[tuple[int, int], str] = {}
        self.setZValue(10)

    def show_drawing(self, drawing: Drawing, shares: dict[tuple[int, int], str]) -> None:
        """Show other words; `shares` by the signs of a corner, empty for none."""
        self._drawing, self._shares = drawing, shares
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Words in the corners and at the ends of the axes, at the same size at every zoom."""
        low, zero, high = _corners(painter.worldTransform())
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_corners(painter, low, high)
        if self._drawing.circumplex:
            self._paint_circle(painter, zero, high)
        if self._drawing.axes is not None:
            self._paint_figures(painter, self._drawing.axes, zero, high)
        font = self._theme.font("section")
        self._draw(painter, font, "Valence +", QPointF(high.x(), zero.y() - 5), right=True, top=False)
        self._draw(painter, font, "Arousal +", QPointF(zero.x() + 8, high.y()), right=False, top=True)
        painter.restore()

    def _paint_corners(self, painter: QPainter, low: QPointF, high: QPointF) -> None:
        """The word of each corner, towards the middle of it the share of clips."""
        font, small = self._theme.font(), self._theme.font("caption")
        line = QFontMetricsF(font).height()
        for x, y, words in CORNER_WORDS:
            left = high.x() - INSET_PX if x > 0 else low.x() + INSET_PX
            top = high.y() + INSET_PX if y > 0 else low.y() - INSET_PX
            named = not self._drawing.circumplex and high.x() - low.x() >= LEAST_FOR_WORDS_PX
            if named:
                self._draw(painter, font, words, QPointF(left, top), right=x > 0, top=y > 0)
            if share := self._shares.get((x, y)):
                below = QPointF(left, top + (line if y > 0 else -line) * named)
                self._draw(painter, small, share, below, right=x > 0, top=y > 0)

    def _paint_circle(self, painter: QPainter, zero: QPointF, high: QPointF) -> None:
        font = self._theme.font()
        metrics = QFontMetricsF(font)
        for word, degrees in CIRCUMPLEX.items():
            turn = math.radians(degrees)
            x = zero.x() + CIRCLE * (high.x() - zero.x()) * math.cos(turn)
            y = zero.y() + CIRCLE * (high.y() - zero.y()) * math.sin(turn)
            at = QPointF(x - metrics.horizontalAdvance(word) / 2, y - metrics.height() / 2)
            self._draw(painter, font, word, at, right=False, top=True)

    def _paint_figures(self, painter: QPainter, axes: Axes, zero: QPointF, high: QPointF) -> None:
        font = self._theme.font("caption")
        metrics = QFontMetricsF(font)
        for tick, valence, arousal in zip(TICKS, *axes.figures(), strict=True):
            x = zero.x() + tick * (high.x() - zero.x()) - metrics.horizontalAdvance(valence) / 2
            y = zero.y() + tick * (high.y() - zero.y()) - metrics.height() / 2
            if tick:
                self._draw(painter, font, arousal, QPointF(zero.x() - 6, y), right=True, top=True)
                self._draw(painter, font, valence, QPointF(x, zero.y() + 4), right=False, top=True)
            else:
                words = valence if valence == arousal else f"{valence} | {arousal}"
                self._draw(painter, font, words, zero + QPointF(-6, 4), right=True, top=True)

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
