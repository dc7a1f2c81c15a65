"""How well held-out predictions agree with annotations, dataset by dataset: every metric with its interval."""

from typing import Any

import numpy as np

from merdesk.evaluation.bootstrap import cluster_bootstrap
from merdesk.evaluation.ceiling import noise_ceiling
from merdesk.evaluation.metrics import METRICS
from merdesk.progress import Progress
from merdesk.reports.estimates import estimate, number_of
from merdesk.reports.report_input import ReportInput
from merdesk.reports.scored import DIMENSIONS, MIN_CLUSTERS, Scored

ALL_DATASETS = "All datasets"
WITHIN_ONE_DATASET = ("ranking", "affine_r2")
"""Metrics that make no sense over several datasets: values of two datasets need not share a zero."""
ONE_DATASET_ONLY = "defined within one dataset only"
SPREAD_DDOF = 0
"""Spreads of the project are standard deviations with divisor n."""


def scores(report_input: ReportInput, scored: Scored, progress: Progress) -> dict[str, Any]:
    """Rows by dimension (valence first), then dataset, then all datasets together where there are several."""
    names = report_input.columns.dataset_names
    present = [code for code in range(len(names)) if bool((scored.dataset == code).any())]
    parts = [(names[code], scored.take(scored.dataset == code)) for code in present]
    if len(parts) > 1:
        parts.append(("", scored))
    progress.begin("Scoring datasets", total=2 * len(parts))
    rows = []
    for axis in range(2):
        for name, part in parts:
            rows.append(_row(report_input, name, part, axis))
            progress.advance()
    return {
        "metrics": [{"name": m.name, "label": m.label, "better": m.better} for m in METRICS],
        "rows": rows,
    }


def _row(report_input: ReportInput, name: str, part: Scored, axis: int) -> dict[str, Any]:
    info = report_input.info(name) if name else None
    ranks = info is not None and info.scale.kind == "rank"
    return {
        "dataset": name or ALL_DATASETS,
        "pooled": not name,
        "role": _role(report_input, name),
        "dimension": DIMENSIONS[axis],
        "n": len(part),
        "n_clusters": part.n_clusters,
        "reliable": part.n_clusters >= MIN_CLUSTERS,
        "headline": "spearman" if ranks else "r2",
        "ceiling": _ceiling(report_input, part, axis, pooled=not name),
        "metrics": _metrics(report_input, part, axis, pooled=not name),
    }


def _ceiling(report_input: ReportInput, part: Scored, axis: int, *, pooled: bool) -> dict[str, Any]:
    """How high R2 can be given how far raters disagree; not for clips of several datasets together."""
    columns, rows = report_input.columns, part.rows
    if pooled:
        return estimate(np.nan, n=len(part), n_clusters=part.n_clusters, note=ONE_DATASET_ONLY)
    found = noise_ceiling(
        columns.affect[rows, axis],
        columns.spread[rows, axis],
        columns.n_raters[rows],
        part.clusters,
        ddof=SPREAD_DDOF,
        n_resamples=report_input.n_resamples,
        seed=report_input.seed,
    )
    return number_of(found)


def _role(report_input: ReportInput, name: str) -> str:
    if not name:
        return "pooled"
    model = report_input.model
    return "trained on" if model is not None and name in model.training_datasets else "not seen"


def _metrics(report_input: ReportInput, part: Scored, axis: int, *, pooled: bool) -> dict[str, Any]:
    names = [m.name for m in METRICS if not (pooled and m.name in WITHIN_ONE_DATASET)]
    intervals = cluster_bootstrap(
        part.affect[:, axis],
        part.prediction[:, axis],
        part.clusters,
        n_resamples=report_input.n_resamples,
        seed=report_input.seed,
        names=names,
    )
    found = {name: number_of(interval) for name, interval in intervals.items()}
    for metric in METRICS:
        if metric.name not in found:
            found[metric.name] = estimate(
                np.nan, n=len(part), n_clusters=part.n_clusters, note=ONE_DATASET_ONLY
            )
    return found
