"""The table of models: a row each, which can be dragged out of the window as a file."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
)

from merdesk.ui.copying import copies
from merdesk.ui.models.words import COLUMNS, NUMBERS_FROM

KIND, STRETCHED = 1, (0, 2, 3)


class ModelTable(QTableWidget):
    """Rows of models.

    Parameters
    ----------
    file_of
        Writes the model of a row to a file that can be dragged away; None where it cannot.
    """

    def __init__(self, file_of: Callable[[int], Path | None]) -> None:
        super().__init__(0, len(COLUMNS))
        self._file_of = file_of
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        # Two rows are compared; with one, what can be done with a model is offered.
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        # As high as its models, so that the note stands right below them.
        self.setSizeAdjustPolicy(QAbstractItemView.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setAccessibleName("Models")
        self.verticalHeader().hide()
        self.setTabKeyNavigation(False)
        self.verticalHeader().setDefaultSectionSize(30)
        self._head()
        copies(self)

    def _head(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for place in STRETCHED:
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        # "transductive" must not be cut off beside the scores that it marks.
        header.setSectionResizeMode(KIND, QHeaderView.ResizeMode.ResizeToContents)
        for place, name in enumerate(COLUMNS):
            side = Qt.AlignmentFlag.AlignRight if place >= NUMBERS_FROM else Qt.AlignmentFlag.AlignLeft
            heading = QTableWidgetItem(name)
            self.setHorizontalHeaderItem(place, heading)
            heading.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def mimeData(self, items: Sequence[QTableWidgetItem]) -> QMimeData:
        """The models of these cells as files."""
        files = [self._file_of(row) for row in sorted({item.row() for item in items})]
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files if file is not None])
        return mime
