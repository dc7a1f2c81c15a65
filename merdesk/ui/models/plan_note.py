"""What a training would take and what speaks against it, said before it starts."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from merdesk.ui.features.words import size
from merdesk.ui.jobs import Jobs
from merdesk.ui.session import Session
from merdesk.ui.widgets import counted, span
from merdesk.workflows.train import TrainRequest
from merdesk.workflows.training_cost import Asking, Cost, cost_of
from merdesk.workflows.training_plan import PlanTraining, TrainingPlan

SOON_MS = 150
"""Choices that come together are looked at once."""


class Planning(QObject):
    """Looks at what could train, in the background, whenever features or clips change.

    Signals
    -------
    changed
        `plan` is another one.
    """

    changed = Signal()

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._wanted: tuple[str, ...] = ()
        self._work: PlanTraining | None = None
        self.plan: TrainingPlan | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._start)

    def want(self, features: Sequence[str]) -> None:
        """Look at clips with these features; nothing is known until `changed`."""
        self._wanted = tuple(features)
        if self.plan is not None and self.plan.features != self._wanted:
            self.plan = None
            self.changed.emit()
        self._soon.start()

    def _start(self) -> None:
        if self._session.project.closed or not self._wanted:
            return
        if any(job.workflow is self._work for job in self._jobs):
            self._soon.start()
            return
        self._work = PlanTraining(self._session.project, self._wanted)
        self._jobs.start(self._work, done=self._take)

    def _take(self, plan: TrainingPlan) -> None:
        if plan.features == self._wanted:
            self.plan = plan
            self.changed.emit()


def asking(plan: TrainingPlan, request: TrainRequest, n_columns: int) -> Asking:
    """The sizes of a training."""
    chosen = [one for one in plan.of(request.datasets) if one.n_usable]
    return Asking(
        request.model,
        sum(one.n_usable for one in chosen),
        n_columns,
        len(chosen),
        plan.n_all,
        request.n_networks,
        request.search,
    )


def estimate(plan: TrainingPlan, request: TrainRequest, n_columns: int) -> tuple[str, str]:
    """What a training takes, in a line or two, and all of it for who wants to know."""
    asked = asking(plan, request, n_columns)
    if not asked.n_clips:
        return "None of these clips has these features yet.", ""
    cost = cost_of(asked, plan.past)
    n_rated = sum(one.n_rated for one in plan.of(request.datasets))
    lack = f" ({n_rated - asked.n_clips:,} more lack features)" if n_rated > asked.n_clips else ""
    fits = f"{asked.n_fits} fits" + (
        f" of {asked.networks // asked.n_fits} networks" if asked.networks else ""
    )
    brief = f"{counted(asked.n_clips, 'clip')}{lack}, {n_columns:,} values each, {fits}: {taken(cost)}"
    groups = sum(one.n_groups for one in plan.of(request.datasets))
    others = f", {asked.n_datasets} without a dataset each" if asked.n_datasets > 1 else ""
    whole = (
        f"{counted(asked.n_clips, 'clip')} in {counted(groups, 'group')}. Fits: 5 folds{others}, and one on all. "
        f"About {size(cost.n_bytes)} of memory beside the window's. Time {cost.basis}."
    )
    return brief, whole


def taken(cost: Cost) -> str:
    """Time as a range, and memory."""
    low, high = span(cost.low_s), span(cost.high_s)
    time = low if low == high else f"{low} to {high}"
    memory = size(cost.n_bytes).replace(" ", "\N{NO-BREAK SPACE}")
    return f"{time}, {memory} of memory."
