"""Repairs of published values, applied whenever they are read: the published values themselves are never changed.

A repair is a row of the provenance log. It acts on what a dataset published; what people rate in the window was
never wrong in this way.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from merdesk.domain.affect import AffectScale
from merdesk.domain.annotation import StaticAnnotation
from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.domain.clip import ClipId
from merdesk.domain.source import SourceRating
from merdesk.project.project import Project

Said = TypeVar("Said", StaticAnnotation, SourceRating)

EXCHANGE = "exchange"
"""Valence and arousal were filed under each other's name."""
RESCALE = "rescale"
"""Values are on another scale than the dataset says: `details["scale"]`, five values."""
LINEAR = "linear"
"""Means are `details["factor"]` times themselves plus `details["offset"]`, deviations times `details["spread_factor"]`; pairs."""
RANK = "rank"
"""The dataset's values are ranks: they stay, its scale says so."""
LEAVE_OUT = "leave out"
"""The clips are in another dataset as well: they stay in the project and out of columns, views and statistics."""
SPLIT = "split"
"""The clips' split is `details["names"][code]`."""
NOTE = "note"
"""Nothing is computed differently; the entry tells something that reports repeat."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One entry that holds: kind, its details, and its clips (None: the dataset's) with a code each."""

    kind: str
    dataset_id: int | None
    details: dict[str, Any]
    clip_ids: IntArray | None
    codes: IntArray | None

    def covers(self, ids: IntArray, dataset_ids: IntArray) -> BoolArray:
        """True for each clip that this repair is about."""
        if self.clip_ids is not None:
            return np.isin(ids, self.clip_ids)
        return np.asarray(dataset_ids == self.dataset_id)


@dataclass(frozen=True, slots=True)
class Fix:
    """What repairs do to the published values of one clip."""

    steps: tuple[Repair, ...]
    scale: AffectScale

    def applied(self, said: Said) -> Said:
        """A published rating on the dataset's scale as the repairs read it."""
        if not self.steps:
            return said
        valence, arousal = self._apply([said.valence, said.arousal], spread=False)
        valence_std, arousal_std = self._apply([said.valence_std, said.arousal_std], spread=True)
        return replace(
            said, valence=valence, arousal=arousal, valence_std=valence_std, arousal_std=arousal_std
        )

    def _apply(self, values: Sequence[float], *, spread: bool) -> list[float]:
        pair: FloatArray = np.asarray(values, dtype=np.float64)
        for step in self.steps:
            pair = repaired(step, pair, self.scale, spread=spread)
        return [float(value) for value in pair]


def repaired(repair: Repair, pairs: FloatArray, scale: AffectScale, *, spread: bool) -> FloatArray:
    """Published pairs [..., 2] as the repair reads them, on the dataset's scale."""
    if repair.kind == EXCHANGE:
        return pairs[..., ::-1]
    if repair.kind == RESCALE:
        actual = AffectScale(*repair.details["scale"])
        if not spread:
            return scale.to_native(actual.to_unit(pairs))
        half = scale.to_native([1.0, 1.0]) - scale.to_native([0.0, 0.0])
        return np.asarray(actual.spread_to_unit(pairs) * half)
    if repair.kind == LINEAR:
        details = repair.details
        return np.asarray(
            pairs * details["spread_factor"] if spread else pairs * details["factor"] + details["offset"]
        )
    return pairs


def active(project: Project) -> list[Repair]:
    """Repairs that hold, in the order in which they were made; none while the project is read as filed."""
    if project.as_filed:
        return []
    rows = project.database.rows(
        "SELECT kind, dataset_id, details, clip_ids, codes FROM provenance WHERE reverted = 0 ORDER BY id"
    )
    return [
        Repair(
            kind=row[0],
            dataset_id=row[1],
            details=json.loads(row[2]),
            clip_ids=None if row[3] is None else np.frombuffer(row[3], np.int64),
            codes=None if row[4] is None else np.frombuffer(row[4], np.int32),
        )
        for row in rows
    ]


def of_clip(project: Project, clip_id: ClipId) -> Fix:
    """What repairs do to one clip."""
    row = project.database.row(
        "SELECT d.id, d.valence_min, d.valence_max, d.arousal_min, d.arousal_max, d.scale_kind"
        " FROM clip JOIN dataset d ON d.id = clip.dataset_id WHERE clip.id = ?",
        (clip_id,),
    )
    if row is None:
        raise KeyError(f"no clip {clip_id}")
    one, dataset = np.array([clip_id]), np.array([row[0]])
    covering = tuple(repair for repair in active(project) if repair.covers(one, dataset)[0])
    return Fix(covering, AffectScale(*row[1:]))


def split_of(repairs: Sequence[Repair], clip_id: int, published: str) -> str:
    """The split of one clip: the latest that was set, else the published one."""
    for repair in reversed(repairs):
        if repair.kind == SPLIT and repair.clip_ids is not None and repair.codes is not None:
            where = np.flatnonzero(repair.clip_ids == clip_id)
            if len(where):
                return str(repair.details["names"][repair.codes[where[0]]])
    return published
