"""The plane as a figure for a paper: the plot, its legend with counts, and a line that says what was done and n."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter

from merdesk.ui.plots.colouring import Colouring
from merdesk.ui.plots.legend import LegendEntry
from merdesk.ui.plots.markers import paint_marker
from merdesk.ui.theme.figures import count
from merdesk.ui.theme.theme import Theme

DPI = 96
"""Units of a figure are pixels of this resolution: what is 11 px in the window is 8 pt on paper."""
WIDTH_MM = 180
"""Two columns of a journal."""
WIDTH_PX = round(WIDTH_MM / 25.4 * DPI)
LEGEND_PX = 164
MARGIN_PX = 12
ROW_PX = 18
SWATCH_PX = 7
TALLEST_PX = 640
MOST_ROWS = 14
"""Rows of the legend before the rest becomes one row."""


@dataclass(frozen=True, slots=True)
class LegendBlock:
    """A part of the legend: rows, or the map of a numeric colouring."""

    title: str
    entries: tuple[LegendEntry, ...] = ()
    scale: Colouring | None = None


@dataclass(frozen=True)
class Figure:
    """What is painted: the plot as it is seen on `canvas`, `blocks` at its right, `caption` below.

    `part` is the rectangle of the canvas that is taken, in its pixels.
    """

    canvas: pg.GraphicsView
    theme: Theme
    part: QRect
    blocks: tuple[LegendBlock, ...] = ()
    caption: str = ""
    title: str = "Valence-arousal plane"
    _plot: QRectF = field(init=False)

    def __post_init__(self) -> None:
        width: float = WIDTH_PX - 2 * MARGIN_PX - (LEGEND_PX if self.blocks else 0)
        height = width * self.part.height() / max(1, self.part.width())
        if height > TALLEST_PX:
            width, height = width * TALLEST_PX / height, TALLEST_PX
        object.__setattr__(self, "_plot", QRectF(MARGIN_PX, MARGIN_PX, width, height))

    @property
    def size(self) -> QSize:
        """Size in pixels of 1/96 inch: as wide as two columns, as tall as plot and legend need."""
        legend = sum(self._height(block) for block in self.blocks)
        width = self._plot.width() + 2 * MARGIN_PX + (LEGEND_PX if self.blocks else 0)
        room = max(self._plot.height(), legend)
        return QSize(round(width), round(room + 2 * MARGIN_PX + (3 * ROW_PX if self.caption else 0)))

    def paint(self, painter: QPainter) -> None:
        """Ground, plot, legend, caption."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRect(0, 0, self.size.width(), self.size.height()), self.theme.colour("background"))
        self.canvas.render(painter, self._plot, self.part)
        top = float(MARGIN_PX)
        left = self._plot.right() + MARGIN_PX
        for block in self.blocks:
            self._paint_block(painter, block, left, top)
            top += self._height(block)
        below = QRectF(
            MARGIN_PX, self.size.height() - 3 * ROW_PX, self.size.width() - 2 * MARGIN_PX, 3 * ROW_PX
        )
        painter.setFont(self.theme.font("caption"))
        painter.setPen(self.theme.colour("muted"))
        painter.drawText(below, Qt.TextFlag.TextWordWrap, self.caption)

    def _height(self, block: LegendBlock) -> float:
        rows = 2 if block.scale is not None else len(block.entries)
        return (rows + 1) * ROW_PX + MARGIN_PX

    def _paint_block(self, painter: QPainter, block: LegendBlock, left: float, top: float) -> None:
        painter.setFont(self.theme.font("section"))
        painter.setPen(self.theme.colour("muted"))
        painter.drawText(QPointF(left, top + 12), block.title)
        painter.setFont(self.theme.font("caption"))
        if block.scale is not None:
            self._paint_scale(painter, block.scale, left, top + ROW_PX)
        for number, entry in enumerate(block.entries):
            self._paint_entry(painter, entry, left, top + (number + 1) * ROW_PX)

    def _paint_entry(self, painter: QPainter, entry: LegendEntry, left: float, top: float) -> None:
        at = QPointF(left + SWATCH_PX / 2, top + ROW_PX / 2)
        paint_marker(painter, entry.marker, at, SWATCH_PX, QColor(entry.colour or self.theme.palette.text))
        words = QRectF(left + 2 * SWATCH_PX, top, LEGEND_PX - 2 * SWATCH_PX - MARGIN_PX, ROW_PX)
        number = count(entry.count)
        room = int(words.width()) - painter.fontMetrics().horizontalAdvance(number) - 8
        name = painter.fontMetrics().elidedText(entry.label, Qt.TextElideMode.ElideRight, room)
        painter.setPen(self.theme.colour("text"))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(self.theme.colour("muted"))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, number)

    def _paint_scale(self, painter: QPainter, colouring: Colouring, left: float, top: float) -> None:
        steps = colouring.colours[:-1]
        room = LEGEND_PX - MARGIN_PX
        for step, colour in enumerate(steps):
            place = QRectF(left + step * room / len(steps), top + 4, room / len(steps) + 0.5, 8)
            painter.fillRect(place, QColor(colour))
        painter.setPen(self.theme.colour("muted"))
        words = QRectF(left, top + 14, room, ROW_PX)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, colouring.names[0])
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, colouring.names[-2])


def shortened(entries: Sequence[LegendEntry], rest_colour: str) -> tuple[LegendEntry, ...]:
    """Rows that have clips, the largest first; what is more than the legend holds becomes one row.

    Examples
    --------
    >>> rows = shortened([LegendEntry(str(n), str(n), n) for n in range(20)], "#808080")
    >>> len(rows), rows[0].count, rows[-1].label, rows[-1].count
    (14, 19, '6 others', 21)
    """
    own = sorted((entry for entry in entries if entry.count), key=lambda entry: -entry.count)
    if len(own) <= MOST_ROWS:
        return tuple(own)
    kept, rest = own[: MOST_ROWS - 1], own[MOST_ROWS - 1 :]
    others = LegendEntry("", f"{len(rest)} others", sum(entry.count for entry in rest), rest_colour)
    return (*kept, others)
