"""Before the weights are downloaded: their licence, where they go, whether they fit."""

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QHBoxLayout, QPlainTextEdit, QWidget

from merdesk.features.jukebox import weights
from merdesk.ui.features.words import size
from merdesk.ui.help.window import HelpKey
from merdesk.ui.widgets import button, column, label, row
from merdesk.workflows.jukebox import DownloadWeights, room_for_download


def _stretched(first: QWidget, last: QWidget) -> QHBoxLayout:
    layout = row(spacing=12)
    layout.addWidget(first, 1)
    layout.addWidget(last)
    return layout


class LicenceDialog(QDialog):
    """Asks for consent; `workflow` is the download once it was given."""

    def __init__(self, parent: QWidget | None = None, *, folder: Path | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "jukebox")
        self.setWindowTitle("Download the Jukebox weights")
        self.workflow: DownloadWeights | None = None
        self.folder = folder or weights.download_folder()
        licence = QPlainTextEdit(weights.LICENCE)
        licence.setReadOnly(True)
        licence.setAccessibleName("Licence of the weights")
        self.accepted_box = QCheckBox("I have read the licence and accept it")
        self._where, self._room = label("", wrap=True), label("", "muted", wrap=True)
        choose = button("Other folder...", "", "Where the files go")
        cancel = button("Cancel")
        self.go = button("Download", "primary")
        choose.clicked.connect(self._choose)
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._start)
        self.accepted_box.toggled.connect(lambda _: self._judge())
        total = size(sum(file.about_bytes for file in weights.FILES))
        self.setLayout(
            column(
                label(f"Download {total} of weights", "title"),
                label(
                    "OpenAI publishes the weights of Jukebox under a licence of their own, which forbids commercial "
                    "use. merdesk checks every byte. You can pause, cancel and go on later.",
                    wrap=True,
                ),
                column(label("Licence", "section"), licence, spacing=8),
                column(label("Folder", "section"), _stretched(self._where, choose), self._room, spacing=4),
                self.accepted_box,
                row(None, cancel, self.go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(600, 560)
        self._judge()

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder for the weights", str(self.folder.parent))
        if name:
            self.folder = Path(name)
            self._judge()

    def _judge(self) -> None:
        room = room_for_download(self.folder)
        self._where.setText(str(self.folder))
        told = f"{size(room.needed)} needed, with 1 GB to spare; {size(room.free)} free"
        self._room.setText(told if room.enough else f"{told}. Make room or choose another folder.")
        self._room.setProperty("role", "muted" if room.enough else "bad")
        self._room.style().polish(self._room)
        self.go.setEnabled(room.enough and self.accepted_box.isChecked())

    def _start(self) -> None:
        self.workflow = DownloadWeights(self.folder, licence_accepted=self.accepted_box.isChecked())
        self.accept()
