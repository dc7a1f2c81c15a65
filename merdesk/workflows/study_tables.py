"""What studies asked and what was answered, as tables: every answer at its place, and who took part."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from merdesk.domain.study import StudyPlan
from merdesk.domain.study_file import version_of
from merdesk.project import study_rows
from merdesk.project.clips import ClipLabel
from merdesk.project.project import Project
from merdesk.project.studies import Study
from merdesk.workflows.flat_tables import Columns

ANSWER = (
    "study", "plan", "position", "task", "part", "annotator_id", "annotator", "dataset", "id", "second_dataset",
    "second_id", "valence", "arousal", "more_valence", "more_arousal", "cannot_say", "confidence", "categories",
    "tags", "note", "tool", "visible", "blinded", "gain_db", "second_gain_db", "loudness_matched", "heard_s",
    "n_plays", "device", "given_at",
)  # fmt: skip
PERSON = ("study", "plan", "annotator_id", "annotator", "agreed_at", "question", "answer")


@dataclass(frozen=True, slots=True)
class StudyAnswers:
    """A study with its version, every answer as columns, and what people told of themselves.

    `people` holds annotator, when they agreed, and answers to the plan's questions.
    """

    plan: StudyPlan
    version: str
    answers: tuple[Mapping[str, Any], ...]
    people: tuple[tuple[int, str, Mapping[str, str]], ...]

    @classmethod
    def of(cls, project: Project, study: Study, *, anonymous: bool) -> "StudyAnswers":
        """Read them; `anonymous` leaves out what people wrote and told."""
        answers = study_rows.told(project, study)
        if anonymous:
            answers = [answer | {"tags": "[]", "note": ""} for answer in answers]
        people = [] if anonymous else study_rows.people(project, study)
        return cls(study.plan, version_of(study.plan), tuple(answers), tuple(people))


def study_tables(
    studies: tuple[StudyAnswers, ...], names: Mapping[int, str], labels: Mapping[int, ClipLabel]
) -> dict[str, Columns]:
    """Tables by name: an answer a row, and a question to a person a row."""
    answers = [
        _answer(study, one, names, labels)
        for study in studies
        for one in study.answers
        if one["clip_id"] in labels
    ]
    people = [
        (study.plan.uid, study.version, who, names[who], agreed_at, question, said)
        for study in studies
        for who, agreed_at, told in study.people
        for question, said in (told or {"": ""}).items()
    ]
    return {"study-answers": _columns(ANSWER, answers), "study-people": _columns(PERSON, people)}


def _answer(
    study: StudyAnswers, one: Mapping[str, Any], names: Mapping[int, str], labels: Mapping[int, ClipLabel]
) -> tuple[Any, ...]:
    clip, second = labels[one["clip_id"]], labels.get(one.get("second_id", -1))
    paired = one["task"] == "pairs"
    value = (np.nan, np.nan) if paired else (_number(one["valence"]), _number(one["arousal"]))
    more = (one["valence"], one["arousal"]) if paired else ("", "")
    words = (", ".join(json.loads(one.get(name, "[]"))) for name in ("categories", "tags"))
    return (
        study.plan.uid,
        study.version,
        one["position"] + 1,
        one["task"],
        one["part"],
        one["annotator_id"],
        names[one["annotator_id"]],
        clip.dataset,
        clip.source_id,
        "" if second is None else second.dataset,
        "" if second is None else second.source_id,
        *value,
        *map(str, more),
        bool(one.get("cannot_say", False)),
        _number(one.get("confidence")),
        *words,
        one.get("note", ""),
        one.get("tool", "pairs"),
        " ".join(one["visible"].split(",")),
        bool(one["blinded"]),
        _number(one["gain_db"]),
        _number(one.get("second_gain_db")),
        bool(one["loudness_matched"]),
        one["heard_s"],
        one["n_plays"],
        one["device"],
        one["given_at"],
    )


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _columns(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Columns:
    return {name: [row[n] for row in rows] for n, name in enumerate(head)}
