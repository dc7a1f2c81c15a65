"""The little that an import of features asks: a name, and which clips are meant."""

import re
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QWidget

from merdesk.errors import Failure, attempt
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, label, row
from merdesk.workflows.import_features import ImportFeatures

EVERY = "All datasets"


class ImportFeaturesDialog(QDialog):
    """Names a set; `workflow` is what to run once accepted."""

    def __init__(self, session: Session, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        HelpKey(self, "features")
        self.setWindowTitle("Import features")
        self.workflow: ImportFeatures | None = None
        self._session, self._path = session, path
        self.name = QLineEdit(re.sub(r"[^\w.-]+", "_", path.stem))
        self.name.setAccessibleName("Name of the set")
        self.dataset = QComboBox()
        self.dataset.addItems([EVERY, *session.columns.dataset_names])
        self.dataset.setAccessibleName("Clips of which dataset")
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
                column(label("Name", "section"), self.name, spacing=4),
                column(label("Clips", "section"), self.dataset, spacing=4),
                self._problem,
                None,
                row(None, cancel, go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.setMinimumWidth(440)

    def _accept(self) -> None:
        dataset = "" if self.dataset.currentIndex() == 0 else self.dataset.currentText()
        made = attempt(
            lambda: ImportFeatures(self._session.project, self._path, self.name.text(), dataset=dataset)
        )
        if isinstance(made, Failure):
            self._problem.setText(made.message)
            self._problem.show()
            return
        self.workflow = made
        self.accept()
