"""Which column of which features the clips are coloured by."""

from collections.abc import Sequence

from PySide6.QtCore import QSortFilterProxyModel, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QWidget

from merdesk.ui.help.window import HelpKey
from merdesk.ui.widgets import button, column, label, row
from merdesk.workflows.measures import MeasureName

SIZE = (460, 520)


class MeasureDialog(QDialog):
    """A list of thousands, narrowed by typing; `chosen` is what to show once accepted."""

    def __init__(self, measures: Sequence[MeasureName], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "explore")
        self.setWindowTitle("Colour by a feature")
        self._measures = tuple(measures)
        self.chosen: MeasureName | None = None
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search features")
        self.search.setAccessibleName("Search features")
        self.search.setClearButtonEnabled(True)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(QStringListModel([one.title for one in self._measures], self))
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list = QListView()
        self.list.setModel(self._shown)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName("Features")
        self.list.doubleClicked.connect(self._accept)
        self.search.textChanged.connect(self._narrow)
        cancel, self.go = button("Cancel"), button("Colour", "primary")
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._accept)
        self.go.setDefault(True)
        about = "One column of the features that were extracted or imported; clips without it are grey."
        if not self._measures:
            about = "There are no features yet: extract some, or import a table of numbers (File, Features)."
        self.setLayout(
            column(
                column(label("Colour by a feature", "title"), label(about, "muted", wrap=True), spacing=4),
                self.search,
                self.list,
                row(None, cancel, self.go),
                spacing=12,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(*SIZE)
        self._narrow("")

    def _narrow(self, text: str) -> None:
        self._shown.setFilterFixedString(text.strip())
        self.list.setCurrentIndex(self._shown.index(0, 0))
        self.go.setEnabled(self._shown.rowCount() > 0)

    def _accept(self) -> None:
        at = self.list.currentIndex()
        if at.isValid():
            self.chosen = self._measures[self._shown.mapToSource(at).row()]
            self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From the search field, the arrows go through the list."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.search.hasFocus():
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            row_now = self.list.currentIndex().row() + step
            row_now = min(max(row_now, 0), self._shown.rowCount() - 1)
            self.list.setCurrentIndex(self._shown.index(row_now, 0))
        else:
            super().keyPressEvent(event)
