"""The points that the pictures of a report show: a part of report.json, so that pictures can be drawn again."""

from typing import Any

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.columns import NO_CODE, ClipColumns
from merdesk.reports.estimates import plain
from merdesk.reports.report_input import ReportInput

MAX_POINTS = 4000
"""More do not show more on a page, and 4,000 keep the report under 2 MB; the caption says when clips were drawn."""
COMMON_GENRES = 12
"""Genres with a colour of their own in the pictures; the others are drawn grey and counted."""


def points(report_input: ReportInput) -> dict[str, Any]:
    """Annotated clips as columns in draw order, a seeded sample where there are more than `MAX_POINTS`.

    The order is shuffled with the report's seed so that no dataset lies over another. `spread` holds what the
    pictures add to published lattice values (see `lattice_spread`); annotations themselves are as they are.
    """
    columns = report_input.columns
    rows = np.flatnonzero(columns.annotated)
    random = np.random.default_rng(report_input.seed)
    drawn = random.permutation(rows)[:MAX_POINTS]
    prediction = np.where(report_input.held_out[:, None], columns.prediction, np.nan)
    spread = lattice_spread(columns, report_input.seed)
    common, genre = _common_genres(columns, rows)
    return {
        "n_annotated": len(rows),
        "n_drawn": len(drawn),
        "datasets": list(columns.dataset_names),
        "genres": common,
        "clip_id": columns.ids[drawn].tolist(),
        "dataset": columns.dataset[drawn].tolist(),
        "genre": genre[drawn].tolist(),
        **{
            f"{name}_{dimension}": [plain(float(value)) for value in np.round(values[drawn, axis], 4)]
            for name, values in (
                ("annotation", columns.affect),
                ("prediction", prediction),
                ("spread", spread),
            )
            for axis, dimension in enumerate(("valence", "arousal"))
        },
        "lattice": bool((spread[drawn] != 0).any()),
    }


def _common_genres(columns: ClipColumns, rows: IntArray) -> tuple[list[str], IntArray]:
    """The most frequent genres in order of their count, and each clip's place among them [n] (NO_CODE: none).

    Genres beyond `COMMON_GENRES` share the code after the last, -1 stays for clips without one.
    """
    codes = columns.genre[rows]
    counts = np.bincount(codes[codes != NO_CODE], minlength=len(columns.genre_names))
    order = np.lexsort((np.arange(len(counts)), -counts))
    common = [int(code) for code in order[:COMMON_GENRES] if counts[code]]
    place = np.full(len(counts) + 1, len(common), dtype=np.int64)
    place[common] = np.arange(len(common))
    place[-1] = NO_CODE
    return [columns.genre_names[code] for code in common], place[columns.genre]


def lattice_spread(columns: ClipColumns, seed: int) -> FloatArray:
    """Offsets [n, 2] that spread rounded values evenly within their rounding step, 0 where values are not rounded.

    EmoMusic, DEAM and PMEmo publish rounded means: hundreds of clips share a few points. A dataset counts as
    rounded when its clips share values four to one; the step is the median distance between neighbouring values.
    """
    offsets = np.zeros((len(columns), 2))
    random = np.random.default_rng(seed)
    for code in range(len(columns.dataset_names)):
        rows = np.flatnonzero((columns.dataset == code) & columns.annotated)
        for axis in range(2):
            draw = random.uniform(-0.5, 0.5, len(rows))
            values = np.unique(np.round(columns.affect[rows, axis], 4))
            if len(values) > 1 and len(rows) >= 4 * len(values):
                offsets[rows, axis] = draw * float(np.median(np.diff(values)))
    return offsets
