"""Which formats of the report to write, and where."""

from importlib.util import find_spec
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QWidget

from merdesk.ui.help.window import HelpKey
from merdesk.ui.widgets import button, column, label, row
from merdesk.workflows.write_report import FORMATS, LICENCE_WARNING

WORDS = {
    "html": ("HTML", "one page that opens offline and prints"),
    "pdf": ("PDF", "the same page on A4"),
    "json": ("JSON", "every number, with n and interval"),
    "csv": ("CSV", "its tables, for spreadsheets"),
    "latex": ("LaTeX", "its main tables, for a paper"),
}
NEEDS_TYPST = 'needs typst: pip install "merdesk[pdf]"'


class ReportExportDialog(QDialog):
    """Choices of an export of the report; once accepted, read `formats()`, `excerpts` and `folder`."""

    def __init__(self, project: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "report")
        self.setWindowTitle("Export the report")
        self.folder = Path.home() / f"{project} report"
        self.boxes = {name: QCheckBox(f"{head}: {about}") for name, (head, about) in WORDS.items()}
        for name, box in self.boxes.items():
            box.setChecked(name in FORMATS)
            box.toggled.connect(self._show_what_goes)
        if find_spec("typst") is None:
            self.boxes["pdf"].setText(f"PDF: {NEEDS_TYPST}")
            self.boxes["pdf"].setEnabled(False)
        self.excerpts = QCheckBox("Excerpts of the worst clips in the HTML, 8 s each")
        self.warning = label(LICENCE_WARNING, "muted", wrap=True)
        self.warning.hide()
        self.excerpts.toggled.connect(self.warning.setVisible)
        self.where = button("", "", "Choose another folder")
        self.where.setAccessibleName("Folder")
        self.where.clicked.connect(self._choose_folder)
        cancel, self.go = button("Cancel"), button("Export", "primary")
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self.accept)
        self.go.setDefault(True)
        self.setLayout(
            column(
                label("Export the report", "title"),
                column(label("Formats", "section"), *self.boxes.values()),
                column(label("Sound", "section"), self.excerpts, self.warning),
                column(label("Folder", "section"), self.where),
                None,
                row(None, cancel, self.go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.setFixedWidth(480)
        self._show_what_goes()

    def formats(self) -> list[str]:
        """The formats that are ticked."""
        return [name for name, box in self.boxes.items() if box.isChecked()]

    def choose_folder(self, folder: Path) -> None:
        """Write there."""
        self.folder = folder
        self._show_what_goes()

    def _show_what_goes(self) -> None:
        self.go.setEnabled(bool(self.formats()))
        self.excerpts.setEnabled("html" in self.formats())
        self.where.setText(str(self.folder).replace(str(Path.home()), "~", 1))

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, "Export the report into a folder", str(self.folder.parent)
        )
        if name:
            self.choose_folder(Path(name))
