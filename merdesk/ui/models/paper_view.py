"""The paper's experiment: what it takes, what is missing, and its tables with the published cells beside ours."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QWidget

from merdesk.ui.models.matrix_cells import plain
from merdesk.ui.session import Session
from merdesk.ui.widgets import button, column, label, row, rule
from merdesk.workflows.paper import (
    CITATION,
    DIMENSIONS,
    FEATURES,
    SETS,
    PaperCell,
    PaperResult,
    latest,
    sets_here,
)

ABOUT = (
    f"{CITATION}: every set trains a perceptron on {' and '.join(FEATURES)} that is tested on every other set; so do "
    "EmoMusic, PMEmo and WTC together. Numbers are R²; the published ones that are known here stand below ours."
)


class PaperView(QWidget):
    """The preset.

    Signals
    -------
    asked
        Features and model: run it.
    """

    asked = Signal(object, str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._chosen: tuple[tuple[str, ...], str] = ((), "")
        self._state = label("", wrap=True)
        self.run = button("Run as published", "primary", f"Perceptrons on {' and '.join(FEATURES)}")
        self.run_chosen = button("Run with what is chosen at the left")
        self.run.clicked.connect(lambda: self.asked.emit(FEATURES, "mlp"))
        self.run_chosen.clicked.connect(lambda: self.asked.emit(*self._chosen))
        self._tables = column(spacing=16)
        self._notes = label("", "muted", wrap=True)
        inside = QWidget()
        inside.setProperty("role", "plane")
        inside.setLayout(
            column(
                label(ABOUT, "muted", wrap=True),
                self._state,
                row(self.run, self.run_chosen, None),
                rule(),
                self._tables,
                self._notes,
                None,
                spacing=12,
                margins=(0, 0, 8, 0),
            )
        )
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(inside)
        scroll.setAccessibleName("The paper's experiment")
        self.setLayout(column(scroll))
        self.setFocusProxy(self.run)

    def refresh(self, lacking: str) -> None:
        """Say what is here and what is missing, and show the last result; `lacking` names features that are missing."""
        present, missing = sets_here(self._session.columns.dataset_names)
        said = [
            f"{len(present)} of its {len(SETS)} sets are here"
            + (f": {', '.join(present)}." if present else ".")
        ]
        if missing:
            said.append(f"Missing, to be imported: {', '.join(missing)}.")
        if lacking:
            said.append(lacking)
        self._state.setText(" ".join(said))
        enough = len(present) > 1
        self.run.setEnabled(enough and not lacking)
        self.run_chosen.setEnabled(enough and bool(self._chosen[0]))
        self.show_result(latest(self._session.project, self._session.columns))

    def set_chosen(self, features: tuple[str, ...], kind: str) -> None:
        """Features and model of the form, for a run that is not as published."""
        self._chosen = (features, kind)
        self.run_chosen.setToolTip(
            f"{kind} on {' and '.join(features)}" if features else "Choose features first"
        )

    def show_result(self, result: PaperResult | None) -> None:
        """Show the two tables, or nothing."""
        while (item := self._tables.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self._notes.setText("" if result is None else " ".join(result.notes).replace("R2", "R²"))
        if result is None:
            return
        head = (
            f"{result.model} on {' + '.join(result.features)}, seed {result.seed}. Rows train, columns test."
        )
        self._tables.addWidget(label(head, "strong", wrap=True))
        for dimension in DIMENSIONS:
            self._tables.addWidget(_table(result, dimension))


def _table(result: PaperResult, dimension: str) -> QWidget:
    made = QWidget()
    made.setAccessibleName(f"R² of {dimension}")
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(8)
    grid.addWidget(label(dimension.capitalize(), "section"), 0, 0)
    for place, test in enumerate(result.tests, 1):
        grid.addWidget(label(test, "section"), 0, place, Qt.AlignmentFlag.AlignRight)
    for number, train in enumerate(result.trains, 1):
        grid.addWidget(label(" + ".join(train)), number, 0, Qt.AlignmentFlag.AlignTop)
        for place, test in enumerate(result.tests, 1):
            found = result.find(train, test, dimension)
            if found is not None:
                grid.addLayout(column(*_cell(found), None, spacing=0), number, place)
    grid.setColumnStretch(len(result.tests) + 1, 1)
    return made


def _cell(cell: PaperCell) -> list[QLabel]:
    ours = plain(cell.ours.value) if math.isfinite(cell.ours.value) else "n/a"
    parts = [label(ours, "strong" if cell.test in cell.train else "")]
    if math.isfinite(cell.ours.low):
        parts.append(label(f"{plain(cell.ours.low)} to {plain(cell.ours.high)}", "caption"))
    if math.isfinite(cell.published):
        parts.append(label(f"paper {plain(cell.published)}", "caption"))
    for part in parts:
        part.setAlignment(Qt.AlignmentFlag.AlignRight)
        part.setToolTip(cell.note)
    return parts
