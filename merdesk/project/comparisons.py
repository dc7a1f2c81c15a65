"""Which of two clips has more valence or arousal, as people said in the window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from merdesk.domain.annotation import AnnotatorId
from merdesk.domain.changes import Changes
from merdesk.domain.rating import UNKNOWN_CIRCUMSTANCES, Circumstances, Comparison
from merdesk.project import annotations, history
from merdesk.project.database import Row
from merdesk.project.project import Project
from merdesk.project.ratings import circumstance_values


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison as it is kept."""

    id: int
    annotator_id: AnnotatorId
    comparison: Comparison
    given_at: str
    circumstances: Circumstances = UNKNOWN_CIRCUMSTANCES
    second_gain_db: float | None = None


def add(
    project: Project,
    answers: Sequence[Comparison],
    *,
    annotator_id: AnnotatorId,
    circumstances: Circumstances,
    second_gain_db: float | None = None,
    beside: Callable[[], None] = lambda: None,
) -> Changes:
    """File what was said about one pair, as one step of the history; earlier answers about it stay.

    `circumstances` tell the first clip's gain, what was heard of both, and `second_gain_db` the second one's gain;
    `beside` writes what belongs to the same step.

    Raises
    ------
    ProjectError
        When the project is read-only or no longer shows one of the clips.
    """
    if not answers:
        return Changes()
    for clip_id in (answers[0].first, answers[0].second):
        annotations.rateable_scale(project, clip_id)
    first, second = (
        annotations.title_of(project, clip_id) for clip_id in (answers[0].first, answers[0].second)
    )
    about = circumstance_values(circumstances) | {"second_gain_db": second_gain_db}
    with history.edit(project, f"Compare {first} and {second}") as edit:
        for answer in answers:
            row = {
                "first_id": answer.first,
                "second_id": answer.second,
                "annotator_id": annotator_id,
                "dimension": answer.dimension,
                "outcome": answer.outcome,
            }
            project.database.insert("comparison", row | about)
        beside()
    return edit.changes


def all(  # noqa: A001  (read as comparisons.all)
    project: Project, annotator_id: AnnotatorId | None = None
) -> list[Compared]:
    """Every comparison of clips that the project shows, or one annotator's, the oldest first."""
    rows = project.database.rows(
        "SELECT id, annotator_id, first_id, second_id, dimension, outcome, given_at, gain_db, second_gain_db,"
        " loudness_matched, visible, blinded, heard_s, n_plays FROM comparison"
        " WHERE first_id IN (SELECT id FROM seen_clip) AND second_id IN (SELECT id FROM seen_clip)"
        " AND (?1 IS NULL OR annotator_id = ?1) ORDER BY id",
        (annotator_id,),
    )
    return [_compared(row) for row in rows]


def _compared(row: Row) -> Compared:
    gain_db, second_gain_db, matched, visible, blinded, heard_s, n_plays = row[7:]
    how = Circumstances(
        gain_db=gain_db,
        loudness_matched=bool(matched),
        visible=frozenset(visible.split(",") if visible else ()),
        blinded=bool(blinded),
        tool="pairs",
        heard_s=heard_s,
        n_plays=n_plays,
    )
    return Compared(row[0], row[1], Comparison(*row[2:6]), row[6], how, second_gain_db)
