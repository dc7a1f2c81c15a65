"""Results of a study from another machine: new answers are added, those that differ are told and left alone."""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from merdesk.domain.affect import UNIT_SCALE
from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.source import SourceTrace
from merdesk.domain.study import ClipRef, Item, StudyPlan
from merdesk.domain.words import counted
from merdesk.errors import ProjectError
from merdesk.project import annotators, studies, study_pairs, study_rows
from merdesk.project.project import Project
from merdesk.project.studies import Study
from merdesk.project.study_rows import Incoming
from merdesk.workflows.study_plans import resolve
from merdesk.workflows.study_results_file import Results

OUTCOMES = {1: "the first", -1: "the second", 0: "neither"}


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
        parts = [f"{counted(len(self.new), 'new answer')} by {people}" if self.new else "Nothing new"]
        parts += [f"{self.n_same:,} already here"] if self.n_same else []
        parts += [f"{self.n_missing:,} about clips that are not here"] if self.n_missing else []
        parts += [f"{counted(len(self.conflicts), 'conflict')}"] if self.conflicts else []
        return ", ".join(parts) + "."


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
        known: dict[int, dict[str, Any]] = {}
        if study is not None and name in ids:
            known = study_rows.rows(project, study, ids[name]) | study_pairs.rows(project, study, ids[name])
        for position, values in [*sorted(person.answers.items()), *sorted(person.pairs.items())]:
            item = _item(items, position, results.plan, paired=_is_pair(values))
            if position in known:
                n_same += known[position] == values
                if known[position] != values:
                    conflicts.append(Conflict(name, position, _said(known[position]), _said(values)))
            elif not all(clip in here for clip in item.clips):
                n_missing += 1
            else:
                new.append((name, _incoming(item, here, values)))
    return Merging(study, results, tuple(new), n_same, n_missing, tuple(conflicts))


def _is_pair(values: Mapping[str, Any]) -> bool:
    return "second_gain_db" in values


def _item(items: Mapping[int, Item], position: int, plan: StudyPlan, *, paired: bool) -> Item:
    if position not in items or paired != (items[position].task == "pairs"):
        raise ProjectError(f"The file answers what {plan.title} does not ask; it cannot be merged.")
    return items[position]


def _incoming(item: Item, here: Mapping[ClipRef, ClipId], values: Mapping[str, Any]) -> Incoming:
    if item.second is not None:
        return Incoming(item, here[item.clip], values, second_id=here[item.second])
    return Incoming(item, here[item.clip], values, _trace(values) if item.task == "trace" else None)


def _trace(values: Mapping[str, Any]) -> SourceTrace:
    try:
        time_s = np.frombuffer(values["time_s"], np.float64)
        affect = np.frombuffer(values["affect"], np.float32).reshape(-1, 2)
        if not np.isfinite(time_s).all() or (np.abs(affect[np.isfinite(affect)]) > 1).any():
            raise ValueError("a trace lies outside of its clip")  # noqa: TRY301  (told as any other damage)
        return SourceTrace(time_s, affect, UNIT_SCALE)
    except (ValueError, TypeError, binascii.Error) as error:
        raise ProjectError(f"A trace of the file is damaged ({error}); it cannot be merged.") from error


def _said(values: Mapping[str, Any]) -> str:
    if _is_pair(values):
        return ", ".join(f"{OUTCOMES[values[name]]} has more {name}" for name in study_pairs.OUTCOMES)
    if values["affect"] is not None:
        return f"a trace of {values['given_at'][:16]}"
    if values["valence"] is None:
        return "can't say"
    said = f"valence {values['valence']:+.2f}, arousal {values['arousal']:+.2f}"
    return said.replace("-", "\N{MINUS SIGN}")


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
