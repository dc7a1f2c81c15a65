"""Who rated. Annotators are lookup rows: they are no steps of the history and stay when their ratings are undone."""

from merdesk.domain.annotation import Annotator, AnnotatorId
from merdesk.domain.changes import Changes
from merdesk.errors import ProjectError
from merdesk.project import history
from merdesk.project.clip_rows import annotator_id
from merdesk.project.project import Project
from merdesk.project.text import clean

WINDOW = ""
"""Source of people who rate in the window; others are known from a dataset and carry its name."""


def all(project: Project, source: str | None = None) -> list[Annotator]:  # noqa: A001  (read as annotators.all)
    """Every annotator, or those of one source; people known from a dataset carry its name before theirs."""
    rows = project.database.rows(
        "SELECT id, source, name, kind FROM annotator WHERE ?1 IS NULL OR source = ?1 ORDER BY source, name, id",
        (source,),
    )
    return [Annotator(AnnotatorId(row[0]), _shown(*row[1:]), row[3]) for row in rows]


def get(project: Project, annotator: AnnotatorId) -> Annotator:
    """One annotator; KeyError when there is none."""
    row = project.database.row("SELECT source, name, kind FROM annotator WHERE id = ?", (annotator,))
    if row is None:
        raise KeyError(f"no annotator {annotator}")
    return Annotator(annotator, _shown(*row), row[2])


def add(project: Project, name: str) -> AnnotatorId:
    """Add a person who rates in the window.

    Raises
    ------
    ProjectError
        When the name is empty or taken.
    """
    if _find(project, name) is not None:
        raise ProjectError(f"There is an annotator named {name} already; choose another name.")
    return named(project, name)


def named(project: Project, name: str) -> AnnotatorId:
    """The person of this name who rates in the window, added when new.

    Raises
    ------
    ProjectError
        When the name is empty.
    """
    known = _find(project, name)
    if known is not None:
        return known
    with project.write(durable=True):
        new = annotator_id(project.database, source=WINDOW, name=_checked(name), kind="person")
    return AnnotatorId(new)


SAID = {
    "annotation": "rating",
    "trace": "trace",
    "comparison": "answer about a pair",
    "study_answer": "answer of a study",
    "study_pair": "answer about a pair of a study",
}
"""Tables of what somebody says in the window, and what a row is called."""


def n_said(project: Project, annotator: AnnotatorId) -> dict[str, int]:
    """How much a person said, by what a row is called; what nobody said is left out."""
    counts = {
        word: int(
            project.database.value(f"SELECT count(*) FROM {table} WHERE annotator_id = ?", (annotator,))
        )
        for table, word in SAID.items()
    }
    return {word: n for word, n in counts.items() if n}


def remove(project: Project, annotator: AnnotatorId) -> Changes:
    """Take a person who rates in the window out with everything said, as one step of the history that undo takes back."""
    name = get(project, annotator).name
    with history.edit(project, f"Remove annotator {name}") as edit:
        for table in (*SAID, "rating", "study_person"):
            project.database.execute(f"DELETE FROM {table} WHERE annotator_id = ?", (annotator,))
        project.database.execute("DELETE FROM annotator WHERE id = ?", (annotator,))
    return edit.changes


def rename(project: Project, annotator: AnnotatorId, name: str) -> Changes:
    """Give a person another name; one step of the history.

    Raises
    ------
    ProjectError
        When the name is empty or taken.
    """
    other = _find(project, name)
    if other is not None and other != annotator:
        raise ProjectError(f"There is an annotator named {name} already; choose another name.")
    with history.edit(project, f"Rename annotator to {_checked(name)}") as edit:
        project.database.execute("UPDATE annotator SET name = ? WHERE id = ?", (_checked(name), annotator))
    return edit.changes


def _find(project: Project, name: str) -> AnnotatorId | None:
    found = project.database.value(
        "SELECT id FROM annotator WHERE source = ? AND name = ? AND kind = 'person'", (WINDOW, _checked(name))
    )
    return None if found is None else AnnotatorId(found)


def _checked(name: str) -> str:
    name = clean(name).strip()
    if not name:
        raise ProjectError("An annotator needs a name; type at least one letter.")
    return name


def _shown(source: str, name: str, kind: str) -> str:
    if kind == "published":
        return f"{source} (published)"
    return name if source == WINDOW else f"{source}: {name}"
