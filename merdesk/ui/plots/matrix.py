"""A heat map of cells, valence beside arousal: rows train, columns test; each cell says its number in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from merdesk.ui.theme.palette import contrast, mix
from merdesk.ui.theme.theme import Theme

BLOCKS = ("Valence", "Arousal")
CELL_HEIGHT, LEAST_HEIGHT = 52, 36
"""With an interval in it, and without."""
N_HEIGHT = 14
"""What a line with n adds."""
HEAD_HEIGHT = 44
LABEL_MOST = 150
LABEL_GAP = 10
BLOCK_GAP = 24
GAP = 2
RADIUS = 5
WIDEST = 150
"""Of cells that may stack: few of them are no wall."""
WIDE_ENOUGH = 84
"""Cells narrower than this show no interval; the tooltip has it."""
INK = ("#121417", "#ffffff")
FEW_SHARE = 0.6
"""So far towards the ground goes the colour of a cell whose interval rests on too few groups."""
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
Place = tuple[int, int]


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


class MatrixPlot(QWidget):
    """The heat map; one that `stacks` puts arousal below valence where side by side no interval would fit.

    Signals
    -------
    cell_picked
        Row and column (those of arousal after those of valence) that the user is at.
    cell_opened
        The same, by Enter or a double click.
    """

    cell_picked = Signal(int, int)
    cell_opened = Signal(int, int)

    def __init__(
        self,
        theme: Theme,
        name: str = "Cross-dataset matrix",
        *,
        stacks: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._stacks = theme, stacks
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._cells: Mapping[Place, MatrixCell] = {}
        self._split = 0
        self._picked: Place | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    # What is shown

    def show_cells(
        self,
        rows: Sequence[str],
        columns: Sequence[str],
        cells: Mapping[Place, MatrixCell],
        *,
        split: int | None = None,
    ) -> None:
        """Show these cells by (row, column); columns of arousal follow those of valence.

        Rows from `split` on stand a little below the others.
        """
        self._rows, self._columns, self._cells = tuple(rows), tuple(columns), dict(cells)
        self._split = len(self._rows) if split is None else split
        if self._picked not in self._cells:
            self._picked = next(iter(self._cells), None)
        self._say()
        self.updateGeometry()
        self.update()

    @property
    def picked(self) -> Place | None:
        """Row and column of the cell that the keyboard is at."""
        return self._picked

    def pick(self, place: Place) -> None:
        """Go to a cell."""
        if place in self._cells:
            self._picked = place
            self._say()
            self.update()
            self.cell_picked.emit(*place)

    def place_at(self, point: QPointF) -> Place | None:
        """The cell under a point of the widget."""
        return next((place for place in self._cells if self.rect_of(place).contains(point)), None)

    def rect_of(self, place: Place) -> QRectF:
        """Where a cell lies."""
        row, column = place
        block, number = divmod(column, max(1, len(self._columns)))
        width, height = self._cell_size()
        origin = self._block_at(block)
        top = origin.y() + HEAD_HEIGHT + row * height + (8 if row >= self._split else 0)
        return QRectF(origin.x() + number * width, top, width - GAP, height - GAP)

    @property
    def stacked(self) -> bool:
        """True while arousal stands below valence."""
        room = (self.width() - self._label_width() - BLOCK_GAP) / (2 * max(1, len(self._columns)))
        return self._stacks and room - GAP < WIDE_ENOUGH

    def _block_at(self, block: int) -> QPointF:
        """Upper left corner of the first cell's heading in a block."""
        width, height = self._cell_size()
        if self.stacked:
            return QPointF(self._label_width(), block * (HEAD_HEIGHT + len(self._rows) * height + 8))
        return QPointF(self._label_width() + block * (len(self._columns) * width + BLOCK_GAP), 0)

    def _cell_size(self) -> tuple[float, float]:
        n = max(1, len(self._columns))
        room = self.width() - self._label_width()
        width = max(36.0, room / n if self.stacked else (room - BLOCK_GAP) / (2 * n))
        width = min(width, WIDEST) if self._stacks else width
        height = CELL_HEIGHT if width - GAP >= WIDE_ENOUGH else LEAST_HEIGHT
        return width, float(height + N_HEIGHT * any(cell.n for cell in self._cells.values()))

    def _label_width(self) -> float:
        metrics = QFontMetricsF(self._theme.font())
        widest = max((metrics.horizontalAdvance(name) for name in self._rows), default=0.0)
        return min(widest, LABEL_MOST) + LABEL_GAP

    def _say(self) -> None:
        found = self._cells.get(self._picked) if self._picked is not None else None
        self.setAccessibleDescription(found.words if found else "No cell")

    def sizeHint(self) -> QSize:
        _, height = self._cell_size()
        one = int(HEAD_HEIGHT + len(self._rows) * height + 8)
        return QSize(640, one * (2 if self.stacked else 1))

    def minimumSizeHint(self) -> QSize:
        blocks = 1 if self._stacks else 2
        return QSize(
            int(self._label_width() + BLOCK_GAP + blocks * 36 * max(1, len(self._columns))),
            self.sizeHint().height(),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Wider cells hold their intervals and are higher.
        self.updateGeometry()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_heads(painter)
        for place, cell in self._cells.items():
            self._paint_cell(painter, self.rect_of(place), cell)
        if self._picked is not None:
            colour = self._theme.colour("accent" if self.hasFocus() else "text")
            painter.setPen(QPen(colour, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect_of(self._picked).adjusted(-1, -1, 1, 1), RADIUS + 1, RADIUS + 1)
        painter.end()

    def _paint_heads(self, painter: QPainter) -> None:
        width, height = self._cell_size()
        for block, name in enumerate(BLOCKS if self._columns else ()):
            at = self._block_at(block)
            painter.setFont(self._theme.font("strong"))
            painter.setPen(self._theme.colour("text"))
            painter.drawText(QRectF(at.x(), at.y(), 200, 20), Qt.AlignmentFlag.AlignVCenter, name)
            painter.setFont(self._theme.font("caption"))
            painter.setPen(self._theme.colour("muted"))
            for number, column in enumerate(self._columns):
                box = QRectF(at.x() + number * width, at.y() + 20, width - GAP, HEAD_HEIGHT - 24)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._elided(column, box.width()))
            if block == 0 or self.stacked:
                self._paint_names(painter, block * len(self._columns), height)

    def _paint_names(self, painter: QPainter, column: int, height: float) -> None:
        painter.setFont(self._theme.font())
        painter.setPen(self._theme.colour("text"))
        for row, name in enumerate(self._rows):
            top = self.rect_of((row, column)).top()
            box = QRectF(0, top, self._label_width() - LABEL_GAP, height - GAP)
            side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, side, self._elided(name, box.width(), caption=False))

    def _elided(self, text: str, width: float, *, caption: bool = True) -> str:
        metrics = QFontMetricsF(self._theme.font("caption" if caption else "base"))
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)

    def _paint_cell(self, painter: QPainter, box: QRectF, cell: MatrixCell) -> None:
        palette = self._theme.palette
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
        self._paint_text(painter, box, cell)
        self._paint_marks(painter, box, cell, ink)

    def _paint_text(self, painter: QPainter, box: QRectF, cell: MatrixCell) -> None:
        wide = bool(cell.interval) and box.width() >= WIDE_ENOUGH
        centre = Qt.AlignmentFlag.AlignCenter
        if cell.n:
            last = QRectF(box.left() + 2, box.bottom() - N_HEIGHT - 6, box.width() - 4, N_HEIGHT + 4)
            painter.setFont(self._theme.font("caption"))
            painter.drawText(last, centre, cell.n)
            box = box.adjusted(0, 0, 0, -N_HEIGHT)
        painter.setFont(self._theme.font("strong" if cell.home else "base"))
        number = box.adjusted(2, 3, -2, -box.height() / 2 + 3) if wide else box.adjusted(2, 0, -2, -3)
        painter.drawText(number, centre, cell.text)
        if wide:
            painter.setFont(self._theme.font("caption"))
            painter.drawText(box.adjusted(2, box.height() / 2 - 3, -2, -5), centre, cell.interval)

    @staticmethod
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

    # Mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pick(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.cell_opened.emit(*place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._picked is None:
            super().keyPressEvent(event)
        elif event.key() in STEPS:
            self._step(*STEPS[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.cell_opened.emit(*self._picked)
        else:
            super().keyPressEvent(event)

    def _step(self, down: int, right: int) -> None:
        """Go to the next cell that there is in this direction."""
        assert self._picked is not None
        row, column = self._picked
        for far in range(1, max(len(self._rows), 2 * len(self._columns)) + 1):
            place = (row + down * far, column + right * far)
            if place in self._cells:
                self.pick(place)
                return

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.place_at(QPointF(event.pos()))
            if place is not None:
                box = self.rect_of(place).toRect()
                QToolTip.showText(event.globalPos() + QPoint(8, 8), self._cells[place].words, self, box)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
