"""How far predictions are too high or too low on the whole, dataset by dataset; and one genre inside a dataset.

These are claims about data, so their intervals and tests count the sampling of training groups too, where models were
fitted again (`ReportInput.refits`). Predictions out of fold have no refits: their mean error hardly moves.
"""

import math
from statistics import NormalDist
from typing import Any

import numpy as np

from merdesk.evaluation.bootstrap import LEVEL, Interval
from merdesk.evaluation.groups import GroupBias, bias_table
from merdesk.evaluation.significance import holm
from merdesk.reports.estimates import estimate, number_of, plain
from merdesk.reports.report_input import ReportInput
from merdesk.reports.scored import MIN_CLUSTERS, Scored


def offsets(report_input: ReportInput, scored: Scored) -> dict[str, Any]:
    """Mean error of every dataset in both dimensions; `p` is None under twenty groups, `p_holm` is filled in by `family`."""
    names = report_input.columns.dataset_names
    found = _table(report_input, scored, scored.dataset, names)
    return {
        "n_refits": scored.n_refits,
        "rows": [
            {
                "dimension": row.dimension.capitalize(),
                "dataset": row.group,
                "bias": number_of(row.bias),
                **_tested(row, row.p_bias, reliable=row.n_clusters >= MIN_CLUSTERS),
            }
            for row in found
        ],
    }


def inside_datasets(report_input: ReportInput, scored: Scored) -> list[dict[str, Any]]:
    """Mean error of a genre less that of the other genres of its dataset, where both sides have enough clips for a verdict.

    Shrinkage alone makes such a contrast where a genre lies far from the others. It does so in the training datasets
    too: `beyond_home` is the contrast less the one of the same genre out of fold there, `p_home` its test, adjusted
    over the table. None where they lack the genre.
    """
    names, trained = report_input.columns.dataset_names, _training_codes(report_input)
    found: list[dict[str, Any]] = []
    for code in np.unique(scored.dataset[scored.dataset >= 0]).tolist():
        here = scored.dataset == code
        home = scored.take(np.isin(scored.dataset, trained) & ~here)
        for genre in np.unique(scored.genre[here & (scored.genre >= 0)]).tolist():
            at_home = {row.dimension: row for row in _against_others(report_input, home, genre)}
            rows = _against_others(report_input, scored.take(here), genre)
            found += [_contrast(names[code], row, at_home.get(row.dimension)) for row in rows]
    adjusted = holm([np.nan if row["p_home"] is None else row["p_home"] for row in found])
    return [{**row, "p_home": plain(float(p))} for row, p in zip(found, adjusted, strict=True)]


def _training_codes(report_input: ReportInput) -> list[int]:
    names = () if report_input.model is None else report_input.model.training_datasets
    return [code for code, name in enumerate(report_input.columns.dataset_names) if name in names]


def _against_others(report_input: ReportInput, scored: Scored, genre: int) -> list[GroupBias]:
    """A genre against the other genres, valence and arousal; nothing where either side is too small."""
    part = scored.take(scored.genre >= 0)
    sides = ("others", report_input.columns.genre_names[genre])
    table = _table(report_input, part, (part.genre == genre).astype(np.int64), sides)
    if len(table) < 4 or any(row.greyed for row in table):
        return []
    return [row for row in table if row.group == sides[1]]


def _contrast(dataset: str, row: GroupBias, home: GroupBias | None) -> dict[str, Any]:
    beyond = _less(row.contrast, home.contrast) if home else None
    nothing = estimate(None, n=0, n_clusters=0, note="the training datasets lack the genre, or the others")
    return {
        "dimension": row.dimension.capitalize(),
        "dataset": dataset,
        "genre": row.group,
        "contrast": number_of(row.contrast),
        "beyond_home": nothing if beyond is None else number_of(beyond[0]),
        "p_home": None if beyond is None else beyond[1],
        **_tested(row, row.p_contrast, reliable=not row.greyed),
    }


def _less(here: Interval, home: Interval) -> tuple[Interval, float]:
    """The difference of two contrasts and its two-sided p: they are of different groups, so that variances add."""
    value, n_clusters = here.value - home.value, min(here.n_clusters, home.n_clusters)
    reach = math.hypot(here.high - here.low, home.high - home.low) / 2
    p = math.erfc(abs(value) / reach * NormalDist().inv_cdf((1 + LEVEL) / 2) / math.sqrt(2))
    return Interval(value, value - reach, value + reach, here.n + home.n, n_clusters), p


def _tested(row: GroupBias, p: float, *, reliable: bool) -> dict[str, Any]:
    return {
        "n": row.n,
        "n_clusters": row.n_clusters,
        "p": plain(p) if reliable else None,
        "p_holm": None,
    }


def _table(report_input: ReportInput, part: Scored, codes: Any, names: tuple[str, ...]) -> list[GroupBias]:
    return bias_table(
        part.affect,
        part.prediction,
        codes,
        names,
        part.clusters,
        refits=part.refits_first,
        seed=report_input.seed,
        n_resamples=report_input.n_resamples,
        n_permutations=0,
    )
