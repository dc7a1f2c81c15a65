"""What to write, how and where: annotations, features, predictions or splits."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFileDialog, QGridLayout, QWidget

from merdesk.errors import Failure, attempt
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, label, row
from merdesk.workflows.export import FORMATS_OF, Export, ExportOptions

WHAT = {
    "annotations": "Annotations",
    "ratings": "Ratings given here, with a datasheet",
    "features": "Features",
    "predictions": "Predictions",
    "splits": "Splits",
    "doubts": "Labels marked as doubtful",
}
FORMAT = {
    "csv": ("CSV", "One table of ratings, one of traces; merdesk imports it again."),
    "npz": ("NumPy (npz)", "Arrays by column name, without pickles."),
    "parquet": ("Parquet", "For pandas, polars and R; needs pyarrow."),
    "jams": ("JAMS", "One document for each clip, namespace mood_thayer, valence first."),
    "croissant": (
        "CSV described by Croissant",
        "Tables with a description that data loaders for machine learning read.",
    ),
    "source": (
        "The source's own layout",
        "As each dataset was published, so that other people's code reads it.",
    ),
}


class ExportDialog(QDialog):
    """Choices of an export; `workflow` is what to run once accepted."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "export")
        self.setWindowTitle("Export")
        self._session = session
        self._folder = Path.home() / f"{session.project.title} export"
        self.workflow: Export | None = None
        self.what, self.format = QComboBox(), QComboBox()
        for key, text in WHAT.items():
            self.what.addItem(text, key)
        self.about = label("", "muted", wrap=True)
        self.as_filed = QCheckBox("As filed, without the repairs of this project")
        if session.project.as_filed:
            self.as_filed.setChecked(True)
            self.as_filed.setEnabled(False)
            self.as_filed.setToolTip(
                "The whole window shows values as filed; View, Values as filed ends that"
            )
        self.anonymous = QCheckBox("Without names, tags and notes")
        self.where = button("", "", "Choose another folder")
        self._notice = label("", "bad", wrap=True)
        self._notice.hide()
        self.what.currentIndexChanged.connect(self._show_formats)
        self.format.currentIndexChanged.connect(self._show_about)
        self.where.clicked.connect(self._choose_folder)
        cancel, self.go = button("Cancel"), button("Export", "primary")
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._accept)
        self.go.setDefault(True)
        self.setLayout(
            column(
                label("Export", "title"),
                self._choices(),
                self._notice,
                None,
                row(None, cancel, self.go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.setFixedWidth(520)
        self._show_formats()
        self._show_folder()

    def _choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for place, (name, part) in enumerate(
            (
                ("What", self.what),
                ("Format", self.format),
                ("", self.about),
                ("", self.as_filed),
                ("", self.anonymous),
                ("Folder", self.where),
            )
        ):
            head = label(name, "muted")
            head.setBuddy(part)
            part.setAccessibleName(name or part.accessibleName())
            grid.addWidget(head, place, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(part, place, 1)
        return grid

    def _show_formats(self) -> None:
        what = self.what.currentData()
        chosen = self.format.currentData()
        self.format.blockSignals(True)
        self.format.clear()
        for key in FORMATS_OF[what]:
            self.format.addItem(FORMAT[key][0], key)
        self.format.setCurrentIndex(max(0, self.format.findData(chosen)))
        self.format.blockSignals(False)
        self.as_filed.setVisible(what in ("annotations", "splits"))
        self.anonymous.setVisible(what == "ratings")
        self._show_about()

    def _show_about(self) -> None:
        words = FORMAT[self.format.currentData()][1]
        if self.what.currentData() == "ratings":
            words = "Every answer with how it was given, traces and pairs, who agrees how far."
        elif self.what.currentData() != "annotations" and self.format.currentData() == "csv":
            words = "One table, with names of columns in its first row."
        self.about.setText(words)

    def _show_folder(self) -> None:
        home = str(Path.home())
        self.where.setText(str(self._folder).replace(home, "~", 1))
        self.where.setToolTip(str(self._folder))

    def choose_folder(self, folder: Path) -> None:
        """Write there."""
        self._folder = folder
        self._show_folder()

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Export into a folder", str(self._folder.parent))
        if name:
            self.choose_folder(Path(name))

    def _accept(self) -> None:
        options = ExportOptions(
            self.what.currentData(),
            self.format.currentData(),
            self.as_filed.isChecked(),
            self.anonymous.isChecked(),
        )
        made = attempt(lambda: Export(self._session.project, self._folder, options))
        if isinstance(made, Failure):
            if not made.expected:
                raise RuntimeError(made.details)
            self._notice.setText(made.message)
            self._notice.show()
            return
        self.workflow = made
        self.accept()
