"""How clips are distributed along each axis: bars at the upper and the right edge of the plane."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from merdesk.domain.arrays import FloatArray
from merdesk.ui.theme.theme import Theme

BIN = 0.05
"""Width of a bar on [-1, 1]: half of the coarsest rounding step of the published labels."""
HEIGHT_PX = 38
BESIDE = 0.16
"""Room for the bars on either side of the plane, in its unit."""
GAP_PX = 1


class MarginHistograms(pg.UIGraphicsItem):
    """Bars of all points, along valence at the top and along arousal at the right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars: tuple[tuple[FloatArray, FloatArray], ...] = ()
        self._edge = 1.0
        self.setZValue(8)
        self.setVisible(False)

    def set_places(self, xy: FloatArray, edge: float) -> None:
        """Count these points [n, 2]; `edge` is how far from zero the plane reaches."""
        self._edge = edge
        reach = np.ceil(max(1.0, float(np.abs(xy).max(initial=1.0))) / BIN) * BIN
        edges = np.arange(-reach, reach + BIN / 2, BIN)
        self._bars = tuple((edges, np.histogram(values, edges)[0]) for values in xy.T)
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """At the edge of the plane, or of what is seen of it."""
        to_device, seen = painter.worldTransform(), self.boundingRect()
        top = to_device.map(QPointF(0, min(seen.bottom(), self._edge))).y()
        right = to_device.map(QPointF(min(seen.right(), self._edge), 0)).x()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        colour = self._theme.colour("muted")
        colour.setAlphaF(0.4)
        painter.setBrush(colour)
        for axis, (edges, counts) in enumerate(self._bars):
            highest = max(1, int(counts.max(initial=0)))
            for start, stop, n in zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True):
                first, last = (to_device.map(QPointF(value, value)) for value in (start, stop))
                length = HEIGHT_PX * n / highest
                if n and axis == 0:
                    width = max(1.0, last.x() - first.x() - GAP_PX)
                    painter.drawRect(QRectF(first.x(), top, width, length))
                elif n:
                    width = max(1.0, first.y() - last.y() - GAP_PX)
                    painter.drawRect(QRectF(right - length, last.y(), length, width))
        painter.restore()
