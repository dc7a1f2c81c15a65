"""Where the cells of a heat map lie: two blocks of columns, side by side or one above the other."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize

from merdesk.ui.plots.matrix_cell import N_HEIGHT, WIDE_ENOUGH

CELL_HEIGHT, LEAST_HEIGHT = 52, 36
"""With an interval in it, and without."""
HEAD_HEIGHT = 44
BLOCK_GAP = 24
GAP = 2
WIDEST = 150
"""Of cells that may stack: few of them are no wall."""
LEAST_WIDTH = 36.0
SPLIT_GAP = 8
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MatrixLayout:
    """Pixels of a heat map of `n_rows` times two blocks of `n_columns`, in a widget this wide.

    Attributes
    ----------
    label_width
        Room for the names of rows.
    split
        Rows from this one on stand a little below the others.
    stacks
        Arousal may stand below valence, where side by side no interval would fit.
    with_n
        Cells have a line for n.
    """

    width: int
    label_width: float
    n_rows: int
    n_columns: int
    split: int
    stacks: bool = False
    with_n: bool = False

    @property
    def stacked(self) -> bool:
        """True while arousal stands below valence."""
        room = (self.width - self.label_width - BLOCK_GAP) / (2 * max(1, self.n_columns))
        return self.stacks and room - GAP < WIDE_ENOUGH

    @property
    def cell_size(self) -> tuple[float, float]:
        """Width and height of a cell with the gap beside and below it."""
        n, room = max(1, self.n_columns), self.width - self.label_width
        width = max(LEAST_WIDTH, room / n if self.stacked else (room - BLOCK_GAP) / (2 * n))
        width = min(width, WIDEST) if self.stacks else width
        height = CELL_HEIGHT if width - GAP >= WIDE_ENOUGH else LEAST_HEIGHT
        return width, float(height + N_HEIGHT * self.with_n)

    def block_at(self, block: int) -> QPointF:
        """Upper left corner of the first column's heading in a block."""
        width, height = self.cell_size
        if self.stacked:
            return QPointF(self.label_width, block * (HEAD_HEIGHT + self.n_rows * height + SPLIT_GAP))
        return QPointF(self.label_width + block * (self.n_columns * width + BLOCK_GAP), 0)

    def rect_of(self, place: Place) -> QRectF:
        """Where a cell lies; columns of arousal follow those of valence."""
        row, column = place
        block, number = divmod(column, max(1, self.n_columns))
        width, height = self.cell_size
        origin = self.block_at(block)
        top = origin.y() + HEAD_HEIGHT + row * height + (SPLIT_GAP if row >= self.split else 0)
        return QRectF(origin.x() + number * width, top, width - GAP, height - GAP)

    @property
    def wanted(self) -> QSize:
        """Room that all cells take."""
        _, height = self.cell_size
        one = int(HEAD_HEIGHT + self.n_rows * height + SPLIT_GAP)
        return QSize(640, one * (2 if self.stacked else 1))

    @property
    def least(self) -> QSize:
        """Room without which cells could not be told apart."""
        blocks = 1 if self.stacks else 2
        width = int(self.label_width + BLOCK_GAP + blocks * LEAST_WIDTH * max(1, self.n_columns))
        return QSize(width, self.wanted.height())
