"""Columns of the table of clips: what they are called, what they show, and by what they are sorted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.domain.columns import ClipColumns
from merdesk.ui.clip_filter import axis_values
from merdesk.ui.plots.colouring import Measure
from merdesk.ui.theme.figures import signed

NO_RANK = np.uint32(0xFFFFFFFF)
"""Where clips without a value stand, whatever the direction."""
HALF = np.uint32(1 << 31)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column.

    Attributes
    ----------
    name, heading, tip
        What it is called in lists and copies, over its cells, and under the mouse.
    width
        Pixels; 0 for what takes the room that is left.
    codes
        Stem of a coded column of `ClipColumns`, empty for others.
    values
        Numbers of all rows, None for texts.
    digits, signed
        How numbers are written.
    chosen
        Shown where nobody has chosen.
    measure
        Reads a further column of an imported table, None for all others.
    """

    name: str
    heading: str
    width: int
    tip: str = ""
    codes: str = ""
    values: Callable[[ClipColumns], np.ndarray] | None = None
    digits: int = 2
    signed: bool = True
    chosen: bool = True
    measure: Callable[[], Measure] | None = None

    @property
    def is_number(self) -> bool:
        """True for numbers, which stand at the right."""
        return self.values is not None or (self.measure is not None and not self.measure().names)

    def numbers(self, columns: ClipColumns) -> np.ndarray:
        """Numbers of all rows."""
        if self.measure is not None:
            return self.measure().of(columns.ids)
        assert self.values is not None
        return self.values(columns)

    def groups(self, columns: ClipColumns) -> tuple[IntArray, tuple[str, ...]]:
        """Codes of all rows, negative for none, and what they stand for."""
        if self.measure is not None:
            found = self.measure()
            return np.nan_to_num(found.of(columns.ids), nan=-1).astype(np.int32), found.names
        return getattr(columns, self.codes), getattr(columns, f"{self.codes}_names")

    def written(self, value: float) -> str:
        """A number as a cell shows it."""
        if self.measure is not None:
            return f"{value:.6g}".replace("-", "\N{MINUS SIGN}")
        return signed(value, self.digits) if self.signed else f"{value:,.{self.digits}f}"


TABLE_COLUMNS = (
    TableColumn("Title", "Title", 0),
    TableColumn("Artist", "Artist", 120, codes="artist"),
    TableColumn("Dataset", "Dataset", 92, codes="dataset"),
    TableColumn("Genre", "Genre", 88, codes="genre"),
    TableColumn("Split", "Split", 92, codes="split", chosen=False),
    TableColumn(
        "Annotators", "Annotators", 84, "How many people rated it", values=lambda c: c.n_raters, digits=0, signed=False,
        chosen=False,
    ),
    TableColumn("Valence", "V", 66, "Annotated valence, -1 to 1", values=lambda c: c.affect[:, 0]),
    TableColumn("Arousal", "A", 66, "Annotated arousal, -1 to 1", values=lambda c: c.affect[:, 1]),
    TableColumn(
        "Valence spread", "V spread", 74, "Standard deviation between annotators of valence",
        values=lambda c: c.spread[:, 0], signed=False, chosen=False,
    ),
    TableColumn(
        "Arousal spread", "A spread", 74, "Standard deviation between annotators of arousal",
        values=lambda c: c.spread[:, 1], signed=False, chosen=False,
    ),
    TableColumn("Predicted valence", "V pred.", 70, "Predicted valence", values=lambda c: c.prediction[:, 0]),
    TableColumn("Predicted arousal", "A pred.", 70, "Predicted arousal", values=lambda c: c.prediction[:, 1]),
    TableColumn(
        "Error", "Error", 66, "Distance between prediction and annotation in the plane",
        values=lambda c: axis_values(c, "error"), signed=False,
    ),
)  # fmt: skip
IMPORTED_WIDTH = 96
BY_NAME = {each.name: each for each in TABLE_COLUMNS}


def table_columns(names: Sequence[str], measure: Callable[[str], Measure]) -> tuple[TableColumn, ...]:
    """The columns of every table of clips, then those of these names that `measure` reads."""
    further = tuple(
        TableColumn(
            f"{name} (imported)" if name in BY_NAME else name, name, IMPORTED_WIDTH, "Of an imported table",
            chosen=False, measure=partial(measure, name),
        )
        for name in names
    )  # fmt: skip
    return TABLE_COLUMNS + further


def says_something(column: TableColumn, columns: ClipColumns) -> bool:
    """False for a column that tells no clip from another: one dataset, no predictions."""
    if column.name == "Dataset":
        return len(columns.dataset_names) > 1
    if column.codes and column.name != "Artist":
        return bool(getattr(columns, f"{column.codes}_names"))
    if column.name in ("Predicted valence", "Predicted arousal", "Error"):
        return bool(columns.predicted.any())
    return True


def ordered(column: TableColumn, columns: ClipColumns, rows: IntArray, *, descending: bool) -> IntArray:
    """These ascending rows sorted by a column, rows alike in their order; what is not known comes last."""
    if column.is_number:
        values = column.numbers(columns)[rows].astype(np.float32)
        known = np.isfinite(values)
        # Zero has two signs. The bits of floats have the order of the numbers, turned round below zero.
        bits = ((-values if descending else values) + np.float32(0)).view(np.uint32)
        keys = np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))
        return by_keys(rows, np.where(known, keys, NO_RANK))
    codes, names = column.groups(columns)
    return by_ranks(rows, _ranks(names)[codes[rows]], descending=descending)


def by_ranks(rows: IntArray, ranks: np.ndarray, *, descending: bool) -> IntArray:
    """Ascending rows sorted by ranks below a thousand million; NO_RANK stays last."""
    ranks = ranks.astype(np.uint32)
    return by_keys(rows, np.where(ranks == NO_RANK, NO_RANK, HALF - ranks) if descending else ranks)


def by_keys(rows: IntArray, keys: np.ndarray) -> IntArray:
    """Rows sorted by uint32 keys.

    Key and place share one number: sorting a million such numbers takes 15 ms, a stable argsort 100.
    """
    both = (keys.astype(np.uint64) << np.uint64(32)) | np.arange(len(rows), dtype=np.uint64)
    both.sort()
    return np.asarray(rows[(both & np.uint64(0xFFFFFFFF)).astype(np.int64)])


@lru_cache(maxsize=8)
def _ranks(names: tuple[str, ...]) -> np.ndarray:
    """Place of each name among all, whatever its case; the last entry is where the code of no name points to."""
    order = sorted(range(len(names)), key=lambda code: names[code].casefold())
    ranks = np.full(len(names) + 1, NO_RANK, np.uint32)
    ranks[order] = np.arange(len(names))
    return ranks
