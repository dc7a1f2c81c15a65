"""Commands about carrying over: measure the matrix, see and hear the clips of a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from merdesk.project import provenance
from merdesk.ui.clip_filter import Filter
from merdesk.ui.session import Borrowed, Session
from merdesk.workflows.evaluate import EvaluateModels, EvaluateRequest, Evaluation
from merdesk.workflows.evaluation_work import Judged
from merdesk.workflows.gap import MeasureGap

if TYPE_CHECKING:
    from merdesk.ui.main_window import MainWindow
    from merdesk.ui.workspace import Workspace


class EvaluationCommands:
    """Commands that `Commands` has beside its own."""

    _window: MainWindow
    _workspace: Workspace
    _session: Session

    def evaluate(self, request: EvaluateRequest) -> None:
        """Measure the matrix in the background, then show it."""
        work = self._window.guarded(lambda: EvaluateModels(self._window.project, request), "evaluating")
        if work is None or any(job.title == work.title for job in self._window.jobs):
            return
        self._window.jobs.start(work, done=self._show_evaluation)

    def _show_evaluation(self, evaluation: Evaluation) -> None:
        labels = provenance.in_words(self._session.project)
        self._workspace.models.matrix.show_evaluation(evaluation, labels)
        sets = len(evaluation.datasets)
        self._window.job_bar.say(f"Measured {len(evaluation.cells)} cells over {sets} datasets.")

    def measure_gap(self, features: tuple[str, ...], same_format: bool) -> None:
        """Measure how far the datasets lie apart in the background, then show it."""
        work = self._window.guarded(
            lambda: MeasureGap(self._window.project, features, same_format=same_format), "measuring the gap"
        )
        if work is not None and all(job.title != work.title for job in self._window.jobs):
            self._window.jobs.start(work, done=self._workspace.models.gap.show_gap)

    def open_union(self, request: EvaluateRequest) -> None:
        """Measure one training set on one test set in full, then show it as a cell is shown."""
        work = self._window.guarded(lambda: EvaluateModels(self._window.project, request), "evaluating")
        if work is None or any(job.title == work.title for job in self._window.jobs):
            return

        def show(found: Evaluation) -> None:
            judged = found.find(request.train, request.test)
            if judged is not None and judged.cell.n_train:
                self.open_cell(judged)

        self._window.jobs.start(work, done=show)

    def open_cell(self, judged: Judged) -> None:
        """Show a cell's predictions in Compare, its test set alone."""
        cell, session = judged.cell, self._session
        name = f"{' + '.join(cell.train)} on {cell.test}"
        session.borrow(Borrowed(name, session.columns.ids[cell.rows], cell.prediction))
        others = frozenset(session.columns.dataset_names) - {cell.test}
        session.set_filter(Filter(hidden_datasets=others))
        self._workspace.commands.page_compare()
