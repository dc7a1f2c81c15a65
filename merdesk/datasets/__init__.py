"""Loaders of the public valence-arousal datasets, tables and folders.

What a folder, file or zip holds is recognised by its content; names of folders decide nothing.
"""

from pathlib import Path

from merdesk.datasets import deam, deam_raters, emomusic, exported, folder, pmemo, table, wcmed, wtc
from merdesk.datasets.loader import Loader, Recognition
from merdesk.datasets.source import open_source
from merdesk.errors import DatasetError

DATASETS: tuple[Loader, ...] = (emomusic, deam, deam_raters, pmemo, wcmed, wtc)
"""Loaders of published datasets."""
DESCRIBED: tuple[Loader, ...] = (exported, *DATASETS)
"""Loaders of what says itself which dataset it is."""
LOADERS: tuple[Loader, ...] = (*DESCRIBED, table, folder)
"""All loaders; the last two take what no dataset claims."""


def loader(key: str) -> Loader:
    """Return the loader of this key.

    Raises
    ------
    DatasetError
        When there is none.
    """
    for known in LOADERS:
        if key == known.KEY:
            return known
    raise DatasetError(f"{key!r} is no loader; use {', '.join(known.KEY for known in LOADERS)}.")


def recognise(path: Path) -> list[Recognition]:
    """Say what lies at a path: every dataset in it, else its table, else its audio files; empty when there is nothing.

    Raises
    ------
    DatasetError
        When there is nothing at this path, or a zip is broken or hostile.
    """
    with open_source(path) as source:
        if own := exported.recognise(source):
            return [own]
        found = [seen for known in DATASETS if (seen := known.recognise(source))]
        if not found:
            found = [seen for known in (table, folder) if (seen := known.recognise(source))][:1]
        return found
