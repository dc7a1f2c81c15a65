"""What comes next, over the page's lower left corner: to reorder, remove, shuffle and play from."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from merdesk.ui.player.playback import Playback
from merdesk.ui.theme.figures import count
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, row

SHOWN = 200
"""Clips that the list shows; of a million nobody drags the last one."""
WIDTH_PX, HEIGHT_PX = 320, 340
MIME = "application/x-merdesk-queue"
MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}

Index = QModelIndex | QPersistentModelIndex


class QueueModel(QAbstractListModel):
    """The clips that come next, by title; a row dropped between two others moves there.

    Signals
    -------
    dropped
        Where the row that was dragged is now.
    """

    dropped = Signal(int)

    def __init__(self, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self._ids: tuple[int, ...] = ()
        self._titles: dict[int, str] = {}

    def refresh(self) -> None:
        """Show the queue as it is now."""
        self.beginResetModel()
        self._ids = self._playback.after[:SHOWN]
        self.endResetModel()

    def _title(self, clip_id: int) -> str:
        if clip_id not in self._titles:
            playable = self._playback.find(clip_id)
            self._titles[clip_id] = playable.title if playable is not None else "No sound here any more"
        return self._titles[clip_id]

    # Qt

    def rowCount(self, parent: Index | None = None) -> int:
        """One row a clip."""
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Title, with its place for who cannot see the order."""
        title = self._title(self._ids[index.row()])
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{index.row() + 1}: {title}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be dragged, gaps be dropped into."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        """Moving only."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Rows of this list."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The row that is dragged."""
        mime = QMimeData()
        mime.setData(MIME, str(indexes[0].row()).encode())
        return mime

    def dropMimeData(
        self, data: QMimeData, _: Qt.DropAction, row_number: int, __: int, parent: Index
    ) -> bool:
        """Move what was dragged."""
        if not data.hasFormat(MIME):
            return False
        from_place = int(bytes(data.data(MIME).data()))
        to_place = row_number if row_number >= 0 else parent.row() if parent.isValid() else len(self._ids)
        to_place -= to_place > from_place
        self._playback.move(from_place, to_place)
        self.dropped.emit(to_place)
        # The queue has changed already: the view must not take the old row out as well.
        return False


class QueuePanel(QFrame):
    """Shows what comes next.

    Signals
    -------
    line_asked
        Play along the line between the two selected clips.
    autoplay_changed
        Whether the next clip follows by itself.
    closed
        It was closed.
    left
        It was closed from inside: the keyboard has to go somewhere.
    """

    line_asked = Signal()
    autoplay_changed = Signal(bool)
    closed = Signal()
    left = Signal()

    def __init__(self, theme: Theme, playback: Playback, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Queue")
        self.setFixedSize(max(WIDTH_PX, 25 * theme.base_px), max(HEIGHT_PX, 26 * theme.base_px))
        self.model = QueueModel(playback, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setAccessibleName("What comes next")
        self.list.setUniformItemSizes(True)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setDropIndicatorShown(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.installEventFilter(self)
        self.caption = label("", "caption", wrap=True)
        self.shuffle = self._switch("Shuffle", "Play what comes in any order, or as it was given")
        self.autoplay = self._switch("Autoplay", "Play the next clip by itself when one has ended")
        self.line = button(
            "Along a line", "quiet", "Select two clips: plays what lies between them in the plane, in order"
        )
        self.remove = button("Remove", "quiet", "Leave the chosen clips out (Delete)")
        shut = button("Close", "quiet", "Close the queue (Esc)")
        shut.clicked.connect(self._leave)
        head = row(label("Queue", "strong"), None, shut)
        foot = row(self.shuffle, self.autoplay, self.line, None, self.remove, spacing=0)
        self.setLayout(column(head, self.caption, self.list, foot, spacing=4, margins=(12, 8, 8, 8)))
        self._connect()
        self.hide()

    def _switch(self, text: str, tip: str) -> Any:
        made = button(text, "quiet", tip)
        made.setCheckable(True)
        return made

    def _connect(self) -> None:
        playback = self._playback
        playback.queue_changed.connect(self._show)
        self.shuffle.clicked.connect(playback.set_shuffle)
        self.autoplay.clicked.connect(self.autoplay_changed)
        self.line.clicked.connect(self.line_asked)
        self.remove.clicked.connect(self._remove)
        self.model.dropped.connect(self._choose)
        self.list.activated.connect(lambda index: self._play(index.row()))

    def _show(self) -> None:
        if self.isHidden():
            return
        place = self.list.currentIndex().row()
        self.model.refresh()
        self._choose(place)
        n = len(self._playback.after)
        words = (
            f"{count(n)} to come"
            if n
            else "Nothing to come: play a clip, or select some and press Ctrl+Return"
        )
        self.caption.setText(words + (f", the first {SHOWN} are listed" if n > SHOWN else ""))
        self.shuffle.setChecked(self._playback.shuffling)
        self.autoplay.setChecked(self._playback.autoplay)
        self.remove.setEnabled(n > 0)

    def _choose(self, place: int) -> None:
        if place >= 0:
            self.list.setCurrentIndex(self.model.index(min(place, self.model.rowCount() - 1)))

    def _remove(self) -> None:
        places = {index.row() for index in self.list.selectedIndexes()}
        if places:
            self._playback.remove(places)
            self._choose(min(places))

    def _shift(self, step: int) -> None:
        place = self.list.currentIndex().row()
        if 0 <= place + step < self.model.rowCount() and place >= 0:
            self._playback.move(place, place + step)
            self._choose(place + step)

    def _leave(self) -> None:
        self.hide()
        self.left.emit()

    def _play(self, place: int) -> None:
        after = self._playback.after
        if place < len(after):
            self._playback.play_clip(after[place])

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Delete removes, Alt and the arrows move, Escape closes."""
        if watched is self.list and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Delete:
                self._remove()
                return True
            if key in MOVES and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._shift(MOVES[key])
                return True
        return bool(super().eventFilter(watched, event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: Any) -> None:
        """Show the queue as it is."""
        super().showEvent(event)
        self._show()
        self.list.setFocus()

    def hideEvent(self, event: Any) -> None:
        """Tell, so that the button shows it."""
        super().hideEvent(event)
        if self.isHidden():
            self.closed.emit()
