"""The one place that talks to SQLite: a connection, transactions, and sentences instead of error codes."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from merdesk.errors import ProjectError

Row = tuple[Any, ...]
Parameters = Sequence[Any] | Mapping[str, Any]

BUSY_TIMEOUT_MS = 2000
"""A reader beside us can hold a checkpoint up for a moment; longer than this it hangs."""

FULL = "The disk that holds {path} is full; free some space and try again."
DAMAGED = "{path} is damaged; put back a copy from your own backup or from the project's folder backups."
VIEW_ASTRAY = "no such table: main."
"""A view in the file names a table that is not there; our own queries name tables without a schema."""

SENTENCES: tuple[tuple[type[apsw.Error], str], ...] = (
    (apsw.FullError, FULL),
    (
        apsw.ReadOnlyError,
        "{path} cannot be written to; make its folder writable, or copy the project to a place that is.",
    ),
    (
        apsw.NotADBError,
        "{path} is no merdesk project, or is damaged beyond reading; put back a copy from your own backup or from the project's folder backups.",
    ),
    (apsw.CorruptError, DAMAGED),
    (
        apsw.BusyError,
        "{path} is in use by another program; close that program (a backup or a sync tool, perhaps) and try again.",
    ),
    (
        apsw.LockedError,
        "{path} is in use by another program; close that program (a backup or a sync tool, perhaps) and try again.",
    ),
    (
        apsw.CantOpenError,
        "{path} cannot be opened; check that it exists and that you may read and write its folder.",
    ),
    (apsw.PermissionsError, "You may not read {path}; ask its owner for access, or work on a copy."),
    (
        apsw.IOError,
        "The disk reported an error while reading or writing {path}; check the disk, then open the project again.",
    ),
)
"""What the user can act on. Every other SQLite error is a defect of ours and passes as it is."""


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Raise SQLite's errors as `ProjectError` where `SENTENCES` has one for them."""
    try:
        yield
    except apsw.Error as error:
        if (
            getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_SHMSIZE
        ):  # no room for the index of the log
            raise ProjectError(FULL.format(path=path)) from error
        for kind, sentence in SENTENCES:
            if isinstance(error, kind):
                raise ProjectError(sentence.format(path=path)) from error
        if VIEW_ASTRAY in str(error):
            raise ProjectError(DAMAGED.format(path=path)) from error
        raise
    except UnicodeDecodeError as error:  # every text was written as UTF-8
        raise ProjectError(DAMAGED.format(path=path)) from error


class Database:
    """One connection to one file; only the thread that opened it may use it.

    Write-ahead logging lets readers go on while we write. Edits made by hand are synced to the disk at each commit
    (`synchronous=FULL`, .1 ms); bulk slices and derived rows wait for the next checkpoint
    (https://www.sqlite.org/pragma.html#pragma_synchronous).
    """

    def __init__(self, path: Path, *, read_only: bool = False, create: bool = False) -> None:
        self.path = path
        self._thread = threading.get_ident()
        self._durable: bool | None = None
        flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE
        with sentences(path):
            self.connection = self._connect(flags | (apsw.SQLITE_OPEN_CREATE if create else 0))
            self.connection.set_busy_timeout(BUSY_TIMEOUT_MS)
            self.connection.execute("PRAGMA foreign_keys = ON")
            self.connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()

    def _connect(self, flags: int) -> apsw.Connection:
        try:
            connection = apsw.Connection(str(self.path), flags=flags)
            connection.execute("PRAGMA schema_version").fetchall()
        except (apsw.CantOpenError, apsw.ReadOnlyError):
            # A write-ahead log wants files beside the database; a folder that nobody may write needs none,
            # provided that no log was left there.
            wal = self.path.with_name(self.path.name + "-wal")
            if not flags & apsw.SQLITE_OPEN_READONLY or (wal.exists() and wal.stat().st_size > 0):
                raise
            uri = self.path.absolute().as_uri() + "?immutable=1"
            return apsw.Connection(uri, flags=flags | apsw.SQLITE_OPEN_URI)
        return connection

    def execute(self, sql: str, parameters: Parameters = ()) -> apsw.Cursor:
        """Run one statement."""
        if threading.get_ident() != self._thread:
            raise RuntimeError(f"{self.path} belongs to the thread that opened it")
        with sentences(self.path):
            return self.connection.execute(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run one statement for each row of parameters."""
        if threading.get_ident() != self._thread:
            raise RuntimeError(f"{self.path} belongs to the thread that opened it")
        with sentences(self.path):
            self.connection.executemany(sql, rows)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query."""
        cursor = self.execute(sql, parameters)
        with sentences(self.path):
            return cursor.fetchall()

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query, None when there is none."""
        rows = self.rows(sql, parameters)
        return rows[0] if rows else None

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first value of the first row, None when there is none."""
        row = self.row(sql, parameters)
        return None if row is None else row[0]

    def insert(self, table: str, values: Mapping[str, Any]) -> int:
        """Add a row and return its id."""
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        self.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))
        return self.connection.last_insert_rowid()

    def next_id(self, table: str) -> int:
        """The id that the next row of an AUTOINCREMENT table gets."""
        return int(self.value("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)) or 0) + 1

    @property
    def in_transaction(self) -> bool:
        """True between begin and commit."""
        return self.connection.in_transaction

    @contextmanager
    def transaction(self, *, durable: bool) -> Iterator[None]:
        """Commit what happens inside as one; take all of it back when it raises.

        Parameters
        ----------
        durable
            Whether the commit waits for the disk, so that it survives a power cut.
        """
        if self.in_transaction:
            raise RuntimeError("transactions do not nest")
        if durable != self._durable:
            self.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._durable = durable
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # A full disk can have rolled back already.
            if self.connection.in_transaction:
                self.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the connection; the last one out also folds the log back into the file."""
        with sentences(self.path):
            self.connection.close()
