"""Points as real marker shapes while up to some 20,000 are in view, as one raster above.

pyqtgraph's ScatterPlotItem looks up a style for each point in Python: 150 ms for a new colouring of 20,000. Here every
pair of marker and colour is painted once into a strip of sprites, and numpy finds each point's sprite: 10 ms.
"""

from typing import Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.Qt import internals
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QTransform

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.ui.plots.markers import MARKERS, RELATIVE_SIZE, marker_shape
from merdesk.ui.plots.raster_scatter import RasterScatter, premultiplied

POINT_PX = 7
SMALLEST_PX = 3.0
FREE_STANDING = 2_500
"""Up to so many points keep their full size; above, the area that they cover together grows with the root."""
SPRITES_MOST = 20_000
"""Points in view above this number are painted as a raster: sprites take .2 ms a thousand."""
PRINTED_DENSITY = 4
"""Pixels of a raster per pixel of 1/96 inch in a vector picture: a hundred thousand shapes would open nowhere."""
WHOLE_AREA = 2.2**2
OPACITY = 0.78
OUTLINE_PX = 1.4
WIDEST = max(RELATIVE_SIZE.values())


def point_size(n_points: float) -> float:
    """Size in pixels of points of which so many would be seen on the whole plane, in steps of half a pixel.

    Examples
    --------
    >>> point_size(500), point_size(20_000), point_size(1_000_000)
    (7.0, 4.0, 3.0)
    """
    wanted = POINT_PX * min(1.0, (FREE_STANDING / max(n_points, 1)) ** 0.25)
    return max(SMALLEST_PX, round(wanted * 2) / 2)


class MarkerCloud(pg.UIGraphicsItem):
    """One item for all points, drawn in the order given; hollow ones have an outline instead of a filling.

    Those of the last colour, which stands for no value, are drawn first. `vector` draws each point as a shape instead of a sprite, for pictures that are saved.
    """

    def __init__(self, *, hollow: bool = False) -> None:
        super().__init__()
        self._hollow = hollow
        self.vector = False
        self._opacity = OPACITY
        self.xy = np.empty((0, 2))
        self._x = self._y = np.empty(0, np.float32)
        self._colours: tuple[str, ...] = ()
        self._shades = np.zeros(1, np.uint32)
        self._styles = np.empty(0, np.int64)
        self._style_of_point = np.empty(0, np.int16)
        self._sprites: dict[tuple[float, float], QPixmap] = {}
        self._raster = RasterScatter()
        self._fragments = internals.PrimitiveArray(QPainter.PixmapFragment, 10)

    def set_points(
        self, xy: FloatArray, colour_codes: IntArray, colours: tuple[str, ...], marker_codes: IntArray
    ) -> None:
        """Show points [n, 2] with a colour and a marker code each."""
        self.set_places(xy)
        self.set_looks(colour_codes, colours, marker_codes)

    def set_places(self, xy: FloatArray) -> None:
        """Put points at other places [n, 2]; their looks are set next."""
        self.xy = np.asarray(xy, dtype=np.float64)
        # Single precision is a hundredth of a pixel at the closest zoom.
        self._x, self._y = np.ascontiguousarray(self.xy.T, dtype=np.float32)

    def set_opacity(self, opacity: float | None) -> None:
        """Paint points from now on, once they have new looks, at this opacity; None for the usual one."""
        self._opacity = OPACITY if opacity is None else opacity

    def set_looks(self, colour_codes: IntArray, colours: tuple[str, ...], marker_codes: IntArray) -> None:
        """Show the same points in other colours or markers."""
        self._colours = colours
        n_markers = len(MARKERS)
        # 16 bits: a million codes are read and written in a quarter of the time that 64 take.
        styles = colour_codes.astype(np.int16) * np.int16(n_markers)
        styles += (np.asarray(marker_codes) % n_markers).astype(np.int16)
        used = np.bincount(styles, minlength=len(colours) * n_markers) > 0
        self._styles = np.flatnonzero(used)
        self._style_of_point = (np.cumsum(used) - 1).astype(np.int16)[styles]
        by_colour = np.array([premultiplied(colour, self._opacity) for colour in colours], np.uint32)
        self._shades = np.zeros(len(styles) + 1, np.uint32)
        np.take(by_colour, colour_codes, out=self._shades[1:], mode="clip")
        self._sprites = {}
        self.update()

    def looks(self) -> list[tuple[str, str]]:
        """Colour and marker of each point, in draw order."""
        by_style = [self._look(style) for style in self._styles.tolist()]
        return [by_style[place] for place in self._style_of_point.tolist()]

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Points in view; their size depends on how many there are and on the zoom, not on the place."""
        if not len(self.xy):
            return
        to_device, view = painter.worldTransform(), self.boundingRect()
        size_px = point_size(len(self.xy) * min(1.0, view.width() * view.height() / WHOLE_AREA))
        painter.save()
        painter.resetTransform()
        if len(self.xy) <= SPRITES_MOST or not self._paint_raster(painter, to_device, size_px):
            self._paint_each(painter, to_device, to_device.mapRect(view), size_px)
        painter.restore()

    def _paint_raster(self, painter: QPainter, to_device: QTransform, size_px: float) -> bool:
        """Paint everything as one picture; False, and nothing painted, when few points are in view."""
        density = PRINTED_DENSITY if self.vector else painter.device().devicePixelRatioF()
        size = (round(painter.device().width() * density), round(painter.device().height() * density))
        scale = (to_device.m11() * density, to_device.m22() * density)
        shift = (to_device.dx() * density, to_device.dy() * density)
        if self._raster.number(self._x, self._y, scale, shift, size) <= SPRITES_MOST:
            return False
        image = self._raster.image(self._shades, round(size_px * density))
        image.setDevicePixelRatio(density)
        painter.drawImage(0, 0, image)
        return True

    def _paint_each(self, painter: QPainter, to_device: QTransform, window: QRectF, size_px: float) -> None:
        x = self._x * np.float32(to_device.m11()) + np.float32(to_device.dx())
        y = self._y * np.float32(to_device.m22()) + np.float32(to_device.dy())
        window.adjust(-POINT_PX, -POINT_PX, POINT_PX, POINT_PX)
        across = (x >= window.left()) & (x <= window.right())
        seen = np.flatnonzero(across & (y >= window.top()) & (y <= window.bottom()))
        # Points that the colouring says nothing of lie under those that it does.
        known = self._styles[self._style_of_point[seen]] < (len(self._colours) - 1) * len(MARKERS)
        seen = seen[np.argsort(known, kind="stable")]
        paint = self._paint_shapes if self.vector else self._paint_sprites
        paint(painter, x[seen], y[seen], self._style_of_point[seen], size_px)

    def _paint_sprites(
        self, painter: QPainter, x: FloatArray, y: FloatArray, styles: IntArray, size_px: float
    ) -> None:
        density = painter.device().devicePixelRatioF()
        if (density, size_px) not in self._sprites:
            self._sprites[density, size_px] = self._strip(density, size_px)
        side = _side(density, size_px)
        self._fragments.resize(len(x))
        fragments = self._fragments.ndarray()
        # Sprites on whole pixels: between them they would be blurred.
        fragments[:, 0] = (np.floor(x * density) + 0.5) / density
        fragments[:, 1] = (np.floor(y * density) + 0.5) / density
        fragments[:, 2] = styles * float(side)
        fragments[:, 3:10] = (0, side, side, 1 / density, 1 / density, 0, 1)
        strip = self._sprites[density, size_px]
        painter.drawPixmapFragments(*self._fragments.drawargs(), strip)  # type: ignore[call-arg]  # takes an array and its length

    def _paint_shapes(
        self, painter: QPainter, x: FloatArray, y: FloatArray, styles: IntArray, size_px: float
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at_x, at_y, style in zip(x.tolist(), y.tolist(), styles.tolist(), strict=True):
            self._paint_one(painter, int(self._styles[style]), QPointF(at_x, at_y), size_px)

    def _strip(self, density: float, size_px: float) -> QPixmap:
        side = _side(density, size_px)
        strip = QPixmap(side * max(1, len(self._styles)), side)
        strip.fill(Qt.GlobalColor.transparent)
        painter = QPainter(strip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, style in enumerate(self._styles.tolist()):
            painter.save()
            painter.setClipRect(QRectF(place * side, 0, side, side))
            painter.translate(place * side + side / 2, side / 2)
            painter.scale(density, density)
            self._paint_one(painter, style, QPointF(0, 0), size_px)
            painter.restore()
        painter.end()
        return strip

    def _look(self, style: int) -> tuple[str, str]:
        return self._colours[style // len(MARKERS)], MARKERS[style % len(MARKERS)]

    def _paint_one(self, painter: QPainter, style: int, at: QPointF, size_px: float) -> None:
        name, marker = self._look(style)
        colour = QColor(name)
        colour.setAlphaF(self._opacity)
        shape = marker_shape(marker, size_px * RELATIVE_SIZE[marker]).translated(at)
        if self._hollow:
            painter.strokePath(shape, QPen(colour, min(OUTLINE_PX, size_px / 4)))
        else:
            painter.fillPath(shape, colour)


def _side(density: float, size_px: float) -> int:
    """Side of a sprite: the widest marker, its outline, a clear edge; odd, so that it has a middle pixel."""
    return int(np.ceil((size_px * WIDEST + OUTLINE_PX) * density / 2)) * 2 + 1
