"""Traces from CARMA, DARMA or another merdesk: whose they are and what they are about, before they are imported."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QDialog, QLineEdit, QRadioButton, QWidget

from merdesk.domain.rating import DIMENSIONS
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, counted, label, row
from merdesk.workflows.import_ratings import ClipIndex
from merdesk.workflows.import_traces import ImportTraces, annotator_in, dataset_names, read_traces

SHOWN = 4


class TracesDialog(QDialog):
    """Shows what matches and asks what the files do not say; `workflow` is what to run once accepted."""

    def __init__(self, session: Session, paths: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "import")
        self.setWindowTitle("Import traces")
        self.workflow: ImportTraces | None = None
        self._session, self._paths = session, tuple(paths)
        project = session.project
        self._read = read_traces(ClipIndex.of(project), self._paths, dataset_names(project))
        self.name = QLineEdit()
        self.name.setPlaceholderText("Name or initials")
        self.name.setAccessibleName("Annotator")
        self._about = QButtonGroup(self)
        self.dimensions = tuple(QRadioButton(name.capitalize()) for name in DIMENSIONS)
        for number, choice in enumerate(self.dimensions):
            self._about.addButton(choice, number)
        self.go, cancel = button("Import", "primary"), button("Cancel")
        self.go.clicked.connect(self._accept)
        cancel.clicked.connect(self.reject)
        self.name.textChanged.connect(self._show_ready)
        self._about.idToggled.connect(self._show_ready)
        self._whose = QWidget()
        self._whose.setLayout(column(label("Whose traces are they?", "section"), self.name, spacing=4))
        named = sorted({annotator_in(one) for _, one in self._read.found} - {""})
        # A file's name may say whose it is; only samples of merdesk do for certain.
        self._whose.setVisible(any(not one.annotator for _, one in self._read.found))
        if len(named) == 1 and not self._read.nameless:
            self.name.setText(named[0])
        elif named and not self._read.nameless:
            self.name.setPlaceholderText(f"As the files are named: {', '.join(named[:SHOWN])}")
        self._what = QWidget()
        self._what.setLayout(
            column(label("What do they follow?", "section"), row(*self.dimensions, None), spacing=4)
        )
        self._what.setVisible(self._read.undecided)
        left_out = label(self._left_out(), "muted", wrap=True)
        left_out.setVisible(bool(self._read.left_out))
        self.setLayout(
            column(
                label("Import traces", "title"),
                label(self._matched(), wrap=True),
                left_out,
                self._whose,
                self._what,
                None,
                row(None, cancel, self.go),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.setFixedWidth(480)
        self._show_ready()

    def _matched(self) -> str:
        found = self._read.found
        if not found:
            return "None of these traces names a clip of this project; import its audio first."
        clips = counted(len({clip_id for clip_id, _ in found}), "clip")
        return f"{counted(len(found), 'trace')} of {clips} of this project."

    def _left_out(self) -> str:
        left = self._read.left_out
        shown = [f"{one.file}: {one.reason}" for one in left[:SHOWN]]
        more = [f"and {len(left) - SHOWN:,} more"] if len(left) > SHOWN else []
        return "\n".join(shown + more)

    def _show_ready(self) -> None:
        named = bool(self.name.text().strip()) or not self._read.nameless
        said = self._about.checkedId() >= 0 or not self._read.undecided
        self.go.setEnabled(named and said and bool(self._read.found))

    def _accept(self) -> None:
        chosen = self._about.checkedId()
        dimension = DIMENSIONS[chosen] if chosen >= 0 else ""
        project = self._session.project
        self.workflow = ImportTraces(project, self._paths, annotator=self.name.text(), dimension=dimension)
        self.accept()
