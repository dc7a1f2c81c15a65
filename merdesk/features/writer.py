"""One append to the feature store: records into the right segments, forced to disk, then listed."""

import os
from collections.abc import Iterable, Sequence
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
BLOCK_BYTES = 1 << 20
"""Pooled records are made and written this much at a time: what was just made is still in the processor's cache."""
PRECISIONS: dict[int, Precision] = {2: "<f2", 4: "<f4"}
"""How values of so many bytes are kept: as they come."""

_sync = getattr(os, "fdatasync", os.fsync)  # missing on macOS and Windows


@dataclass(frozen=True, slots=True)
class Row:
    """Features that are to be written."""

    key: FeatureKey
    digest: bytes
    arrays: FeatureArrays


@dataclass(slots=True)
class _Tail:
    """A segment that is being written: its number, its records, and where the next one starts."""

    segment_id: int
    layout: Layout
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

    def write(self, features: FeatureSet, rows: Sequence[Row]) -> None:
        """Write rows of one set and list them."""
        heads = records.heads([row.key for row in rows], [row.digest for row in rows])
        frames = self._write_frames(features, rows, heads)
        pooled = self._write_pooled(features, rows, heads)
        self._index.add_features(
            features,
            [
                (row.key, row.digest, Place(*first, *second))
                for row, first, second in zip(rows, pooled, frames, strict=True)
            ],
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
        self, features: FeatureSet, rows: Sequence[Row], heads: records.Heads
    ) -> list[tuple[int, int]]:
        groups = _grouped(row.arrays.pooled for row in rows)
        widths = {width for width, _ in groups} | {self._index.pooled_width(features)} - {None}
        if len(widths) > 1:
            raise ValueError(f"pooled vectors of {features.extractor} are {sorted(map(str, widths))} long")
        places: dict[int, tuple[int, int]] = {}
        for (width, precision), own in groups.items():
            layout = _layout(features, "pooled", width, precision)
            step = max(1, BLOCK_BYTES // layout.row_dtype.itemsize)
            room = np.empty(min(len(own), step), layout.row_dtype)
            for first in range(0, len(own), step):
                part = own[first : first + step]
                arrays = [rows[place].arrays for place in part]
                tail = self._tail(layout)
                at = tail.end
                _write_all(tail, records.pooled_bytes(room[: len(part)], heads[part], arrays))
                stride = layout.row_dtype.itemsize
                places.update((place, (tail.segment_id, at + n * stride)) for n, place in enumerate(part))
        return [places[row] for row in range(len(rows))]

    def _write_frames(
        self, features: FeatureSet, rows: Sequence[Row], heads: records.Heads
    ) -> list[tuple[int, int, int]]:
        places: dict[int, tuple[int, int, int]] = {}
        for (width, precision), own in _grouped(row.arrays.frames for row in rows).items():
            tail = self._tail(_layout(features, "frames", width, precision))
            pieces = records.frames_bytes(heads[own], [rows[place].arrays for place in own])
            at = tail.end
            for place, piece in zip(own, pieces, strict=True):
                places[place] = (tail.segment_id, at, len(piece))
                at += len(piece)
            _write_all(tail, memoryview(b"".join(pieces)))
        return [places[row] for row in range(len(rows))]

    def _tail(self, layout: Layout) -> _Tail:
        """The segment where records of this layout go now."""
        own = [tail for tail in self._tails if tail.layout == layout]
        if own and own[-1].end < SEGMENT_MAX_BYTES:
            return own[-1]
        # The index does not know yet how far ours have grown.
        place = None if own else self._index.open_segment(layout, below=SEGMENT_MAX_BYTES)
        if place is None:
            return self._new_segment(layout)
        segment_id, end = place
        file = self._files.enter_context((self._folder / segment_name(segment_id)).open("r+b", buffering=0))
        try:
            file.truncate(end)  # what a crash left behind the listed part
        except PermissionError:
            # Windows does not cut a file that a reader has mapped.
            self._index.move_end(segment_id, end, close=True)
            return self._new_segment(layout)
        file.seek(end)
        self._tails.append(_Tail(segment_id, layout, file, end))
        return self._tails[-1]

    def _new_segment(self, layout: Layout) -> _Tail:
        taken = [number for number, _ in segment_files(self._folder)]
        segment_id = max([0, *taken, *self._index.segments()]) + 1
        path = self._folder / segment_name(segment_id)
        file = self._files.enter_context(path.open("xb", buffering=0))
        first = records.header(layout)
        tail = _Tail(segment_id, layout, file, 0)
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


def _grouped(arrays: Iterable[FloatArray]) -> dict[tuple[int, Precision], list[int]]:
    """Places of the arrays that are equally wide and precise."""
    groups: dict[tuple[int, Precision], list[int]] = {}
    for place, array in enumerate(arrays):
        groups.setdefault((array.shape[-1], PRECISIONS[array.itemsize]), []).append(place)
    return groups


def _layout(features: FeatureSet, kind: Kind, width: int, precision: Precision) -> Layout:
    return Layout(features.extractor, features.version, features.settings, kind, precision, width)
