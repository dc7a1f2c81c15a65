"""The first cell of a clip's row: a play sign before the title."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme

PLAY_PX = 14
PLAY_ROOM_PX = 28
"""Width at the left of a row in which a click plays."""


class PlayCell(QStyledItemDelegate):
    """A play sign before the title of each clip that can be heard."""

    def __init__(
        self, session: Session, theme: Theme, clip_at: Callable[[int], int], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session, self._theme, self._clip_at = session, theme, clip_at
        empty = QPixmap(PLAY_PX, PLAY_PX)
        empty.fill(Qt.GlobalColor.transparent)
        self._nothing = QIcon(empty)

    # Qt

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        clip_id = self._clip_at(index.row())
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        option.decorationSize = QSize(PLAY_PX, PLAY_PX)
        option.icon = self._icon(clip_id)

    def _icon(self, clip_id: int) -> QIcon:
        if clip_id == self._session.playing:
            return self._theme.icon("play", "accent", filled=True)
        return self._theme.icon("play", "faint") if self._session.has_audio(clip_id) else self._nothing
