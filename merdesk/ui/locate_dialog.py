"""Where the audio lies, and whose it is."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QGridLayout, QWidget

from merdesk.domain.columns import ClipColumns, ClipFlag
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, counted, label, row
from merdesk.workflows.locate import LocateAudio


class LocateDialog(QDialog):
    """A folder to look in; `workflow` is what to run once accepted."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "import")
        self.setWindowTitle("Locate audio")
        self._session = session
        self._folder: Path | None = None
        self.workflow: LocateAudio | None = None
        self.dataset = QComboBox()
        self.dataset.setAccessibleName("Dataset")
        self.dataset.addItem("Any dataset", "")
        for name, n in without_audio(session.columns):
            self.dataset.addItem(f"{name}, {counted(n, 'clip')} without audio", name)
        self.where = button("Choose folder...", "", "The folder below which the audio lies")
        self.where.clicked.connect(self._choose_folder)
        cancel, self.go = button("Cancel"), button("Locate", "primary")
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._accept)
        self.go.setEnabled(False)
        self.go.setDefault(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for place, (name, part) in enumerate((("Folder", self.where), ("Audio of", self.dataset))):
            grid.addWidget(label(name, "muted"), place, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(part, place, 1)
        about = (
            "Files that moved are known by their content, others by the clip's id or name, whatever the folder and the "
            "ending. Nothing is copied or changed."
        )
        self.setLayout(
            column(
                column(label("Locate audio", "title"), label(about, "muted", wrap=True), spacing=4),
                grid,
                row(None, cancel, self.go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.setFixedWidth(480)

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder with the audio", str(Path.home()))
        if name:
            self.choose_folder(Path(name))

    def choose_folder(self, folder: Path) -> None:
        """Look there."""
        self._folder = folder
        self.where.setText(folder.name or str(folder))
        self.where.setToolTip(str(folder))
        self.go.setEnabled(True)

    def _accept(self) -> None:
        if self._folder is not None:
            dataset = self.dataset.currentData()
            self.workflow = LocateAudio(self._session.project, self._folder, dataset=dataset)
            self.accept()


def without_audio(columns: ClipColumns) -> list[tuple[str, int]]:
    """Datasets with clips that have no audio, and how many."""
    bare = ~columns.flagged(ClipFlag.HAS_AUDIO)
    counts = [int((columns.dataset[bare] == code).sum()) for code in range(len(columns.dataset_names))]
    return [(name, n) for name, n in zip(columns.dataset_names, counts, strict=True) if n]
