"""The dialog that says what the columns of a table mean, with a preview of what will happen."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from merdesk.errors import MerdeskError
from merdesk.ui.decimal_box import DecimalBox
from merdesk.ui.further_columns import FurtherColumns
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, counted, label, row
from merdesk.workflows.import_dataset import ImportDataset
from merdesk.workflows.import_ratings import ClipIndex, ImportRatings, n_matching
from merdesk.workflows.saved_mappings import SavedMapping, SavedMappings
from merdesk.workflows.tables import ColumnMapping, TableFile

MEANINGS = {
    "file": "File",
    "id": "Clip id",
    "valence": "Valence",
    "arousal": "Arousal",
    "valence_std": "Valence, standard deviation",
    "arousal_std": "Arousal, standard deviation",
    "n_raters": "Number of annotators",
    "annotator": "Annotator",
    "genre": "Genre",
    "group": "Group",
    "split": "Split",
    "title": "Title",
    "artist": "Artist",
}
OF_NEW_CLIPS = ("genre", "group", "split", "title", "artist")
"""What only a dataset of its own takes from a table."""
NONE = "not in the table"
LEFT_OUT_SHOWN = 4
PREVIEWED = 2000
"""Rows that are read anew with each choice; half a million would hold the window for half a minute."""


class TableDialog(QDialog):
    """Proposes a mapping and both scales, shows what matches; `workflow` is what to run once it is accepted."""

    def __init__(
        self, session: Session, table: TableFile, saved: SavedMappings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        HelpKey(self, "import")
        self.setWindowTitle(f"Import {table.name}")
        self.workflow: ImportRatings | ImportDataset | None = None
        self._session = session
        self._table, self._head = table, table.head(PREVIEWED)
        self._index = ClipIndex.of(session.project)
        self._audio: Path | None = None
        self._saved = saved
        self._known = saved.of(self._table.columns)
        self._columns = {meaning: self._choice() for meaning in MEANINGS}
        self._choose_columns()
        self._further = FurtherColumns()
        self._further_head = label("Also keep, to colour and sort by", "section")
        self._offer_further()
        if self._known is not None and self._known.further is not None:
            self._further.tick(self._known.further)
        self._remembered = label("", "muted")
        self._forget = button("Forget", "quiet", "Propose what the headers seem to mean, now and next time")
        self._scales = [self._bound() for _ in range(4)]
        self._into = QButtonGroup(self)
        self._attach = QRadioButton("Add ratings to the clips of this project that they name")
        self._separate = QRadioButton("Make a dataset of its own")
        self._name = QLineEdit(table.path.stem)
        self._folder = button("Choose audio folder...")
        self._preview = label("", wrap=True)
        self._left_out = label("", "muted", wrap=True)
        self._import = button("Import", "primary")
        self._build()
        self._propose_scale()
        self._choose_target()
        self._connect()
        self.refresh()

    def _choice(self) -> QComboBox:
        box = QComboBox()
        box.addItems([NONE, *self._table.columns])
        return box

    def _choose_columns(self) -> None:
        """Choose what these columns meant last time, or what their headers seem to mean."""
        mapping = self._known.mapping if self._known else self._table.proposed_mapping()
        proposed = mapping.as_pairs()
        for meaning, box in self._columns.items():
            box.setCurrentText(proposed.get(meaning, NONE))

    def _offer_further(self) -> None:
        mapping = self.mapping()
        names = self._table.further(mapping)
        self._further.offer(names, self._head.proposed_further(mapping))
        self._further.setMaximumHeight(self._further.sizeHint().height())
        self._further_head.setVisible(bool(names))

    def _bound(self) -> DecimalBox:
        box = DecimalBox()
        box.setRange(-10000, 10000)
        box.setDecimals(2)
        box.setProperty("role", "plain")
        box.lineEdit().setTextMargins(6, 0, 6, 0)
        box.setFixedWidth(80)
        return box

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        half = -(-len(MEANINGS) // 2)
        for place, (meaning, text) in enumerate(MEANINGS.items()):
            box = self._columns[meaning]
            box.setAccessibleName(text)
            grid.addWidget(label(text, "muted"), place % half, 2 * (place // half))
            grid.addWidget(box, place % half, 2 * (place // half) + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        names = ("Lowest valence", "Highest valence", "Lowest arousal", "Highest arousal")
        for bound, name in zip(self._scales, names, strict=True):
            bound.setAccessibleName(name)
        scale = row(
            label("Valence from", "muted"), self._scales[0], label("to", "muted"), self._scales[1], 16,
            label("Arousal from", "muted"), self._scales[2], label("to", "muted"), self._scales[3], None,
        )  # fmt: skip
        self._into.addButton(self._attach)
        self._into.addButton(self._separate)
        cancel = button("Cancel")
        cancel.clicked.connect(self.reject)
        self._import.clicked.connect(self._accept)
        self._import.setDefault(True)
        self.setLayout(
            column(
                label(f"{self._table.name}: {counted(self._table.n_rows, 'row')}", "title"),
                column(self._columns_head(), grid, spacing=8),
                column(self._further_head, self._further, spacing=4),
                column(label("Scale of the ratings, as people gave them", "section"), scale, spacing=8),
                column(label("Where they go", "section"), self._attach, self._separate, spacing=6),
                row(self._name, self._folder),
                column(label("Preview", "section"), self._preview, self._left_out, spacing=6),
                None,
                row(None, cancel, self._import),
                spacing=16,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(760, 560)

    def _columns_head(self) -> QHBoxLayout:
        if self._known is not None:
            self._remembered.setText(f"As chosen for {self._known.table}, which had the same columns")
        for part in (self._remembered, self._forget):
            part.setVisible(self._known is not None)
        return row(label("What the columns mean", "section"), None, self._remembered, self._forget)

    def _connect(self) -> None:
        self._forget.clicked.connect(self._propose_anew)
        for meaning in ("valence", "arousal"):
            self._columns[meaning].currentTextChanged.connect(lambda _: self._propose_scale())
        for box in self._columns.values():
            box.currentTextChanged.connect(lambda _: self._offer_further())
            box.currentTextChanged.connect(lambda _: self.refresh())
        for bound in self._scales:
            bound.valueChanged.connect(lambda _: self.refresh())
        self._into.buttonToggled.connect(lambda *_: self.refresh())
        self._folder.clicked.connect(self._choose_folder)

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder with the audio", str(self._table.path.parent))
        if name:
            self._audio = Path(name)
            self._folder.setText(self._audio.name)

    def _propose_anew(self) -> None:
        """Forget what these columns meant last time."""
        try:
            self._saved.forget(self._table.columns)
        except MerdeskError as error:
            self._remembered.setText(str(error))
            return
        self._known = None
        self._remembered.hide()
        self._forget.hide()
        self._choose_columns()
        self._propose_scale()
        self.refresh()

    def remember(self) -> None:
        """Keep what was chosen for the next table with these columns; MerdeskError when the settings cannot be saved."""
        mapping, further = self.mapping(), self._further.chosen()
        saved = SavedMapping(self._table.name, self._table.columns, mapping, self._bounds(), further)
        self._saved.keep(saved)

    def mapping(self) -> ColumnMapping:
        """The mapping as it is chosen now."""
        chosen = {meaning: box.currentText() for meaning, box in self._columns.items()}
        return ColumnMapping.of({meaning: text for meaning, text in chosen.items() if text != NONE})

    def _propose_scale(self) -> None:
        bounds = self._table.proposed_scale(self.mapping())
        if self._known is not None:
            bounds = self._known.bounds_for(bounds)
        for box, value in zip(self._scales, bounds, strict=True):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)

    def _choose_target(self) -> None:
        try:
            dataset = self._head.load(self.mapping(), self._bounds(), name="")
        except (MerdeskError, ValueError):
            matching, n_clips = 0, 1
        else:
            matching, n_clips = n_matching(self._index, dataset), len(dataset.clips)
        (self._attach if 2 * matching >= n_clips > 0 else self._separate).setChecked(True)

    def _bounds(self) -> tuple[float, float, float, float]:
        low_v, high_v, low_a, high_a = (box.value() for box in self._scales)
        return low_v, high_v, low_a, high_a

    def refresh(self) -> None:
        """Show what would be imported now."""
        attach = self._attach.isChecked()
        self._name.setVisible(not attach)
        self._folder.setVisible(not attach)
        try:
            dataset = self._head.load(self.mapping(), self._bounds(), name=self._name.text())
        except (MerdeskError, ValueError) as error:
            self._say(str(error), [], fine=False)
            return
        n_ratings = sum(len(clip.ratings) for clip in dataset.clips)
        reasons = [str(left) for left in dataset.left_out]
        if attach:
            unknown = [clip for clip in dataset.clips if self._index.find(clip) is None]
            for clip in unknown:
                reasons += map(str, self._index.unmatched(self._table.name, clip))
            fit = len(dataset.clips) - len(unknown)
            n_ratings -= sum(len(clip.ratings) for clip in unknown)
            self._say(
                f"{fit:,} of {counted(len(dataset.clips), 'clip')} are in this project; {counted(n_ratings, 'rating')} read.",
                reasons,
                fine=fit > 0,
                note=self._unused(),
            )
        else:
            self._say(
                f"A dataset of {counted(len(dataset.clips), 'clip')} with {counted(n_ratings, 'rating')}.",
                reasons,
                fine=bool(dataset.clips),
            )

    def _unused(self) -> str:
        """What a clip that is here already does not take from a table."""
        names = [MEANINGS[name].lower() for name in OF_NEW_CLIPS if self._columns[name].currentText() != NONE]
        if not names:
            return ""
        words = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
        verb = "is" if len(names) == 1 else "are"
        return f" The {words} of these clips {verb} kept as {'it is' if len(names) == 1 else 'they are'}."

    def _say(self, text: str, reasons: list[str], *, fine: bool, note: str = "") -> None:
        begin = f"Of the first {PREVIEWED:,} rows: " if self._head is not self._table else ""
        self._preview.setText(begin + text + note)
        more = len(reasons) - LEFT_OUT_SHOWN
        lines = reasons[:LEFT_OUT_SHOWN] + (
            [f"and {more:,} more, listed under Problems after the import"] if more > 0 else []
        )
        self._left_out.setText("\n".join(["Left out:", *lines]) if reasons else "No row is left out.")
        self._left_out.setVisible(fine or bool(reasons))
        self._import.setEnabled(fine)

    def _accept(self) -> None:
        load = partial(
            self._table.load,
            self.mapping(),
            self._bounds(),
            name=self._name.text(),
            further=self._further.chosen(),
        )
        project = self._session.project
        if self._attach.isChecked():
            self.workflow = ImportRatings(project, self._table.name, load)
        else:
            self.workflow = ImportDataset(project, self._table.path, "table", load=load, audio=self._audio)
        self.accept()
