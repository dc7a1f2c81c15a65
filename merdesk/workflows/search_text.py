"""All words of all clips as one run of bytes, in which numpy looks a word up: SQLite takes .5 s for a million clips."""

from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import BoolArray, IntArray
from merdesk.domain.changes import Changes
from merdesk.progress import Progress
from merdesk.project.project import Project

SLICE = 2_000
"""Clips read at a time, so that the window's thread gets its turn."""
END = b"\n"
"""Between the words of two clips; folded text has single spaces only."""


@dataclass(frozen=True, slots=True, eq=False)
class SearchText:
    """Words of clips.

    Attributes
    ----------
    ids
        Ascending ids, shape (n,).
    text
        UTF-8 of the folded words of each clip, END after each, as uint8.
    ends
        Where each clip's END is in the text, shape (n,).
    """

    ids: IntArray
    text: npt.NDArray[np.uint8]
    ends: IntArray

    def having(self, word: str) -> BoolArray:
        """True for the clips that have this somewhere, shape (n,)."""
        letters = np.frombuffer(word.encode(errors="surrogatepass"), np.uint8)
        found = np.zeros(len(self.ids), bool)
        n_places = len(self.text) - len(letters) + 1
        if n_places <= 0 or not len(letters):
            found[:] = not len(letters)
            return found
        # From the rarest of its letters on there is little left to look at.
        counts = [np.count_nonzero(self.text[::97] == letter) for letter in letters]
        first = int(np.argmin(counts))
        places = np.flatnonzero(self.text[first : first + n_places] == letters[first])
        for at in np.argsort(counts, kind="stable").tolist():
            if at != first:
                places = places[self.text[places + at] == letters[at]]
        found[np.searchsorted(self.ends, places)] = True
        return found


class ReadSearchText:
    """Read the words of all clips beside the window."""

    title = "Read words for the search"

    def __init__(self, project: Project) -> None:
        self._path = project.path

    def run(self, progress: Progress) -> SearchText:
        """Read them by a reader of its own."""
        progress.begin("Reading words")
        ids: list[IntArray] = []
        parts: list[bytes] = []
        lengths: list[IntArray] = []
        with Project.open(self._path, read_only=True) as reader:
            cursor = reader.database.execute("SELECT id, folded FROM seen_clip ORDER BY id")
            while rows := list(islice(cursor, SLICE)):
                words = [row[1].encode(errors="surrogatepass") + END for row in rows]
                ids.append(np.fromiter((row[0] for row in rows), np.int64, len(rows)))
                lengths.append(np.fromiter(map(len, words), np.int64, len(words)))
                parts.append(b"".join(words))
                progress.checkpoint()
        text = np.frombuffer(b"".join(parts), np.uint8)
        ends = np.cumsum(np.concatenate(lengths)) - 1 if lengths else np.empty(0, np.int64)
        return SearchText(np.concatenate(ids) if ids else np.empty(0, np.int64), text, ends)

    def commit(self, part: object) -> Changes:  # noqa: ARG002  (nothing is delivered)
        """Nothing to write."""
        return Changes()

    def finish(self, result: SearchText) -> Changes:  # noqa: ARG002  (the caller has the result)
        """Nothing to write."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing to clean up."""
        return Changes()
