"""One training: while it goes on, and as it went; what went into it."""

from PySide6.QtWidgets import QWidget

from merdesk.project.models import ModelRow
from merdesk.ui.jobs import Jobs
from merdesk.ui.models.words import went_in
from merdesk.ui.plots.training_plot import TrainingPlot
from merdesk.ui.session import Session
from merdesk.ui.theme.theme import Theme
from merdesk.ui.widgets import column, label
from merdesk.workflows import training_record
from merdesk.workflows.train import TrainModel
from merdesk.workflows.training_record import curves_of


class RunView(QWidget):
    """Curves and facts of the training under way; of the chosen model's while there is none."""

    def __init__(self, session: Session, theme: Theme, jobs: Jobs) -> None:
        super().__init__()
        self._session, self._jobs = session, jobs
        self._model: ModelRow | None = None
        self._seen: tuple[object, int, int] | None = None
        self.title = label("", "strong", wrap=True)
        self.plot = TrainingPlot(theme)
        self.facts = label("", "muted", wrap=True)
        self.setLayout(column(self.title, self.plot, self.facts, spacing=8))
        jobs.changed.connect(self._follow)
        self._show_kept()

    @property
    def running(self) -> TrainModel | None:
        """The training under way."""
        return next((job.workflow for job in self._jobs if isinstance(job.workflow, TrainModel)), None)

    def show_model(self, model: ModelRow | None) -> None:
        """Show how this model was trained, unless a training is under way."""
        self._model = model
        if self.running is None:
            self._show_kept()

    def _follow(self) -> None:
        work = self.running
        if work is None:
            if self._seen is not None:
                self._seen = None
                self._show_kept()
            return
        seen = (work, len(work.epochs), len(work.folds))
        # Asked 25 times a second: draws only what has changed.
        if seen != self._seen:
            self._seen = seen
            self._show_running(work)

    def _show_running(self, work: TrainModel) -> None:
        going_on = work.epochs or work.folds
        doing = f": {going_on[-1].step.lower()}, {going_on[-1].fit} of {going_on[-1].of}" if going_on else ""
        self.title.setText(f"{work.title}{doing}")
        self.plot.show_training(curves_of(work.epochs), work.folds)
        self.facts.setText("")
        self._set_visible(plot=True, facts=False)

    def _show_kept(self) -> None:
        model = self._model
        record = (
            None if model is None else training_record.read(self._session.project.models_dir, model.file_name)
        )
        self.title.setText("" if model is None else f"How {model.name} was trained")
        if record is not None:
            self.plot.show_training(record.curves, record.folds)
        self.facts.setText("" if model is None else went_in(model, record))
        self._set_visible(plot=record is not None, facts=model is not None)

    def _set_visible(self, *, plot: bool, facts: bool) -> None:
        self.plot.setVisible(plot)
        self.facts.setVisible(facts)
        self.title.setVisible(plot or facts)
