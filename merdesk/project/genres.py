"""One editable mapping from the genres that sources give to the primary ones that statistics stand on.

What a source said stays with the clip, all of its labels included. Where nothing else is said, the primary genre is
the first label in its usual spelling; a clip without a genre stays without.
"""

import re
from collections.abc import Mapping
from typing import Self

from merdesk.domain.changes import Changes
from merdesk.domain.clip import DatasetId
from merdesk.project import history
from merdesk.project.project import Project
from merdesk.project.text import clean

USUAL = (
    "Blues", "Classical", "Country", "Electronic", "Folk", "Jazz", "Pop", "Rock", "Hip-Hop", "Soul/R&B", "Metal",
    "Reggae", "Latin", "World", "Ambient", "Soundtrack", "Experimental", "International", "Instrumental",
    "Easy Listening", "Spoken", "Old-Time/Historic", "Punk", "Disco", "Funk", "Gospel",
)  # fmt: skip
"""Primary genres in their usual spelling; EmoMusic's eight come first."""

ALIASES = {
    "hiphop": "Hip-Hop", "rap": "Hip-Hop", "hiphoprap": "Hip-Hop", "raphiphop": "Hip-Hop",
    "soulrb": "Soul/R&B", "rbsoul": "Soul/R&B", "rb": "Soul/R&B", "rnb": "Soul/R&B", "soul": "Soul/R&B",
    "electronica": "Electronic", "dance": "Electronic", "edm": "Electronic", "danceedm": "Electronic",
    "classic": "Classical", "oldtimehistoric": "Old-Time/Historic", "oldtime": "Old-Time/Historic",
    "popmusic": "Pop", "rockmusic": "Rock", "heavymetal": "Metal",
}  # fmt: skip
"""Other spellings, letters and digits only."""

NO_GENRE = ("", "na", "none", "unknown", "undefined")
SEPARATORS = re.compile(r"\s*[;,|]\s*")
JOINTS = re.compile(r"[-/]")


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


KNOWN = {_letters(name): name for name in USUAL} | ALIASES


def labels(raw: str) -> tuple[str, ...]:
    """All labels of a source's genre, in usual spelling where there is one.

    Parts are joined by ";", "," or "|", or as DEAM does by "-" or "/", which also stand within names. A part in which
    no name is known stays as it is, unless its words only say that nothing is known.

    Examples
    --------
    >>> labels("SoulRB-Country-Hip-Hop")
    ('Soul/R&B', 'Country', 'Hip-Hop')
    >>> labels("  hip-hop "), labels("Singer/Songwriter"), labels("n/a")
    (('Hip-Hop',), ('Singer/Songwriter',), ())
    """
    found: list[str] = []
    for part in SEPARATORS.split(raw.strip()):
        found.extend(_joined(part))
    return tuple(dict.fromkeys(found))


def default(raw: str) -> str:
    """Primary genre of a source's genre when nobody mapped it: the first label.

    Examples
    --------
    >>> default("hip-hop"), default("classical"), default("")
    ('Hip-Hop', 'Classical', '')
    """
    return next(iter(labels(raw)), "")


class Primary:
    """The primary genre of (dataset, raw genre): the project's mapping, else the default."""

    def __init__(self, mapped: Mapping[tuple[DatasetId, str], str]) -> None:
        self._mapped = mapped
        self._defaults: dict[str, str] = {}

    @classmethod
    def of(cls, project: Project) -> Self:
        """As the project maps now."""
        return cls(_mapped(project))

    def __call__(self, dataset_id: DatasetId, raw: str) -> str:
        """Primary genre, empty for an empty one that nobody mapped."""
        mapped = self._mapped.get((dataset_id, raw))
        if mapped is not None:
            return mapped
        if raw not in self._defaults:
            self._defaults[raw] = default(raw)
        return self._defaults[raw]


def raw_counts(project: Project) -> dict[tuple[DatasetId, str], int]:
    """Number of clips of each raw genre of each dataset, the empty one included."""
    rows = project.database.rows(
        "SELECT dataset_id, genre_raw, count(*) FROM seen_clip GROUP BY dataset_id, genre_raw ORDER BY 1, 2"
    )
    return {(DatasetId(row[0]), row[1]): row[2] for row in rows}


def mapping(project: Project) -> dict[tuple[DatasetId, str], str]:
    """Primary genre of every raw genre that occurs, as mapped or by default."""
    primary = Primary.of(project)
    return {key: primary(*key) for key in raw_counts(project)}


def set_mapping(project: Project, wanted: Mapping[tuple[DatasetId, str], str]) -> Changes:
    """Map raw genres of datasets to primary ones; what is not named stays. One step of the history."""
    database = project.database
    label = f"Map {len(wanted)} genre{'s' if len(wanted) != 1 else ''}"
    with history.edit(project, label) as edit:
        for (dataset_id, raw), primary in wanted.items():
            database.execute(
                "INSERT INTO genre_mapping (dataset_id, raw, primary_genre) VALUES (?, ?, ?)"
                " ON CONFLICT (dataset_id, raw) DO UPDATE SET primary_genre = excluded.primary_genre",
                (dataset_id, clean(raw), clean(primary).strip()),
            )
    return edit.changes


def _mapped(project: Project) -> dict[tuple[DatasetId, str], str]:
    rows = project.database.rows("SELECT dataset_id, raw, primary_genre FROM genre_mapping")
    return {(DatasetId(row[0]), row[1]): row[2] for row in rows}


def _joined(part: str) -> list[str]:
    """The known names in a part, the longest first ("Hip-Hop" before "Hop"); the part itself when none is known."""
    if _letters(part) in NO_GENRE:
        return []
    pieces = JOINTS.split(part)
    found: list[str] = []
    start = 0
    while start < len(pieces):
        for stop in range(len(pieces), start, -1):
            name = KNOWN.get(_letters("".join(pieces[start:stop])))
            if name is not None:
                found.append(name)
                start = stop
                break
        else:
            start += 1
    return found or [part]
