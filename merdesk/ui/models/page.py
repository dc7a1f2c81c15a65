"""Models: choose features and training datasets, train, and see what each model scored."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHeaderView,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from merdesk.project import models
from merdesk.project.models import ModelRow
from merdesk.ui.features.words import title_of
from merdesk.ui.models.feature_choice import FeatureChoice
from merdesk.ui.models.matrix_view import MatrixView
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import signed
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, counted, framed, label, row, rule, scrolled
from merdesk.workflows.evaluate import EvaluateRequest, latest
from merdesk.workflows.feature_state import feature_states
from merdesk.workflows.fitting import MODELS
from merdesk.workflows.train import TrainRequest

SIDE_WIDTH = 300
STATES_MS = 300
"""Changes of features that come together are counted once."""
COLUMNS = ("Model", "Features", "Trained on", "Clips", "V R²", "A R²", "V CCC", "A CCC")
NUMBERS_FROM = 3
KINDS = {
    "ridge": (
        "Ridge",
        "Ridge regression: done in seconds, the same numbers every time, and hard to beat.",
    ),
    "svr": (
        "Support vectors",
        "Support vector regression with a Gaussian kernel: seconds for hundreds of clips, minutes for thousands.",
    ),
    "mlp": (
        "Perceptrons",
        "The paper's perceptron, the mean of five networks: minutes for hundreds of clips, up to an hour for thousands.",
    ),
    "blend": ("Blend", "The mean of ridge and the perceptrons: takes as long as the perceptrons."),
}
"""Each kind in a word, and what it is and costs; measured on two cores."""
VALIDATION = (
    "What has to be chosen is chosen by validation that keeps each artist, piece or recording together. Scores come from "
    "clips that the scored model was not fitted on."
)
LIST, MATRIX = range(2)


class ModelsPage(QWidget):
    """The form at the left, the trained models at the right.

    Signals
    -------
    train_asked
        A `TrainRequest`.
    features_asked
        The user wants to see which features there are.
    evaluate_asked
        An `EvaluateRequest` for the whole matrix.
    cell_opened
        A `Judged` cell of the matrix whose clips the user wants to see and hear.
    """

    train_asked = Signal(object)
    features_asked = Signal()
    evaluate_asked = Signal(object)
    cell_opened = Signal(object)

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self.setProperty("role", "plane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.name = QLineEdit()
        self.name.setPlaceholderText("Name of the model")
        self.name.setAccessibleName("Name of the model")
        self.choice = FeatureChoice()
        self.features = self.choice.boxes
        self._look = button("Features...", "quiet", "Which features there are, extract or import them")
        self._look.clicked.connect(self.features_asked)
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.setInterval(STATES_MS)
        self._stale.timeout.connect(self.count_features)
        self.datasets: dict[str, QCheckBox] = {}
        self._dataset_list = QVBoxLayout()
        self._dataset_list.setSpacing(8)
        self._why_not = label("", "muted", wrap=True)
        self.kind = QComboBox()
        for name in MODELS:
            self.kind.addItem(KINDS[name][0], name)
        self.kind.setAccessibleName("Kind of model")
        self._about_kind = label("", "muted", wrap=True)
        self.kind.currentIndexChanged.connect(lambda _: self._describe_kind())
        self.train = button("Train", "primary", "Train in the background")
        self.train.clicked.connect(self._train)
        self._table = self._make_table()
        self._use = button("Use its predictions", "", "Show this model's predictions everywhere")
        self._remove = button("Remove", "", "Remove this model; undo brings it back")
        self._use.clicked.connect(self._use_chosen)
        self._remove.clicked.connect(self._remove_chosen)
        self._note = label("", "muted", wrap=True)
        self.matrix = MatrixView(theme)
        self.matrix.asked.connect(self._evaluate)
        self.matrix.cell_opened.connect(self.cell_opened)
        self._views = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._describe_kind()
        self.setLayout(row(self._side(), rule(upright=True), self._content(), spacing=0))
        self.choice.changed.connect(self._judge)
        session.columns_changed.connect(self.refresh)
        session.columns_changed.connect(self._stale.start)
        session.changed.connect(
            lambda changes: self.refresh() if "model" in changes or "dataset" in changes else None
        )
        session.changed.connect(lambda changes: self._stale.start() if "feature" in changes else None)
        self.count_features()
        self.refresh()

    def _side(self) -> QWidget:
        side = framed(
            column(
                label("Train a model", "title"),
                column(label("Name", "section"), self.name, spacing=4),
                column(row(label("Features", "section"), None, self._look), self.choice, spacing=4),
                column(label("Model", "section"), self.kind, spacing=4),
                column(label("Training datasets", "section"), self._dataset_list, spacing=8),
                self.train,
                self._why_not,
                None,
                self._about_kind,
                spacing=16,
                margins=(20, 20, 20, 20),
            ),
            "panel",
        )
        return scrolled(side, SIDE_WIDTH)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, len(COLUMNS))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setShowGrid(False)
        # As high as its models, so that the note stands right below them.
        table.setSizeAdjustPolicy(QAbstractItemView.SizeAdjustPolicy.AdjustToContents)
        table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        table.setAccessibleName("Models")
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for place in range(len(COLUMNS)):
            side = Qt.AlignmentFlag.AlignRight if place >= NUMBERS_FROM else Qt.AlignmentFlag.AlignLeft
            heading = QTableWidgetItem(COLUMNS[place])
            table.setHorizontalHeaderItem(place, heading)
            heading.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        table.itemSelectionChanged.connect(self._show_chosen)
        return table

    def _content(self) -> QWidget:
        tabs = row(spacing=4)
        for number, name in enumerate(("Models", "Matrix")):
            tab = button(name, "tab")
            tab.setCheckable(True)
            tab.setChecked(number == LIST)
            self._views.addButton(tab, number)
            tabs.addWidget(tab)
        self._views.idClicked.connect(self.show_view)
        self._actions = QWidget()
        self._actions.setLayout(row(self._use, self._remove))
        listed = QWidget()
        listed.setLayout(column(self._table, self._note, None, spacing=12))
        self._stack.addWidget(listed)
        self._stack.addWidget(self.matrix)
        content = QWidget()
        content.setLayout(
            column(
                row(tabs, None, self._actions),
                self._stack,
                spacing=12,
                margins=(20, 12, 20, 16),
            )
        )
        return content

    def show_view(self, number: int) -> None:
        """Show the list of models or the matrix."""
        self._views.button(number).setChecked(True)
        self._stack.setCurrentIndex(number)
        self._actions.setVisible(number == LIST)
        if number == MATRIX:
            self.show_latest()

    def show_latest(self) -> None:
        """Show the matrix that was measured last, if it still fits the annotations."""
        self.matrix.show_evaluation(latest(self._session.project, self._session.columns))

    def _evaluate(self) -> None:
        features = self.choice.chosen()
        if features:
            self.evaluate_asked.emit(EvaluateRequest(features, self.kind.currentData()))

    def _describe_kind(self) -> None:
        name, words = KINDS[self.kind.currentData()]
        self.train.setAccessibleName(f"Train {name}")
        self._about_kind.setText(f"{words} {VALIDATION}")

    def take_focus(self) -> None:
        """Give the keyboard to the form."""
        self.name.setFocus()

    # The form

    def refresh(self) -> None:
        """List datasets and models as they are now."""
        chosen = {name for name, box in self.datasets.items() if box.isChecked()}
        known = set(self.datasets)
        while (item := self._dataset_list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self.datasets.clear()
        columns = self._session.columns
        counts = np.bincount(columns.dataset[columns.annotated], minlength=len(columns.dataset_names))
        for name, n in zip(columns.dataset_names, counts, strict=True):
            box = QCheckBox(f"{name} ({counted(int(n), 'rated clip')})")
            box.setChecked(bool(n) and (name in chosen or name not in known))
            box.setEnabled(bool(n))
            box.toggled.connect(lambda _: self._judge())
            self.datasets[name] = box
            self._dataset_list.addWidget(box)
        if not self.datasets:
            self._dataset_list.addWidget(label("No dataset yet: drop music here.", "muted", wrap=True))
        order = [*self.features.values(), self.kind, *self.datasets.values(), self.train]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        self._show_models()
        self._judge()

    def count_features(self) -> None:
        """Say for how many clips each set is there now."""
        if not self._session.project.closed:
            self.choice.show_states(feature_states(self._session.project))
            if self.matrix.isVisible():
                self.show_latest()

    def request(self) -> TrainRequest | None:
        """What the form asks for; None while something is missing."""
        features = self.choice.chosen()
        chosen = tuple(name for name, box in self.datasets.items() if box.isChecked())
        if not features or not chosen:
            return None
        kind = self.kind.currentData()
        return TrainRequest(self.name.text().strip() or self._free_name(kind), features, chosen, kind)

    def _free_name(self, kind: str) -> str:
        taken = {model.name for model in models.all(self._session.project)}
        return next(name for n in range(1, len(taken) + 2) if (name := f"{kind} {n}") not in taken)

    def _judge(self) -> None:
        if self._session.project.read_only:
            why = "This project is open for reading only."
        elif not self.choice.chosen():
            why = "Choose at least one set of features."
        elif (lacking := self.choice.lacking()) is not None:
            why = (
                f"No clip has {title_of(lacking.name)} features yet ({lacking.sentence}); see Features above."
            )
        elif not any(box.isChecked() for box in self.datasets.values()):
            why = "Choose at least one dataset with rated clips; rate some on the Annotate page, or import ratings."
        else:
            why = ""
        self.train.setEnabled(not why)
        self.matrix.compute.setEnabled(bool(self.choice.chosen()) and self.choice.lacking() is None)
        self._why_not.setText(why)
        self._why_not.setVisible(bool(why))

    def _train(self) -> None:
        request = self.request()
        if request is not None:
            self.train_asked.emit(request)
            self.name.clear()

    # The models

    def _show_models(self) -> None:
        found = models.all(self._session.project)
        current = self._session.model_name()
        self._models: Sequence[ModelRow] = found
        self._table.setRowCount(len(found))
        for number, model in enumerate(found):
            for place, text in enumerate(_cells(model, used=model.name == current)):
                item = QTableWidgetItem(text)
                item.setToolTip(_tip(model) if place >= NUMBERS_FROM else text)
                if place >= NUMBERS_FROM:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._table.setItem(number, place, item)
        for place in range(NUMBERS_FROM, len(COLUMNS)):
            self._table.setColumnWidth(place, 62)
        self._table.setColumnWidth(1, 130)
        self._table.setVisible(bool(found))
        self._note.setText(
            "Select a model to see its intervals."
            if found
            else "No model yet. Rate some clips or import ratings, choose features and datasets at the left, and train."
        )
        self._show_chosen()

    def _chosen(self) -> ModelRow | None:
        rows = {index.row() for index in self._table.selectedIndexes()}
        return self._models[min(rows)] if rows else None

    def _show_chosen(self) -> None:
        model = self._chosen()
        writable = not self._session.project.read_only
        self._use.setEnabled(model is not None and writable)
        self._remove.setEnabled(model is not None and writable)
        if model is not None:
            self._note.setText(_tip(model))

    def _use_chosen(self) -> None:
        model = self._chosen()
        if model is not None:
            self._session.edit(lambda: models.set_current(self._session.project, model.id))

    def _remove_chosen(self) -> None:
        model = self._chosen()
        if model is not None and model.id is not None:
            model_id = model.id
            self._session.edit(lambda: models.remove(self._session.project, model_id))


def _cells(model: ModelRow, *, used: bool) -> tuple[str, ...]:
    scores = model.metrics
    return (
        model.name + (" (in use)" if used else ""),
        model.features.replace("+", " + "),
        ", ".join(model.trained_on),
        f"{scores.get('n_clips', 0):,}",
        *(
            _score(scores, dimension, metric)
            for metric in ("r2", "ccc")
            for dimension in ("valence", "arousal")
        ),
    )


def _score(scores: Mapping[str, Any], dimension: str, metric: str) -> str:
    found = scores.get(dimension, {}).get(metric)
    return signed(found["value"]) if found and found["value"] is not None else "n/a"


def _tip(model: ModelRow) -> str:
    """The scores of a model in words, with intervals and what they rest on."""
    scores = model.metrics
    head = (
        f"{model.name}: out-of-fold scores on {counted(scores.get('n_clips', 0), 'training clip')} "
        f"in {counted(scores.get('n_clusters', 0), 'group')}."
    )
    lines = [head]
    for dimension in ("valence", "arousal"):
        parts = []
        for metric, name in (("r2", "R²"), ("ccc", "CCC"), ("rmse", "RMSE")):
            found = scores.get(dimension, {}).get(metric)
            # An error has no sign.
            shown = signed if metric != "rmse" else "{:.2f}".format
            if not found or found["value"] is None:
                parts.append(f"{name} cannot be told ({(found or {}).get('note') or 'too few clips'})")
            elif found["low"] is None:
                parts.append(f"{name} {shown(found['value'])}, no interval")
            else:
                parts.append(
                    f"{name} {shown(found['value'])} (95 % {shown(found['low'])} to {shown(found['high'])})"
                )
        lines.append(f"{dimension.capitalize()}: {', '.join(parts)}.")
    interval = scores.get("interval")
    if interval and interval["valence"] is not None and interval["arousal"] is not None:
        lines.append(
            f"90 % of clips lie within {interval['valence']:.2f} (valence) and {interval['arousal']:.2f} (arousal) of "
            f"their predictions, on average over {interval['over']}; a single new dataset can be far off."
        )
    if 0 < scores.get("n_clusters", 0) < 20:
        lines.append("Under 20 groups: the intervals are too narrow to lean on.")
    return " ".join(lines)
