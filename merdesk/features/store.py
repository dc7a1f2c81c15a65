"""The feature store: append-only segment files and an index, which survive a crash at any moment.

An append writes records, forces them to disk, and only then lists them in the index: a listed row is whole. What a
crash leaves behind the listed part of a file is cut off by the next append. Pooled vectors and frames of a set lie
in files of their own, so that the pooled matrix of a whole library is read in one sweep.
"""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import apsw
import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.domain.protocols import FeatureArrays
from merdesk.errors import Failure, attempt
from merdesk.features.index import Content, Index
from merdesk.features.key import FeatureKey, FeatureSet, Span
from merdesk.features.reader import Matrix, read_pooled, read_record
from merdesk.features.rebuild import INDEX, rebuild_index
from merdesk.features.segments import segment_files, size_of
from merdesk.features.store_errors import told
from merdesk.features.writer import Row, Writer

__all__ = ["Content", "FeatureKey", "FeatureSet", "FeatureStore", "StoredSet", "rebuild_index"]


@dataclass(frozen=True, slots=True)
class StoredSet:
    """A set of features in the store: how many clips have them, how many values each, the room they take."""

    features: FeatureSet
    n_clips: int
    width: int
    n_bytes: int


class FeatureStore:
    """Features of clips by key; every method may be called from any thread, and beside other processes."""

    def __init__(self, folder: Path, index: Index) -> None:
        self.folder = folder
        self._index = index

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False) -> "FeatureStore":
        """Open the store of a folder, which is made when it is not there.

        A missing or damaged index is rebuilt from the segments; rows whose bytes are gone are forgotten.

        Raises
        ------
        FeatureError
            When the folder cannot be used.
        """
        with told(folder):
            if not read_only:
                folder.mkdir(parents=True, exist_ok=True)
                if not (folder / INDEX).exists() and segment_files(folder):
                    rebuild_index(folder)
            try:
                index = _opened(folder, read_only=read_only)
            except (apsw.NotADBError, apsw.CorruptError):
                if read_only:
                    raise
                rebuild_index(folder)
                index = _opened(folder, read_only=False)
            store = cls(folder, index)
            if not read_only:
                store._tidy()
            return store

    def close(self) -> None:
        """Close the connections of all threads."""
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def has(self, keys: Iterable[FeatureKey]) -> BoolArray:
        """True where the features of a key are there, shape (n,)."""
        with told(self.folder):
            places = self._index.places(key.digest for key in keys)
            return np.array([place is not None for place in places], dtype=np.bool_)

    def missing(self, keys: Sequence[FeatureKey]) -> list[FeatureKey]:
        """The keys whose features are still to be computed, in their order."""
        return [key for key, there in zip(keys, self.has(keys), strict=True) if not there]

    def append(
        self,
        rows: Iterable[tuple[FeatureKey, FeatureArrays]],
        *,
        contents: Iterable[Content] = (),
    ) -> int:
        """Add features; those that are already there are left as they are.

        Parameters
        ----------
        rows
            Keys and arrays; the pooled vectors of one set are equally long. What comes in half precision is kept so.
        contents
            What else was found out about the clips; it lies in the inbox until the project takes it.

        Returns
        -------
        int
            Rows that were added; they are on disk when this returns.

        Raises
        ------
        FeatureError
            When the disk is full or the folder cannot be written; nothing of the batch is then there.
        ValueError
            When lengths differ within a set.
        """
        with told(self.folder), ExitStack() as files, self._index.writing():
            fresh = self._fresh(rows)
            writer = Writer(self.folder, self._index, files)
            for features, batch in fresh.items():
                writer.write(features, batch)
            writer.sync()
            self._index.put(contents)
            return sum(map(len, fresh.values()))

    @property
    def version(self) -> int:
        """A number that changes when somebody else has written; cheap to ask for."""
        with told(self.folder):
            return self._index.version

    def inbox(self, most: int | None = None) -> list[Content]:
        """What extraction found out about clips and the project has not taken yet, at most so many."""
        with told(self.folder):
            return self._index.inbox(most)

    def take(self, contents: Sequence[Content]) -> None:
        """Remove from the inbox what the project has taken."""
        with told(self.folder), self._index.writing():
            self._index.take(contents)

    def pooled(self, keys: Sequence[FeatureKey]) -> tuple[FloatArray, BoolArray]:
        """Pooled vectors of clips, all of one set.

        Returns
        -------
        values, found
            float32 (n, d) with NaN in rows that are not there; which are there, (n,). d is 0 when none is.

        Raises
        ------
        ValueError
            When the keys belong to several sets.
        """
        if len({key.features for key in keys}) > 1:
            raise ValueError("the rows of one matrix must belong to one set of features")
        with told(self.folder):
            digests = [key.digest for key in keys]
            places = self._index.places(digests)
            segments = self._index.segments()
            rows = np.flatnonzero([place is not None for place in places])
            at = np.array([(p.pooled_segment, p.pooled_at) for p in places if p is not None], np.int64)
            at = at.reshape(-1, 2)
            width = segments[int(at[0, 0])].layout.width if len(at) else 0
            matrix = Matrix(
                wanted=np.frombuffer(b"".join(digests), "<u8").reshape(-1, 4),
                values=np.empty((len(keys), width), np.float32),
                found=np.zeros(len(keys), dtype=np.bool_),
            )
            for segment_id in np.unique(at[:, 0]).tolist():
                own = at[:, 0] == segment_id
                read_pooled(self.folder, segments[segment_id], at[own, 1], rows[own], matrix)
            matrix.values[~matrix.found] = np.nan
            return matrix.values, matrix.found

    def frames(self, key: FeatureKey) -> FeatureArrays | None:
        """Pooled vector and frames of one clip, checked; None when they are not there.

        Raises
        ------
        FeatureError
            When the bytes on disk are damaged.
        """
        with told(self.folder):
            (place,) = self._index.places([key.digest])
            if place is None:
                return None
            segments = self._index.segments()
            pooled, _ = read_record(self.folder, segments[place.pooled_segment], place.pooled_at, key)
            frames, rate_hz = read_record(self.folder, segments[place.frames_segment], place.frames_at, key)
            return FeatureArrays(pooled[0], frames, rate_hz)

    def sets(self) -> list[StoredSet]:
        """What is in the store, oldest set first."""
        with told(self.folder):
            segments = self._index.segments().values()
            found = []
            for features, n_clips in self._index.counts().items():
                own = [segment for segment in segments if segment.layout.features == features]
                width = max((s.layout.width for s in own if s.layout.kind == "pooled"), default=0)
                n_bytes = sum(size_of(self.folder / segment.name) for segment in own)
                found.append(StoredSet(features, n_clips, width, n_bytes))
            return found

    def spans(self, features: FeatureSet) -> frozenset[Span]:
        """Of which audio, from where to where, a set has features; a fifth of a second for 100,000 clips."""
        with told(self.folder):
            return frozenset(self._index.spans(features))

    def prune(self, features: FeatureSet) -> int:
        """Remove a set and its files; returns the bytes that became free."""
        with told(self.folder):
            with self._index.writing():
                own = self._index.forget_set(features)
            paths = [self.folder / segment.name for segment in own]
            freed = sum(map(size_of, paths))
            for path in paths:
                path.unlink(missing_ok=True)
            return freed

    def damaged(self) -> list[FeatureKey]:
        """Read everything, and name the keys whose bytes do not fit their checksum."""
        with told(self.folder):
            return [
                key
                for key in self._index.all_keys()
                if isinstance(attempt(partial(self.frames, key)), Failure)
            ]

    def _fresh(self, rows: Iterable[tuple[FeatureKey, FeatureArrays]]) -> dict[FeatureSet, list[Row]]:
        by_digest = {row.digest: row for row in (Row(key, key.digest, arrays) for key, arrays in rows)}
        fresh: dict[FeatureSet, list[Row]] = {}
        for row, place in zip(by_digest.values(), self._index.places(by_digest), strict=True):
            if place is None:
                fresh.setdefault(row.key.features, []).append(row)
        return fresh

    def _tidy(self) -> None:
        """Put right what a crash left: lists and files agree afterwards.

        Rows whose bytes are gone are forgotten (a disk that lied about a sync, a file that somebody removed); files
        that are not listed were begun by a writer that died before it listed them, and go.
        """
        if not self._lost() and not self._unlisted():
            return
        with self._index.writing():  # looked at again: another writer may have been in the middle of it
            for segment_id, size in self._lost():
                self._index.cut(segment_id, size)
            for path in self._unlisted():
                path.unlink()

    def _lost(self) -> list[tuple[int, int]]:
        sizes = ((s.id, size_of(self.folder / s.name), s.end_byte) for s in self._index.segments().values())
        return [(segment_id, size) for segment_id, size, end in sizes if size < end]

    def _unlisted(self) -> list[Path]:
        listed = self._index.segments()
        return [path for number, path in segment_files(self.folder) if number not in listed]


def _opened(folder: Path, *, read_only: bool) -> Index:
    index = Index(folder / INDEX, read_only=read_only)
    index.prepare()
    return index
