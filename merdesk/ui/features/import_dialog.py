"""What an import of features asks: a name, which clips are meant, which columns; all but the name can stay empty."""

import re
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QGridLayout, QLineEdit, QWidget

from merdesk.errors import Failure, attempt
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, label, row
from merdesk.workflows.import_features import ImportFeatures, TableChoice

EVERY = "All datasets"
ARRAYS = ".npy"
"""A folder of these is one table; whoever picks one of them means all."""
WITHOUT_IDS = ("", ARRAYS, ".npz")
"""Formats that have no column of ids to choose."""


class ImportFeaturesDialog(QDialog):
    """Names a set; `workflow` is what to run once accepted."""

    def __init__(self, session: Session, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        HelpKey(self, "features")
        self.setWindowTitle("Import features")
        self.workflow: ImportFeatures | None = None
        self._session = session
        self._path = path = path.parent if path.suffix.lower() == ARRAYS else path
        self.name = QLineEdit(re.sub(r"[^\w.-]+", "_", path.stem))
        self.name.setAccessibleName("Name of the set")
        self.dataset = QComboBox()
        self.dataset.addItems([EVERY, *session.columns.dataset_names])
        self.dataset.setAccessibleName("Clips of which dataset")
        self.id_column = _field("Column with ids", "Found by itself")
        self.id_column.setEnabled(not path.is_dir() and path.suffix.lower() not in WITHOUT_IDS)
        self.taken = _field("Columns to take", "All, or such as mfcc_*, f0*")
        self.left_out = _field("Columns to leave out", "None, or such as mood_*")
        self.replace = QCheckBox("Take the place of features with this name")
        self._problem = label("", "bad", wrap=True)
        self._problem.hide()
        cancel, go = button("Cancel"), button("Import", "primary")
        cancel.clicked.connect(self.reject)
        go.clicked.connect(self._accept)
        go.setDefault(True)
        self.setLayout(
            column(
                label(f"Features from {path.name}", "title"),
                label(
                    "One row a clip, found by id or file name. Columns that are named like labels or equal an "
                    "annotation are left out and named.",
                    "muted",
                    wrap=True,
                ),
                self._grid(),
                self.replace,
                self._problem,
                None,
                row(None, cancel, go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.setMinimumWidth(480)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        parts = (
            ("Name", self.name),
            ("Clips", self.dataset),
            ("Columns", self.taken),
            ("Columns left out", self.left_out),
            ("Column with ids or file names", self.id_column),
        )
        for place, (name, field) in enumerate(parts):
            line, side = divmod(place, 2)
            caption = label(name, "section")
            caption.setBuddy(field)
            grid.addWidget(caption, 3 * line, side)
            grid.addWidget(field, 3 * line + 1, side)
            grid.setRowMinimumHeight(3 * line + 2, 8)
            grid.setColumnStretch(side, 1)
        return grid

    def _accept(self) -> None:
        dataset = "" if self.dataset.currentIndex() == 0 else self.dataset.currentText()
        choice = TableChoice(
            self.id_column.text().strip(), _globs(self.taken.text()), _globs(self.left_out.text())
        )
        made = attempt(
            lambda: ImportFeatures(
                self._session.project,
                self._path,
                self.name.text(),
                dataset=dataset,
                choice=choice,
                replace=self.replace.isChecked(),
            )
        )
        if isinstance(made, Failure):
            self._problem.setText(made.message)
            self._problem.show()
            return
        self.workflow = made
        self.accept()


def _field(name: str, hint: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(hint)
    return made


def _globs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
