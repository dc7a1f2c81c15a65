"""Which genres the model misjudges beyond shrinkage, and whether errors are uneven at all."""

from typing import Any

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.domain.columns import NO_CODE
from merdesk.evaluation.bootstrap import Interval, cluster_bootstrap
from merdesk.evaluation.disparity import AgainstNull, Disparity, disparity
from merdesk.evaluation.groups import GREY_CLIPS, GREY_CLUSTERS, GroupBias, bias_table
from merdesk.evaluation.metrics import pearson_score
from merdesk.evaluation.significance import holm
from merdesk.progress import Progress
from merdesk.reports.estimates import estimate, number_of, plain
from merdesk.reports.offsets import inside_datasets
from merdesk.reports.report_input import ReportInput
from merdesk.reports.scored import DIMENSIONS, Scored
from merdesk.reports.within_datasets import within_datasets

STATISTICS = ("worst", "range", "spread")
"""Of unevenness; Holm's correction of each runs over valence and arousal, that of the spread over the report's family."""
DEALS = 1000
"""Random permutations behind the p-values of unevenness."""


def genre_bias(report_input: ReportInput, scored: Scored, progress: Progress) -> dict[str, Any]:
    """Rows by dimension and genre (most clips first), unevenness against its null, and correlations taken apart."""
    progress.begin("Comparing genres", total=3)
    names = report_input.columns.genre_names
    n_genres = len(np.unique(scored.genre[scored.genre != NO_CODE]))
    content: dict[str, Any] = {
        "min_clips": GREY_CLIPS,
        "min_clusters": GREY_CLUSTERS,
        "n_genres": n_genres,
        "n_scored": int((scored.genre != NO_CODE).sum()),
        "why_none": _why_none(scored, n_genres),
        "rows": [],
        "inside": [],
        "disparity": [],
        "association": [],
    }
    if content["why_none"]:
        return content
    shared = (scored.affect, scored.prediction, scored.genre, names, scored.clusters)
    table = bias_table(
        *shared,
        refits=scored.refits_first,
        seed=report_input.seed,
        n_resamples=report_input.n_resamples,
        n_permutations=0,
    )
    progress.advance()
    within = within_datasets(report_input, scored)
    rows = [
        {
            **_row(found),
            **within(found),
            "main_dataset": _main_dataset(report_input, scored, found.group),
        }
        for found in table
    ]
    content["rows"] = sorted(
        rows, key=lambda row: (DIMENSIONS.index(row["dimension"]), -row["n"], row["genre"])
    )
    content["inside"] = inside_datasets(report_input, scored)
    uneven = disparity(*shared, strata=scored.dataset, seed=report_input.seed, n_permutations=DEALS)
    p_holm = {name: holm([getattr(found, name).p for found in uneven]) for name in STATISTICS}
    content["disparity"] = [
        _unevenness(found, {name: float(p_holm[name][axis]) for name in STATISTICS})
        for axis, found in enumerate(uneven)
    ]
    progress.advance()
    content["association"] = [_association(report_input, scored, axis) for axis in range(2)]
    progress.advance()
    return content


def _why_none(scored: Scored, n_genres: int) -> str:
    if len(scored) == 0:
        return "no clip can be scored"
    if n_genres == 0:
        return "no scored clip has a genre"
    if n_genres == 1:
        return "all scored clips have one genre, so there is nothing to compare it with"
    return ""


def _row(found: GroupBias) -> dict[str, Any]:
    """A row of the table; p is left out where there are too few clips for a verdict."""
    tested = not found.greyed
    return {
        "dimension": found.dimension.capitalize(),
        "genre": found.group,
        "n": found.n,
        "n_clusters": found.n_clusters,
        "reliable": tested,
        "bias": number_of(found.bias),
        "expected": estimate(found.expected, n=found.n, n_clusters=found.n_clusters),
        "difference": number_of(found.difference),
        "beyond_overall": number_of(found.beyond_overall),
        "p": plain(found.p_unshrunk) if tested else None,
        "p_holm": None,
        "rmse": number_of(found.rmse),
        "mae": number_of(found.mae),
        "pearson": number_of(found.pearson),
    }


def _main_dataset(report_input: ReportInput, scored: Scored, genre: str) -> dict[str, Any] | None:
    """The dataset that most scored clips of a genre come from, and their share; None where there is but one dataset."""
    if len(np.unique(scored.dataset)) < 2:
        return None
    here = scored.dataset[scored.genre == report_input.columns.genre_names.index(genre)]
    codes, counts = np.unique(here, return_counts=True)
    code = int(codes[counts.argmax()])
    name = "" if code == NO_CODE else report_input.columns.dataset_names[code]
    return {"name": name, "share": plain(float(counts.max() / counts.sum()))}


def _unevenness(found: Disparity, p_holm: dict[str, float]) -> dict[str, Any]:
    return {
        "dimension": found.dimension.capitalize(),
        "n_genres": found.n_groups,
        "worst_genre": found.worst_group,
        **{name: _against_null(getattr(found, name), p_holm[name]) for name in STATISTICS},
        "note": found.note,
    }


def _against_null(found: AgainstNull, p_holm: float) -> dict[str, float | None]:
    return {
        "value": plain(found.value),
        "null_mean": plain(found.null_mean),
        "null_high": plain(found.null_high),
        "p": plain(found.p),
        "p_holm": plain(p_holm),
    }


def _association(report_input: ReportInput, scored: Scored, axis: int) -> dict[str, Any]:
    """Simpson's check: r over all clips with a genre, between genre means, and within genres."""
    part = scored.take(scored.genre != NO_CODE)
    _, genre, counts = np.unique(part.genre, return_inverse=True, return_counts=True)
    y, p = part.affect[:, axis], part.prediction[:, axis]
    mean_y, mean_p = np.bincount(genre, y) / counts, np.bincount(genre, p) / counts
    settings = {"n_resamples": report_input.n_resamples, "seed": report_input.seed}

    def pearson(a: FloatArray, b: FloatArray) -> Interval:
        return cluster_bootstrap(a, b, part.clusters, names=["pearson"], **settings)["pearson"]

    pooled = pearson(y, p)
    within = pearson(y - mean_y[genre], p - mean_p[genre])
    between = pearson_score(mean_y[genre], mean_p[genre])
    note = f"of the means of {len(counts)} genres, weighted by clips; an interval would need more genres"
    return {
        "dimension": DIMENSIONS[axis],
        "pooled": number_of(pooled),
        "between": estimate(between, n=len(part), n_clusters=part.n_clusters, note=note),
        "within": number_of(within),
    }
