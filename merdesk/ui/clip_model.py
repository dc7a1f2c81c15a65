"""Clips as rows over columns: sorted by any of them without copying; titles are read for the rows in view."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt, QUrl

from merdesk.domain.arrays import IntArray
from merdesk.domain.clip import ClipId
from merdesk.project import clips
from merdesk.ui.clip_columns import TABLE_COLUMNS, TableColumn, by_ranks, ordered, table_columns
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import count
from merdesk.ui.title_order import TitleOrder

PAGE = 200
"""Titles are read for this many rows at a time."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class ClipTableModel(QAbstractTableModel):
    """Rows of the session's columns in an order of one's own."""

    COLUMNS = tuple(each.name for each in TABLE_COLUMNS)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._order = TitleOrder(session, parent=self)
        self._rows: IntArray = np.empty(0, dtype=np.int64)
        self._titles: dict[int, str] = {}
        self._numbers: dict[str, np.ndarray] = {}
        self._groups: dict[str, tuple[IntArray, tuple[str, ...]]] = {}
        self._sorted_by, self._descending = "Title", False
        self.columns: tuple[TableColumn, ...] = TABLE_COLUMNS

    def follow_titles(self, titles: TitleOrder) -> None:
        """Sort titles by an order that is read beside the window."""
        self._order = titles
        titles.changed.connect(self._sort_again)

    def show_rows(self, rows: IntArray) -> None:
        """Show these ascending rows of the session's columns."""
        self.beginResetModel()
        self._titles.clear()
        self._numbers.clear()
        self._groups.clear()
        self.columns = table_columns(self._session.imported(), self._session.imported_measure)
        if self._sorted_by not in self.names:
            self._sorted_by = "Title"
        self._rows = self._ordered(rows)
        self.endResetModel()

    @property
    def names(self) -> tuple[str, ...]:
        """What the columns are called, from left to right."""
        return tuple(each.name for each in self.columns)

    def column(self, name: str) -> TableColumn:
        """The column of this name."""
        return next(each for each in self.columns if each.name == name)

    def _ordered(self, rows: IntArray) -> IntArray:
        """Ascending rows in the order that was asked for; as they are while titles are still read."""
        if self._sorted_by != "Title":
            column = self.column(self._sorted_by)
            return ordered(column, self._session.columns, rows, descending=self._descending)
        ranks = self._order.ranks()
        return rows if ranks is None else by_ranks(rows, ranks[rows], descending=self._descending)

    def _sort_again(self) -> None:
        if self._sorted_by == "Title":
            self.beginResetModel()
            self._rows = self._ordered(np.sort(self._rows))
            self.endResetModel()

    def _read(self, ids: Sequence[int]) -> None:
        for found in clips.labels(self._session.project, ids):
            self._titles[found.id] = found.title or found.source_id

    def clip_at(self, place: int) -> int:
        """Id of the clip in a row of the table."""
        return int(self._session.columns.ids[self._rows[place]])

    def place_of(self, clip_id: int) -> int | None:
        """Row of the table that shows a clip."""
        number = self._session.columns.row_of(clip_id)
        found = np.flatnonzero(self._rows == number) if number is not None else np.empty(0)
        return int(found[0]) if len(found) else None

    def places_of(self, clip_ids: Sequence[int]) -> list[int]:
        """Rows of the table that show these clips, from top to bottom."""
        numbers = self._session.columns.rows_of(np.asarray(clip_ids, dtype=np.int64))
        return list(map(int, np.flatnonzero(np.isin(self._rows, numbers))))

    def ids(self) -> list[int]:
        """Ids of the clips in the order shown."""
        ids: list[int] = self._session.columns.ids[self._rows].tolist()
        return ids

    def ids_between(self, first: int, last: int) -> IntArray:
        """Ids of the clips in these rows of the table, both included."""
        return self._session.columns.ids[self._rows[first : last + 1]]

    def text(self, place: int, name: str) -> str:
        """What a cell shows."""
        columns, number, column = self._session.columns, int(self._rows[place]), self.column(name)
        if column.is_number:
            if name not in self._numbers:
                self._numbers[name] = column.numbers(columns)
            value = float(self._numbers[name][number])
            return "" if np.isnan(value) else column.written(value)
        if name != "Title":
            if name not in self._groups:
                self._groups[name] = column.groups(columns)
            codes, names = self._groups[name]
            return names[codes[number]] if codes[number] >= 0 else ""
        clip_id = int(columns.ids[number])
        if clip_id not in self._titles:
            start = place - place % PAGE
            self._read(columns.ids[self._rows[start : start + PAGE]].tolist())
        return self._titles.get(clip_id, "")

    def next_with_title(self, begun: str, after: int) -> int | None:
        """Place of the next row, from `after` on and then from the top, whose title begins with this."""
        ids = clips.titled(self._session.project, begun)
        columns = self._session.columns
        wanted = np.zeros(len(columns), dtype=bool)
        wanted[columns.rows_of(ids)] = True
        found = np.flatnonzero(wanted[self._rows])
        later = found[found >= after]
        return int((later if len(later) else found)[0]) if len(found) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(index.row(), column.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.name}: {self.text(index.row(), column.name) or 'none'}"
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return RIGHT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return count(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.heading
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip or column.name
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return RIGHT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorted_by = self.names[column]
        self._descending = order == Qt.SortOrder.DescendingOrder
        self.beginResetModel()
        self._rows = self._ordered(np.sort(self._rows))
        self.endResetModel()

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list", "text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The audio files of the rows, so that they can be dropped on other programs."""
        ids = [ClipId(self.clip_at(place)) for place in sorted({index.row() for index in indexes})]
        paths = [
            place.path for place in clips.locations(self._session.project, ids) if place.path is not None
        ]
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(os.fsdecode(path)) for path in paths])
        return mime
