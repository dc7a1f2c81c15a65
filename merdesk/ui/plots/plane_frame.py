"""The ground of the plane: axes through zero, half-way grid, words in the corners."""

from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen

from merdesk.ui.theme.theme import Theme

CORNER_WORDS = (
    (-1, 1, "tense · angry"),
    (1, 1, "excited · joyful"),
    (-1, -1, "sad · weary"),
    (1, -1, "calm · content"),
)
"""Words of the circumplex (Russell 1980) in the corners of the plane."""
INSET_PX = 14


class PlaneFrame(pg.UIGraphicsItem):
    """Paints the ground; `text_font` gives the font for the words."""

    def __init__(self, theme: Theme, text_font: Callable[[], QFont]) -> None:
        super().__init__()
        self._theme = theme
        self._text_font = text_font
        self.setZValue(-10)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Lines and words, all in device pixels: they keep their width and size at every zoom."""
        to_device = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        corner = [to_device.map(QPointF(x, y)) for x, y in ((-1, -1), (0, 0), (1, 1))]
        self._lines(painter, corner, to_device.map)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)
        self._words(painter, corner)
        painter.restore()

    def _lines(self, painter: QPainter, corner: list[QPointF], at: Callable[[QPointF], QPointF]) -> None:
        low, _, high = corner
        for value, token in ((-0.5, "grid"), (0.5, "grid"), (0.0, "line")):
            painter.setPen(QPen(self._theme.colour(token), 1))
            place = at(QPointF(value, value))
            x, y = round(place.x()), round(place.y())
            painter.drawLine(round(low.x()), y, round(high.x()), y)
            painter.drawLine(x, round(low.y()), x, round(high.y()))

    def _words(self, painter: QPainter, corner: list[QPointF]) -> None:
        low, zero, high = corner
        painter.setFont(self._text_font())
        painter.setPen(self._theme.colour("muted"))
        for x, y, words in CORNER_WORDS:
            at = QPointF(
                high.x() - INSET_PX if x > 0 else low.x() + INSET_PX,
                high.y() + INSET_PX if y > 0 else low.y() - INSET_PX,
            )
            _draw(painter, words, at, right=x > 0, top=y > 0)
        painter.setFont(self._theme.font("section"))
        _draw(painter, "Valence +", QPointF(high.x(), zero.y() - 6), right=True, top=False)
        _draw(painter, "Arousal +", QPointF(zero.x() + 8, high.y()), right=False, top=True)


def _draw(painter: QPainter, words: str, at: QPointF, *, right: bool, top: bool) -> None:
    size = painter.fontMetrics().size(Qt.TextFlag.TextSingleLine, words)
    left = at.x() - size.width() if right else at.x()
    upper = at.y() if top else at.y() - size.height()
    painter.drawText(QRectF(left, upper, size.width() + 2, size.height()), Qt.AlignmentFlag.AlignLeft, words)
