"""The mapping of raw to primary genres: what sources say at the left, what statistics use at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from merdesk.domain.clip import DatasetId
from merdesk.ui.copying import copies
from merdesk.ui.help.window import HelpKey
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, counted, label, row
from merdesk.workflows import genres
from merdesk.workflows.genres import GenreRow

HEADINGS = ("Dataset", "Genre as filed", "All labels in it", "Clips", "Primary genre")
WIDTHS = (110, 0, 190, 64, 190)
NONE = "No genre"


class GenreDialog(QDialog):
    """One row for each raw genre of each dataset; changes are filed together, as one step of the history."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        HelpKey(self, "library")
        self.setWindowTitle("Genres")
        self._session = session
        self._rows = genres.genre_rows(session.project)
        self._choices = genres.primaries(self._rows)
        self._combos: list[QComboBox] = []
        self._wanted: dict[tuple[DatasetId, str], str] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search genres and datasets")
        self.search.setAccessibleName("Search genres and datasets")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.table = self._table()
        self._summary = label("", "muted")
        self.defaults = button("Defaults", "", "The first known label of each genre")
        cancel, self.go = button("Cancel"), button("Apply", "primary")
        self.defaults.clicked.connect(self._propose_defaults)
        cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self._accept)
        about = (
            "Statistics by genre stand on the primary genre. What the source said stays with the clip, all of its "
            "labels included."
        )
        for asked in (self.defaults, self.go):
            asked.setEnabled(not session.project.read_only)
        self.setLayout(
            column(
                column(label("Genres", "title"), label(about, "muted", wrap=True), spacing=4),
                self.search,
                self.table,
                row(self.defaults, self._summary, None, cancel, self.go),
                spacing=12,
                margins=(24, 24, 24, 16),
            )
        )
        self.resize(860, 600)
        self._show_summary()

    def _table(self) -> QTableWidget:
        table = QTableWidget(len(self._rows), len(HEADINGS))
        table.setAccessibleName("Genres")
        table.setHorizontalHeaderLabels(list(HEADINGS))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setStyleSheet("QTableView::item { padding: 0 5px; }")  # as far in as the header's words
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(36)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        heading = table.horizontalHeaderItem(3)
        if heading is not None:
            heading.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for place, width in enumerate(WIDTHS):
            if width:
                table.setColumnWidth(place, width)
        copies(table, self._cell)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for place, found in enumerate(self._rows):
            self._fill(table, place, found)
        return table

    def _fill(self, table: QTableWidget, place: int, found: GenreRow) -> None:
        texts = (
            found.dataset,
            found.raw or NONE,
            ", ".join(found.labels) if found.labels != (found.raw,) else "",
            f"{found.n_clips:,}",
        )
        for column_place, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if column_place == 3:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(place, column_place, item)
        combo = self._combo(found)
        self._combos.append(combo)
        cell = QWidget()
        cell.setLayout(row(combo, margins=(0, 3, 0, 3)))
        table.setCellWidget(place, 4, cell)

    def _combo(self, found: GenreRow) -> QComboBox:
        combo = QComboBox()
        combo.setEditable(True)
        combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        combo.addItems(["", *self._choices])
        combo.setCurrentText(found.primary)
        combo.setAccessibleName(f"Primary genre of {found.raw or NONE} in {found.dataset}")
        line = combo.lineEdit()
        if line is not None:
            line.setPlaceholderText(NONE)
        combo.currentTextChanged.connect(lambda text, found=found: self._choose(found, text))
        return combo

    def _cell(self, place: int, column_place: int) -> str:
        if column_place == len(HEADINGS) - 1:
            return self._combos[place].currentText()
        item = self.table.item(place, column_place)
        return item.text() if item else ""

    def combo_of(self, place: int) -> QComboBox:
        """The choice in a row."""
        return self._combos[place]

    def _choose(self, found: GenreRow, text: str) -> None:
        key = (found.dataset_id, found.raw)
        self._wanted.pop(key, None)
        if text.strip() != found.primary:
            self._wanted[key] = text.strip()
        self._show_summary()

    def _propose_defaults(self) -> None:
        for place, found in enumerate(self._rows):
            self.combo_of(place).setCurrentText(found.default)

    def _show_summary(self) -> None:
        changed = [row for row in self._rows if (row.dataset_id, row.raw) in self._wanted]
        n = sum(found.n_clips for found in changed)
        told = f"{counted(len(self._rows), 'genre')} in {counted(len({r.dataset for r in self._rows}), 'dataset')}"
        if changed:
            told = f"{counted(len(changed), 'genre')} changed, {counted(n, 'clip')}"
        self._summary.setText(told)
        self.go.setEnabled(bool(changed) and not self._session.project.read_only)

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for place, found in enumerate(self._rows):
            where = f"{found.dataset} {found.raw} {found.primary}".casefold()
            self.table.setRowHidden(place, not all(word in where for word in words))

    def _accept(self) -> None:
        self._session.edit(lambda: genres.set_mapping(self._session.project, self._wanted))
        self.accept()
