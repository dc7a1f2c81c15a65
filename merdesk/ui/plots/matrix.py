"""A heat map of cells, valence beside arousal: rows train, columns test; each cell says its number in words."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from merdesk.ui.plots.matrix_cell import RADIUS, MatrixCell, paint_cell
from merdesk.ui.plots.matrix_layout import GAP, HEAD_HEIGHT, MatrixLayout, Place
from merdesk.ui.theme.theme import Theme

BLOCKS = ("Valence", "Arousal")
REST_MS = 160
"""So long the mouse rests on a cell before it is picked: on the way to another one it is not."""
LABEL_MOST = 150
LABEL_GAP = 10
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class MatrixPlot(QWidget):
    """The heat map; one that `stacks` puts arousal below valence where side by side no interval would fit.

    In one that `opens`, a click opens a cell; the mouse need only rest on a cell to pick it.

    Signals
    -------
    cell_picked
        Row and column (those of arousal after those of valence) that the user is at.
    cell_opened
        The same, by Enter or a double click; by a single one in a map that `opens`.
    """

    cell_picked = Signal(int, int)
    cell_opened = Signal(int, int)

    def __init__(
        self,
        theme: Theme,
        name: str = "Cross-dataset matrix",
        *,
        stacks: bool = False,
        opens: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._stacks, self._opens = theme, stacks, opens
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._pick_under_mouse)
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._cells: Mapping[Place, MatrixCell] = {}
        self._split = 0
        self._picked: Place | None = None
        self._under: Place | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self._say()
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

    @property
    def cells(self) -> Mapping[Place, MatrixCell]:
        """What is shown, by row and column."""
        return self._cells

    def pick(self, place: Place) -> None:
        """Go to a cell."""
        if place in self._cells:
            self._picked = place
            self._say()
            self.update()
            self.cell_picked.emit(*place)

    def place_at(self, point: QPointF) -> Place | None:
        """The cell under a point of the widget."""
        layout = self._layout
        return next((place for place in self._cells if layout.rect_of(place).contains(point)), None)

    def rect_of(self, place: Place) -> QRectF:
        """Where a cell lies."""
        return self._layout.rect_of(place)

    @property
    def stacked(self) -> bool:
        """True while arousal stands below valence."""
        return self._layout.stacked

    @property
    def _layout(self) -> MatrixLayout:
        return MatrixLayout(
            width=self.width(),
            label_width=self._label_width(),
            n_rows=len(self._rows),
            n_columns=len(self._columns),
            split=self._split,
            stacks=self._stacks,
            with_n=any(cell.n for cell in self._cells.values()),
        )

    def _label_width(self) -> float:
        metrics = QFontMetricsF(self._theme.font())
        widest = max((metrics.horizontalAdvance(name) for name in self._rows), default=0.0)
        return min(widest, LABEL_MOST) + LABEL_GAP

    def _say(self) -> None:
        found = self._cells.get(self._picked) if self._picked is not None else None
        self.setAccessibleDescription(
            found.words if found else "No cell is marked; arrow keys go through them"
        )

    def sizeHint(self) -> QSize:
        """All cells."""
        return self._layout.wanted

    def minimumSizeHint(self) -> QSize:
        """Cells as narrow as they can be read."""
        return self._layout.least

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Wider cells hold their intervals and are higher.
        self.updateGeometry()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        layout = self._layout
        self._paint_heads(painter, layout)
        for place, cell in self._cells.items():
            paint_cell(painter, self._theme, layout.rect_of(place), cell)
        if self._picked is not None:
            colour = self._theme.colour("accent" if self.hasFocus() else "text")
            painter.setPen(QPen(colour, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(
                layout.rect_of(self._picked).adjusted(-1, -1, 1, 1), RADIUS + 1, RADIUS + 1
            )
        painter.end()

    def _paint_heads(self, painter: QPainter, layout: MatrixLayout) -> None:
        width, _ = layout.cell_size
        for block, name in enumerate(BLOCKS if self._columns else ()):
            at = layout.block_at(block)
            painter.setFont(self._theme.font("strong"))
            painter.setPen(self._theme.colour("text"))
            painter.drawText(QRectF(at.x(), at.y(), 200, 20), Qt.AlignmentFlag.AlignVCenter, name)
            painter.setFont(self._theme.font("caption"))
            painter.setPen(self._theme.colour("muted"))
            for number, column in enumerate(self._columns):
                box = QRectF(at.x() + number * width, at.y() + 20, width - GAP, HEAD_HEIGHT - 24)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._elided(column, box.width()))
            if block == 0 or layout.stacked:
                self._paint_names(painter, layout, block * len(self._columns))

    def _paint_names(self, painter: QPainter, layout: MatrixLayout, column: int) -> None:
        painter.setFont(self._theme.font())
        painter.setPen(self._theme.colour("text"))
        for row, name in enumerate(self._rows):
            cell = layout.rect_of((row, column))
            box = QRectF(0, cell.top(), layout.label_width - LABEL_GAP, cell.height())
            side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, side, self._elided(name, box.width(), caption=False))

    def _elided(self, text: str, width: float, *, caption: bool = True) -> str:
        metrics = QFontMetricsF(self._theme.font("caption" if caption else "base"))
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)

    # Mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pick(place)
            if self._opens:
                self._rest.stop()
                self.cell_opened.emit(*place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton and not self._opens:
            self.cell_opened.emit(*place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._opens:
            self._under = self.place_at(event.position())
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if self._under is not None else Qt.CursorShape.ArrowCursor
            )
            self._rest.start()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._rest.stop()

    def _pick_under_mouse(self) -> None:
        """Pick the cell on which the mouse rests; what it only crosses stays unpicked."""
        if self._under is not None and self._under != self._picked:
            self.pick(self._under)

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
