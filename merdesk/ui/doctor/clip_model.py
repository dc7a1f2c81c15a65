"""The clips of a finding as a table: what was filed, and beside it what the repair makes of it."""

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from merdesk.ui.theme.figures import MINUS, UNKNOWN
from merdesk.workflows.diagnose import PreviewRow

Index = QModelIndex | QPersistentModelIndex
PLAIN = ("Id", "Title", "Valence, filed", "Arousal, filed")
REPAIRED = ("Id", "Title", "Valence, filed", "repaired", "Arousal, filed", "repaired")


class FindingClips(QAbstractTableModel):
    """Rows of a preview; two more columns where a repair changes values."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[PreviewRow] = ()
        self._columns: tuple[str, ...] = PLAIN
        self._decimals = 0

    def show_rows(self, rows: Sequence[PreviewRow]) -> None:
        """Show these clips."""
        self.beginResetModel()
        self._rows = rows
        changed = any(row.filed != row.repaired and all(map(math.isfinite, row.filed)) for row in rows)
        self._columns = REPAIRED if changed else PLAIN
        self._decimals = max((_decimals(value) for row in rows for value in row.filed), default=0)
        self.endResetModel()

    def clip_at(self, place: int) -> int:
        """Id of the clip in a row."""
        return self._rows[place].clip_id

    def text(self, place: int, column: int) -> str:
        """What a cell shows."""
        row = self._rows[place]
        values = (
            (row.filed[0], row.repaired[0], row.filed[1], row.repaired[1])
            if self._columns == REPAIRED
            else row.filed
        )
        if column < 2:
            return row.source_id if column == 0 else row.title
        return _number(values[column - 2], self._decimals)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() >= 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section >= 2 else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


def _decimals(value: float) -> int:
    """Digits behind the point of a value as it was filed, of four that count."""
    return len(f"{value:.4g}".partition("e")[0].partition(".")[2]) if math.isfinite(value) else 0


def _number(value: float, decimals: int) -> str:
    """A value, with as many digits as its neighbours so that a column lines up; four of a very small or large one count."""
    if not math.isfinite(value):
        return UNKNOWN
    short = f"{value:.4g}"
    return (short if "e" in short else f"{value:.{decimals}f}").replace("-", MINUS)
