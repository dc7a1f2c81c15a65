"""The clips with the largest errors, by id, so that someone can listen to them."""

from typing import Any

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.domain.columns import NO_CODE, ClipColumns
from merdesk.reports.estimates import plain
from merdesk.reports.report_input import ReportedClip, ReportInput
from merdesk.reports.scored import Scored

N_WORST = 20


def worst_clip_ids(report_input: ReportInput) -> list[int]:
    """Ids of the clips that the report will list: whoever fills in `ReportInput.labels` needs no others."""
    scored = Scored.of(report_input)
    return [int(report_input.columns.ids[row]) for row in scored.rows[_order(scored)]]


def worst_clips(report_input: ReportInput, scored: Scored) -> dict[str, Any]:
    """Held-out clips by distance between annotation and prediction in the plane, largest first."""
    labels = {label.id: label for label in report_input.labels}
    columns = report_input.columns
    rows = []
    for at in _order(scored):
        row = int(scored.rows[at])
        clip_id = int(columns.ids[row])
        label = labels.get(clip_id, ReportedClip(clip_id))
        rows.append(
            {
                "clip_id": clip_id,
                "source_id": label.source_id,
                "title": label.title,
                "artist": label.artist,
                "dataset": _name(columns.dataset_names, columns.dataset[row]),
                "genre": _name(columns.genre_names, columns.genre[row]),
                **_values(columns, row),
                "distance": plain(float(_distance(scored)[at])),
            }
        )
    return {"n_scored": len(scored), "rows": rows}


def _distance(scored: Scored) -> FloatArray:
    """Euclidean distance between annotation and prediction [n] in units of the [-1, 1] scale."""
    return np.asarray(np.linalg.norm(scored.prediction - scored.affect, axis=1))


def _order(scored: Scored) -> list[int]:
    # A stable sort over ascending clip ids: equal errors keep one order on every machine.
    return [int(at) for at in np.argsort(-_distance(scored), kind="stable")[:N_WORST]]


def _values(columns: ClipColumns, row: int) -> dict[str, float | None]:
    return {
        f"{name}_{dimension}": plain(float(values[row, axis]))
        for name, values in (("annotation", columns.affect), ("prediction", columns.prediction))
        for axis, dimension in enumerate(("valence", "arousal"))
    }


def _name(names: tuple[str, ...], code: int) -> str:
    return "" if code == NO_CODE else names[code]
