"""What could not be imported or extracted, each with its reason; copy, clear."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QFrame, QHeaderView, QTableView, QWidget

from merdesk.domain.source import LeftOut
from merdesk.project import problems
from merdesk.ui.copying import copies, put, tab_separated, table_text
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, counted, label, row

Index = QModelIndex | QPersistentModelIndex
HEADINGS = ("File", "What is wrong", "Folder")
WIDTHS = (220, 0, 190)
ROW_PX = 44
"""Two lines of a reason; rows of one height need no look at the text of each, of which there may be 100,000."""


class ProblemsModel(QAbstractTableModel):
    """One row a problem."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, str, str]] = []

    def show_problems(self, found: list[LeftOut]) -> None:
        """Show these."""
        self.beginResetModel()
        self._rows = [_cells(problem) for problem in found]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(HEADINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        return None


class ProblemsDialog(QDialog):
    """The list of problems of a project, in the order in which they were met."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "trouble")
        self.setWindowTitle("Problems")
        self._session = session
        self._head = label("", "title")
        self.model = ProblemsModel()
        self.table = self._table()
        self._copy, self._clear = button("Copy"), button("Clear list")
        self._copy.setToolTip("Copy the selected rows, or all, as a table (Ctrl+C)")
        close = button("Close", "primary")
        self._copy.clicked.connect(lambda: put(table_text(self.table)))
        self._clear.clicked.connect(self._clear_list)
        close.clicked.connect(self.accept)
        copies(self.table)
        self.setLayout(
            column(
                self._head,
                self.table,
                row(self._copy, self._clear, None, close),
                spacing=12,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(920, 520)
        self._show()

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName("Problems")
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        # A file is told by the end of its name, a folder by its last part.
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setStyleSheet("QTableView::item { padding: 0 5px; }")  # as far in as the header's words
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for place, width in enumerate(WIDTHS):
            if width:
                table.setColumnWidth(place, width)
        return table

    def _show(self) -> None:
        found = problems.all(self._session.project)
        self._head.setText(counted(len(found), "problem") if found else "No problems")
        self.model.show_problems(found)
        self.table.setColumnHidden(HEADINGS.index("Folder"), not any("/" in one.where for one in found))
        self._copy.setEnabled(bool(found))
        self._clear.setEnabled(bool(found) and not self._session.project.read_only)

    def text(self) -> str:
        """The whole list as tab-separated lines."""
        places = range(self.model.rowCount())
        return tab_separated(
            HEADINGS,
            ([self.model.index(place, n).data() for n in range(len(HEADINGS))] for place in places),
        )

    def _clear_list(self) -> None:
        self._session.edit(lambda: problems.clear(self._session.project))
        self._show()


def _cells(problem: LeftOut) -> tuple[str, str, str]:
    folder, _, name = problem.where.rpartition("/")
    return name, problem.reason, folder
