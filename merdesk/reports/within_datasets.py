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
from merdesk.reports.estimates import estimate, number_of
from merdesk.reports.report_input import ReportInput
from merdesk.reports.scored import Scored

NOT_SEPARABLE = "not separable from the dataset"


def within_datasets(report_input: ReportInput, scored: Scored) -> Callable[[GroupBias], dict[str, Any]]:
    """For each row of the genre table its difference inside mixed datasets; a number without value where none.

    The offset of a dataset is the mean error of its clips in each dimension; intervals take it as known.
    """
    part = scored.take(_in_mixed_dataset(scored))
    rows = (
        {}
        if len(part) == 0
        else {
            (row.dimension, row.group): row
            for row in bias_table(
                part.affect,
                _centred(part),
                part.genre,
                report_input.columns.genre_names,
                part.clusters,
                seed=report_input.seed,
                n_resamples=report_input.n_resamples,
                n_permutations=1,
            )
        }
    )

    def number(found: GroupBias) -> dict[str, Any]:
        row = rows.get((found.dimension, found.group))
        if row is None or row.greyed:
            here = 0 if row is None else row.n
            return estimate(None, n=here, n_clusters=0 if row is None else row.n_clusters, note=NOT_SEPARABLE)
        return number_of(row.difference)

    return number


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
