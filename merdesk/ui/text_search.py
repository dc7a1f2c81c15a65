"""The search over titles, artists, albums and files: by SQLite in small projects, in words kept in memory in large."""

from functools import reduce

import numpy as np
from PySide6.QtCore import QObject, Signal

from merdesk.domain.arrays import IntArray
from merdesk.domain.changes import Changes
from merdesk.project import clips
from merdesk.project.text import fold
from merdesk.ui.jobs import Jobs
from merdesk.ui.session import Session
from merdesk.workflows.search_text import ReadSearchText, SearchText

AT_ONCE = 50_000
"""Clips that SQLite searches in 25 ms; the words of more are read beside the window."""
CONCERNED = ("track", "clip", "import_batch", "dataset", "audio_file")
"""A change in one of these can change words."""


class TextSearch(QObject):
    """Finds the clips of a session that have all words of a text.

    Signals
    -------
    changed
        The words that a search waited for are there.
    """

    changed = Signal()

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self._words: SearchText | None = None
        self._stale = False
        self._title = ReadSearchText.title
        session.changed.connect(self._follow)

    def find(self, text: str) -> IntArray | None:
        """Ids of the clips that have every word of a text, ascending; None while their words are read."""
        if len(self._session.columns) <= AT_ONCE:
            return clips.search(self._session.project, text)
        wanted = self._stale or self._words is None
        if wanted and all(job.title != self._title for job in self._jobs):
            self._stale = False
            self._jobs.start(ReadSearchText(self._session.project), done=self.take)
        if self._words is None:
            return None
        # Words that somebody has changed do until the new ones are there.
        having = (self._words.having(word) for word in fold(text).split())
        return self._words.ids[reduce(np.logical_and, having)]

    def take(self, words: SearchText) -> None:
        """Search in these words from now on."""
        self._words = words
        self.changed.emit()

    def _follow(self, changes: Changes) -> None:
        if any(table in changes for table in CONCERNED):
            self._stale = True
            if self._session.filter.search.strip() and len(self._session.columns) > AT_ONCE:
                self.find(self._session.filter.search)
