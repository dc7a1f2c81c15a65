"""The log of everything done to published values: reversible, undoable, and told wherever numbers depend on it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId, DatasetId
from merdesk.project import history
from merdesk.project.project import Project
from merdesk.project.repairs import EXCHANGE, LEAVE_OUT, LINEAR, NOTE, RANK, RESCALE, SPLIT
from merdesk.project.text import clean

KINDS = (EXCHANGE, RESCALE, LINEAR, RANK, LEAVE_OUT, SPLIT, NOTE)

OF_VALUES = (EXCHANGE, RESCALE, LINEAR)
"""Kinds that change how published values are read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; `n_clips` None stands for the whole dataset."""

    id: int
    dataset_id: DatasetId | None
    kind: str
    title: str
    details: Mapping[str, Any] = field(default_factory=dict)
    n_clips: int | None = None
    reverted: bool = False
    created_at: str = ""


def all(project: Project) -> list[Entry]:  # noqa: A001  (read as provenance.all)
    """The log, oldest first, reverted entries included; those of removed datasets are left out."""
    rows = project.database.rows(
        "SELECT id, dataset_id, kind, title, details, length(clip_ids) / 8, reverted, created_at FROM provenance"
        " WHERE dataset_id IS NULL OR dataset_id IN (SELECT id FROM seen_dataset) ORDER BY id"
    )
    return [
        Entry(row[0], row[1], row[2], row[3], json.loads(row[4]), row[5], bool(row[6]), row[7])
        for row in rows
    ]


def told(project: Project) -> list[Entry]:
    """The entries that numbers depend on now, oldest first; none while the project is read as filed."""
    return [] if project.as_filed else [entry for entry in all(project) if not entry.reverted]


def in_words(project: Project) -> tuple[str, ...]:
    """What is said of values wherever numbers depend on them: the repairs in force, or that they are set aside."""
    if project.as_filed:
        return ("Values are as filed: the repairs of this project are set aside.",)
    return tuple(entry.title for entry in told(project))


def of_clip(project: Project, clip_id: ClipId) -> list[Entry]:
    """The entries that hold for one clip and change how its values are read, oldest first."""
    dataset_id = project.database.value("SELECT dataset_id FROM clip WHERE id = ?", (clip_id,))
    covering = {
        row[0]
        for row in project.database.rows("SELECT id, dataset_id, clip_ids FROM provenance WHERE reverted = 0")
        if (row[1] == dataset_id if row[2] is None else clip_id in np.frombuffer(row[2], np.int64))
    }
    return [entry for entry in all(project) if entry.id in covering and entry.kind in OF_VALUES]


def add(
    project: Project,
    *,
    title: str,
    kind: str = NOTE,
    dataset_id: DatasetId | None = None,
    details: Mapping[str, Any] | None = None,
    clip_ids: npt.ArrayLike | None = None,
) -> Changes:
    """Log and apply a repair; one step of the history, whatever the number of clips.

    Parameters
    ----------
    title
        What was done, as reports tell it.
    kind
        `repairs.EXCHANGE`, `repairs.RESCALE` (details: {"scale": [valence_min, valence_max, arousal_min,
        arousal_max, kind]}, the scale that the published values are really on), `repairs.LINEAR`, `repairs.RANK`,
        `repairs.LEAVE_OUT` or `repairs.NOTE`.
    dataset_id
        The dataset that it is about.
    details
        What JSON can hold: parameters, evidence, the check that asked for it.
    clip_ids
        Its clips, shape (n,); None for the whole dataset.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    return _insert(project, clean(title), kind, dataset_id, details or {}, clip_ids, None)


def set_splits(project: Project, splits: Mapping[ClipId, str], title: str = "Set splits") -> Changes:
    """Say which split each of these clips belongs to ("" for none); one step of the history."""
    names = sorted(set(splits.values()))
    code = {name: number for number, name in enumerate(names)}
    codes = np.array([code[name] for name in splits.values()], np.int32)
    return _insert(project, clean(title), SPLIT, None, {"names": names}, list(splits), codes.tobytes())


def set_reverted(project: Project, entry_id: int, *, reverted: bool = True) -> Changes:
    """Let an entry hold no longer, or again; one step of the history."""
    title = project.database.value("SELECT title FROM provenance WHERE id = ?", (entry_id,))
    if title is None:
        raise KeyError(f"no entry {entry_id} in the provenance log")
    with history.edit(project, f"{'Revert' if reverted else 'Apply again'}: {title}") as edit:
        project.database.execute("UPDATE provenance SET reverted = ? WHERE id = ?", (int(reverted), entry_id))
    return edit.changes


def _insert(
    project: Project,
    title: str,
    kind: str,
    dataset_id: DatasetId | None,
    details: Mapping[str, Any],
    clip_ids: npt.ArrayLike | None,
    codes: bytes | None,
) -> Changes:
    row = {
        "dataset_id": dataset_id,
        "kind": kind,
        "title": title,
        "details": json.dumps(details),
        "clip_ids": None if clip_ids is None else np.asarray(clip_ids, np.int64).tobytes(),
        "codes": codes,
        "created_at": history.now(),
    }
    with history.edit(project, title) as edit:
        project.database.insert("provenance", row)
    return edit.changes
