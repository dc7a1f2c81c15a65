"""The table of clips: sort, choose columns, select, play, copy."""

import csv
import io
import time
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, cast

import numpy as np
from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QMenu,
    QTableView,
)

from merdesk.domain.arrays import IntArray
from merdesk.ui.clip_model import ClipTableModel as ClipTableModel  # noqa: PLC0414  (offered beside its view)
from merdesk.ui.column_choice import ColumnChoice
from merdesk.ui.copying import tab_separated
from merdesk.ui.play_cell import PLAY_ROOM_PX, PlayCell
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme

MARKED = 500
"""Of a larger selection only the current clip is marked: Qt takes seconds for thousands of scattered rows."""
TYPED_S = 1.0
"""Letters that follow one another this closely are one word to go to."""


class ClipTable(QTableView):
    """The table: a click selects, its play sign, return or a double click plays, Ctrl+C copies.

    Signals
    -------
    play_asked
        Play the clip of this id.
    queue_asked
        Play these clips one after the other.
    """

    play_asked = Signal(int)
    queue_asked = Signal(object)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._typed = ("", 0.0)
        self._tells = False
        self.table = ClipTableModel(session)
        self.setModel(self.table)
        self.columns = ColumnChoice(self, self.table, session)
        self.setItemDelegateForColumn(0, PlayCell(session, theme, self.table.clip_at, self))
        self.setAccessibleName("Clips")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(26)
        self._dress_header(self.horizontalHeader())
        self.doubleClicked.connect(lambda index: self.play_asked.emit(self.table.clip_at(index.row())))
        self.selectionModel().selectionChanged.connect(self._tell_selection)
        session.selection_changed.connect(self._show_selection)
        session.playing_changed.connect(self.viewport().update)
        # Sorting forgets what was selected.
        self.table.modelReset.connect(self._show_selection)

    def _dress_header(self, header: QHeaderView) -> None:
        header.setHighlightSections(False)
        # With the view's, each paint asks whether every cell of every column is selected: 4 s for 100,000 clips.
        header.setSelectionModel(QItemSelectionModel(self.table, header))
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(
            lambda at: self._show_menu(self.columns.menu(), header.mapToGlobal(at))
        )

    def sort_by(self, name: str, *, descending: bool) -> None:
        """Sort by a column and show so in the header."""
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.sortByColumn(self.table.names.index(name), order)

    def sort_menu(self) -> QMenu:
        """Each column that is shown, to sort by; the one that is sorted by turns round."""
        menu, header = QMenu("Sort by", self), self.horizontalHeader()
        for name in self.columns.shown():
            now = self.table.names.index(name) == header.sortIndicatorSection()
            down = now and header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
            action = menu.addAction(name.replace("&", "&&"), partial(self.sort_by, name, descending=down))
            action.setCheckable(True)
            action.setChecked(now)
        return menu

    def show_rows(self, rows: IntArray) -> None:
        """Show these rows of the session's columns, the selection kept; what says nothing of any clip gives room."""
        self.table.show_rows(rows)
        self.columns.show()

    # Selection

    def selected_ids(self) -> list[int]:
        """Ids of the selected clips, from top to bottom."""
        return [clip_id for part in self._parts() for clip_id in self.table.ids_between(*part).tolist()]

    def _is_selected(self, ids: tuple[int, ...]) -> bool:
        """True where exactly these clips are selected; what can be told by their number is."""
        n_rows = sum(bottom - top + 1 for top, bottom in self._parts())
        return n_rows == len(ids) and set(ids) == set(self.selected_ids())

    def _parts(self) -> list[tuple[int, int]]:
        """First and last row of each selected part."""
        parts = cast("Iterable[QItemSelectionRange]", self.selectionModel().selection())
        return sorted({(part.top(), part.bottom()) for part in parts})

    def _tell_selection(self) -> None:
        if parts := self._parts():
            self._tells = True
            self._session.select(np.concatenate([self.table.ids_between(*part) for part in parts]))
            self._tells = False

    def _show_selection(self) -> None:
        selected = self._session.selection
        if self._tells or self._is_selected(selected):
            return
        wanted = self.table.places_of(selected if len(selected) <= MARKED else selected[:1])
        rows, last, chosen = QItemSelection(), self.table.columnCount() - 1, self.selectionModel()
        for first, end in _runs(wanted):
            rows.select(self.table.index(first, 0), self.table.index(end, last))
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

    # Copying

    def copied(self) -> str:
        """The selected rows, or all, as tab-separated text with headings."""
        return tab_separated(self.table.names, self._cells())

    def copied_csv(self) -> str:
        """The same with commas."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([self.table.names, *self._cells()])
        return text.getvalue()

    def _cells(self) -> Iterable[list[str]]:
        for top, bottom in self._parts() or [(0, self.table.rowCount() - 1)]:
            for place in range(top, bottom + 1):
                yield [self.table.text(place, name) for name in self.table.names]

    # The menu

    def menu(self) -> QMenu:
        """What can be done with the selected rows."""
        menu, current, ids = QMenu(self), self._session.current, self.selected_ids()
        put = QApplication.clipboard().setText
        if current is not None:
            play = menu.addAction("Play", lambda: self.play_asked.emit(current))
            play.setEnabled(self._session.has_audio(current))
        if len(ids) > 1:
            audible = [clip_id for clip_id in ids if self._session.has_audio(clip_id)]
            several = menu.addAction(f"Play these {len(ids):,}", lambda: self.queue_asked.emit(audible))
            several.setEnabled(bool(audible))
        menu.addSeparator()
        which = "selected rows" if ids else "all rows"
        menu.addAction(f"Copy {which}", lambda: put(self.copied()))
        menu.addAction(f"Copy {which} as CSV", lambda: put(self.copied_csv()))
        menu.addAction("Select all", self.selectAll)
        menu.addSeparator()
        menu.addMenu(self.sort_menu())
        menu.addMenu(self.columns.menu())
        return menu

    def _show_menu(self, menu: QMenu, at: QPoint) -> None:
        menu.exec(at)
        menu.deleteLater()

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Titles and artists share what room there is."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.columns.share_room()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            box = self.visualRect(self.currentIndex())
            at = self.viewport().mapToGlobal(box.bottomLeft() if box.isValid() else QPoint(0, 0))
        self._show_menu(self.menu(), at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the play sign plays."""
        super().mouseReleaseEvent(event)
        at, plain = event.position().toPoint(), not event.modifiers()
        index = self.indexAt(at)
        on_sign = index.isValid() and index.column() == 0
        on_sign = on_sign and at.x() - self.visualRect(index).x() < PLAY_ROOM_PX
        if on_sign and plain and event.button() == Qt.MouseButton.LeftButton:
            clip_id = self.table.clip_at(index.row())
            if self._session.has_audio(clip_id):
                self.play_asked.emit(clip_id)

    def keyboardSearch(self, text: str) -> None:
        """Go to the next title that begins with what is typed."""
        now_s = time.monotonic()
        begun, at_s = self._typed
        begun = begun + text if now_s - at_s < TYPED_S else text
        self._typed = (begun, now_s)
        # The first letter goes on from the next row, the following ones may stay.
        after = self.currentIndex().row() + (1 if begun == text else 0)
        place = self.table.next_with_title(begun, max(0, after))
        if place is not None:
            self.setCurrentIndex(self.table.index(place, 0))

    def keyPressEvent(self, event: Any) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self.copied())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._session.current is not None:
            self.play_asked.emit(self._session.current)
        else:
            super().keyPressEvent(event)


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of neighbours in ascending places."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
