"""Models: choose features and training datasets, train, and see what each model scored."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QStackedWidget, QWidget

from merdesk.project import provenance
from merdesk.ui.jobs import Jobs
from merdesk.ui.models.form import TrainForm
from merdesk.ui.models.gap_view import GapView
from merdesk.ui.models.matrix_view import MatrixView
from merdesk.ui.models.model_list import ModelList
from merdesk.ui.models.paper_view import PaperView
from merdesk.ui.models.words import lacking_datasets
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import button, column, row, rule
from merdesk.workflows.evaluate import EvaluateRequest, latest
from merdesk.workflows.gap import latest_gap
from merdesk.workflows.paper import FEATURES

LIST, MATRIX, PAPER, GAP = range(4)


class ModelsPage(QWidget):
    """The form at the left; at the right the trained models, the matrix, the paper's experiment.

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
    union_opened
        An `EvaluateRequest` for a union of the matrix whose clips the user wants to see and hear.
    gap_asked
        Names of feature sets: measure the gap in them; whether with the control of format.
    play_asked
        A clip that the user wants to hear.
    """

    train_asked = Signal(object)
    features_asked = Signal()
    evaluate_asked = Signal(object)
    cell_opened = Signal(object)
    union_opened = Signal(object)
    gap_asked = Signal(object, bool)
    play_asked = Signal(int)

    def __init__(self, session: Session, theme: Theme, jobs: Jobs) -> None:
        super().__init__()
        self._session = session
        self.setProperty("role", "plane")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.form = TrainForm(session, jobs)
        self.list = ModelList(session, theme, jobs)
        self.matrix = MatrixView(theme)
        self.paper = PaperView(session)
        self.gap = GapView(session, theme, jobs)
        self.gap.play_asked.connect(self.play_asked)
        self._views = QButtonGroup(self)
        self._stack = QStackedWidget()
        self.setLayout(row(self.form, rule(upright=True), self._content(), spacing=0))
        self._connect()
        self.refresh()

    def _content(self) -> QWidget:
        tabs = row(spacing=4)
        views = (("Models", self.list), ("Matrix", self.matrix), ("The paper", self.paper), ("Gap", self.gap))
        for number, (name, view) in enumerate(views):
            tab = button(name, "tab")
            tab.setCheckable(True)
            tab.setChecked(number == LIST)
            self._views.addButton(tab, number)
            tabs.addWidget(tab)
            self._stack.addWidget(view)
        content = QWidget()
        content.setLayout(column(row(tabs, None), self._stack, spacing=12, margins=(20, 12, 20, 16)))
        return content

    def _connect(self) -> None:
        session = self._session
        self._views.idClicked.connect(self.show_view)
        self.form.asked.connect(self.train_asked)
        self.form.features_asked.connect(self.features_asked)
        self.form.judged.connect(self.matrix.compute.setEnabled)
        self.form.counted.connect(self._show_stored)
        self.form.judged.connect(self.gap.compute.setEnabled)
        self.gap.asked.connect(lambda control: self.gap_asked.emit(self.form.choice.chosen(), control))
        self.matrix.asked.connect(self._evaluate)
        self.matrix.cell_opened.connect(self.cell_opened)
        self.matrix.union_opened.connect(self.union_opened)
        session.columns_changed.connect(self.refresh)
        session.changed.connect(
            lambda changes: self.refresh() if "model" in changes or "dataset" in changes else None
        )

    def show_view(self, number: int) -> None:
        """Show the list of models, the matrix or the paper's experiment."""
        self._views.button(number).setChecked(True)
        self._stack.setCurrentIndex(number)
        self._show_stored()

    def _show_stored(self) -> None:
        if self._stack.currentIndex() == MATRIX:
            self.show_latest()
        elif self._stack.currentIndex() == PAPER:
            self.show_paper()
        elif self._stack.currentIndex() == GAP:
            self.gap.show_gap(latest_gap(self._session.project, self._session.columns))

    def show_latest(self) -> None:
        """Show the matrix that was measured last, if it still fits the annotations."""
        project = self._session.project
        self.matrix.show_evaluation(latest(project, self._session.columns), provenance.in_words(project))

    def show_paper(self) -> None:
        """Say what the paper's experiment takes and lacks, and show its last result."""
        self.paper.set_chosen(self.form.choice.chosen(), self.form.kind.currentData())
        choice = self.form.choice
        lacking = [name for name in FEATURES if choice.is_counted and not choice.n_clips(name)]
        self.paper.refresh(f"No clip has {' or '.join(lacking)} features yet." if lacking else "")

    def _evaluate(self) -> None:
        features = self.form.choice.chosen()
        if features:
            transductive = self.form.transductive.isChecked()
            self.evaluate_asked.emit(
                EvaluateRequest(
                    features,
                    self.form.kind.currentData(),
                    transductive=transductive,
                    explain=self.matrix.explain.isChecked(),
                    recommend=self.matrix.recommend.isChecked(),
                )
            )

    def take_focus(self) -> None:
        """Give the keyboard to the form."""
        self.form.name.setFocus()

    def refresh(self) -> None:
        """List datasets and models as they are now."""
        self.form.refresh()
        self.list.refresh()
        columns = self._session.columns
        self.matrix.say_lacking(lacking_datasets(columns, "how far a model carries from one to the other"))
        self.gap.say_lacking(lacking_datasets(columns, "how far they lie apart"))

    def count_features(self) -> None:
        """Say for how many clips each set of features is there now."""
        self.form.count_features()
