"""Answers about pairs of clips within a study: none replaces another, and what counts is a comparison of the project."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from merdesk.domain.annotation import AnnotatorId
from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.rating import DIMENSIONS, Circumstances, Comparison, Dimension
from merdesk.project import comparisons, history
from merdesk.project.project import Project
from merdesk.project.ratings import circumstance_values
from merdesk.project.studies import Asked, Study
from merdesk.project.text import clean

OUTCOMES: tuple[Dimension, Dimension] = DIMENSIONS
VALUES = (
    *OUTCOMES, "gain_db", "second_gain_db", "loudness_matched", "visible", "blinded", "heard_s", "n_plays", "device",
    "given_at",
)  # fmt: skip
"""Columns of an answer beside where it belongs."""


@dataclass(frozen=True, slots=True)
class PairAnswered:
    """One answer as it is kept: where in the person's order, about which clips, and what, valence before arousal."""

    annotator_id: AnnotatorId
    position: int
    part: str
    first: ClipId
    second: ClipId
    outcomes: tuple[int, int]


def answer(
    project: Project,
    asked: Asked,
    said: Mapping[Dimension, int],
    circumstances: Circumstances,
    second_gain_db: float | None,
) -> Changes:
    """File what was said about a pair; what counts becomes a comparison of the project in the same step."""
    if asked.second_id is None:
        raise ValueError(f"item {asked.item.position} is about one clip")
    row: dict[str, Any] = {
        "study_id": asked.study.id,
        "annotator_id": asked.annotator_id,
        "position": asked.item.position,
        "part": asked.item.part,
        "first_id": asked.clip_id,
        "second_id": asked.second_id,
        "second_gain_db": second_gain_db,
        "device": clean(asked.device),
        **{dimension: said[dimension] for dimension in OUTCOMES},
        **circumstance_values(circumstances),
    }
    if asked.item.part == "item":
        compared = compared_by(asked.clip_id, asked.second_id, row)
        return comparisons.add(
            project,
            compared,
            annotator_id=asked.annotator_id,
            circumstances=circumstances,
            second_gain_db=second_gain_db,
            beside=lambda: _put(project, row),
        )
    with history.edit(project, f"Answer in {asked.study.plan.title}") as edit:
        _put(project, row)
    return edit.changes


def compared_by(first: ClipId, second: ClipId, values: Mapping[str, Any]) -> list[Comparison]:
    """An answer's columns as comparisons."""
    return [Comparison(first, second, dimension, values[dimension]) for dimension in OUTCOMES]


def _put(project: Project, row: Mapping[str, Any]) -> None:
    """Inside an edit: a position has one answer, and the first one stands."""
    own = (row["study_id"], row["annotator_id"], row["position"])
    known = "SELECT 1 FROM study_pair WHERE study_id = ? AND annotator_id = ? AND position = ?"
    if project.database.row(known, own) is None:
        project.database.insert("study_pair", dict(row))


def answered(project: Project, study: Study, annotator_id: AnnotatorId | None = None) -> list[PairAnswered]:
    """Answers of everybody or of one person, in the order in which they were given."""
    rows = project.database.rows(
        "SELECT annotator_id, position, part, first_id, second_id, valence, arousal FROM study_pair"
        " WHERE study_id = ?1 AND (?2 IS NULL OR annotator_id = ?2) ORDER BY id",
        (study.id, annotator_id),
    )
    return [PairAnswered(row[0], row[1], row[2], row[3], row[4], (row[5], row[6])) for row in rows]


def rows(project: Project, study: Study, annotator_id: AnnotatorId) -> dict[int, dict[str, Any]]:
    """A person's answers as columns, by position."""
    found = project.database.rows(
        f"SELECT position, {', '.join(VALUES)} FROM study_pair WHERE study_id = ? AND annotator_id = ?"
        " ORDER BY position",
        (study.id, annotator_id),
    )
    return {row[0]: dict(zip(VALUES, row[1:], strict=True)) for row in found}


def take_in(
    project: Project, place: Mapping[str, Any], first: ClipId, second: ClipId, values: Mapping[str, Any]
) -> None:
    """Inside an edit: add an answer from elsewhere; `place` tells study, annotator, position and part."""
    project.database.insert("study_pair", {**place, "first_id": first, "second_id": second, **values})
    if place["part"] != "item":
        return
    for one in compared_by(first, second, values):
        own = {"first_id": first, "second_id": second, "annotator_id": place["annotator_id"]}
        row = own | {"dimension": one.dimension, "outcome": one.outcome}
        about = {name: values[name] for name in VALUES if name not in (*OUTCOMES, "device")}
        project.database.insert("comparison", row | about)
