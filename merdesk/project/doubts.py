"""Labels that somebody doubts: a mark on a clip with its reason; the label itself is never changed."""

from dataclasses import dataclass

from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.project import annotations, history
from merdesk.project.project import Project
from merdesk.project.text import clean


@dataclass(frozen=True, slots=True)
class Doubt:
    """One mark."""

    clip_id: ClipId
    reason: str
    created_at: str


def all(project: Project) -> list[Doubt]:  # noqa: A001  (read as doubts.all)
    """The marks of clips that the project shows, the oldest first."""
    rows = project.database.rows(
        "SELECT clip_id, reason, created_at FROM label_doubt WHERE clip_id IN (SELECT id FROM seen_clip) ORDER BY id"
    )
    return [Doubt(ClipId(row[0]), row[1], row[2]) for row in rows]


def of_clip(project: Project, clip_id: ClipId) -> Doubt | None:
    """The mark of a clip, None when it has none."""
    row = project.database.row(
        "SELECT clip_id, reason, created_at FROM label_doubt WHERE clip_id = ? ORDER BY id DESC", (clip_id,)
    )
    return None if row is None else Doubt(*row)


def mark(project: Project, clip_id: ClipId, reason: str) -> Changes:
    """Mark a clip's label as doubtful, in the place of an earlier mark; one step of the history."""
    title = annotations.title_of(project, clip_id)
    with history.edit(project, f"Mark label of {title} doubtful") as edit:
        project.database.execute("DELETE FROM label_doubt WHERE clip_id = ?", (clip_id,))
        row = {"clip_id": clip_id, "reason": clean(reason).strip(), "created_at": history.now()}
        project.database.insert("label_doubt", row)
    return edit.changes


def clear(project: Project, clip_id: ClipId) -> Changes:
    """Take the mark away; one step of the history."""
    title = annotations.title_of(project, clip_id)
    with history.edit(project, f"Doubt label of {title} no more") as edit:
        project.database.execute("DELETE FROM label_doubt WHERE clip_id = ?", (clip_id,))
    return edit.changes
