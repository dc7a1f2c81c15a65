"""Which column of a table means what, and on which scale: guessed from headers and ranges, confirmed by people."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from merdesk.datasets.tables import MISSING, Table, fold, is_number
from merdesk.domain.affect import AffectScale
from merdesk.errors import DatasetError


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Names of the columns that hold each thing; empty where the table has none.

    `file` or `id` names the clip (both may be given); `valence` and `arousal` may be empty in a table that only
    lists clips, genres or splits.
    """

    file: str = ""
    id: str = ""
    valence: str = ""
    arousal: str = ""
    valence_std: str = ""
    arousal_std: str = ""
    n_raters: str = ""
    annotator: str = ""
    genre: str = ""
    group: str = ""
    split: str = ""
    title: str = ""
    artist: str = ""

    @classmethod
    def of(cls, pairs: Mapping[str, str]) -> "ColumnMapping":
        """Mapping from texts like the command line's `file=COL,valence=COL`.

        Raises
        ------
        DatasetError
            When a key is not one of a mapping.
        """
        known = {field.name for field in fields(cls)}
        for key in pairs:
            if key not in known:
                raise DatasetError(f"{key!r} cannot be mapped; use {', '.join(sorted(known))}.")
        return cls(**pairs)

    def as_pairs(self) -> dict[str, str]:
        """What is mapped, for saving; inverse of `of`."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    def check(self, table: Table) -> None:
        """Raise a DatasetError when a column is missing or nothing names the clip."""
        for column in self.as_pairs().values():
            table.column(column)
        if not (self.file or self.id):
            raise DatasetError(
                f"{table.name}: no column names the clips; map file or id to one of its columns."
            )
        if bool(self.valence) != bool(self.arousal):
            raise DatasetError(f"{table.name}: map both valence and arousal, or neither.")


_MEANINGS: tuple[tuple[str, str], ...] = (
    # The first pattern that fits a header wins, so spreads stand before means.
    ("valence_std", r"(valence|val|v)_?(std|sd|stdev|stddev|deviation)|(std|sd|stdev)_?(valence|val|v)|valence_?\((std|sd)\)"),
    ("arousal_std", r"(arousal|aro|a)_?(std|sd|stdev|stddev|deviation)|(std|sd|stdev)_?(arousal|aro|a)|arousal_?\((std|sd)\)"),
    ("valence", r"valence|val|v|(valence|val|v)_?(mean|avg|average|rating|score|value)|(mean|avg|average)_?(valence|val|v)|valence_?\((mean|avg)\)"),
    ("arousal", r"arousal|aro|a|(arousal|aro|a)_?(mean|avg|average|rating|score|value)|(mean|avg|average)_?(arousal|aro|a)|arousal_?\((mean|avg)\)"),
    ("file", r"file|file_?name|file_?path|path|audio(_?(file|path|name))?|wav|mp3|clip_?file"),
    ("id", r"id|(song|track|clip|music|excerpt|stimulus|item|piece|sample)_?(id|no|nr|number)|name|stimulus|excerpt|clip|song|track"),
    ("n_raters", r"n|(n|num|number)_?(of_)?(raters|annotators|ratings|listeners|participants)"),
    ("annotator", r"annotator|rater|worker|participant|subject|listener|user|(annotator|rater|worker|participant|subject|listener|user)_?(id|name)"),
    ("genre", r"genres?|style|primary_?genre|genre_?(label|name)"),
    ("group", r"group|piece|recording|work|composition|group_?(id|name)"),
    ("split", r"split|set|fold|subset|partition|mediaeval_2013_set"),
    ("title", r"title|(song|track|piece)_?(title|name)"),
    ("artist", r"artist|artist_?name|performer|pianist|composer|band|singer"),
)  # fmt: skip

SCALES: tuple[tuple[float, float], ...] = (
    (-1, 1), (0, 1), (1, 5), (1, 7), (1, 9), (1, 10), (0, 10), (-5, 5), (-10, 10), (1, 100), (0, 100), (-100, 100),
)  # fmt: skip
"""Scales that studies use, tightest first; the first that holds all values is proposed."""


def propose_mapping(table: Table) -> ColumnMapping:
    """Guess from the headers which column means what; each column is used once.

    Examples
    --------
    >>> table = Table("t.csv", ("Song ID", "Mean Arousal", "Valence (mean)"), (), ())
    >>> propose_mapping(table).as_pairs()
    {'id': 'Song ID', 'valence': 'Valence (mean)', 'arousal': 'Mean Arousal'}
    """
    chosen: dict[str, str] = {}
    for column in table.columns:
        folded = fold(column).replace("_(", "(").replace("-", "_").replace(".", "_")
        for meaning, pattern in _MEANINGS:
            if meaning not in chosen and re.fullmatch(pattern, folded):
                chosen[meaning] = column
                break
    if "file" not in chosen and "id" not in chosen and "title" in chosen:
        chosen["id"] = chosen.pop("title")
    return ColumnMapping(**chosen)


MOST_VALUES = 50
"""Different texts up to which a column tells groups of clips; more are titles, addresses, remarks."""
LONGEST = 40
"""Characters of a text that can stand in a legend."""
MOST_FURTHER = 40
"""More unmapped columns than this are a table of features, which has an import of its own."""


def further_in(table: Table, mapping: ColumnMapping) -> tuple[str, ...]:
    """The columns that mean nothing yet."""
    mapped = {fold(column) for column in mapping.as_pairs().values()}
    return tuple(column for column in table.columns if column.strip() and fold(column) not in mapped)


def propose_further(table: Table, mapping: ColumnMapping) -> tuple[str, ...]:
    """Of the columns that mean nothing yet those that tell clips apart: numbers, and texts of a few kinds.

    A column that says different things of one clip is not proposed, as the age of the person who rated.

    Examples
    --------
    >>> rows = (("a", "calm", "120", "x.org/1"), ("b", "calm", "90", "x.org/2"), ("c", "wild", "", "x.org/3"))
    >>> table = Table("t.csv", ("id", "Weather", "BPM", "Address"), rows, (2, 3, 4))
    >>> propose_further(table, ColumnMapping(id="id"))
    ('Weather', 'BPM')
    """
    found = further_in(table, mapping)
    named = mapping.id or mapping.file
    if not named or table.find(named) is None or len(found) > MOST_FURTHER:
        return ()
    clips = table.cells(table.find(named))
    return tuple(column for column in found if _tells_apart(clips, table.cells(table.find(column))))


def _tells_apart(clips: Sequence[str], cells: Sequence[str]) -> bool:
    said = {(clip, cell) for clip, cell in zip(clips, cells, strict=True) if cell.casefold() not in MISSING}
    different = {cell for _, cell in said}
    if len(different) < 2 or len(said) > len({clip for clip, _ in said}):
        return False
    if all(map(is_number, different)):
        return True
    return len(different) <= min(MOST_VALUES, len(said) - 1) and max(map(len, different)) <= LONGEST


def propose_scale(values: npt.ArrayLike) -> tuple[float, float]:
    """Propose the scale of one dimension from the observed range.

    Parameters
    ----------
    values
        Ratings of one dimension, shape (n,); NaN is ignored.

    Returns
    -------
    low, high
        The tightest usual scale that holds every value: whole numbers 1, 2, ..., 7 give 1..7, decimals in 0.1..0.9
        give 0..1. The observed range where no usual scale holds it, and -1..1 where there is no value.

    Examples
    --------
    >>> propose_scale([1.2, 6.8]), propose_scale([-0.4, 0.9]), propose_scale([2, 88])
    ((1, 7), (-1, 1), (1, 100))
    """
    finite = np.asarray(values, dtype=np.float64)
    finite = finite[np.isfinite(finite)]
    if finite.size == 0:
        return -1, 1
    low, high = float(finite.min()), float(finite.max())
    for scale in sorted(SCALES, key=lambda scale: (scale[1] - scale[0], -scale[0])):
        if scale[0] <= low and high <= scale[1]:
            return scale
    return (low, high) if low < high else (low - 1, low + 1)


def propose_affect_scale(table: Table, mapping: ColumnMapping) -> AffectScale:
    """Propose the scale of valence and of arousal, each from its own column."""
    valence = table.numbers(table.find(mapping.valence)) if mapping.valence else np.empty(0)
    arousal = table.numbers(table.find(mapping.arousal)) if mapping.arousal else np.empty(0)
    return AffectScale(*propose_scale(valence), *propose_scale(arousal))
