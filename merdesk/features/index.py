"""Where each clip's features lie: a small SQLite file beside the segments, which can be rebuilt from them.

SQLite's own write transaction is the store's writer lock: it is held for one append, it works across threads and
processes, and a killed writer lets go of it.
"""

import math
import threading
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import apsw

from merdesk.errors import FeatureError
from merdesk.features.key import FeatureKey, FeatureSet, Span
from merdesk.features.records import Layout
from merdesk.features.segments import Place, Segment

APPLICATION_ID = 0x4D454446  # "MEDF"
SCHEMA_VERSION = 1
LOCK_WAIT_MS = 60_000
"""Another writer holds the lock for one append, which is some milliseconds; this long only a frozen one would."""

SCHEMA = """
CREATE TABLE feature_set (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    extractor TEXT NOT NULL, version INTEGER NOT NULL, settings TEXT NOT NULL,
    UNIQUE (extractor, version, settings)
) STRICT;
CREATE TABLE segment (
    id INTEGER PRIMARY KEY, set_id INTEGER NOT NULL, kind TEXT NOT NULL, dtype TEXT NOT NULL,
    width INTEGER NOT NULL, end_byte INTEGER NOT NULL, closed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE feature (
    digest BLOB PRIMARY KEY, set_id INTEGER NOT NULL, content BLOB NOT NULL, onset_s REAL NOT NULL,
    duration_s REAL, -- NULL means to the end of the file
    pooled_segment INTEGER NOT NULL, pooled_at INTEGER NOT NULL,
    frames_segment INTEGER NOT NULL, frames_at INTEGER NOT NULL, frames_bytes INTEGER NOT NULL
) STRICT; -- rows in the order of writing: beside their random digests each append would touch every page
CREATE INDEX feature_of_set ON feature (set_id);
"""
INBOX = """
CREATE TABLE IF NOT EXISTS inbox (
    clip_id INTEGER PRIMARY KEY, quick_key BLOB NOT NULL, digest BLOB NOT NULL,
    loudness_lufs REAL -- NULL means silent, or too short
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Content:
    """What extraction found out about a clip: the digest of its audio, and its loudness (NaN when it has none).

    `quick_key` is that of the file as the project knew it.
    """

    clip_id: int
    quick_key: bytes
    digest: bytes
    loudness_lufs: float


class Index:
    """The index of one store; every thread works on a connection of its own."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._own = threading.local()
        self._all: weakref.WeakSet[apsw.Connection] = weakref.WeakSet()
        self._guard = threading.Lock()
        self._closed = False

    @property
    def connection(self) -> apsw.Connection:
        """The connection of the calling thread."""
        connection: apsw.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            if self._closed:
                raise ValueError("the feature store is closed")
            connection = self._own.connection = self._connect()
            with self._guard:
                self._all.add(connection)
        return connection

    def _connect(self) -> apsw.Connection:
        if self.read_only:
            return self._connect_to_read()
        connection = apsw.Connection(str(self.path))
        connection.set_busy_timeout(LOCK_WAIT_MS)
        connection.pragma("journal_mode", "wal")
        # FULL: a row that is there after a power cut is worth a tenth of a millisecond.
        connection.pragma("synchronous", "full")
        return connection

    def _connect_to_read(self) -> apsw.Connection:
        try:
            connection = apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READONLY)
            connection.set_busy_timeout(LOCK_WAIT_MS)
            connection.pragma("user_version")
        except (apsw.CantOpenError, apsw.ReadOnlyError):
            # WAL wants to make files beside the database; in a folder that cannot be written nobody else writes.
            name = f"{self.path.absolute().as_uri()}?immutable=1"
            connection = apsw.Connection(name, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
        return connection

    def prepare(self) -> None:
        """Make the tables of a new file; check those of an old one."""
        version = self.connection.pragma("user_version")
        if version == 0 and not self.read_only:
            with self.writing():
                if self.connection.pragma("user_version") == 0:
                    self.connection.execute(SCHEMA)
                    self.connection.pragma("application_id", APPLICATION_ID)
                    self.connection.pragma("user_version", SCHEMA_VERSION)
            version = SCHEMA_VERSION
        if version != SCHEMA_VERSION:
            raise FeatureError(
                f"The feature store {self.path.parent} was written by another version of merdesk "
                f"(format {version}, this one reads {SCHEMA_VERSION}); update merdesk to open it."
            )
        if not self.read_only and not self._has_inbox():
            self.connection.execute(INBOX)

    def _has_inbox(self) -> bool:
        found = self.connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'inbox'").fetchone()
        return found is not None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer lock; everything inside is committed together, or not at all."""
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the connections of all threads."""
        self._closed = True
        with self._guard:
            for connection in list(self._all):
                connection.close()
        self._own = threading.local()

    def places(self, digests: Iterable[bytes]) -> list[Place | None]:
        """Where each of these keys lies, None for one that is not there."""
        rows = self.connection.executemany(
            "SELECT pooled_segment, pooled_at, frames_segment, frames_at, frames_bytes "
            "FROM (SELECT ? AS wanted) LEFT JOIN feature ON digest = wanted",
            ((digest,) for digest in digests),
        )
        return [None if row[0] is None else Place(*row) for row in rows]

    def segments(self) -> dict[int, Segment]:
        """All segments by number."""
        rows = self.connection.execute(
            "SELECT segment.id, extractor, version, settings, kind, dtype, width, end_byte, closed "
            "FROM segment JOIN feature_set ON feature_set.id = set_id ORDER BY segment.id"
        )
        return {row[0]: Segment(row[0], Layout(*row[1:7]), row[7], bool(row[8])) for row in rows}

    def set_id(self, features: FeatureSet) -> int:
        """Number of a set, which is made when it is new."""
        values = (features.extractor, features.version, features.settings)
        select = "SELECT id FROM feature_set WHERE extractor = ? AND version = ? AND settings = ?"
        if (row := self.connection.execute(select, values).fetchone()) is None:
            self.connection.execute(
                "INSERT INTO feature_set (extractor, version, settings) VALUES (?, ?, ?)", values
            )
            return self.connection.last_insert_rowid()
        return int(row[0])

    def add_segment(self, segment: Segment) -> None:
        """List a new segment."""
        layout = segment.layout
        self.connection.execute(
            "INSERT INTO segment (id, set_id, kind, dtype, width, end_byte, closed) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                segment.id, self.set_id(layout.features), layout.kind, layout.dtype, layout.width,
                segment.end_byte, int(segment.closed),
            ),
        )  # fmt: skip

    def open_segment(self, layout: Layout, *, below: int) -> tuple[int, int] | None:
        """Number and end of a segment for such records that may still grow and has not reached `below` bytes."""
        row = self.connection.execute(
            "SELECT id, end_byte FROM segment WHERE set_id = ? AND kind = ? AND dtype = ? AND width = ? "
            "AND NOT closed AND end_byte < ? ORDER BY id DESC LIMIT 1",
            (self.set_id(layout.features), layout.kind, layout.dtype, layout.width, below),
        ).fetchone()
        return None if row is None else (row[0], row[1])

    def pooled_width(self, features: FeatureSet) -> int | None:
        """Length of the set's pooled vectors, None while it has none."""
        row = self.connection.execute(
            "SELECT width FROM segment WHERE set_id = ? AND kind = 'pooled'",
            (self.set_id(features),),
        ).fetchone()
        return None if row is None else int(row[0])

    def move_end(self, segment_id: int, end_byte: int, *, close: bool = False) -> None:
        """Say where a segment's committed part ends, and whether it may still grow."""
        self.connection.execute(
            "UPDATE segment SET end_byte = ?, closed = max(closed, ?) WHERE id = ?",
            (end_byte, int(close), segment_id),
        )

    def add_features(self, features: FeatureSet, rows: Iterable[tuple[FeatureKey, bytes, Place]]) -> None:
        """List features of one set: key, its digest, where they lie."""
        set_id = self.set_id(features)
        self.connection.executemany(
            "INSERT OR IGNORE INTO feature VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (digest, set_id, key.content, float(key.onset_s), key.duration_s, *place)
                # In the order of the tables, which touches each of their pages once.
                for key, digest, place in sorted(rows, key=itemgetter(1))
            ),
        )

    @property
    def version(self) -> int:
        """Another number after another connection has written."""
        return int(self.connection.pragma("data_version"))

    def put(self, contents: Iterable[Content]) -> None:
        """Put what was found out about clips into the inbox."""
        self.connection.executemany(
            "INSERT OR REPLACE INTO inbox VALUES (?, ?, ?, ?)", map(astuple, contents)
        )

    def inbox(self, most: int | None) -> list[Content]:
        """What lies in the inbox, at most so many."""
        if not self._has_inbox():
            return []
        rows = self.connection.execute("SELECT * FROM inbox LIMIT ?", (-1 if most is None else most,))
        return [Content(row[0], row[1], row[2], math.nan if row[3] is None else row[3]) for row in rows]

    def take(self, contents: Iterable[Content]) -> None:
        """Remove from the inbox what is still as it was read."""
        self.connection.executemany(
            "DELETE FROM inbox WHERE clip_id = ? AND quick_key = ? AND digest = ?",
            ((one.clip_id, one.quick_key, one.digest) for one in contents),
        )

    def cut(self, segment_id: int, size: int) -> None:
        """Forget the features whose record in a segment does not end within `size` bytes, and close it."""
        row_bytes = self.segments()[segment_id].layout.row_dtype.itemsize
        self.connection.execute(
            "DELETE FROM feature WHERE (pooled_segment = ? AND pooled_at + ? > ?) "
            "OR (frames_segment = ? AND frames_at + frames_bytes > ?)",
            (segment_id, row_bytes, size, segment_id, size),
        )
        self.move_end(segment_id, size, close=True)

    def forget_set(self, features: FeatureSet) -> list[Segment]:
        """Forget all features of a set; returns the segments that held them."""
        own = [segment for segment in self.segments().values() if segment.layout.features == features]
        set_id = self.set_id(features)
        for table, column in (("feature", "set_id"), ("segment", "set_id"), ("feature_set", "id")):
            self.connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (set_id,))
        return own

    def all_keys(self) -> list[FeatureKey]:
        """All keys, set by set."""
        rows = self.connection.execute(
            "SELECT content, onset_s, duration_s, extractor, version, settings "
            "FROM feature JOIN feature_set ON feature_set.id = set_id ORDER BY set_id, digest"
        )
        return [FeatureKey(*row) for row in rows]

    def spans(self, features: FeatureSet) -> list[Span]:
        """What every key of a set is of."""
        rows = self.connection.execute(
            "SELECT content, onset_s, duration_s FROM feature WHERE set_id = (SELECT id FROM feature_set "
            "WHERE extractor = ? AND version = ? AND settings = ?)",
            (features.extractor, features.version, features.settings),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def counts(self) -> dict[FeatureSet, int]:
        """Number of clips by set, oldest set first."""
        rows = self.connection.execute(
            "SELECT extractor, version, settings, "
            "(SELECT count(*) FROM feature WHERE set_id = feature_set.id) FROM feature_set ORDER BY id"
        )
        return {FeatureSet(*row[:3]): row[3] for row in rows}

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """A whole table in the order of its key."""
        return [tuple(row) for row in self.connection.execute(f"SELECT * FROM {table} ORDER BY 1")]
