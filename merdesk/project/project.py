"""A project: the folder `name.merdesk` with its database, features, models and cache."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from merdesk.errors import ProjectError
from merdesk.project import migrations, purge
from merdesk.project.database import Database
from merdesk.project.lock import WriteLock

DATABASE = "project.sqlite"
FOLDERS = ("features", "models", "cache", "backups")
PURGE_AT_CLOSE_S = 0.3
"""Closing may take this long to delete what nobody can bring back; the rest waits for the next time."""


class Project:
    """An open project; a context manager. Only the thread that opened it may use it.

    There is no save: every edit is committed when it returns. The first window to open a project writes it; a
    second one gets it read-only, and so does the first where the folder cannot be written.

    Attributes
    ----------
    as_filed
        True sets every repair aside for whoever reads through this object; nothing in the file changes.
    """

    def __init__(self, path: Path, database: Database, lock: WriteLock | None, why_read_only: str) -> None:
        self.path = path
        self.database = database
        self.token = uuid.uuid4().hex[:12]
        self.as_filed = False
        self._lock = lock
        self._why_read_only = why_read_only
        self._closed = False

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a new project folder and open it.

        Raises
        ------
        ProjectError
            When something is there already, or the folder cannot be made.
        """
        path = Path(path).absolute()
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise ProjectError(f"{path} is there already; choose another name, or open it instead.")
        # Built beside and renamed at the end, so that no half-made project is ever seen.
        building = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
        try:
            for name in FOLDERS:
                (building / name).mkdir(parents=True)
            database = Database(building / DATABASE, create=True)
            migrations.create(database, migrations.scripts())
            database.close()
            building.replace(path)
        except OSError as error:
            shutil.rmtree(building, ignore_errors=True)
            raise ProjectError(
                f"{path} could not be made ({error.strerror}); choose a folder that you may write to."
            ) from error
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open a project; read-only when asked to, when another window writes it, or when it cannot be written.

        Raises
        ------
        ProjectError
            When it is no project, is damaged, or was written by a newer merdesk.
        """
        path = Path(path).absolute()
        file = path / DATABASE
        if not file.is_file():
            raise ProjectError(f"{path} is no merdesk project; choose a folder that holds {DATABASE}.")
        lock = None if read_only else WriteLock(path / "lock")
        writable = _may_write(path, file)
        if lock is not None and not (writable and lock.acquire()):
            lock = None
        why = "" if lock else _why_not(path, asked=read_only, writable=writable)
        try:
            database = Database(file, read_only=lock is None)
            try:
                _make_ready(database, path, writing=lock is not None)
            except BaseException:
                database.close()
                raise
        except BaseException:
            if lock:
                lock.release()
            raise
        return cls(path, database, lock, why)

    @property
    def title(self) -> str:
        """Name of the project: its folder's, without the ending."""
        return self.path.name.removesuffix(".merdesk")

    @property
    def read_only(self) -> bool:
        """True where nothing can be changed."""
        return self._lock is None

    @property
    def why_read_only(self) -> str:
        """One sentence, empty when the project can be changed."""
        return self._why_read_only

    @property
    def features_dir(self) -> Path:
        """Folder of the feature store."""
        return self.path / "features"

    @property
    def models_dir(self) -> Path:
        """Folder of model files."""
        return self.path / "models"

    @property
    def cache_dir(self) -> Path:
        """Folder whose files can be made again."""
        return self.path / "cache"

    @property
    def backups_dir(self) -> Path:
        """Folder of copies made before a change of schema."""
        return self.path / "backups"

    @property
    def data_version(self) -> int:
        """Number of changes so far, those of other windows and earlier days included."""
        return int(self.database.value("SELECT n FROM revision"))

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[None]:
        """One transaction without a step of the history: for derived rows and slices of a batch.

        Raises
        ------
        ProjectError
            When the project is read-only.
        """
        self.check_writable()
        with self.database.transaction(durable=durable):
            yield
            self.database.execute("UPDATE revision SET n = n + 1")

    def check_writable(self) -> None:
        """Raise `ProjectError` when the project is read-only."""
        if self.read_only:
            raise ProjectError(self._why_read_only)

    def tidy(self, budget_s: float = 0.01) -> bool:
        """Delete some of what nobody can bring back; True when there is more. For idle moments."""
        return not self.read_only and purge.purge(self.database, budget_s)

    @property
    def closed(self) -> bool:
        """True once `close` was called: what comes late, a timer say, must leave it alone."""
        return self._closed

    def close(self) -> None:
        """Let go of the file and of the lock; closing twice is no harm."""
        if self._closed:
            return
        self._closed = True
        try:
            self.tidy(PURGE_AT_CLOSE_S)
        finally:
            self.database.close()
            if self._lock:
                self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _make_ready(database: Database, path: Path, *, writing: bool) -> None:
    steps = migrations.scripts()
    version = migrations.check(database, len(steps))
    if writing:
        migrations.migrate(database, steps, path / "backups")
        purge.give_up_unfinished(database)
        for name in FOLDERS:
            (path / name).mkdir(exist_ok=True)
    elif version < len(steps):
        raise ProjectError(
            f"{path} was written by an older merdesk and must be brought forward before it can be read; "
            "open it once where it can be written."
        )


def _may_write(path: Path, file: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(file, os.W_OK)


def _why_not(path: Path, *, asked: bool, writable: bool) -> str:
    if asked:
        return f"{path} was opened for reading only; open it again for writing to change it."
    if not writable:
        return f"{path} cannot be written to; make it writable, or copy the project to a place that is."
    return f"{path} is open in another window; close that window, then open the project again to change it."
