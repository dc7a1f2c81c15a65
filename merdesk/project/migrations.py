"""Schema versions: each is one file of SQL, and a backup is made before an older project is brought forward."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from merdesk.errors import ProjectError
from merdesk.project.database import Database, sentences

APPLICATION_ID = 0x4D455244
"""Marks our files in SQLite's header ("MERD")."""
BACKUPS_KEPT = 5


def scripts() -> tuple[str, ...]:
    """SQL that leads from version n to n + 1, for n = 0, 1, ..."""
    folder = Path(__file__).parent / "schema"
    files = sorted(folder.glob("*.sql"), key=lambda file: int(file.stem))
    return tuple(file.read_text(encoding="utf-8") for file in files)


def create(database: Database, steps: Sequence[str]) -> None:
    """Give an empty file the newest schema."""
    database.execute("PRAGMA journal_mode = WAL")
    with database.transaction(durable=True):
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _run(database, steps, 0)


def check(database: Database, newest: int) -> int:
    """Version of an opened file.

    Raises
    ------
    ProjectError
        When the file belongs to another program or to a newer merdesk.
    """
    if database.value("PRAGMA application_id") != APPLICATION_ID:
        raise ProjectError(
            f"{database.path} was not made by merdesk; choose a folder that `merdesk new` or File > New made."
        )
    version = int(database.value("PRAGMA user_version"))
    if version > newest:
        raise ProjectError(
            f"{database.path} was written by a newer merdesk (version {version} of the format, this one knows "
            f"{newest}); update merdesk to open it."
        )
    return version


def migrate(database: Database, steps: Sequence[str], backups: Path) -> Path | None:
    """Bring an older file to the newest version in one transaction; return the backup made before."""
    version = check(database, len(steps))
    if version == len(steps):
        return None
    backup = back_up(database, backups, version)
    database.execute("PRAGMA foreign_keys = OFF")
    try:
        with database.transaction(durable=True):
            _run(database, steps, version)
    finally:
        database.execute("PRAGMA foreign_keys = ON")
    return backup


def back_up(database: Database, backups: Path, version: int) -> Path:
    """Copy the file as it is now into `backups`, and keep the newest few copies."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    target = backups / f"project-v{version}-{stamp}.sqlite"
    try:
        backups.mkdir(exist_ok=True)
    except OSError as error:
        raise ProjectError(
            f"No backup could be made in {backups} ({error.strerror}); make the project's folder writable."
        ) from error
    with sentences(target):
        database.execute("VACUUM INTO ?", (str(target),))
    for old in sorted(backups.glob("project-v*.sqlite"), key=lambda file: file.stat().st_mtime_ns)[
        :-BACKUPS_KEPT
    ]:
        old.unlink(missing_ok=True)
    return target


def _run(database: Database, steps: Sequence[str], version: int) -> None:
    for step in steps[version:]:
        database.execute(step)
    database.execute(f"PRAGMA user_version = {len(steps)}")
