"""Where each clip stands among all titles: read once, and again only when titles come or go."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from merdesk.domain.arrays import IntArray
from merdesk.domain.changes import Changes
from merdesk.ui.clip_columns import NO_RANK
from merdesk.ui.jobs import Jobs
from merdesk.ui.session import Session
from merdesk.workflows.title_order import OrderTitles, title_order

AT_ONCE = 20_000
"""Clips whose titles are ordered in 30 ms; those of more are ordered beside the window."""


class TitleOrder(QObject):
    """Ranks of a session's clips by title.

    Signals
    -------
    changed
        The ranks that were asked for are there.
    """

    changed = Signal()

    def __init__(self, session: Session, jobs: Jobs | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._ids: IntArray | None = None
        self._ranks = np.empty(0, np.uint32)
        self._title = OrderTitles.title
        session.changed.connect(self._follow)

    def ranks(self) -> np.ndarray | None:
        """Rank of each row of the columns, uint32 of shape (n,); None while they are read."""
        ids = self._session.columns.ids
        if self._ids is not None and (self._ids is ids or np.array_equal(self._ids, ids)):
            self._ids = ids
            return self._ranks
        if self._jobs is None or len(ids) <= AT_ONCE:
            self._take(title_order(self._session.project))
            return self._ranks
        if all(job.title != self._title for job in self._jobs):
            self._jobs.start(OrderTitles(self._session.project), done=self._come)
        return None

    def _come(self, order: IntArray) -> None:
        self._take(order)
        self.changed.emit()

    def _take(self, order: IntArray) -> None:
        columns = self._session.columns
        ranks = np.full(len(columns), NO_RANK, np.uint32)
        there = np.isin(order, columns.ids, assume_unique=True)
        ranks[columns.rows_of(order[there])] = np.arange(int(there.sum()))
        self._ids, self._ranks = columns.ids, ranks

    def _follow(self, changes: Changes) -> None:
        if "track" in changes or "import_batch" in changes:
            self._ids = None
