"""The dialog that shows what a recognised dataset holds before it is imported."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QHBoxLayout, QPlainTextEdit, QWidget

from merdesk.datasets.loader import Count
from merdesk.domain.source import SourceClip
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import signed
from merdesk.ui.widgets import button, column, counted, label, row
from merdesk.workflows.import_dataset import ImportDataset
from merdesk.workflows.look_at import Preview

CLIPS_SHOWN = 5
PARTS = ("split ", "genre ")
LEFT_OUT_PX = 64
"""Two lines: one reason is rarely longer."""
RIGHT = Qt.AlignmentFlag.AlignRight


class DatasetDialog(QDialog):
    """Counts beside the published ones, the first clips, what is left out; `workflow` is what to run once accepted."""

    def __init__(self, session: Session, preview: Preview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "import")
        info = preview.dataset.info
        self.setWindowTitle(f"Import {info.name}")
        self.workflow: ImportDataset | None = None
        self._session, self._preview = session, preview
        self._audio: Path | None = None
        self._folder = button(
            "Choose audio folder...", "", "Where the audio lies, if it is not below this folder"
        )
        self._folder.clicked.connect(self._choose_folder)
        cancel, go = button("Cancel"), button("Import", "primary")
        cancel.clicked.connect(self.reject)
        go.clicked.connect(self._accept)
        go.setDefault(True)
        self.setLayout(
            column(
                label(info.title or info.name, "title"),
                label(preview.recognition.sentence, wrap=True),
                column(label("Counts", "section"), self._counts(), spacing=8),
                column(label("First clips", "section"), self._clips(), spacing=8),
                column(label("Left out", "section"), self._left_out(), spacing=8),
                label(f"Licence: {info.licence or 'not stated'}. {info.citation}", "caption", wrap=True),
                row(self._folder, None, cancel, go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(640, max(620, self.sizeHint().height()))

    def _counts(self) -> QHBoxLayout:
        """What the whole dataset has, and beside it what its splits and genres have."""
        parts = [found for found in self._preview.counts if found.what.startswith(PARTS)]
        whole = [found for found in self._preview.counts if found not in parts]
        return row(*(column(_count_grid(some), None) for some in (whole, parts) if some), None, spacing=40)

    def _clips(self) -> QGridLayout:
        scale = self._preview.dataset.info.scale
        valence = f"Valence {scale.valence_min:g} to {scale.valence_max:g}"
        arousal = f"Arousal {scale.arousal_min:g} to {scale.arousal_max:g}"
        grid = _grid(("Id", "Title", "Genre", valence, arousal))
        for place, clip in enumerate(self._preview.dataset.clips[:CLIPS_SHOWN], 1):
            for column_place, text in enumerate(_cells(clip)):
                side = RIGHT if column_place >= 3 else Qt.AlignmentFlag.AlignLeft
                grid.addWidget(label(text), place, column_place, side)
        return _firm(grid)

    def _left_out(self) -> QWidget:
        left_out = self._preview.dataset.left_out
        if not left_out:
            return label("Nothing is left out.", "muted")
        shown = QPlainTextEdit("\n".join(map(str, left_out)))
        shown.setReadOnly(True)
        shown.setAccessibleName(f"{counted(len(left_out), 'row')} left out, with reasons")
        shown.setMinimumHeight(LEFT_OUT_PX)
        shown.setMaximumHeight(110)
        return shown

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder with the audio", str(self._preview.path.parent))
        if name:
            self._audio = Path(name)
            self._folder.setText(self._audio.name)

    def _accept(self) -> None:
        preview = self._preview
        self.workflow = ImportDataset(
            self._session.project,
            preview.path,
            preview.recognition.key,
            load=lambda: preview.dataset,
            audio=self._audio,
        )
        self.accept()


def _count_grid(counts: Sequence[Count]) -> QGridLayout:
    grid = _grid(("", "Found", "Published"))
    for place, found in enumerate(counts, 1):
        grid.addWidget(label(found.what[0].upper() + found.what[1:]), place, 0)
        grid.addWidget(label(f"{found.found:,}"), place, 1, RIGHT)
        published = "not stated" if found.expected is None else f"{found.expected:,}"
        grid.addWidget(label(published, "muted"), place, 2, RIGHT)
        if not found.agrees:
            grid.addWidget(label("differs", "bad"), place, 3)
    return _firm(grid)


def _firm(grid: QGridLayout) -> QGridLayout:
    """The grid with rows that keep their height: wrapped texts elsewhere ask for less than they need."""
    for number in range(grid.count()):
        item = grid.itemAt(number)
        widget = item.widget() if item else None
        if widget is not None:
            widget.ensurePolished()  # the style sheet's font is not there before
            widget.setMinimumHeight(widget.sizeHint().height())
    return grid


def _grid(headings: tuple[str, ...]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(4)
    for place, text in enumerate(headings):
        right = text in ("Found", "Published") or place >= 3
        grid.addWidget(label(text, "caption"), 0, place, RIGHT if right else Qt.AlignmentFlag.AlignLeft)
    grid.setColumnStretch(len(headings) + 1, 1)
    return grid


def _cells(clip: SourceClip) -> tuple[str, ...]:
    title = clip.title if len(clip.title) <= 40 else f"{clip.title[:39]}\N{HORIZONTAL ELLIPSIS}"
    if not clip.ratings:
        return clip.source_id, title, clip.genre, "none", "none"
    rating = clip.ratings[0]
    return (
        clip.source_id,
        title,
        clip.genre,
        signed(rating.valence).lstrip("+"),
        signed(rating.arousal).lstrip("+"),
    )
