"""Features that were computed elsewhere, one row a clip: openSMILE, MERT, MusiCNN, anything.

Reading is pure: what comes back are ids as the table has them, numbers with their names, and what was left out and
why. Whoever calls matches the ids to clips.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, frozen
from merdesk.domain.source import LeftOut
from merdesk.errors import FeatureError
from merdesk.features.table_files import read_raw
from merdesk.features.table_raw import RawTable, precision

LABEL_WORDS = frozenset(
    {
        "valence", "arousal", "label", "labels", "target", "targets", "rating", "ratings", "annotation",
        "annotations", "emotion", "emotions", "mood", "moods", "quadrant", "groundtruth", "gt", "pleasure",
        "dominance", "annotator", "annotators",
    }
)  # fmt: skip
"""A column with one of these words in its name is taken for a label: a model would read off the answer."""
LABEL_NAMES = frozenset(
    {"v", "a", "y", "val", "aro", "v_mean", "a_mean", "mean_v", "mean_a", "v_std", "a_std"}
)
"""So is one that is called exactly this."""
EQUAL_CORRELATION = 0.99999
"""Features do not agree this closely with ratings; copies and rescaled copies of ratings do."""
MIN_ROWS_TO_COMPARE = 10


@dataclass(frozen=True, slots=True)
class LeftOutColumn:
    """A column that was not taken, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Precomputed features.

    Attributes
    ----------
    ids
        As the table has them, none twice.
    names
        One for each column of `values`.
    values
        float32, or float16 where the file has that, [n, d], all finite.
    left_out_columns, left_out_rows
        What is missing here though the table has it.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    values: FloatArray
    left_out_columns: tuple[LeftOutColumn, ...] = ()
    left_out_rows: tuple[LeftOut, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen(self.values, precision(self.values.dtype), ndim=2))
        if self.values.shape != (len(self.ids), len(self.names)):
            raise ValueError(
                f"{len(self.ids)} ids and {len(self.names)} names do not fit values {self.values.shape}"
            )

    def without(self, unwanted: BoolArray, reason: str) -> "FeatureTable":
        """The table without the columns where `unwanted` [d] is True; they are named with the reason."""
        kept = np.flatnonzero(~unwanted)
        gone = [LeftOutColumn(self.names[i], reason) for i in np.flatnonzero(unwanted)]
        return FeatureTable(
            self.ids,
            tuple(self.names[i] for i in kept),
            self.values[:, kept],
            (*self.left_out_columns, *gone),
            self.left_out_rows,
        )


def read_table(
    path: Path,
    *,
    id_column: str | None = None,
    columns: Sequence[str] = (),
    exclude: Sequence[str] = (),
    keep_labels: bool = False,
) -> FeatureTable:
    """Read features from a CSV (`,` `;` or TAB), npz or parquet file, or a folder of .npy files.

    Parameters
    ----------
    path
        A CSV or parquet file with a column of ids; an npz with arrays `ids` and `features` (and `names`), or with
        one vector per id; or a folder with one .npy per id, where frames [n_frames, d] are averaged.
    id_column
        Name of the column with ids; None looks for the usual names, then takes the first column.
    columns, exclude
        Globs: only columns that fit one of `columns` (all, when empty) and none of `exclude` are taken.
    keep_labels
        Take columns that are named like labels, too.

    Raises
    ------
    FeatureError
        When the file cannot be read as a table, or nothing of it is left.
    """
    raw = read_raw(path, id_column=id_column)
    taken: list[int] = []
    left_out: list[LeftOutColumn] = []
    for column, name in enumerate(raw.names):
        reason = _reason_against(name, columns=columns, exclude=exclude, keep_labels=keep_labels)
        if not reason and not np.isfinite(raw.values[:, column]).any():
            reason = "holds no number"
        if reason:
            left_out.append(LeftOutColumn(name, reason))
        else:
            taken.append(column)
    left_out += [LeftOutColumn(name, "holds text") for name in raw.text_names]
    if not taken:
        told = "; ".join(f"{one.name}: {one.reason}" for one in left_out[:5])
        raise FeatureError(f"{path.name} has no column that could be taken as a feature ({told}).")
    return _with_sound_rows(path, raw, taken, tuple(left_out))


def is_label_name(name: str) -> bool:
    """True when a column is named like a label.

    Examples
    --------
    >>> [is_label_name(name) for name in ("mean_valence", "Arousal(std)", "V", "pcm_RMSenergy_sma_amean")]
    [True, True, True, False]
    """
    words = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())
    return not LABEL_WORDS.isdisjoint(words) or name.strip().lower() in LABEL_NAMES


def equal_to_labels(values: FloatArray, labels: FloatArray) -> BoolArray:
    """True for the columns of values [n, d] that repeat a column of labels [n, k], rescaled or not; shape (d,).

    Rows with a NaN label are not compared; under 10 rows nothing is called equal.
    """
    equal = np.zeros(values.shape[1], dtype=np.bool_)
    for label in np.asarray(labels, dtype=np.float64).T:
        known = np.isfinite(label)
        if known.sum() < MIN_ROWS_TO_COMPARE or label[known].std() == 0:
            continue
        ours = np.asarray(values[known], dtype=np.float64)
        ours = ours - ours.mean(axis=0)
        theirs = label[known] - label[known].mean()
        norm = np.linalg.norm(ours, axis=0) * np.linalg.norm(theirs)
        correlation = np.divide(np.abs(theirs @ ours), norm, out=np.zeros_like(norm), where=norm > 0)
        equal |= correlation > EQUAL_CORRELATION
    return equal


def _reason_against(name: str, *, columns: Sequence[str], exclude: Sequence[str], keep_labels: bool) -> str:
    if columns and not any(fnmatchcase(name, glob) for glob in columns):
        return "not among the columns asked for"
    if any(fnmatchcase(name, glob) for glob in exclude):
        return "excluded"
    if not keep_labels and is_label_name(name):
        return "named like a label"
    return ""


def _with_sound_rows(
    path: Path, raw: RawTable, taken: Sequence[int], left_out: tuple[LeftOutColumn, ...]
) -> FeatureTable:
    """The columns that are taken, in rows that have an id of their own and a number everywhere."""
    values = raw.values[:, taken]
    kept: list[int] = []
    seen: set[str] = set()
    problems = list(raw.left_out)
    for row, name in enumerate(raw.ids):
        bad = np.flatnonzero(~np.isfinite(values[row]))
        if len(bad):
            column = raw.names[taken[int(bad[0])]]
            problems.append(LeftOut(path.name, raw.lines[row], f"{name} has no number in column {column}"))
        elif name in seen:
            problems.append(
                LeftOut(path.name, raw.lines[row], f"{name} is there twice; the first row counts")
            )
        else:
            seen.add(name)
            kept.append(row)
    if not kept:
        told = f" ({problems[0]})" if problems else ""
        raise FeatureError(f"{path.name} has no row that could be taken{told}; check the file.")
    names = tuple(raw.names[column] for column in taken)
    return FeatureTable(tuple(raw.ids[i] for i in kept), names, values[kept], left_out, tuple(problems))
