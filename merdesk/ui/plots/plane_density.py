"""How many clips lie where, as a picture instead of points."""

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QImage, QPainter

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.ui.plots.raster_scatter import premultiplied
from merdesk.ui.theme.theme import Theme

CELL_PX = 3
BLUR = (0.05, 0.1, 0.2, 0.3, 0.2, 0.1, 0.05)
"""Weights of neighbouring cells, applied along both axes twice: some 9 px to either side."""
SHADES = 256
FAINTEST, STRONGEST = 0.0, 0.95
NOTE = "Brighter and denser means more clips"
MIXED_NOTE = "Denser means more clips, colours mix as the clips do"


class DensityPicture(pg.UIGraphicsItem):
    """Counts points in cells of a few pixels, smooths, and colours the square root: sparse places stay visible."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._x = self._y = np.empty(0, np.float32)
        self._tints: FloatArray | None = None
        self._image: tuple[Any, ...] = ()
        self.setVisible(False)

    def set_places(self, xy: FloatArray) -> None:
        """Count these points [n, 2]."""
        self._x, self._y = np.ascontiguousarray(xy.T, dtype=np.float32)
        self._image = ()
        self.update()

    def set_tints(self, tints: FloatArray | None) -> None:
        """Mix these colours of the points, red, green and blue in [0, 1], shape (n, 3); None: one map for all."""
        self._tints = None if tints is None else np.ascontiguousarray(tints.T)
        self._image = ()
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """One picture for the part that is seen; kept until the view or the colours change."""
        if not len(self._x):
            return
        to_device, device = painter.worldTransform(), painter.device()
        size = (device.width() // CELL_PX + 1, device.height() // CELL_PX + 1)
        scale, shift = (to_device.m11(), to_device.m22()), (to_device.dx(), to_device.dy())
        key = (size, scale, shift, self._theme.palette.name)
        if not self._image or self._image[0] != key:
            counts = smooth(count_cells(self._x, self._y, scale, shift, size))
            if self._tints is None:
                self._image = (key, self._shade(counts))
            else:
                sums = [
                    smooth(count_cells(self._x, self._y, scale, shift, size, tint)) for tint in self._tints
                ]
                self._image = (key, _mixed(counts, sums))
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(CELL_PX, CELL_PX)
        painter.drawImage(0, 0, self._image[1])
        painter.restore()

    def _shade(self, counts: FloatArray) -> QImage:
        palette = self._theme.palette
        shares = np.linspace(0, 1, SHADES)
        shades = np.array(
            [
                premultiplied(palette.numeric(share), FAINTEST + (STRONGEST - FAINTEST) * share)
                for share in shares.tolist()
            ],
            np.uint32,
        )
        shades[0] = 0
        top = float(counts.max())
        levels = np.sqrt(counts / top) * (SHADES - 1) if top > 0 else counts
        pixels = shades[np.round(levels).astype(np.uint8)]
        return _picture(pixels)


def _mixed(counts: FloatArray, sums: list[FloatArray]) -> QImage:
    """The mean colour of the points around each cell, the denser the more there are (as datashader does)."""
    opacity = STRONGEST * np.sqrt(counts / max(float(counts.max()), 1e-9))
    pixels = np.round(255 * opacity).astype(np.uint32) << 24
    for total, place in zip(sums, (16, 8, 0), strict=True):
        mean = np.divide(total, counts, out=np.zeros_like(counts), where=counts > 1e-9)
        # Rounded down: a premultiplied channel above its opacity is none.
        pixels |= (255 * opacity * np.minimum(mean, 1.0)).astype(np.uint32) << place
    return _picture(pixels)


def _picture(pixels: IntArray) -> QImage:
    height, width = pixels.shape
    pixels = np.ascontiguousarray(pixels)
    shared = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    return shared.copy()


def count_cells(
    x: FloatArray,
    y: FloatArray,
    scale: tuple[float, float],
    shift: tuple[float, float],
    size: tuple[int, int],
    weights: FloatArray | None = None,
) -> FloatArray:
    """Points x, y [n], or their weights [n], in each cell of a picture of (width, height), shape (height, width)."""
    width, height = size
    column = (x * np.float32(scale[0] / CELL_PX) + np.float32(shift[0] / CELL_PX)).astype(np.int32)
    row = (y * np.float32(scale[1] / CELL_PX) + np.float32(shift[1] / CELL_PX)).astype(np.int32)
    seen = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    cells = row[seen] * width + column[seen]
    weighed = None if weights is None else weights[seen]
    found = np.bincount(cells, weighed, minlength=width * height)
    return found.reshape(height, width).astype(np.float64)


def smooth(counts: FloatArray) -> FloatArray:
    """Counts [h, w] spread over their neighbours; their sum stays but for what leaves the edges."""
    reach = len(BLUR) // 2
    for axis in (0, 1, 0, 1):
        padded = np.pad(counts, [(reach, reach) if one == axis else (0, 0) for one in (0, 1)])
        length = counts.shape[axis]
        parts = (
            weight * np.take(padded, np.arange(step, step + length), axis=axis)
            for step, weight in enumerate(BLUR)
        )
        counts = sum(parts, np.zeros_like(counts))
    return counts
