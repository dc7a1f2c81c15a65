"""Residuals as lines from annotation to prediction, and where other models put the clip in focus."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from merdesk.domain.arrays import FloatArray
from merdesk.ui.plots.markers import RELATIVE_SIZE, marker_shape
from merdesk.ui.theme.theme import Theme

MOST_LINES = 20_000
"""Of more clips the lines are one grey; the table and the heat map tell more."""
LINE_OPACITY = 0.28
POINT_PX = 12.0
STYLES = (("valence", "square"), ("arousal", "diamond"))
"""Colour and marker of each other model's point."""


@dataclass(frozen=True, slots=True)
class ModelPoints:
    """Annotation and prediction of the clips in focus by another model, shape (k, 2, 2)."""

    name: str
    pairs: FloatArray


class ResidualField(pg.UIGraphicsItem):
    """Lines of every clip that is compared, under the points; points of other models over them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: list[QLineF] = []
        self.n_lines = 0
        self.others: tuple[ModelPoints, ...] = ()
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
        for (token, marker), other in zip(STYLES, self.others, strict=False):
            shape = marker_shape(marker, POINT_PX * RELATIVE_SIZE[marker])
            for pair in other.pairs.tolist():
                first, last = (to_device.map(QPointF(*place)) for place in pair)
                painter.setPen(QPen(self._theme.colour(token), 1.2, Qt.PenStyle.DotLine))
                painter.drawLine(first, last)
                painter.setPen(QPen(self._theme.colour(token), 2))
                painter.setBrush(self._theme.colour("background"))
                painter.drawPath(shape.translated(last))
        painter.restore()
