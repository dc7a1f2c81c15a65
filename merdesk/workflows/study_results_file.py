"""Results of a study as a file: plan and everybody's answers; what is read is checked, and nothing is taken on trust."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from merdesk.domain.rating import CONFIDENCES
from merdesk.domain.study import MAX_TEXT, StudyPlan
from merdesk.domain.study_file import VERSION, checked, plan_of, reason, to_json
from merdesk.errors import ProjectError
from merdesk.project import annotators, studies, study_pairs, study_rows
from merdesk.project.project import Project
from merdesk.project.studies import Study
from merdesk.project.study_rows import VALUES
from merdesk.workflows.study_plans import read_text

KIND = "merdesk study results"
BLOBS = ("time_s", "affect")
COUNTS = ("cannot_say", "loudness_matched", "blinded", "n_plays")
NUMBERS = ("valence", "arousal", "gain_db", "second_gain_db", "heard_s", "confidence")
TEXTS = ("tags", "note", "categories", "visible", "tool", "device", "given_at")
MAY_LACK = ("valence", "arousal", "gain_db", "second_gain_db", "confidence", *BLOBS)
LARGEST = 1e9


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody brings: consent, background, and answers about clips and pairs as columns by position."""

    agreed_at: str
    background: Mapping[str, str]
    answers: Mapping[int, Mapping[str, Any]]
    pairs: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """A study and everybody's answers, by name."""

    plan: StudyPlan
    people: Mapping[str, Person]


def save(project: Project, study: Study, path: Path) -> None:
    """Write plan and answers of everybody as one file; audio is no part of it. ProjectError when that cannot be."""
    names = {one.id: one.name for one in annotators.all(project, annotators.WINDOW)}
    people = {}
    people_here = {one.annotator_id for one in studies.answered(project, study)}
    for who in sorted(people_here | {one.annotator_id for one in study_pairs.answered(project, study)}):
        agreed_at, background = study_rows.person(project, study, who)
        answers, pairs = (rows(project, study, who) for rows in (study_rows.rows, study_pairs.rows))
        people[names[who]] = {
            "agreed_at": agreed_at,
            "background": background,
            "answers": {str(position): _plain(values) for position, values in answers.items()},
            "pairs": {str(position): values for position, values in pairs.items()},
        }
    plan = json.loads(to_json(study.plan))
    record = {"kind": KIND, "version": VERSION, "plan": plan, "people": people}
    try:
        path.write_text(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise ProjectError(
            f"{path} could not be written ({error.strerror}); choose another folder."
        ) from error


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in values.items()
    }


def load(path: Path) -> Results:
    """Read a results file; ProjectError when it is none, or holds an answer that the study cannot have."""
    text = read_text(path)
    try:
        record = checked(json.loads(text), KIND)
        plan = plan_of(record["plan"])
        people = {_text(name): _person(one) for name, one in dict(record["people"]).items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise ProjectError(
            f"{path.name} holds no results of a study ({reason(error)}); ask for it again."
        ) from error
    return Results(plan, people)


def _person(record: Mapping[str, Any]) -> Person:
    background = {_text(question): _text(said) for question, said in dict(record["background"]).items()}
    answers = {int(position): _values(one) for position, one in dict(record["answers"]).items()}
    # Files of the first weeks have no pairs.
    pairs = {int(position): _pair(one) for position, one in dict(record.get("pairs", {})).items()}
    return Person(_text(record["agreed_at"]), background, answers, pairs)


def _pair(record: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: _value(name, record[name]) for name in study_pairs.VALUES}
    if any(values[dimension] not in (-1, 0, 1) for dimension in study_pairs.OUTCOMES):
        raise ValueError("an answer about a pair is none")
    return values | {dimension: int(values[dimension]) for dimension in study_pairs.OUTCOMES}


def _values(record: Mapping[str, Any]) -> dict[str, Any]:
    # Files of the first weeks have no categories.
    record = {"categories": "[]", **record}
    values = {name: _value(name, record[name]) for name in VALUES}
    lists = (json.loads(values[name]) for name in ("tags", "categories"))
    words = all(isinstance(one, list) and all(isinstance(word, str) for word in one) for one in lists)
    if not words or (values["valence"] is None) != (values["arousal"] is None):
        raise ValueError("an answer is half there")
    if any(abs(values[name] or 0) > 1 for name in ("valence", "arousal")):
        raise ValueError("an answer lies outside of -1..1")
    if values["confidence"] not in (None, *CONFIDENCES):
        raise ValueError("a confidence is not 1 to 5")
    return values


def _value(name: str, value: Any) -> Any:
    if value is None and name in MAY_LACK:
        return None
    if name in BLOBS:
        return base64.b64decode(_text(value, 10_000_000), validate=True)
    if name in TEXTS:
        return _text(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        raise TypeError(f"{name} is no number")
    if name in COUNTS and (int(value) != value or value < 0 or (name != "n_plays" and value > 1)):
        raise ValueError(f"{name} is no count")
    return int(value) if name in (*COUNTS, "confidence") else float(value)


def _text(value: Any, longest: int = MAX_TEXT) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise TypeError("a text is none, or too long")
    value.encode()
    return value
