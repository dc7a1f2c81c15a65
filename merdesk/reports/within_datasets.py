"""Genre bias inside datasets: what is left of it when each dataset's own offset is taken out.

A genre that comes mostly from one dataset inherits that dataset's offset: its raters, scale and recordings. Only
datasets that hold several genres can tell the two apart, so only their clips are used here; where a dataset has one
genre, no adjusted effect is given.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from merdesk.domain.arrays import BoolArray
from merdesk.domain.columns import NO_CODE
from merdesk.evaluation.groups import GroupBias, bias_table
from merdesk.reports.confounding import NESTED_SHARE
from merdesk.reports.estimates import estimate, number_of, plain
from merdesk.reports.report_input import ReportInput
from merdesk.reports.scored import Scored

NOT_SEPARABLE = "not separable from the dataset: too few clips in datasets of several genres"


def within_datasets(
    report_input: ReportInput, scored: Scored, *, n_permutations: int
) -> Callable[[GroupBias], dict[str, Any]]:
    """For each row of the genre table its difference inside mixed datasets, and the Holm-adjusted p of it.

    The offset of a dataset is the mean error of its clips in each dimension; intervals and tests take it as known.
    Holm's correction runs over all genres and both dimensions, like that of the genre table itself.
    """
    part = scored.take(_in_mixed_dataset(scored))
    rows: dict[tuple[str, str], GroupBias] = {}
    if len(part):
        table = bias_table(
            part.affect,
            _centred(part),
            part.genre,
            report_input.columns.genre_names,
            part.clusters,
            seed=report_input.seed,
            n_resamples=report_input.n_resamples,
            n_permutations=n_permutations,
        )
        rows = {(row.dimension, row.group): row for row in table}
    return lambda found: _fields(rows.get((found.dimension, found.group)))


def _fields(row: GroupBias | None) -> dict[str, Any]:
    if row is None or row.greyed:
        n, n_clusters = (0, 0) if row is None else (row.n, row.n_clusters)
        nothing = estimate(None, n=n, n_clusters=n_clusters, note=NOT_SEPARABLE)
        return {"within_datasets": nothing, "p_within": None}
    return {"within_datasets": number_of(row.difference), "p_within": plain(row.p_holm)}


def _in_mixed_dataset(scored: Scored) -> BoolArray:
    """True for clips with a genre in datasets whose most frequent genre has less than `NESTED_SHARE` [n]."""
    known = scored.genre != NO_CODE
    mixed = np.zeros(len(scored), dtype=bool)
    for code in np.unique(scored.dataset):
        here = known & (scored.dataset == code)
        counts = np.bincount(scored.genre[here])
        if counts.sum() and counts.max() / counts.sum() < NESTED_SHARE:
            mixed |= here
    return mixed


def _centred(part: Scored) -> np.ndarray[Any, np.dtype[np.floating[Any]]]:
    """Predictions [n, 2] less the mean error of their dataset."""
    prediction = part.prediction.copy()
    for code in np.unique(part.dataset):
        here = part.dataset == code
        prediction[here] -= (part.prediction[here] - part.affect[here]).mean(axis=0)
    return prediction
