"""Studies: their plans, who takes part, and every answer, none of which replaces another."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from merdesk.domain.affect import Affect
from merdesk.domain.annotation import AnnotatorId
from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.rating import Rating
from merdesk.domain.source import SourceTrace
from merdesk.domain.study import Item, StudyPlan
from merdesk.domain.study_file import from_json, to_json
from merdesk.errors import ProjectError
from merdesk.project import drafts, history, ratings
from merdesk.project.project import Project
from merdesk.project.text import clean


@dataclass(frozen=True, slots=True)
class Study:
    """A study of this project."""

    id: int
    plan: StudyPlan


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of whom: an item of a person's order, its clips in this project, and what the person hears with."""

    study: Study
    item: Item
    clip_id: ClipId
    annotator_id: AnnotatorId
    device: str = ""
    second_id: ClipId | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as it is kept: where in the person's order, of which clip, and what; affect None for a trace."""

    annotator_id: AnnotatorId
    position: int
    task: str
    part: str
    clip_id: ClipId
    affect: Affect | None
    given_at: str


def add(project: Project, plan: StudyPlan) -> Study:
    """Keep a plan, as one step of the history.

    Raises
    ------
    ProjectError
        When the project is read-only or has this study already.
    """
    if any(study.plan.uid == plan.uid for study in all(project)):
        raise ProjectError(f"The study {plan.title} is in this project already.")
    with history.edit(project, f"Add study {plan.title}"):
        row = {"uid": plan.uid, "plan": to_json(plan), "created_at": history.now()}
        study_id = project.database.insert("study", row)
    return Study(study_id, plan)


def all(project: Project) -> list[Study]:  # noqa: A001  (read as studies.all)
    """Every study, the oldest first."""
    rows = project.database.rows("SELECT id, plan FROM study WHERE removed = 0 ORDER BY id")
    return [Study(row[0], from_json(row[1], "A study of this project")) for row in rows]


def is_answered(project: Project, study: Study) -> bool:
    """Whether anybody has answered anything in it."""
    found = project.database.value(
        "SELECT EXISTS (SELECT 1 FROM study_answer WHERE study_id = ?1)"
        " OR EXISTS (SELECT 1 FROM study_pair WHERE study_id = ?1)",
        (study.id,),
    )
    return bool(found)


def revise(project: Project, study: Study, plan: StudyPlan) -> Changes:
    """Put another plan in a study's place, as one step of the history; who agreed to the one before is asked again.

    Raises
    ------
    ProjectError
        When somebody has answered: what people were asked stays as it was.
    """
    title = study.plan.title
    if is_answered(project, study):
        raise ProjectError(
            f"{title} has answers and stays as it was asked; make a new version of it instead."
        )
    if any(other.plan.uid == plan.uid and other.id != study.id for other in all(project)):
        raise ProjectError(f"The study {plan.title} is in this project already.")
    with history.edit(project, f"Edit study {title}") as edit:
        project.database.execute("DELETE FROM study_person WHERE study_id = ?", (study.id,))
        project.database.execute(
            "UPDATE study SET uid = ?, plan = ? WHERE id = ?", (plan.uid, to_json(plan), study.id)
        )
    return edit.changes


def remove(project: Project, study: Study) -> Changes:
    """Take a study out of sight with its answers, as one step of the history; ratings that it gave to clips stay."""
    with history.edit(project, f"Remove study {study.plan.title}") as edit:
        project.database.execute("UPDATE study SET removed = 1 WHERE id = ?", (study.id,))
    return edit.changes


def enrol(
    project: Project, study: Study, annotator_id: AnnotatorId, background: Mapping[str, str]
) -> Changes:
    """Note that somebody takes part, agreed where the plan asks for that, and what they told of themselves."""
    told = {clean(question): clean(said) for question, said in background.items() if said.strip()}
    with history.edit(project, f"Take part in {study.plan.title}") as edit:
        own = (study.id, annotator_id)
        project.database.execute("DELETE FROM study_person WHERE study_id = ? AND annotator_id = ?", own)
        row = {
            "study_id": study.id,
            "annotator_id": annotator_id,
            "agreed_at": history.now() if study.plan.consent.strip() else "",
            "background": json.dumps(told),
        }
        project.database.insert("study_person", row)
    return edit.changes


def is_enrolled(project: Project, study: Study, annotator_id: AnnotatorId) -> bool:
    """Whether this person has begun, and agreed."""
    row = project.database.row(
        "SELECT 1 FROM study_person WHERE study_id = ? AND annotator_id = ?", (study.id, annotator_id)
    )
    return row is not None


def answered(project: Project, study: Study, annotator_id: AnnotatorId | None = None) -> list[Answered]:
    """Answers of everybody or of one person, in the order in which they were given."""
    rows = project.database.rows(
        "SELECT annotator_id, position, task, part, clip_id, valence, arousal, given_at FROM study_answer"
        " WHERE study_id = ?1 AND (?2 IS NULL OR annotator_id = ?2) ORDER BY id",
        (study.id, annotator_id),
    )
    return [
        Answered(
            annotator_id=row[0],
            position=row[1],
            task=row[2],
            part=row[3],
            clip_id=row[4],
            affect=None if row[5] is None or row[6] is None else Affect(row[5], row[6]),
            given_at=row[7],
        )
        for row in rows
    ]


def answer(project: Project, asked: Asked, rating: Rating) -> Changes:
    """File what was said about one clip; what counts for the clip becomes its rating in the same step.

    Practice, anchors and what comes once more are kept with the study alone.
    """
    row = _row(asked, rating)
    if rating.affect is not None:
        row |= {"valence": rating.affect.valence, "arousal": rating.affect.arousal}
    if asked.item.part == "item":
        return ratings.give(
            project,
            clip_id=asked.clip_id,
            annotator_id=asked.annotator_id,
            rating=rating,
            beside=lambda: _put(project, row),
        )
    with history.edit(project, f"Answer in {asked.study.plan.title}") as edit:
        _put(project, row)
    return edit.changes


def answer_trace(
    project: Project, asked: Asked, trace: SourceTrace, rating: Rating, *, rate_hz: float
) -> Changes:
    """File the trace of one clip; its draft goes, and what counts for the clip becomes its trace in the same step."""
    row = _row(asked, rating) | {
        "cannot_say": 0,
        "time_s": np.asarray(trace.time_s, "f8").tobytes(),
        "affect": np.asarray(trace.scale.to_unit(trace.affect), "f4").tobytes(),
    }
    if asked.item.part == "item":
        return ratings.give_trace(
            project,
            clip_id=asked.clip_id,
            annotator_id=asked.annotator_id,
            trace=trace,
            rating=rating,
            rate_hz=rate_hz,
            beside=lambda: _put(project, row),
        )
    with history.edit(project, f"Answer in {asked.study.plan.title}") as edit:
        drafts.delete(project, asked.clip_id, asked.annotator_id)
        _put(project, row)
    return edit.changes


def _row(asked: Asked, rating: Rating) -> dict[str, Any]:
    about = {
        "study_id": asked.study.id,
        "annotator_id": asked.annotator_id,
        "position": asked.item.position,
        "task": asked.item.task,
        "part": asked.item.part,
        "clip_id": asked.clip_id,
        "device": clean(asked.device),
    }
    return about | ratings.answer_values(rating)


def _put(project: Project, row: dict[str, Any]) -> None:
    """Inside an edit: a position has one answer, and the first one stands."""
    own = (row["study_id"], row["annotator_id"], row["position"])
    known = project.database.value(
        "SELECT id FROM study_answer WHERE study_id = ? AND annotator_id = ? AND position = ?", own
    )
    if known is None:
        project.database.insert("study_answer", row)
