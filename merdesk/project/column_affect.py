"""Static annotations of many clips as consensus on [-1, 1], repairs applied."""

from collections.abc import Sequence

import numpy as np

from merdesk.domain.affect import AffectScale
from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.consensus import consensus
from merdesk.project import repairs
from merdesk.project.column_rows import Chosen, rows_of
from merdesk.project.project import Project

REPAIRS_OF_VALUES = (repairs.EXCHANGE, repairs.RESCALE, repairs.LINEAR)


def pooled(
    project: Project,
    chosen: Chosen,
    ids: IntArray,
    dataset_ids: IntArray,
    fixes: Sequence[repairs.Repair],
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Mean [n, 2], spread [n, 2] and number of raters [n] of clips with ascending ids [n] of these datasets [n].

    Spread has divisor n: published deviations with ddof 1 are made smaller by what the number of raters says.
    """
    relevant = [fix for fix in fixes if fix.kind in REPAIRS_OF_VALUES]
    datasets = _datasets(project)
    # Published is what came with the clip; asked only where it matters, for it costs a look-up a row.
    published_too = (
        "batch_id = (SELECT batch_id FROM clip WHERE id = clip_id)"
        if relevant or any(ddof for _, ddof in datasets.values())
        else "0"
    )
    said = project.database.rows(
        f"SELECT clip_id, valence, arousal, valence_std, arousal_std, n_raters, {published_too}"
        " FROM seen_annotation WHERE valence IS NOT NULL AND arousal IS NOT NULL"
        f" AND {chosen.where('clip_id')}",
        chosen.parameters,
    )
    # None, a missing spread, becomes NaN here.
    table = np.array(said, dtype=np.float64).reshape(-1, 7)
    rows, found = rows_of(ids, table[:, 0].astype(np.int64))
    table = table[found]
    affect, spread = table[:, 1:3].copy(), table[:, 3:5].copy()
    published = table[:, 6] > 0
    for dataset_id, (scale, ddof) in datasets.items():
        own = dataset_ids[rows] == dataset_id
        for fix in relevant:
            hit = own & published & fix.covers(ids[rows], dataset_ids[rows])
            affect[hit] = repairs.repaired(fix, affect[hit], scale, spread=False)
            spread[hit] = repairs.repaired(fix, spread[hit], scale, spread=True)
        if ddof:
            counted = own & published & (table[:, 5] > 1)
            spread[counted] *= np.sqrt(1 - ddof / table[counted, 5])[:, None]
        affect[own] = scale.to_unit(affect[own])
        spread[own] = scale.spread_to_unit(spread[own])
    return consensus(rows, affect, spread, table[:, 5], n_clips=len(ids))


def _datasets(project: Project) -> dict[int, tuple[AffectScale, int]]:
    """Scale of each dataset, and ddof of its published standard deviations."""
    rows = project.database.rows(
        "SELECT id, valence_min, valence_max, arousal_min, arousal_max, scale_kind, std_ddof FROM seen_dataset"
    )
    return {row[0]: (AffectScale(*row[1:6]), row[6]) for row in rows}
