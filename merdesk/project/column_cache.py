"""The columns of a large project as one memory-mapped file, valid for one number of changes.

A million clips take 6 s from SQLite and some milliseconds from here. The file can be deleted at any time.
"""

import json
import os
import uuid
from pathlib import Path
from typing import Any

import numpy as np

from merdesk import __version__
from merdesk.domain.columns import ClipColumns

FILE = "columns.bin"
WORTH_KEEPING = 50_000
"""Clips from which reading SQLite takes longer (.2 s) than anyone should wait for at each start."""
HEAD = 16
"""Bytes that tell the length of the header; arrays start at multiples of this."""


def save(folder: Path, version: int, columns: ClipColumns) -> None:
    """Keep the columns, unless there are few; a disk that refuses costs nothing but time at the next start."""
    if len(columns) < WORTH_KEEPING:
        return
    beside = folder / f"{FILE}.{uuid.uuid4().hex[:8]}"
    try:
        with beside.open("wb") as file:
            header = json.dumps(_header(version, columns)).encode()
            file.write(str(len(header)).encode().rjust(HEAD))
            file.write(header)
            for name in ClipColumns.DTYPES:
                file.write(b"\0" * (-file.tell() % HEAD))
                file.write(np.ascontiguousarray(getattr(columns, name)).tobytes())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(folder / FILE)
    except OSError:
        beside.unlink(missing_ok=True)


def load(folder: Path, version: int) -> ClipColumns | None:
    """The columns kept for this number of changes; None when there are none."""
    try:
        return _load(folder / FILE, version)
    except (OSError, ValueError, KeyError):
        return None


def _header(version: int, columns: ClipColumns) -> dict[str, Any]:
    names = {name: getattr(columns, name) for name in _names()}
    return {"program": __version__, "version": version, "n": len(columns), "names": names}


def _names() -> tuple[str, ...]:
    return tuple(f"{stem}_names" for stem in ("dataset", "genre", "artist", "group", "split"))


def _load(path: Path, version: int) -> ClipColumns | None:
    with path.open("rb") as file:
        length = int(file.read(HEAD))
        header = json.loads(file.read(length))
        if header["version"] != version or header["program"] != __version__:
            return None
    n, start = header["n"], HEAD + length
    arrays: dict[str, Any] = {}
    data = np.memmap(path, np.uint8, mode="r")
    for name, dtype in ClipColumns.DTYPES.items():
        start += -start % HEAD
        shape = (n, 2) if name in ClipColumns.PAIRS else (n,)
        stop = start + int(np.prod(shape)) * np.dtype(dtype).itemsize
        arrays[name] = data[start:stop].view(dtype).reshape(shape)
        start = stop
    if start != len(data):
        return None
    arrays |= {name: tuple(header["names"][name]) for name in _names()}
    return ClipColumns(**arrays)
