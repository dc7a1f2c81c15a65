"""Genre bias inside datasets: what is left of it when each dataset's own offset is taken out.

A genre that comes mostly from one dataset inherits that dataset's offset: its raters, scale and recordings. Only
datasets that hold several genres can tell the two apart, so only their clips are used here; where a dataset has one
genre, no adjusted effect is given.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.domain.columns import NO_CODE
from merdesk.evaluation.groups import GroupBias, bias_table
from merdesk.evaluation.significance import holm
from merdesk.reports.confounding import NESTED_SHARE
from merdesk.reports.estimates import estimate, number_of, plain
from merdesk.reports.report_input import ReportInput
from merdesk.reports.scored import Scored

NOT_SEPARABLE = "not separable from the dataset: too few clips in datasets of several genres"


def within_datasets(report_input: ReportInput, scored: Scored) -> Callable[[GroupBias], dict[str, Any]]:
    """For each row of the genre table its difference inside mixed datasets, and the Holm-adjusted p of it.

    The offset of a dataset is the mean error of its clips in each dimension; intervals and tests take it as known.
    Holm's correction runs over all genres and both dimensions: a second opinion on claims of the report's family.
    """
    part = scored.take(_in_mixed_dataset(scored))
    rows: dict[tuple[str, str], GroupBias] = {}
    if len(part):
        table = bias_table(
            part.affect,
            _centred(part, part.prediction[None])[0],
            part.genre,
            report_input.columns.genre_names,
            part.clusters,
            refits=_centred(part, part.refits_first),
            seed=report_input.seed,
            n_resamples=report_input.n_resamples,
            n_permutations=0,
        )
        rows = {(row.dimension, row.group): row for row in table if not row.greyed}
    adjusted = holm([row.p_unshrunk for row in rows.values()])
    p = {key: float(value) for key, value in zip(rows, adjusted, strict=True)}

    def fields(found: GroupBias) -> dict[str, Any]:
        key = (found.dimension, found.group)
        return _fields(rows.get(key), p.get(key, float("nan")))

    return fields


def _fields(row: GroupBias | None, p: float) -> dict[str, Any]:
    if row is None:
        nothing = estimate(None, n=0, n_clusters=0, note=NOT_SEPARABLE)
        return {"within_datasets": nothing, "p_within": None}
    return {"within_datasets": number_of(row.difference), "p_within": plain(p)}


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


def _centred(part: Scored, predictions: FloatArray) -> FloatArray:
    """Predictions [r, n, 2] less the mean error of their dataset, each by its own."""
    centred = np.array(predictions)
    for code in np.unique(part.dataset):
        here = part.dataset == code
        centred[:, here] -= (centred[:, here] - part.affect[here]).mean(axis=1, keepdims=True)
    return centred
