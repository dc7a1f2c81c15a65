"""One append to the feature store: records into the right segments, forced to disk, then listed."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.domain.protocols import FeatureArrays
from merdesk.features import records
from merdesk.features.index import Index
from merdesk.features.key import FeatureKey, FeatureSet
from merdesk.features.records import Kind, Layout, Precision
from merdesk.features.segments import Place, Segment, segment_files, segment_name

SEGMENT_MAX_BYTES = 1 << 30
"""A segment that has reached this size gets a successor."""
HALF_MAX = 65504.0
"""Largest finite value of half precision."""

_sync = getattr(os, "fdatasync", os.fsync)  # missing on macOS and Windows


@dataclass(frozen=True, slots=True)
class Row:
    """Features that are to be written."""

    key: FeatureKey
    digest: bytes
    arrays: FeatureArrays


@dataclass(slots=True)
class _Tail:
    """A segment that is being written: its number and where the next record starts."""

    segment_id: int
    file: BinaryIO
    end: int


class Writer:
    """Writes the sets of one append; `index` is inside its write transaction all the while."""

    def __init__(self, folder: Path, index: Index, files: ExitStack) -> None:
        self._folder = folder
        self._index = index
        self._files = files
        self._tails: list[_Tail] = []
        self._made = False

    def write(
        self, features: FeatureSet, rows: Sequence[Row], *, half_pooled: bool, half_frames: bool
    ) -> None:
        """Write rows of one set and list them."""
        heads = records.heads([row.key for row in rows], [row.digest for row in rows])
        frames = self._write_frames(features, rows, heads, half=half_frames)
        pooled = self._write_pooled(features, rows, heads, half=half_pooled)
        self._index.add_features(
            [
                (row.key, row.digest, Place(*first, *second))
                for row, first, second in zip(rows, pooled, frames, strict=True)
            ]
        )

    def sync(self) -> None:
        """Force to disk what was written: until then nothing may be listed for good."""
        for tail in self._tails:
            _sync(tail.file.fileno())
            self._index.move_end(tail.segment_id, tail.end)
        if self._made and os.name == "posix":
            # A new file is there for good only when its folder says so.
            folder = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _write_pooled(
        self, features: FeatureSet, rows: Sequence[Row], heads: records.Heads, *, half: bool
    ) -> list[tuple[int, int]]:
        widths = {len(row.arrays.pooled) for row in rows} | {self._index.pooled_width(features)} - {None}
        if len(widths) > 1:
            raise ValueError(f"pooled vectors of {features.extractor} are {sorted(map(str, widths))} long")
        pooled = [row.arrays.pooled for row in rows]
        values = _halved(pooled) if half else None
        if values is None:
            values = np.stack(pooled)
        layout = _layout(features, "pooled", values.shape[1], half=values.dtype == np.float16)
        raw = records.pooled_bytes(layout, heads, values, [row.arrays.frame_rate_hz for row in rows])
        tail = self._tail(layout)
        at, stride = tail.end, layout.row_dtype.itemsize
        _write_all(tail, raw)
        return [(tail.segment_id, at + row * stride) for row in range(len(rows))]

    def _write_frames(
        self, features: FeatureSet, rows: Sequence[Row], heads: records.Heads, *, half: bool
    ) -> list[tuple[int, int, int]]:
        places: dict[int, tuple[int, int, int]] = {}
        widths = np.array([row.arrays.frames.shape[1] for row in rows])
        for width in np.unique(widths).tolist():
            own = np.flatnonzero(widths == width).tolist()
            frames = [rows[i].arrays.frames for i in own]
            fits = half and all(np.abs(one).max(initial=0.0) <= HALF_MAX for one in frames)
            layout = _layout(features, "frames", width, half=fits)
            rates_hz = [rows[i].arrays.frame_rate_hz for i in own]
            tail = self._tail(layout)
            pieces = records.frames_bytes(layout, heads[own], frames, rates_hz)
            at = tail.end
            for row, piece in zip(own, pieces, strict=True):
                places[row] = (tail.segment_id, at, len(piece))
                at += len(piece)
            _write_all(tail, memoryview(b"".join(pieces)))
        return [places[row] for row in range(len(rows))]

    def _tail(self, layout: Layout) -> _Tail:
        """The segment where records of this layout go now."""
        place = self._index.open_segment(layout, below=SEGMENT_MAX_BYTES)
        if place is None:
            return self._new_segment(layout)
        segment_id, end = place
        for tail in self._tails:
            if tail.segment_id == segment_id:
                return tail
        file = self._files.enter_context((self._folder / segment_name(segment_id)).open("r+b", buffering=0))
        try:
            file.truncate(end)  # what a crash left behind the listed part
        except PermissionError:
            # Windows does not cut a file that a reader has mapped.
            self._index.move_end(segment_id, end, close=True)
            return self._new_segment(layout)
        file.seek(end)
        self._tails.append(_Tail(segment_id, file, end))
        return self._tails[-1]

    def _new_segment(self, layout: Layout) -> _Tail:
        taken = [number for number, _ in segment_files(self._folder)]
        segment_id = max([0, *taken, *self._index.segments()]) + 1
        path = self._folder / segment_name(segment_id)
        file = self._files.enter_context(path.open("xb", buffering=0))
        first = records.header(layout)
        tail = _Tail(segment_id, file, 0)
        _write_all(tail, memoryview(first))
        self._index.add_segment(Segment(segment_id, layout, len(first), closed=False))
        self._tails.append(tail)
        self._made = True
        return tail


def _write_all(tail: _Tail, data: memoryview) -> None:
    # An unbuffered write may take a part only (a disk that fills up, more than 2 GiB at once).
    rest = memoryview(data).cast("B")
    while rest:
        n = tail.file.write(rest)
        tail.end += n
        rest = rest[n:]


def _halved(rows: Sequence[FloatArray]) -> FloatArray | None:
    """Rows as a matrix in half precision; None when a value is too large for it."""
    try:
        with np.errstate(over="raise"):
            return np.stack(rows, dtype=np.float16, casting="same_kind")
    except FloatingPointError:
        return None


def _layout(features: FeatureSet, kind: Kind, width: int, *, half: bool) -> Layout:
    dtype: Precision = "<f2" if half else "<f4"
    return Layout(features.extractor, features.version, features.settings, kind, dtype, width)
