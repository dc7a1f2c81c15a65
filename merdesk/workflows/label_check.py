"""Is the model wrong or the label? What speaks for either, of one clip."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from merdesk.domain.affect import Affect
from merdesk.domain.clip import ClipId
from merdesk.domain.columns import ClipColumns
from merdesk.evaluation.bootstrap import Interval
from merdesk.project import annotations, clips, doubts, provenance, same_music
from merdesk.project.doubts import Doubt
from merdesk.project.project import Project
from merdesk.workflows.scoring import groups_of

N_NEIGHBOURS = 15
"""Clips that sound alike whose labels are looked at."""
LEAST_NEIGHBOURS = 5


@dataclass(frozen=True, slots=True)
class Twin:
    """Another clip of the same music, what it was rated, and why it is taken for the same."""

    clip_id: int
    name: str
    affect: Affect
    why: str


@dataclass(frozen=True, slots=True)
class LabelCheck:
    """What is known of one clip's label.

    Attributes
    ----------
    spread_rank
        Share of its dataset's clips that raters agreed about better, 0 to 1; NaN where no spread is known.
    neighbours
        Mean valence and arousal of the rated clips of other groups that sound most like it; None where too few are
        known.
    as_filed
        The published value before repairs, on [-1, 1]; None where no repair changed it.
    """

    annotated: Affect
    predicted: Affect
    spread: Affect
    spread_rank: float
    n_raters: int
    neighbours: tuple[Interval, Interval] | None
    as_filed: Affect | None
    repairs: tuple[str, ...]
    twins: tuple[Twin, ...]
    doubt: Doubt | None


def check(
    project: Project, columns: ClipColumns, clip_id: int, alike: Sequence[tuple[int, float]] = ()
) -> LabelCheck | None:
    """Gather it; `alike` are clips that sound like it, the most alike first. None for a clip that is not shown."""
    row = columns.row_of(clip_id)
    if row is None:
        return None
    spread = columns.spread[row].astype(float)
    repaired = tuple(entry.title for entry in provenance.of_clip(project, ClipId(clip_id)))
    return LabelCheck(
        annotated=_affect(columns.affect[row]),
        predicted=_affect(columns.prediction[row]),
        spread=Affect(float(spread[0]), float(spread[1])),
        spread_rank=_spread_rank(columns, row),
        n_raters=int(columns.n_raters[row]),
        neighbours=_neighbours(columns, row, alike),
        as_filed=_as_filed(project, ClipId(clip_id)) if repaired else None,
        repairs=repaired,
        twins=tuple(_twins(project, columns, ClipId(clip_id))),
        doubt=doubts.of_clip(project, ClipId(clip_id)),
    )


def _affect(pair: np.ndarray) -> Affect:
    return Affect(float(pair[0]), float(pair[1]))


def _spread_rank(columns: ClipColumns, row: int) -> float:
    spread = columns.spread.mean(axis=1)
    others = spread[(columns.dataset == columns.dataset[row]) & np.isfinite(spread)]
    return (
        float((others < spread[row]).mean()) if np.isfinite(spread[row]) and len(others) > 1 else float("nan")
    )


def _neighbours(
    columns: ClipColumns, row: int, alike: Sequence[tuple[int, float]]
) -> tuple[Interval, Interval] | None:
    from merdesk.evaluation.residuals import mean_interval

    groups = groups_of(columns)
    near = columns.rows_of([clip_id for clip_id, _ in alike])
    near = near[columns.annotated[near] & (groups[near] != groups[row])][:N_NEIGHBOURS]
    if len(near) < LEAST_NEIGHBOURS:
        return None
    valence, arousal = (
        mean_interval(columns.affect[near, axis].astype(np.float64), groups[near]) for axis in range(2)
    )
    return valence, arousal


def _as_filed(project: Project, clip_id: ClipId) -> Affect | None:
    said = annotations.of_clip(project, clip_id, as_filed=True)
    if not said:
        return None
    scale = annotations.scale_of(project, clip_id)
    return _affect(scale.to_unit([[said[0].valence, said[0].arousal]])[0])


def _twins(project: Project, columns: ClipColumns, clip_id: ClipId) -> list[Twin]:
    found = dict(same_music.others(project, clip_id))
    twins = []
    for named in clips.labels(project, found):
        row = columns.row_of(named.id)
        if row is not None:
            name = f"{named.title or named.source_id}, {named.dataset}"
            twins.append(Twin(named.id, name, _affect(columns.affect[row]), found[named.id]))
    return twins
