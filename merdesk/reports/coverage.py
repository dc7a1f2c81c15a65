"""How many clips lie inside the intervals that the model gives around its predictions, by dataset and by genre.

The intervals promise a share on average over datasets like the training ones. A single dataset or genre can be far off,
and that is told here, each share with its own interval.
"""

from typing import Any

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.evaluation.bootstrap import Interval, interval_of, resampled_sums
from merdesk.progress import Progress
from merdesk.reports.estimates import number_of, plain
from merdesk.reports.report_input import ReportInput
from merdesk.reports.scored import DIMENSIONS, Scored


def coverage(report_input: ReportInput, scored: Scored, progress: Progress) -> dict[str, Any] | None:
    """Shares inside by dimension, dataset, then genre; None for a model that gives no interval, or without scored clips."""
    known = None if report_input.model is None else report_input.model.interval
    if known is None or not len(scored):
        return None
    progress.begin("Counting clips inside their intervals")
    rows = []
    for axis, dimension in enumerate(DIMENSIONS):
        half = known[dimension.lower()]
        if half is None:
            continue
        inside = np.abs(scored.prediction[:, axis] - scored.affect[:, axis]) <= half
        for kind, name, mine in _parts(report_input, scored):
            share = _share(inside[mine], scored.take(mine), report_input)
            rows.append({"dimension": dimension, "kind": kind, "name": name, "share": number_of(share)})
    halves = {dimension: plain(known[dimension.lower()]) for dimension in DIMENSIONS}
    return {"level": plain(known["level"]), "over": str(known["over"]), "half_width": halves, "rows": rows}


def _parts(report_input: ReportInput, scored: Scored) -> list[tuple[str, str, BoolArray]]:
    columns = report_input.columns
    found = []
    for kind, codes, names in (
        ("dataset", scored.dataset, columns.dataset_names),
        ("genre", scored.genre, columns.genre_names),
    ):
        found += [(kind, names[code], codes == code) for code in np.unique(codes[codes >= 0]).tolist()]
    return found


def _share(inside: BoolArray, part: Scored, report_input: ReportInput) -> Interval:
    _, codes = np.unique(part.clusters, return_inverse=True)
    columns: FloatArray = np.stack([np.ones(len(inside)), inside.astype(np.float64)], axis=1)
    sums = resampled_sums(columns, codes, n_resamples=report_input.n_resamples, seed=report_input.seed)
    return interval_of(
        float(inside.mean()), sums[:, 1] / sums[:, 0], n=len(inside), n_clusters=part.n_clusters
    )
