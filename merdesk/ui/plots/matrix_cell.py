"""One cell of a heat map: what it says, and how that is drawn."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from merdesk.ui.theme.palette import contrast, mix
from merdesk.ui.theme.theme import Theme

N_HEIGHT = 14
"""What a line with n adds."""
RADIUS = 5
WIDE_ENOUGH = 84
"""Cells narrower than this show no interval; the tooltip has it."""
INK = ("#121417", "#ffffff")
FEW_SHARE = 0.6
"""So far towards the ground goes the colour of a cell whose interval rests on too few groups."""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What one cell shows.

    Attributes
    ----------
    share
        Place on the colour map, 0 (worst) to 1; None for a cell without a number.
    text, interval
        The number and its limits.
    ceiling
        Place of the most that can be reached on the same scale; None where it is unknown or has none.
    few
        The number rests on too few groups: its colour is pale.
    marked
        Duplicates were left out: the corner says so.
    home
        Training and test set are one dataset, or the training sets hold it.
    words
        All of it for the tooltip and for who hears the window.
    tone
        For signed numbers in place of `share`: -1 (too low) over 0 to 1 (too high).
    n
        On how many clips it rests, a line of its own.
    """

    share: float | None
    text: str
    interval: str = ""
    ceiling: float | None = None
    few: bool = False
    marked: bool = False
    home: bool = False
    words: str = ""
    tone: float | None = None
    n: str = ""

    @property
    def told(self) -> bool:
        """False for a cell without a number."""
        return self.share is not None or self.tone is not None


def paint_cell(painter: QPainter, theme: Theme, box: QRectF, cell: MatrixCell) -> None:
    """Draw a cell into its box."""
    palette = theme.palette
    ground = palette.raised if cell.share is None else palette.numeric(cell.share)
    if cell.tone is not None:
        # Nothing is the colour of nothing; the map's own grey would read as a value.
        end = palette.diverging[-1 if cell.tone > 0 else 0]
        ground = mix(palette.raised, end, min(abs(cell.tone), 1.0))
    if cell.few and cell.told:
        ground = mix(ground, palette.background, FEW_SHARE)
    ink = max(INK, key=lambda colour: contrast(colour, ground))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    if not cell.told:
        ink = palette.muted
    painter.setPen(QColor(ink))
    _paint_text(painter, theme, box, cell)
    _paint_marks(painter, box, cell, ink)


def _paint_text(painter: QPainter, theme: Theme, box: QRectF, cell: MatrixCell) -> None:
    wide = bool(cell.interval) and box.width() >= WIDE_ENOUGH
    centre = Qt.AlignmentFlag.AlignCenter
    if cell.n:
        last = QRectF(box.left() + 2, box.bottom() - N_HEIGHT - 6, box.width() - 4, N_HEIGHT + 4)
        painter.setFont(theme.font("caption"))
        painter.drawText(last, centre, cell.n)
        box = box.adjusted(0, 0, 0, -N_HEIGHT)
    painter.setFont(theme.font("strong" if cell.home else "base"))
    number = box.adjusted(2, 3, -2, -box.height() / 2 + 3) if wide else box.adjusted(2, 0, -2, -3)
    painter.drawText(number, centre, cell.text)
    if wide:
        painter.setFont(theme.font("caption"))
        painter.drawText(box.adjusted(2, box.height() / 2 - 3, -2, -5), centre, cell.interval)


def _paint_marks(painter: QPainter, box: QRectF, cell: MatrixCell, ink: str) -> None:
    if cell.ceiling is not None and cell.share is not None:
        left, width, y = box.left() + 6, box.width() - 12, box.bottom() - 4
        thin = QColor(ink)
        thin.setAlphaF(0.35)
        painter.setPen(QPen(thin, 1.5))
        painter.drawLine(QPointF(left, y), QPointF(left + width, y))
        painter.setPen(QPen(QColor(ink), 1.5))
        painter.drawLine(QPointF(left, y), QPointF(left + width * min(max(cell.share, 0), 1), y))
        at = left + width * min(max(cell.ceiling, 0), 1)
        painter.drawLine(QPointF(at, y - 4), QPointF(at, y + 2))
    if cell.marked:
        corner = box.topRight()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink))
        painter.drawPolygon(
            QPolygonF([corner + QPointF(-12, 3), corner + QPointF(-3, 3), corner + QPointF(-3, 12)])
        )
