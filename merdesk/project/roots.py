"""Named folders below which audio lies: paths are kept relative to them, so that one row moves a whole collection."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from merdesk.domain.changes import Changes
from merdesk.project import history
from merdesk.project.database import Database
from merdesk.project.project import Project

SEPARATOR = os.fsencode(os.sep)


@dataclass(frozen=True, slots=True)
class Root:
    """A folder of audio; `path` is its raw bytes."""

    id: int
    path: bytes


def all(project: Project) -> list[Root]:  # noqa: A001  (read as roots.all)
    """Every folder that the project knows audio in."""
    return [Root(*row) for row in project.database.rows("SELECT id, path FROM root ORDER BY id")]


def move(project: Project, root_id: int, folder: Path) -> Changes:
    """Say that a folder of audio lies elsewhere now; one step of the history."""
    path = os.fsencode(folder.absolute())
    with history.edit(project, f"Move audio folder to {folder}") as edit:
        project.database.execute(
            "UPDATE root SET path = ?, path_text = ? WHERE id = ?", (path, display(path), root_id)
        )
    return edit.changes


def display(path: bytes) -> str:
    """Path as people read it; bytes that are no text show as question marks."""
    return os.fsdecode(path).encode("utf-8", "replace").decode("utf-8")


def join(root: bytes, path: bytes) -> bytes:
    """The whole path; pathlib takes no bytes."""
    return os.path.join(root, path)  # noqa: PTH118  (bytes)


def parent_of(path: bytes) -> bytes:
    """The folder above a path; pathlib takes no bytes."""
    return os.path.dirname(path)  # noqa: PTH120  (bytes)


class RootFinder:
    """Splits paths into root and rest, and adds roots where none fits. Used inside a transaction.

    A root is a lookup row: it is no step of the history and stays when an import is undone.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        rows = database.rows("SELECT path, id FROM root ORDER BY length(path) DESC")
        self._roots: dict[bytes, int] = dict(rows)

    def cover(self, paths: Iterable[bytes]) -> None:
        """Make sure that each path lies below a root: the deepest folder that those without one share."""
        bare = [path for path in paths if self._root_of(path) is None]
        if not bare:
            return
        by_drive: dict[str, list[bytes]] = {}
        for path in bare:
            by_drive.setdefault(os.path.splitdrive(os.fsdecode(path))[0], []).append(parent_of(path))
        for folders in by_drive.values():
            self.add(os.path.commonpath(folders))

    def add(self, folder: bytes) -> None:
        """Add a root, unless it is there."""
        if folder not in self._roots:
            values = {"path": folder, "path_text": display(folder)}
            self._roots[folder] = self._database.insert("root", values)

    def split(self, path: bytes) -> tuple[int, bytes]:
        """Id of the deepest root above path, and the path below it."""
        folder = self._root_of(path)
        if folder is None:
            raise ValueError(f"no root above {path!r}")
        return self._roots[folder], path[len(folder) :].lstrip(SEPARATOR)

    def _root_of(self, path: bytes) -> bytes | None:
        folder = path
        while folder != (parent := parent_of(folder)):
            if parent in self._roots:
                return parent
            folder = parent
        return None
