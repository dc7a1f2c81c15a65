"""Results of a study as a file, and their merging: new answers are added, those that differ are told and left alone."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from merdesk.domain.affect import UNIT_SCALE
from merdesk.domain.changes import Changes
from merdesk.domain.rating import CONFIDENCES
from merdesk.domain.source import SourceTrace
from merdesk.domain.study import MAX_TEXT, VERSION, Item, StudyPlan, checked, plan_of, reason, to_json
from merdesk.domain.words import counted
from merdesk.errors import ProjectError
from merdesk.project import annotators, studies, study_rows
from merdesk.project.project import Project
from merdesk.project.studies import Study
from merdesk.project.study_rows import VALUES, Incoming
from merdesk.workflows.study_plans import read_text, resolve

KIND = "merdesk study results"
BLOBS = ("time_s", "affect")
COUNTS = ("cannot_say", "loudness_matched", "blinded", "n_plays")
NUMBERS = ("valence", "arousal", "gain_db", "heard_s", "confidence")
TEXTS = ("tags", "note", "visible", "tool", "device", "given_at")
MAY_LACK = ("valence", "arousal", "gain_db", "confidence", *BLOBS)
LARGEST = 1e9


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody brings: consent, background, and answers as columns by position."""

    agreed_at: str
    background: Mapping[str, str]
    answers: Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Results:
    """A study and everybody's answers, by name."""

    plan: StudyPlan
    people: Mapping[str, Person]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place at which the file says something else than the project; the project's answer stands."""

    person: str
    position: int
    kept: str
    refused: str

    def __str__(self) -> str:
        return f"{self.person}, answer {self.position + 1}: {self.kept} is kept, the file says {self.refused}"


@dataclass(frozen=True, slots=True)
class Merging:
    """What merging a file would do."""

    study: Study | None
    results: Results
    new: tuple[tuple[str, Incoming], ...]
    n_same: int
    n_missing: int
    conflicts: tuple[Conflict, ...]

    @property
    def sentence(self) -> str:
        """What would happen, in words."""
        people = counted(len({name for name, _ in self.new}), "person", "people")
        parts = [f"{counted(len(self.new), 'new answer')} by {people}"]
        parts += [f"{self.n_same:,} already here"] if self.n_same else []
        parts += [f"{self.n_missing:,} about clips that are not here"] if self.n_missing else []
        parts += [f"{counted(len(self.conflicts), 'conflict')}"] if self.conflicts else []
        return ", ".join(parts) + "."


def save(project: Project, study: Study, path: Path) -> None:
    """Write plan and answers of everybody as one file; audio is no part of it. ProjectError when that cannot be."""
    names = {one.id: one.name for one in annotators.all(project, annotators.WINDOW)}
    people = {}
    for who in sorted({one.annotator_id for one in studies.answered(project, study)}):
        agreed_at, background = study_rows.person(project, study, who)
        answers = study_rows.rows(project, study, who)
        people[names[who]] = {
            "agreed_at": agreed_at,
            "background": background,
            "answers": {str(position): _plain(values) for position, values in answers.items()},
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
    return Person(_text(record["agreed_at"]), background, answers)


def _values(record: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: _value(name, record[name]) for name in VALUES}
    if not isinstance(json.loads(values["tags"]), list) or (values["valence"] is None) != (
        values["arousal"] is None
    ):
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


def preview(project: Project, results: Results) -> Merging:
    """What merging would add, what is here already, and where the two differ.

    Raises
    ------
    ProjectError
        When the file's plan is another one than the project's study of this name, or an answer has no place in it.
    """
    study = next((one for one in studies.all(project) if one.plan.uid == results.plan.uid), None)
    if study is not None and study.plan != results.plan:
        raise ProjectError(f"The plan of {results.plan.title} was changed in the file; it cannot be merged.")
    here, ids = resolve(project, results.plan), {}
    if study is not None:
        ids = {one.name: one.id for one in annotators.all(project, annotators.WINDOW)}
    new: list[tuple[str, Incoming]] = []
    conflicts: list[Conflict] = []
    n_same = n_missing = 0
    for name, person in results.people.items():
        items = {item.position: item for item in results.plan.items(name)}
        known = study_rows.rows(project, study, ids[name]) if study is not None and name in ids else {}
        for position, values in sorted(person.answers.items()):
            item = _item(items, position, results.plan)
            if position in known:
                n_same += known[position] == values
                if known[position] != values:
                    conflicts.append(Conflict(name, position, _said(known[position]), _said(values)))
            elif item.clip not in here:
                n_missing += 1
            else:
                new.append((name, Incoming(item, here[item.clip], values, _trace(item, values))))
    return Merging(study, results, tuple(new), n_same, n_missing, tuple(conflicts))


def _item(items: Mapping[int, Item], position: int, plan: StudyPlan) -> Item:
    if position not in items:
        raise ProjectError(f"The file answers what {plan.title} does not ask; it cannot be merged.")
    return items[position]


def _trace(item: Item, values: Mapping[str, Any]) -> SourceTrace | None:
    if item.task != "trace":
        return None
    try:
        time_s = np.frombuffer(values["time_s"], np.float64)
        affect = np.frombuffer(values["affect"], np.float32).reshape(-1, 2)
        if not np.isfinite(time_s).all() or (np.abs(affect[np.isfinite(affect)]) > 1).any():
            raise ValueError("a trace lies outside of its clip")  # noqa: TRY301  (told as any other damage)
        return SourceTrace(time_s, affect, UNIT_SCALE)
    except (ValueError, TypeError, binascii.Error) as error:
        raise ProjectError(f"A trace of the file is damaged ({error}); it cannot be merged.") from error


def _said(values: Mapping[str, Any]) -> str:
    if values["affect"] is not None:
        return f"a trace of {values['given_at'][:16]}"
    if values["valence"] is None:
        return "can't say"
    return f"valence {values['valence']:+.2f}, arousal {values['arousal']:+.2f}"


def merge(project: Project, merging: Merging) -> Changes:
    """Add what is new as one step of the history, which can be undone; the study itself comes first where it is new."""
    study = merging.study or studies.add(project, merging.results.plan)
    ids = {name: annotators.named(project, name) for name, _ in merging.new}
    people = {
        ids[name]: (person.agreed_at, person.background)
        for name, person in merging.results.people.items()
        if name in ids
    }
    return study_rows.take_in(project, study, people, [(ids[name], one) for name, one in merging.new])
