"""Points by the hundred thousand as one picture: each pixel shows the topmost point that covers it.

Ids of points are written into a picture of integers, where the last one wins; a running maximum makes dots of them;
one look-up gives the colours. For a million points that is 1/10 of the time of a million sprites.
"""

import numpy as np
from PySide6.QtGui import QColor, QImage

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.exploration.compiled import kernels


def premultiplied(colour: str, opacity: float) -> int:
    """A colour as Qt's premultiplied 32 bits.

    Examples
    --------
    >>> hex(premultiplied("#ff8000", 1.0))
    '0xffff8000'
    """
    shade = QColor(colour)
    alpha = round(255 * opacity)
    channels = (round(value * opacity) for value in (shade.red(), shade.green(), shade.blue()))
    red, green, blue = channels
    return alpha << 24 | red << 16 | green << 8 | blue


class RasterScatter:
    """Paints points into pictures; keeps its memory between frames."""

    def __init__(self) -> None:
        self._ids = np.zeros((0, 0), np.int32)
        self._pixels = np.zeros((0, 0), np.uint32)

    def number(
        self,
        x: FloatArray,
        y: FloatArray,
        scale: tuple[float, float],
        shift: tuple[float, float],
        size: tuple[int, int],
    ) -> int:
        """Find the topmost point on each pixel of a picture (width, height); how many points lie in it.

        Points x, y [n] lie at pixels x * scale + shift.
        """
        width, height = size
        if self._ids.shape != (height, width):
            self._ids = np.zeros((height, width), np.int32)
            self._pixels = np.zeros((height, width), np.uint32)
        self._ids.fill(0)
        if (fast := kernels()) is not None:
            return int(fast.write_topmost(x, y, np.array(scale), np.array(shift), self._ids))
        column, row = x * np.float32(scale[0]) + shift[0], y * np.float32(scale[1]) + shift[1]
        seen = np.flatnonzero((column >= 0) & (column < width) & (row >= 0) & (row < height))
        place = row[seen].astype(np.int32) * width + column[seen].astype(np.int32)
        self._ids.ravel()[place] = seen + 1
        return len(seen)

    def image(self, shades: IntArray, dot: int) -> QImage:
        """The numbered points as squares of `dot` pixels, in premultiplied colours [n + 1], of which 0 is nothing.

        The picture shares its memory with this object: paint it before the next one is asked for.
        """
        if (fast := kernels()) is not None:
            fast.paint_dots(self._ids, shades, dot, self._pixels)
        else:
            np.take(shades, _grown(self._ids, dot), out=self._pixels)
        height, width = self._pixels.shape
        shared = QImage.Format.Format_ARGB32_Premultiplied
        return QImage(self._pixels.data, width, height, 4 * width, shared)


def _grown(ids: IntArray, dot: int) -> IntArray:
    """Ids [h, w] where each pixel has the highest id of a square of dot x dot around it."""
    before, after = (dot - 1) // 2, dot // 2
    grown = ids.copy()
    for step in range(1, after + 1):
        np.maximum(grown[:, step:], ids[:, :-step], out=grown[:, step:])
    for step in range(1, before + 1):
        np.maximum(grown[:, :-step], ids[:, step:], out=grown[:, :-step])
    tall = grown.copy()
    for step in range(1, after + 1):
        np.maximum(tall[step:], grown[:-step], out=tall[step:])
    for step in range(1, before + 1):
        np.maximum(tall[:-step], grown[step:], out=tall[:-step])
    return tall
