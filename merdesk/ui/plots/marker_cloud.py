"""Points as real marker shapes, for up to some 20,000 of them."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.ui.plots.markers import MARKERS, PYQTGRAPH, RELATIVE_SIZE

POINT_PX = 7
OPACITY = 0.78
OUTLINE_PX = 1.4


class MarkerCloud(pg.ScatterPlotItem):
    """One item for all points, drawn in the order given; hollow ones have an outline instead of a filling."""

    def __init__(self, *, hollow: bool = False) -> None:
        super().__init__(pxMode=True, hoverable=False)
        self._hollow = hollow
        # The item keys its atlas by identity: brushes and pens must live as long as points refer to them.
        self._shades: list[QBrush | QPen] = []

    def set_points(
        self, xy: FloatArray, colour_codes: IntArray, colours: tuple[str, ...], marker_codes: IntArray
    ) -> None:
        """Show points [n, 2] with a colour and a marker code each."""
        self._shades = [self._shade(colour) for colour in colours]
        symbols = np.array([PYQTGRAPH[marker] for marker in MARKERS], dtype=object)
        sizes = np.array([POINT_PX * RELATIVE_SIZE[marker] for marker in MARKERS])
        styles = np.empty(len(self._shades), dtype=object)
        styles[:] = self._shades
        markers = marker_codes % len(MARKERS)
        no_pen, no_brush = QPen(Qt.PenStyle.NoPen), QBrush(Qt.BrushStyle.NoBrush)
        self.setData(
            x=xy[:, 0],
            y=xy[:, 1],
            symbol=symbols[markers],
            size=sizes[markers],
            pen=styles[colour_codes] if self._hollow else no_pen,
            brush=no_brush if self._hollow else styles[colour_codes],
        )

    def _shade(self, colour: str) -> QBrush | QPen:
        shade = QColor(colour)
        shade.setAlphaF(OPACITY)
        return pg.mkPen(shade, width=OUTLINE_PX) if self._hollow else QBrush(shade)
