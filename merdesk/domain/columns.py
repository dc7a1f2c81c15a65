"""Many clips as columns: what views, filters, statistics and plots work on.

A `Clip` object is made only for the clip that someone looks at; a million of them would be a design error.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntFlag
from typing import Any

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray, frozen

NO_CODE = -1
"""Code of a clip without a value in a coded column."""


class ClipFlag(IntFlag):
    """Facts about a clip that fit a bit."""

    HAS_AUDIO = 1
    HAS_TRACE = 2
    DOUBTFUL = 4


@dataclass(frozen=True, slots=True)
class ClipColumns:
    """Read-only columns in one row order (ascending clip id); affect on [-1, 1], NaN where unknown.

    `dataset`, `genre`, `artist`, `group` and `split` hold codes into the tuples of names of the same stem, or NO_CODE.
    `prediction` is the current model's; `n_raters` is 0 for a clip that nobody rated.
    """

    ids: IntArray
    track_ids: IntArray
    dataset: IntArray
    genre: IntArray
    artist: IntArray
    group: IntArray
    split: IntArray
    affect: FloatArray
    spread: FloatArray
    n_raters: IntArray
    prediction: FloatArray
    flags: IntArray
    dataset_names: tuple[str, ...]
    genre_names: tuple[str, ...]
    artist_names: tuple[str, ...]
    group_names: tuple[str, ...]
    split_names: tuple[str, ...]

    DTYPES = {  # noqa: RUF012  (a constant of the class, no field)
        "ids": "i8", "track_ids": "i8", "dataset": "i2", "genre": "i2", "artist": "i4", "group": "i4", "split": "i2",
        "affect": "f4", "spread": "f4", "n_raters": "i4", "prediction": "f4", "flags": "u1",
    }  # fmt: skip
    PAIRS = ("affect", "spread", "prediction")

    def __post_init__(self) -> None:
        n = len(self.ids)
        for name, dtype in self.DTYPES.items():
            array = frozen(getattr(self, name), dtype, ndim=2 if name in self.PAIRS else 1)
            if array.shape != ((n, 2) if name in self.PAIRS else (n,)):
                raise ValueError(f"column {name} has shape {array.shape}, expected {n} rows")
            object.__setattr__(self, name, array)
        if n > 1 and not bool(np.all(np.diff(self.ids) > 0)):
            raise ValueError("clip ids must ascend")

    @classmethod
    def empty(cls) -> "ClipColumns":
        """Columns without a clip."""
        arrays: dict[str, Any] = {
            name: np.empty((0, 2) if name in cls.PAIRS else 0, dtype) for name, dtype in cls.DTYPES.items()
        }
        return cls(
            **arrays, dataset_names=(), genre_names=(), artist_names=(), group_names=(), split_names=()
        )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def annotated(self) -> BoolArray:
        """True where valence and arousal are known, shape (n,)."""
        return _known(self.affect)

    @property
    def predicted(self) -> BoolArray:
        """True where the current model has predicted, shape (n,)."""
        return _known(self.prediction)

    @property
    def residual(self) -> FloatArray:
        """Prediction minus annotation, shape (n, 2)."""
        return np.asarray(self.prediction - self.affect)

    def flagged(self, flag: ClipFlag) -> BoolArray:
        """True where the flag is set, shape (n,)."""
        return np.asarray((self.flags & int(flag)) != 0)

    def rows_of(self, ids: Sequence[int] | IntArray) -> IntArray:
        """Rows of these clip ids, in their order; ids that are not there are left out."""
        wanted = np.asarray(ids, dtype=np.int64)
        rows = np.searchsorted(self.ids, wanted)
        found = rows < len(self)
        found[found] = self.ids[rows[found]] == wanted[found]
        return np.asarray(rows[found])

    def row_of(self, clip_id: int) -> int | None:
        """Row of one clip, None when it is not there."""
        rows = self.rows_of([clip_id])
        return int(rows[0]) if len(rows) else None

    def take(self, rows: npt.NDArray[Any]) -> "ClipColumns":
        """The same columns for a mask or ascending rows."""
        return ClipColumns(
            **{
                field.name: getattr(self, field.name)[rows]
                if field.name in self.DTYPES
                else getattr(self, field.name)
                for field in fields(self)
            }
        )


def _known(pairs: FloatArray) -> BoolArray:
    """True for rows [n, 2] without NaN; a fifth of the time of `isfinite(...).all(axis=1)`."""
    return np.asarray(np.isfinite(pairs[:, 0]) & np.isfinite(pairs[:, 1]))
