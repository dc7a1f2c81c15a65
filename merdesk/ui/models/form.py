"""The form that trains: name, features, kind of model, options, training datasets."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QLineEdit, QVBoxLayout, QWidget

from merdesk.project import models, provenance
from merdesk.ui.features.counts import FeatureCounts
from merdesk.ui.features.words import title_of
from merdesk.ui.jobs import Jobs
from merdesk.ui.models.feature_choice import FeatureChoice
from merdesk.ui.models.options import ModelOptions
from merdesk.ui.models.plan_note import Planning, estimate
from merdesk.ui.models.words import NO_DATASET
from merdesk.ui.session import Session
from merdesk.ui.theme.figures import MINUS
from merdesk.ui.widgets import button, column, counted, framed, label, row, rule, scrolled
from merdesk.workflows.feature_state import FeatureState
from merdesk.workflows.train import TrainRequest

SIDE_WIDTH = 300
STATES_MS = 300
"""Changes of features that come together are counted once."""


class TrainForm(QFrame):
    """What to train on what.

    Signals
    -------
    asked
        A `TrainRequest`.
    features_asked
        The user wants to see which features there are.
    judged
        Whether features that some clip has are chosen, after every change.
    counted
        The features were counted anew.
    """

    asked = Signal(object)
    features_asked = Signal()
    judged = Signal(bool)
    counted = Signal()

    def __init__(self, session: Session, jobs: Jobs) -> None:
        super().__init__()
        self._session = session
        self._counts = FeatureCounts(session, jobs, self)
        self._counts.counted.connect(self._show_counts)
        self.name = QLineEdit()
        self.name.setPlaceholderText("Name of the model")
        self.name.setAccessibleName("Name of the model")
        self.choice = FeatureChoice()
        self._look = button("Features...", "quiet", "Which features there are, extract or import them")
        self.options = ModelOptions()
        self.kind, self.search = self.options.kind, self.options.search
        self.transductive = self.options.transductive
        self._about_kind = label("", "muted", wrap=True)
        self._target = label("", "muted", wrap=True)
        self.warnings = label("", wrap=True)
        self.estimate = label("", "caption", wrap=True)
        self.planning = Planning(session, jobs, self)
        self.datasets: dict[str, QCheckBox] = {}
        self._dataset_list = QVBoxLayout()
        self._dataset_list.setSpacing(8)
        self.why_not = label("", "muted", wrap=True)
        self.train = button("Train", "primary", "Train in the background")
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.setInterval(STATES_MS)
        self._lay_out()
        self._connect()
        self._describe()
        self.count_features()
        self.refresh()

    def _lay_out(self) -> None:
        inside = framed(
            column(
                label("Train a model", "title"),
                column(label("Name", "section"), self.name, spacing=4),
                column(row(label("Features", "section"), None, self._look), self.choice, spacing=4),
                column(label("Training datasets", "section"), self._dataset_list, self.warnings, spacing=8),
                column(label("Target", "section"), self._target, spacing=4),
                column(label("Model", "section"), self.options, spacing=8),
                self._about_kind,
                None,
                spacing=16,
                margins=(20, 20, 20, 20),
            ),
            "panel",
        )
        # In sight however long the form is.
        foot = framed(
            column(self.estimate, self.train, self.why_not, spacing=8, margins=(20, 12, 20, 16)), "panel"
        )
        side = scrolled(inside, SIDE_WIDTH)
        self.setLayout(column(side, rule(), foot, spacing=0))
        self.setFixedWidth(side.minimumWidth())

    def _connect(self) -> None:
        session = self._session
        self._look.clicked.connect(self.features_asked)
        self._stale.timeout.connect(self.count_features)
        self.options.changed.connect(self._describe)
        self.planning.changed.connect(self._show_plan)
        session.as_filed_changed.connect(self._name_target)
        self.train.clicked.connect(self._ask)
        self.name.returnPressed.connect(self.train.click)
        self.name.textChanged.connect(lambda _: self._say_missing())
        self.choice.changed.connect(self.judge)
        session.columns_changed.connect(self._stale.start)
        session.changed.connect(lambda changes: self._stale.start() if "feature" in changes else None)

    def _describe(self) -> None:
        self.train.setAccessibleName(f"Train {self.kind.currentText()}")
        self._about_kind.setText(self.options.words)
        self._show_plan()

    def _plan(self) -> None:
        """Look again at what could train, once somebody can see it."""
        if self.isVisible():
            lacks = self.choice.lacking() is not None
            self.planning.want(() if lacks else self.choice.chosen())
        self._show_plan()

    def _show_plan(self) -> None:
        """Copies that the chosen datasets share, and what training would take."""
        plan = self.planning.plan
        request = self.request() if plan is not None else None
        said: list[str] = []
        brief, whole = "", ""
        if plan is not None and request is not None and plan.features == request.features:
            said = plan.warnings(request.datasets)
            brief, whole = estimate(plan, request, self.choice.n_columns)
        self.warnings.setText("\n".join(said))
        self.warnings.setVisible(bool(said))
        self.estimate.setText(brief)
        self.estimate.setToolTip(whole)
        self.estimate.setAccessibleDescription(whole)
        self.estimate.setVisible(bool(brief) and self.train.isEnabled())

    def showEvent(self, event: QShowEvent) -> None:
        """What nobody looks at is not computed."""
        super().showEvent(event)
        self._plan()

    def refresh(self) -> None:
        """List datasets as they are now."""
        chosen = {name for name, box in self.datasets.items() if box.isChecked()}
        known = set(self.datasets)
        while (item := self._dataset_list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.datasets.clear()
        columns = self._session.columns
        counts = np.bincount(columns.dataset[columns.annotated], minlength=len(columns.dataset_names))
        for name, n in zip(columns.dataset_names, counts, strict=True):
            box = QCheckBox(f"{name} ({counted(int(n), 'rated clip')})")
            box.setChecked(bool(n) and (name in chosen or name not in known))
            box.setEnabled(bool(n))
            box.toggled.connect(lambda _: self.judge())
            self.datasets[name] = box
            self._dataset_list.addWidget(box)
        if not self.datasets:
            self._dataset_list.addWidget(label("None yet.", "muted"))
        order = [*self.choice.boxes.values(), *self.datasets.values(), *self.options.fields, self.train]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)
        self._name_target()
        self.judge()

    def _name_target(self) -> None:
        """Say what is learned."""
        project = self._session.project
        repaired = provenance.in_words(project)
        labels = (
            "as filed" if project.as_filed or not repaired else "as repaired (" + "; ".join(repaired) + ")"
        )
        self._target.setText(f"Valence and arousal on [{MINUS}1, 1], labels {labels}.")

    def count_features(self) -> None:
        """Say for how many clips each set is there now."""
        self._counts.ask()

    def _show_counts(self, states: Sequence[FeatureState]) -> None:
        self.choice.show_states(states)
        self.counted.emit()

    def request(self) -> TrainRequest | None:
        """What the form asks for; None while something is missing."""
        features = self.choice.chosen()
        chosen = tuple(name for name, box in self.datasets.items() if box.isChecked())
        if not features or not chosen:
            return None
        kind, options = self.kind.currentData(), self.options
        name = self.name.text().strip() or self._free_name(kind)
        return TrainRequest(
            name,
            features,
            chosen,
            kind,
            seed=options.seed.value(),
            search=options.n_searched,
            transductive=options.transductive.isChecked(),
            n_networks=options.n_networks,
        )

    def _free_name(self, kind: str) -> str:
        taken = {model.name for model in models.all(self._session.project)}
        return next(name for n in range(1, len(taken) + 2) if (name := f"{kind} {n}") not in taken)

    def judge(self) -> None:
        """Say what is missing, and tell whether features are there."""
        self._say_missing()
        self._plan()
        self.judged.emit(bool(self.choice.chosen()) and self.choice.lacking() is None)

    def _say_missing(self) -> None:
        if self._session.project.read_only:
            why = "This project is open for reading only."
        elif not self._session.columns.annotated.any():
            why = NO_DATASET
        elif not self.choice.chosen():
            why = "Choose at least one set of features."
        elif (lacking := self.choice.lacking()) is not None:
            why = (
                f"No clip has {title_of(lacking.name)} features yet ({lacking.sentence}); see Features above."
            )
        elif models.find(self._session.project, name := self.name.text().strip()) is not None:
            why = f"There is a model named {name} already; choose another name, or leave it out."
        elif not any(box.isChecked() for box in self.datasets.values()):
            why = "Choose at least one dataset with rated clips; rate some on the Annotate page, or import ratings."
        else:
            why = ""
        self.train.setEnabled(not why)
        self.why_not.setText(why)
        self.why_not.setVisible(bool(why))

    def _ask(self) -> None:
        request = self.request()
        if request is not None:
            self.asked.emit(request)
            self.name.clear()
