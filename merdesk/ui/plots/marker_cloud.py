"""Points as real marker shapes, for up to some 20,000 of them.

pyqtgraph's ScatterPlotItem looks up a style for each point in Python: 150 ms for a new colouring of 20,000. Here every
pair of marker and colour is painted once into a strip of sprites, and numpy finds each point's sprite: 5 ms.
"""

from typing import Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt import internals
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.ui.plots.markers import MARKERS, RELATIVE_SIZE, marker_shape

POINT_PX = 7
OPACITY = 0.78
OUTLINE_PX = 1.4
SPRITE_PX = 13
"""Side of a sprite: the widest marker, its outline, and a clear edge."""


class MarkerCloud(pg.UIGraphicsItem):
    """One item for all points, drawn in the order given; hollow ones have an outline instead of a filling.

    `vector` draws each point as a shape instead of a sprite, for pictures that are saved.
    """

    def __init__(self, *, hollow: bool = False) -> None:
        super().__init__()
        self._hollow = hollow
        self.vector = False
        self.xy = np.empty((0, 2))
        self._colours: tuple[str, ...] = ()
        self._styles = self._style_of_point = np.empty(0, np.int64)
        self._sprites: tuple[float, QPixmap] | None = None
        self._fragments = internals.PrimitiveArray(QPainter.PixmapFragment, 10)

    def set_points(
        self, xy: FloatArray, colour_codes: IntArray, colours: tuple[str, ...], marker_codes: IntArray
    ) -> None:
        """Show points [n, 2] with a colour and a marker code each."""
        self.xy = np.ascontiguousarray(xy, dtype=np.float64)
        self._colours = colours
        styles = colour_codes * len(MARKERS) + marker_codes % len(MARKERS)
        used = np.zeros(len(colours) * len(MARKERS), bool)
        used[styles] = True
        self._styles = np.flatnonzero(used)
        self._style_of_point = np.cumsum(used)[styles] - 1
        self._sprites = None
        self.update()

    def looks(self) -> list[tuple[str, str]]:
        """Colour and marker of each point, in draw order."""
        by_style = [self._look(style) for style in self._styles.tolist()]
        return [by_style[place] for place in self._style_of_point.tolist()]

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Points in view, at their size in pixels whatever the zoom."""
        if not len(self.xy):
            return
        to_device = painter.worldTransform()
        scale = np.array([to_device.m11(), to_device.m22()])
        places = self.xy * scale + (to_device.dx(), to_device.dy())
        window = to_device.mapRect(self.boundingRect()).adjusted(-SPRITE_PX, -SPRITE_PX, SPRITE_PX, SPRITE_PX)
        low, high = (window.left(), window.top()), (window.right(), window.bottom())
        seen = np.flatnonzero(((places >= low) & (places <= high)).all(axis=1))
        painter.save()
        painter.resetTransform()
        if self.vector:
            self._paint_shapes(painter, places[seen], self._style_of_point[seen])
        else:
            self._paint_sprites(painter, places[seen], self._style_of_point[seen])
        painter.restore()

    def _paint_sprites(self, painter: QPainter, places: FloatArray, styles: IntArray) -> None:
        density = painter.device().devicePixelRatioF()
        if self._sprites is None or self._sprites[0] != density:
            self._sprites = (density, self._strip(density))
        side = round(SPRITE_PX * density)
        self._fragments.resize(len(places))
        fragments = self._fragments.ndarray()
        # Sprites on whole pixels: between them they would be blurred.
        fragments[:, 0:2] = (np.floor(places * density) + 0.5) / density
        fragments[:, 2] = styles * side
        fragments[:, 3:10] = (0, side, side, 1 / density, 1 / density, 0, 1)
        painter.drawPixmapFragments(*self._fragments.drawargs(), self._sprites[1])  # type: ignore[call-arg]

    def _paint_shapes(self, painter: QPainter, places: FloatArray, styles: IntArray) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (x, y), style in zip(places.tolist(), styles.tolist(), strict=True):
            self._paint_one(painter, int(self._styles[style]), QPointF(x, y))

    def _strip(self, density: float) -> QPixmap:
        side = round(SPRITE_PX * density)
        strip = QPixmap(side * max(1, len(self._styles)), side)
        strip.fill(Qt.GlobalColor.transparent)
        painter = QPainter(strip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, style in enumerate(self._styles.tolist()):
            painter.save()
            painter.setClipRect(QRectF(place * side, 0, side, side))
            painter.translate(place * side + side / 2, side / 2)
            painter.scale(density, density)
            self._paint_one(painter, style, QPointF(0, 0))
            painter.restore()
        painter.end()
        return strip

    def _look(self, style: int) -> tuple[str, str]:
        return self._colours[style // len(MARKERS)], MARKERS[style % len(MARKERS)]

    def _paint_one(self, painter: QPainter, style: int, at: QPointF) -> None:
        name, marker = self._look(style)
        colour = QColor(name)
        colour.setAlphaF(OPACITY)
        shape = marker_shape(marker, POINT_PX * RELATIVE_SIZE[marker]).translated(at)
        if self._hollow:
            painter.strokePath(shape, QPen(colour, OUTLINE_PX))
        else:
            painter.fillPath(shape, colour)
