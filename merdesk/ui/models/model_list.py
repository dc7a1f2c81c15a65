"""The trained models: their scores, which one is used, and what can be done with them."""

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTableWidgetItem, QWidget

from merdesk.errors import Failure, attempt
from merdesk.project import models, predictions
from merdesk.project.models import ModelRow
from merdesk.ui.jobs import Jobs
from merdesk.ui.library.flow import FlowLayout
from merdesk.ui.models.comparison_view import ComparisonView
from merdesk.ui.models.model_table import ModelTable
from merdesk.ui.models.run_view import RunView
from merdesk.ui.models.words import COLUMNS, NOTHING_YET, NUMBERS_FROM, cells, tip
from merdesk.ui.session import Session
from merdesk.ui.theme.stylesheet import scaled
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, label, scroll_pane
from merdesk.workflows.calibrate import MARK, rated_and_predicted
from merdesk.workflows.model_files import save_model

UNSAFE = re.compile(r"[^\w +-]")
"""What a file is not called by, on any system."""
COMPARE = "How much better one of two selected models is, on the same clips (select the second with Ctrl)"
NOTHING_CHOSEN = (
    "Select a model to see its intervals and how it was trained; select two with Ctrl to compare them."
)
PAIR = "Two models: compare them on the clips that neither was fitted on."
MANY = "Select two models to compare them."
NUMBER_WIDTH = 63


class ModelList(QWidget):
    """The table, the chosen model in words, and its buttons.

    Signals
    -------
    follow_asked, calibrate_asked, save_asked
        Name of the chosen model: predict over time, calibrate to my ratings, write to a file.
    compare_asked
        Names of the two models that are selected.
    load_asked
        Take a model in from a file.
    """

    follow_asked = Signal(str)
    calibrate_asked = Signal(str)
    save_asked = Signal(str)
    compare_asked = Signal(str, str)
    load_asked = Signal()

    def __init__(self, session: Session, theme: Theme, jobs: Jobs) -> None:
        super().__init__()
        self._session = session
        self._models: Sequence[ModelRow] = ()
        self._listed = False
        self.table = ModelTable(self._file_of)
        self.table.itemSelectionChanged.connect(self._show_chosen)
        self.note = label("", wrap=True)
        self.run = RunView(session, theme, jobs)
        self.use = button("Use", "", "Show this model's predictions everywhere")
        self.follow = button(
            "Follow over time", "", "Predict two values a second of every clip; play one to see them"
        )
        self.calibrate = button("Calibrate to me")
        self.compare = button("Compare two", "", COMPARE)
        self.compared = ComparisonView(theme)
        self.save = button("Save as...", "", "Write this model to a file that other projects can load")
        self.load = button("Load...", "", "Take a model in from a .mermodel file")
        self.remove = button("Remove", "", "Remove this model; undo brings it back")
        self.use.clicked.connect(self._use_chosen)
        self.remove.clicked.connect(self._remove_chosen)
        self.load.clicked.connect(self.load_asked)
        self.compare.clicked.connect(self._compare)
        for asks, signal in (
            (self.follow, self.follow_asked),
            (self.calibrate, self.calibrate_asked),
            (self.save, self.save_asked),
        ):
            asks.clicked.connect(lambda _=False, signal=signal: self._tell(signal))
        # Large fonts take a second line rather than cut the words off.
        actions = FlowLayout()
        for one in (self.use, self.compare, self.follow, self.calibrate, self.save, self.remove, self.load):
            actions.addWidget(one)
        inside = QWidget()
        inside.setProperty("role", "plane")
        inside.setLayout(
            column(self.table, self.compared, self.note, self.run, None, spacing=16, margins=(0, 0, 8, 0))
        )
        self.setLayout(column(actions, scroll_pane(inside), spacing=12))
        session.annotator_changed.connect(self._judge)
        self.refresh()

    def refresh(self) -> None:
        """List models as they are now; one that was just added is selected."""
        before, known = self.chosen(), {model.id for model in self._models}
        first = not self._listed
        self._listed = True
        self._models = models.all(self._session.project)
        current = self._session.model_name()
        self.table.setRowCount(len(self._models))
        bold = self.table.font()
        bold.setBold(True)
        for number, model in enumerate(self._models):
            for place, text in enumerate(cells(model, used=model.name == current)):
                item = QTableWidgetItem(text)
                if place == 0 and model.name == current:
                    # Seen where the words "in use" are cut off, too.
                    item.setFont(bold)
                item.setToolTip(tip(model) if place >= NUMBERS_FROM else text)
                if place >= NUMBERS_FROM:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(number, place, item)
        for place in range(NUMBERS_FROM, len(COLUMNS)):
            self.table.setColumnWidth(place, scaled(NUMBER_WIDTH, self.table.fontInfo().pixelSize()))
        self.table.setVisible(bool(self._models))
        new = next((model for model in self._models if model.id not in known and not first), None)
        self._select(new or before)
        self._show_chosen()

    def _select(self, model: ModelRow | None) -> None:
        rows = [number for number, one in enumerate(self._models) if model is not None and one.id == model.id]
        # Two that are selected wait to be compared: a training that ends meanwhile leaves them.
        if rows and len(self._selected()) < 2:
            self.table.selectRow(rows[0])

    def _selected(self) -> list[int]:
        rows = {index.row() for index in self.table.selectedIndexes()}
        return sorted(row for row in rows if row < len(self._models))

    def chosen(self) -> ModelRow | None:
        """The model whose row is selected; None while there is not exactly one."""
        rows = self._selected()
        return self._models[rows[0]] if len(rows) == 1 else None

    def _show_chosen(self) -> None:
        model = self.chosen()
        self.compared.show_comparison(None)
        if model is not None:
            self.note.setText(tip(model))
        elif len(self._selected()) > 1:
            self.note.setText(MANY if len(self._selected()) > 2 else PAIR)
        else:
            self.note.setText(NOTHING_CHOSEN if self._models else NOTHING_YET)
        self.run.show_model(model)
        self._judge()

    def _judge(self) -> None:
        """Offer what can be done with the chosen model, and say why something cannot."""
        model, writable = self.chosen(), not self._session.project.read_only
        for asks in (self.use, self.follow, self.remove):
            asks.setEnabled(model is not None and writable)
        self.save.setEnabled(model is not None)
        self.compare.setEnabled(len(self._selected()) == 2)
        self.load.setEnabled(writable)
        why = self._why_not_calibrate(model)
        self.calibrate.setEnabled(writable and not why)
        self.calibrate.setToolTip(
            why or f"Calibrate to my ratings: fit offset and gain to those of {self._session.annotator}"
        )

    def _why_not_calibrate(self, model: ModelRow | None) -> str:
        if model is None or model.id is None:
            return "Select a model first"
        if MARK in model.kind:
            return "This model is calibrated already"
        project, model_id = self._session.project, model.id
        held_out = predictions.of_model(project, model_id)[1]
        found = attempt(lambda: rated_and_predicted(project, held_out, self._session.annotator))
        return found.message if isinstance(found, Failure) else ""

    def _compare(self) -> None:
        rows = self._selected()
        if len(rows) == 2:
            self.compare_asked.emit(*(self._models[row].name for row in rows))

    def _file_of(self, row: int) -> Path | None:
        """A model as a file of its own name, for whoever it is dragged to; None where it cannot be written."""
        project, name = self._session.project, self._models[row].name
        folder = project.cache_dir / "dragged"

        def write() -> Path:
            folder.mkdir(parents=True, exist_ok=True)
            return save_model(project, name, folder / UNSAFE.sub("_", name), replace=True)

        written = attempt(write)
        return None if isinstance(written, Failure) else written

    def _tell(self, signal: Signal) -> None:
        model = self.chosen()
        if model is not None:
            signal.emit(model.name)  # type: ignore[attr-defined]  # bound by Qt, declared by PySide as unbound

    def _use_chosen(self) -> None:
        model = self.chosen()
        if model is not None:
            self._session.edit(lambda: models.set_current(self._session.project, model.id))

    def _remove_chosen(self) -> None:
        model = self.chosen()
        if model is not None and model.id is not None:
            model_id = model.id
            self._session.edit(lambda: models.remove(self._session.project, model_id))
