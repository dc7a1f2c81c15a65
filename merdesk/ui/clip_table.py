"""Clips as a table over columns: sorted by any of them, titles read only for the rows in view."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QHeaderView, QTableView

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.clip import ClipId
from merdesk.project import clips
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import signed

PAGE = 200
"""Titles are read for this many rows at a time."""
MARKED = 500
"""Of a larger selection only the current clip is marked: Qt takes seconds for thousands of scattered rows."""
Index = QModelIndex | QPersistentModelIndex
TEXTS = ("Title", "Artist", "Dataset", "Genre")
NUMBERS = ("Valence", "Arousal", "Predicted valence", "Predicted arousal", "Error")
HEADINGS = ("Title", "Artist", "Dataset", "Genre", "V", "A", "V pred.", "A pred.", "Error")
TIPS = {
    "Valence": "Annotated valence, -1 to 1",
    "Arousal": "Annotated arousal, -1 to 1",
    "Predicted valence": "Predicted valence",
    "Predicted arousal": "Predicted arousal",
    "Error": "Distance between prediction and annotation in the plane",
}


class ClipTableModel(QAbstractTableModel):
    """The session's visible clips, or those of a mask of one's own, in an order of one's own."""

    COLUMNS = TEXTS + NUMBERS

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows: IntArray = np.empty(0, dtype=np.int64)
        self._numbers: FloatArray = np.empty((0, len(NUMBERS)))
        self._titles: dict[int, tuple[str, ...]] = {}
        self._sorted_by, self._descending = "Title", False

    def show_rows(self, rows: IntArray) -> None:
        """Show these rows of the session's columns."""
        self.beginResetModel()
        columns = self._session.columns
        error = np.hypot(columns.residual[:, 0], columns.residual[:, 1])
        self._numbers = np.column_stack([columns.affect, columns.prediction, error])
        self._titles.clear()
        self._rows = self._ordered(rows)
        self.endResetModel()

    def _ordered(self, rows: IntArray) -> IntArray:
        columns = self._session.columns
        key: Any
        if self._sorted_by in NUMBERS:
            key = self._numbers[rows, NUMBERS.index(self._sorted_by)]
            key = np.where(np.isfinite(key), -key if self._descending else key, np.inf)
            return np.asarray(rows[np.argsort(key, kind="stable")])
        if self._sorted_by == "Dataset":
            key = [columns.dataset_names[code].casefold() for code in columns.dataset[rows]]
        elif self._sorted_by == "Genre":
            key = [columns.genre_names[code].casefold() if code >= 0 else "" for code in columns.genre[rows]]
        else:
            place = TEXTS.index(self._sorted_by)
            self._read(columns.ids[rows].tolist())
            key = [self._titles[clip_id][place].casefold() for clip_id in columns.ids[rows].tolist()]
        order = sorted(range(len(rows)), key=key.__getitem__, reverse=self._descending)
        return np.asarray(rows[np.array(order, dtype=np.int64)])

    def _read(self, ids: Sequence[int]) -> None:
        missing = [clip_id for clip_id in ids if clip_id not in self._titles]
        if missing:
            for found in clips.labels(self._session.project, missing):
                self._titles[found.id] = (found.title or found.source_id, found.artist)

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
        return list(map(int, self._session.columns.ids[self._rows]))

    def text(self, place: int, name: str) -> str:
        """What a cell shows."""
        columns, number = self._session.columns, int(self._rows[place])
        if name in NUMBERS:
            value = float(self._numbers[number, NUMBERS.index(name)])
            return "" if np.isnan(value) else (f"{value:.2f}" if name == "Error" else signed(value))
        if name == "Dataset":
            return columns.dataset_names[int(columns.dataset[number])]
        if name == "Genre":
            code = int(columns.genre[number])
            return columns.genre_names[code] if code >= 0 else ""
        clip_id = int(columns.ids[number])
        if clip_id not in self._titles:
            start = place - place % PAGE
            self._read(columns.ids[self._rows[start : start + PAGE]].tolist())
        return self._titles[clip_id][TEXTS.index(name)]

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name = self.COLUMNS[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(index.row(), name)
        if role == Qt.ItemDataRole.TextAlignmentRole and name in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return TIPS.get(self.COLUMNS[section], self.COLUMNS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and self.COLUMNS[section] in NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorted_by = self.COLUMNS[column]
        self._descending = order == Qt.SortOrder.DescendingOrder
        self.beginResetModel()
        self._rows = self._ordered(self._rows)
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


class ClipTable(QTableView):
    """The table: a click selects, return or a double click plays, Ctrl+C copies.

    Signals
    -------
    play_asked
        Play the clip of this id.
    """

    play_asked = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.table = ClipTableModel(session)
        self.setModel(self.table)
        self.setAccessibleName("Clips")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place, width in enumerate((0, 120, 92, 88, 66, 66, 70, 70, 66)):
            if width:
                self.setColumnWidth(place, width)
        self.doubleClicked.connect(lambda index: self.play_asked.emit(self.table.clip_at(index.row())))
        self.selectionModel().selectionChanged.connect(self._tell_selection)
        session.selection_changed.connect(self._show_selection)
        # Sorting forgets what was selected.
        self.table.modelReset.connect(self._show_selection)

    def sort_by(self, name: str, *, descending: bool) -> None:
        """Sort by a column and show so in the header."""
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.setSortingEnabled(True)
        self.sortByColumn(ClipTableModel.COLUMNS.index(name), order)

    def show_rows(self, rows: IntArray) -> None:
        """Show these rows of the session's columns, the selection kept; what says nothing of any clip gives room."""
        self.table.show_rows(rows)
        columns = self._session.columns
        self.setColumnHidden(TEXTS.index("Dataset"), len(columns.dataset_names) < 2)
        self.setColumnHidden(TEXTS.index("Genre"), len(columns.genre_names) == 0)
        for name in NUMBERS[2:]:
            self.setColumnHidden(ClipTableModel.COLUMNS.index(name), not columns.predicted.any())

    def _tell_selection(self) -> None:
        rows = self.selectionModel().selectedRows()
        if rows:
            self._session.select(self.table.clip_at(index.row()) for index in rows)

    def _show_selection(self) -> None:
        selected = self._session.selection
        wanted = self.table.places_of(selected if len(selected) <= MARKED else selected[:1])
        chosen = self.selectionModel()
        if wanted == sorted(index.row() for index in chosen.selectedRows()):
            return
        rows, last = QItemSelection(), self.table.columnCount() - 1
        for place in wanted:
            rows.select(self.table.index(place, 0), self.table.index(place, last))
        chosen.blockSignals(True)
        chosen.select(rows, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        current = self._session.current
        current_place = self.table.place_of(current) if current is not None else None
        if current_place is not None:
            at = self.table.index(current_place, 0)
            # Where the arrow keys go on from.
            chosen.setCurrentIndex(at, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(at)
        chosen.blockSignals(False)
        self.viewport().update()

    def copied(self) -> str:
        """The selected rows, or all, as tab-separated text with headings."""
        places = sorted({index.row() for index in self.selectionModel().selectedRows()})
        rows = places or range(self.table.rowCount())
        lines = ["\t".join(ClipTableModel.COLUMNS)]
        lines += [
            "\t".join(self.table.text(place, name) for name in ClipTableModel.COLUMNS) for place in rows
        ]
        return "\n".join(lines)

    def keyPressEvent(self, event: Any) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self.copied())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._session.current is not None:
            self.play_asked.emit(self._session.current)
        else:
            super().keyPressEvent(event)
