"""What could not be imported or extracted, each with its reason; copy, clear."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from merdesk.project import problems
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, counted, label, row


class ProblemsDialog(QDialog):
    """The list of problems of a project, newest first."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Problems")
        self._session = session
        self._head = label("", "title")
        self._table = QTableWidget(0, 2)
        self._table.setHorizontalHeaderLabels(["File", "What is wrong"])
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setShowGrid(False)
        self._table.setWordWrap(True)
        self._table.verticalHeader().hide()
        self._table.setAccessibleName("Problems")
        header = self._table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        copy, clear, close = button("Copy all"), button("Clear list"), button("Close", "primary")
        copy.clicked.connect(lambda: QApplication.clipboard().setText(self.text()))
        clear.clicked.connect(self._clear)
        clear.setEnabled(not session.project.read_only)
        close.clicked.connect(self.accept)
        QShortcut(QKeySequence.StandardKey.Copy, self, lambda: QApplication.clipboard().setText(self.text()))
        self.setLayout(
            column(
                self._head, self._table, row(copy, clear, None, close), spacing=12, margins=(24, 24, 24, 16)
            )
        )
        self.resize(860, 480)
        self._show()

    def _show(self) -> None:
        found = problems.all(self._session.project)
        self._head.setText(counted(len(found), "problem") if found else "No problems")
        self._table.setRowCount(len(found))
        self._lines = [(problem.where, problem.reason) for problem in found]
        for number, line in enumerate(self._lines):
            for place, text in enumerate(line):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self._table.setItem(number, place, item)
        self._table.setColumnWidth(0, 260)
        self._table.resizeRowsToContents()

    def text(self) -> str:
        """The list as tab-separated lines."""
        return "\n".join("\t".join(line) for line in self._lines)

    def _clear(self) -> None:
        self._session.edit(lambda: problems.clear(self._session.project))
        self._show()
