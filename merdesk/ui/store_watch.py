"""Notices features that a job, or a command beside the window, has put into the store."""

from PySide6.QtCore import QObject, QTimer, Signal

from merdesk.domain.changes import Changes
from merdesk.errors import Failure, attempt
from merdesk.features.store import FeatureStore
from merdesk.project.project import Project
from merdesk.workflows.inbox import take_in

LOOK_MS = 1000
"""A look costs some microseconds; each takes in as many clips as some milliseconds allow."""


class StoreWatch(QObject):
    """Takes what extraction found out into the project, a few clips at a time.

    Signals
    -------
    noticed
        `Changes`: features, and what was taken in.
    """

    noticed = Signal(object)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._store: FeatureStore | None = None
        self._version = -1
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Look once, and take in one slice; a store that cannot be read now may be at the next look."""
        changes = attempt(self._look)
        if isinstance(changes, Failure):
            self._version = max(self._version, 0)  # there is no store yet: whatever comes is new
        elif changes:
            self.noticed.emit(changes)

    def _look(self) -> Changes:
        if self._store is None:
            self._store = FeatureStore.open(self._project.features_dir, read_only=self._project.read_only)
        version = self._store.version
        if version == self._version:
            return Changes()
        changes = take_in(self._project, self._store, slices=1)
        if not changes:  # the inbox is empty: nothing more to look for until somebody writes again
            changes = Changes() if self._version < 0 else Changes.of("feature")
            self._version = version
        return changes

    def close(self) -> None:
        """Stop looking."""
        self._timer.stop()
        if self._store is not None:
            self._store.close()
