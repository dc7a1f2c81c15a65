"""Filters that are kept under a name; saving, renaming and deleting are steps of the history."""

from dataclasses import dataclass

from merdesk.domain.changes import Changes
from merdesk.errors import ProjectError
from merdesk.project import history
from merdesk.project.project import Project
from merdesk.project.text import clean


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter as the window wrote it down, and its name."""

    id: int
    name: str
    filter: str


def all(project: Project) -> list[SavedFilter]:  # noqa: A001  (read as saved_filters.all)
    """Every saved filter, by name."""
    rows = project.database.rows("SELECT id, name, filter FROM saved_filter ORDER BY lower(name), id")
    return [SavedFilter(*row) for row in rows]


def save(project: Project, name: str, text: str) -> Changes:
    """Keep a filter under a name; it takes the place of one of that name.

    Raises
    ------
    ProjectError
        When the name is empty.
    """
    name = _checked(name)
    known = _find(project, name)
    with history.edit(project, f"Save filter {name}") as edit:
        if known is None:
            project.database.insert("saved_filter", {"name": name, "filter": text})
        else:
            project.database.execute("UPDATE saved_filter SET filter = ? WHERE id = ?", (text, known))
    return edit.changes


def rename(project: Project, filter_id: int, name: str) -> Changes:
    """Give a filter another name.

    Raises
    ------
    ProjectError
        When the name is empty or taken.
    """
    name = _checked(name)
    other = _find(project, name)
    if other is not None and other != filter_id:
        raise ProjectError(f"There is a filter named {name} already; choose another name.")
    with history.edit(project, f"Rename filter to {name}") as edit:
        project.database.execute("UPDATE saved_filter SET name = ? WHERE id = ?", (name, filter_id))
    return edit.changes


def remove(project: Project, filter_id: int) -> Changes:
    """Delete a filter; undo brings it back."""
    name = project.database.value("SELECT name FROM saved_filter WHERE id = ?", (filter_id,))
    with history.edit(project, f"Delete filter {name}") as edit:
        project.database.execute("DELETE FROM saved_filter WHERE id = ?", (filter_id,))
    return edit.changes


def _find(project: Project, name: str) -> int | None:
    found = project.database.value("SELECT id FROM saved_filter WHERE name = ?", (name,))
    return None if found is None else int(found)


def _checked(name: str) -> str:
    name = clean(name).strip()
    if not name:
        raise ProjectError("A filter needs a name; type at least one letter.")
    return name
