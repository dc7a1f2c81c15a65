"""A table of numbers as a file has it, before anything is chosen from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray
from merdesk.domain.source import LeftOut

ID_NAMES = (
    "clip_id", "song_id", "songid", "track_id", "trackid", "musicid", "id", "file", "filename", "file_name", "path",
    "name",
)  # fmt: skip
"""Usual names of the column with ids, most telling first."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """What a file holds: ids, where each row stands (None where lines have no numbers), numbers with NaN for gaps."""

    ids: tuple[str, ...]
    lines: tuple[int | None, ...]
    names: tuple[str, ...]
    values: FloatArray
    text_names: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def precision(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """How values are kept that come as `dtype`: halves as halves, everything else in single precision.

    Examples
    --------
    >>> str(precision("f2")), str(precision("f8")), str(precision("i4"))
    ('float16', 'float32', 'float32')
    """
    return np.dtype("f2") if np.dtype(dtype) == np.dtype("f2") else np.dtype("f4")


def id_index(names: Sequence[str], wanted: str | None) -> int:
    """Position of the column with ids: the one wanted, else one with a usual name, else the first."""
    folded = [name.strip().lower() for name in names]
    for candidate in (wanted.strip().lower(),) if wanted else ID_NAMES:
        if candidate in folded:
            return folded.index(candidate)
    if wanted:
        raise ValueError(f"there is no column {wanted!r} among {', '.join(names[:8])}")
    return 0


def id_text(value: Any) -> str:
    """An id as text: numbers that are whole lose their decimals.

    Examples
    --------
    >>> id_text(" 12.0 "), id_text(7.0), id_text("a.mp3")
    ('12', '7', 'a.mp3')
    """
    text = str(value).strip()
    whole, point, rest = text.partition(".")
    return whole if point and whole.isdigit() and set(rest) == {"0"} else text


def unique_names(header: Sequence[str]) -> list[str]:
    """Names of columns, numbered where one comes twice or is empty."""
    names: list[str] = []
    for at, cell in enumerate(header):
        name = cell.strip() or f"column {at + 1}"
        while name in names:
            name += f" ({at + 1})"
        names.append(name)
    return names
