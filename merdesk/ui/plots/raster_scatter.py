"""Points by the hundred thousand as one picture: each pixel shows the topmost point that covers it.

Ids of points are written into a picture of integers, where the last one wins; a running maximum makes dots of them;
one look-up gives the colours. For a million points that is 1/10 of the time of a million sprites.
"""

import numpy as np
from PySide6.QtGui import QColor, QImage

from merdesk.domain.arrays import FloatArray, IntArray


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
    """Paints points into pictures; keeps the picture of ids between frames."""

    def __init__(self) -> None:
        self._ids = np.zeros((0, 0), np.int32)

    def picture(
        self, x: FloatArray, y: FloatArray, colours: IntArray, size: tuple[int, int], dot: int
    ) -> QImage:
        """Points at pixels x, y [n] in premultiplied colours [n], in their order, as squares of `dot` pixels.

        Points outside of size (width, height) are left out.
        """
        ids = self._topmost(x, y, size)
        shades = np.concatenate([np.zeros(1, np.uint32), colours.astype(np.uint32)])
        pixels = shades[_grown(ids, dot)]
        width, height = size
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
        # The copy owns its pixels: numpy's go when this returns.
        return image.copy()

    def _topmost(self, x: FloatArray, y: FloatArray, size: tuple[int, int]) -> IntArray:
        """Number of the topmost point on each pixel counted from 1, 0 for none, shape (height, width)."""
        width, height = size
        if self._ids.shape != (height, width):
            self._ids = np.zeros((height, width), np.int32)
        self._ids.fill(0)
        column, row = x.astype(np.int32), y.astype(np.int32)
        inside = (x >= 0) & (column < width) & (y >= 0) & (row < height)
        number = np.flatnonzero(inside)
        self._ids.ravel()[row[number] * width + column[number]] = number + 1
        return self._ids


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
