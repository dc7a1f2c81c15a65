"""Answers of a study as plain values: how they travel to other machines, and how they are taken in from there."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from merdesk.domain.affect import Affect
from merdesk.domain.annotation import AnnotatorId
from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.source import SourceTrace
from merdesk.domain.study import Item
from merdesk.project import annotations, history, study_pairs
from merdesk.project.database import Row
from merdesk.project.project import Project
from merdesk.project.studies import Study

VALUES = (
    "valence", "arousal", "time_s", "affect", "cannot_say", "confidence", "tags", "note", "categories",
    "gain_db", "loudness_matched", "visible", "blinded", "tool", "heard_s", "n_plays", "device", "given_at",
)  # fmt: skip
"""Columns of an answer beside where it belongs."""
RATED = tuple(name for name in VALUES if name not in ("valence", "arousal", "time_s", "affect", "device"))


@dataclass(frozen=True, slots=True)
class Incoming:
    """An answer from elsewhere: its item, its clips in this project, its columns, and the trace that it may be."""

    item: Item
    clip_id: ClipId
    values: Mapping[str, Any]
    trace: SourceTrace | None = None
    second_id: ClipId | None = None


def rows(project: Project, study: Study, annotator_id: AnnotatorId) -> dict[int, dict[str, Any]]:
    """A person's answers as columns, by position."""
    found: Sequence[Row] = project.database.rows(
        f"SELECT position, {', '.join(VALUES)} FROM study_answer WHERE study_id = ? AND annotator_id = ?"
        " ORDER BY position",
        (study.id, annotator_id),
    )
    return {row[0]: dict(zip(VALUES, row[1:], strict=True)) for row in found}


def told(project: Project, study: Study) -> list[dict[str, Any]]:
    """Every answer of everybody about clips that the project shows, traces without their samples, in order."""
    found: list[dict[str, Any]] = []
    plain = tuple(name for name in VALUES if name not in ("time_s", "affect"))
    for table, clips, columns in (
        ("study_answer", ("clip_id",), ("task", *plain)),
        ("study_pair", ("first_id", "second_id"), study_pairs.VALUES),
    ):
        names = ("annotator_id", "position", "part", *clips, *columns)
        seen = " AND ".join(f"{clip} IN (SELECT id FROM seen_clip)" for clip in clips)
        rows = project.database.rows(
            f"SELECT {', '.join(names)} FROM {table} WHERE study_id = ? AND {seen}", (study.id,)
        )
        found += [dict(zip(names, row, strict=True)) for row in rows]
    for one in found:
        if "first_id" in one:
            one["clip_id"], one["task"] = one.pop("first_id"), "pairs"
    return sorted(found, key=lambda one: (one["annotator_id"], one["position"]))


def people(project: Project, study: Study) -> list[tuple[int, str, dict[str, str]]]:
    """Who takes part: annotator, when they agreed, and what they told of themselves."""
    rows = project.database.rows(
        "SELECT annotator_id, agreed_at, background FROM study_person WHERE study_id = ? ORDER BY annotator_id",
        (study.id,),
    )
    return [(row[0], row[1], json.loads(row[2])) for row in rows]


def places(project: Project) -> dict[tuple[int, int, str], tuple[int, int]]:
    """Study and position of ratings that were given in a study, by clip, annotator and kind.

    A rating that was given anew outside of the study has no place in it any more.
    """
    rows = project.database.rows(
        "SELECT answer.clip_id, answer.annotator_id, task, study_id, position FROM study_answer AS answer"
        " JOIN rating ON rating.clip_id = answer.clip_id AND rating.annotator_id = answer.annotator_id"
        " AND kind = task AND rating.blinded = 1"
        " AND (rating.heard_s, rating.n_plays, rating.tool) = (answer.heard_s, answer.n_plays, answer.tool)"
        " WHERE part = 'item' AND study_id IN (SELECT id FROM study WHERE removed = 0) ORDER BY answer.id"
    )
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}


def person(project: Project, study: Study, annotator_id: AnnotatorId) -> tuple[str, dict[str, str]]:
    """When a person agreed, and what they told of themselves."""
    row = project.database.row(
        "SELECT agreed_at, background FROM study_person WHERE study_id = ? AND annotator_id = ?",
        (study.id, annotator_id),
    )
    return ("", {}) if row is None else (row[0], json.loads(row[1]))


def take_in(
    project: Project,
    study: Study,
    people: Mapping[AnnotatorId, tuple[str, Mapping[str, str]]],
    answers: Iterable[tuple[AnnotatorId, Incoming]],
) -> Changes:
    """Add people and answers as one step of the history; what the project holds already stays as it is."""
    with history.edit(project, f"Merge results of {study.plan.title}") as edit:
        for who, (agreed_at, background) in people.items():
            own = (study.id, who)
            known = "SELECT 1 FROM study_person WHERE study_id = ? AND annotator_id = ?"
            if project.database.row(known, own) is None:
                row = {"study_id": study.id, "annotator_id": who, "agreed_at": agreed_at}
                project.database.insert("study_person", row | {"background": json.dumps(dict(background))})
        for who, answer in answers:
            _add(project, study, who, answer)
    return edit.changes


def _add(project: Project, study: Study, who: AnnotatorId, answer: Incoming) -> None:
    item = answer.item
    place = {"study_id": study.id, "annotator_id": who, "position": item.position}
    if answer.second_id is not None:
        about = place | {"part": item.part}
        study_pairs.take_in(project, about, answer.clip_id, answer.second_id, answer.values)
        return
    what = {"task": item.task, "part": item.part, "clip_id": answer.clip_id}
    project.database.insert("study_answer", place | what | dict(answer.values))
    if item.part == "item" and not _has_rated(project, answer.clip_id, who, item.task):
        rated = {name: answer.values[name] for name in RATED}
        own = {"clip_id": answer.clip_id, "annotator_id": who, "kind": item.task}
        project.database.insert("rating", own | rated)
        if answer.trace is not None:
            annotations.write_trace(project, answer.clip_id, who, answer.trace)
        elif answer.values["valence"] is not None:
            unit = Affect(answer.values["valence"], answer.values["arousal"])
            scale = annotations.scale_of(project, answer.clip_id)
            annotations.write_value(project, answer.clip_id, who, scale, unit)


def _has_rated(project: Project, clip_id: ClipId, who: AnnotatorId, kind: str) -> bool:
    table = "trace" if kind == "trace" else "annotation"
    own = (clip_id, who)
    said = f"SELECT 1 FROM {table} WHERE clip_id = ?1 AND annotator_id = ?2 AND batch_id IS NULL"
    asked = "SELECT 1 FROM rating WHERE clip_id = ?1 AND annotator_id = ?2 AND kind = ?3"
    return (
        project.database.row(said, own) is not None or project.database.row(asked, (*own, kind)) is not None
    )
