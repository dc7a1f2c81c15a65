"""Which groups of a colouring have a colour of their own; the rest is one group."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from merdesk.ui.help.window import HelpKey
from merdesk.ui.theme.figures import count
from merdesk.ui.widgets import button, column, label, row

SIZE = (400, 520)
NUMBER = Qt.ItemDataRole.UserRole
ROW_PX = 26
INSET_PX = 8
Index = QModelIndex | QPersistentModelIndex


class TickedNames(QAbstractListModel):
    """Names with their numbers of clips, to tick; no more than `most` at once.

    Signals
    -------
    ticked_changed
        Others are ticked now.
    """

    ticked_changed = Signal()

    def __init__(self, groups: Sequence[tuple[str, int]], ticked: Sequence[str], most: int) -> None:
        super().__init__()
        self._groups, self._most = tuple(groups), most
        self.ticked = [name for name, _ in self._groups if name in ticked]

    def tick(self, names: Sequence[str]) -> None:
        """Tick these and no others."""
        self.ticked = list(names)
        self.dataChanged.emit(self.index(0), self.index(len(self._groups) - 1))
        self.ticked_changed.emit()

    # Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._groups)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name, n = self._groups[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if role == NUMBER:
            return count(n)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{name}, {count(n)}"
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if name in self.ticked else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        name = self._groups[index.row()][0]
        others = [each for each in self.ticked if each != name]
        on = Qt.CheckState(value) == Qt.CheckState.Checked
        if role != Qt.ItemDataRole.CheckStateRole or (on and len(others) >= self._most):
            return False
        self.tick([*others, name] if on else others)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable


class _NumberedRow(QStyledItemDelegate):
    """A name with its number at the right."""

    # Qt

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        painter.save()
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(option.rect.adjusted(0, 0, -INSET_PX, 0), side, index.data(NUMBER))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index).expandedTo(QSize(0, ROW_PX))


class GroupsDialog(QDialog):
    """A list to tick, narrowed by typing; `chosen` names those with a colour once accepted, none: the largest."""

    def __init__(
        self,
        title: str,
        groups: Sequence[tuple[str, int]],
        ticked: Sequence[str],
        most: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        HelpKey(self, "explore")
        self.setWindowTitle(f"Colours: {title.lower()}")
        self._most = most
        self._largest = tuple(name for name, _ in groups[:most])
        self.names = TickedNames(groups, ticked or self._largest, most)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self.names)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search groups")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda text: self._shown.setFilterFixedString(text.strip()))
        self.list = QListView()
        self.list.setModel(self._shown)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(_NumberedRow(self.list))
        self.list.setAccessibleName("Groups with a colour of their own")
        self._about = label("", "muted", wrap=True)
        largest, cancel, self.go = button("The largest"), button("Cancel"), button("Colour", "primary")
        largest.clicked.connect(lambda: self.names.tick(self._largest))
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self.accept)
        self.go.setDefault(True)
        self.names.ticked_changed.connect(self._tell)
        self.setLayout(
            column(
                column(label(f"Colours: {title.lower()}", "title"), self._about, spacing=4),
                self.search,
                self.list,
                row(largest, None, cancel, self.go),
                spacing=12,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(*SIZE)
        self._tell()

    @property
    def chosen(self) -> tuple[str, ...]:
        """What was ticked, in the order in which it was; empty for the largest groups, whichever they are."""
        same = set(self.names.ticked) == set(self._largest)
        return () if same else tuple(self.names.ticked)

    def _tell(self) -> None:
        n = len(self.names.ticked)
        self._about.setText(f"{n} of at most {self._most} have a colour of their own; the rest is one group.")
        self.go.setEnabled(n > 0)
