"""Make a study plan of clips of this project, find its clips in another, and carry plans as files."""

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from merdesk.domain.clip import ClipId
from merdesk.domain.columns import ClipFlag
from merdesk.domain.study import Anchor, ClipRef, StudyPlan
from merdesk.domain.study_file import from_json, to_json
from merdesk.errors import ProjectError
from merdesk.project import clips, columns, studies
from merdesk.project.project import Project
from merdesk.project.studies import Study

VERSION = ", version "
MAX_BYTES = 20_000_000
"""A plan of 5,000 clips takes one."""


def refs(project: Project, clip_ids: Sequence[int]) -> list[ClipRef]:
    """What names these clips on any machine, in their order; those without audio here are left out."""
    places = {place.clip_id: place for place in clips.locations(project, [ClipId(one) for one in clip_ids])}
    labels = {label.id: label for label in clips.labels(project)}
    found = []
    for clip_id in clip_ids:
        label, place = labels.get(ClipId(clip_id)), places.get(ClipId(clip_id))
        if label is not None and place is not None and place.path is not None:
            digest = "" if place.digest is None else place.digest.hex()
            found.append(ClipRef(label.dataset, label.source_id, digest, label.genre or label.dataset))
    return found


def resolve(project: Project, plan: StudyPlan) -> dict[ClipRef, ClipId]:
    """The clips of a plan in this project: by dataset and id, else by the digest of their audio where one clip has it."""
    labels, places = clips.labels(project), clips.locations(project)
    by_name = {(label.dataset, label.source_id): label.id for label in labels}
    by_digest: dict[str, list[ClipId]] = {}
    for place in places:
        if place.digest is not None:
            by_digest.setdefault(place.digest.hex(), []).append(place.clip_id)
    found: dict[ClipRef, ClipId] = {}
    for ref in (*plan.clips, *plan.practice, *(anchor.clip for anchor in plan.anchors)):
        named, same = by_name.get((ref.dataset, ref.source_id)), by_digest.get(ref.digest, [])
        if named is not None:
            found[ref] = named
        elif len(same) == 1:
            found[ref] = same[0]
    return found


def draw(
    project: Project, clip_ids: Sequence[int], *, n_practice: int, n_anchors: int, seed: int
) -> tuple[list[ClipRef], list[ClipRef], list[Anchor]]:
    """Take practice clips and anchors out of some clips; what is left is the study.

    Anchors are the clips whose published values lie farthest from neutral: everybody should hear what they are.
    """
    loaded = columns.load(project)
    rows = loaded.rows_of(np.asarray(clip_ids, dtype=np.int64))
    rows = rows[loaded.flagged(ClipFlag.HAS_AUDIO)[rows]]
    affect = loaded.affect[rows]
    clear = np.argsort(-np.nan_to_num(np.hypot(*affect.T), nan=-1.0), kind="stable")
    clear = clear[np.isfinite(affect[clear]).all(axis=1)][:n_anchors]
    others = np.setdiff1d(np.arange(len(rows)), clear)
    practised = np.random.default_rng(seed).permutation(others)[:n_practice]
    kept = np.setdiff1d(others, practised)

    def named(places: np.ndarray) -> list[ClipRef]:
        return refs(project, list(map(int, loaded.ids[rows[places]])))

    anchors = [
        Anchor(ref, *np.clip(affect[place], -1, 1).tolist())
        for ref, place in zip(named(clear), clear, strict=True)
    ]
    return named(kept), named(practised), anchors


def new_uid() -> str:
    """A name that no other study has."""
    return uuid.uuid4().hex


def next_version(title: str) -> str:
    """What the version after a study is called.

    >>> next_version("Moods"), next_version("Moods, version 2")
    ('Moods, version 2', 'Moods, version 3')
    """
    name, found, number = title.rpartition(VERSION)
    return f"{name}{VERSION}{int(number) + 1}" if found and number.isdecimal() else f"{title}{VERSION}2"


def save(plan: StudyPlan, path: Path) -> None:
    """Write a plan as a file that others can open; ProjectError when that cannot be."""
    try:
        path.write_text(to_json(plan), encoding="utf-8", newline="\n")
    except OSError as error:
        raise ProjectError(
            f"{path} could not be written ({error.strerror}); choose another folder."
        ) from error


def load(path: Path) -> StudyPlan:
    """Read a plan from a file; ProjectError when it is none."""
    return from_json(read_text(path), path.name)


def read_text(path: Path) -> str:
    """The text of a small file; ProjectError when it cannot be read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ProjectError(f"{path.name} is too large for a study; choose another file.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProjectError(
            f"{path.name} could not be read ({error.strerror}); choose another file."
        ) from error
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path.name} is no text; choose a study file of merdesk.") from error


def take_in(project: Project, path: Path) -> tuple[Study, Mapping[ClipRef, ClipId]]:
    """Keep the plan of a file in this project; also returned: the clips of it that are here."""
    plan = load(path)
    found = resolve(project, plan)
    if not any(ref in found for ref in plan.clips):
        raise ProjectError(
            f"This project holds none of the {len(plan.clips):,} clips of {plan.title}; import their dataset first."
        )
    return studies.add(project, plan), found
