"""The clips of a finding as a table: what was filed, and beside it what the repair makes of it."""

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from merdesk.ui.theme.figures import MINUS, UNKNOWN
from merdesk.workflows.diagnose import PreviewRow

Index = QModelIndex | QPersistentModelIndex
PLAIN = ("Id", "Title", "Valence", "Arousal")
REPAIRED = ("Id", "Title", "Valence, filed", "repaired", "Arousal, filed", "repaired")


class FindingClips(QAbstractTableModel):
    """Rows of a preview; two more columns where a repair changes values."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[PreviewRow] = ()
        self._columns: tuple[str, ...] = PLAIN

    def show_rows(self, rows: Sequence[PreviewRow]) -> None:
        """Show these clips."""
        self.beginResetModel()
        self._rows = rows
        changed = any(row.filed != row.repaired and all(map(math.isfinite, row.filed)) for row in rows)
        self._columns = REPAIRED if changed else PLAIN
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
        return row.source_id if column == 0 else row.title if column == 1 else _number(values[column - 2])

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


def _number(value: float) -> str:
    return f"{value:.4g}".replace("-", MINUS) if math.isfinite(value) else UNKNOWN
