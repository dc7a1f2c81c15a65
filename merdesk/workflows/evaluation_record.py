"""An evaluation as JSON values: what `merdesk evaluate --json` prints, by resources/schema/evaluation.schema.json."""

import math
from dataclasses import asdict
from typing import Any

from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.cell_mix import CellMix
from merdesk.evaluation.recommender import Recommendation
from merdesk.workflows.evaluate import Evaluation
from merdesk.workflows.evaluation_reasons import reasons, verdict
from merdesk.workflows.evaluation_work import Judged

SCHEMA = "merdesk.evaluation"
SCHEMA_VERSION = 1
"""Raised when a field changes its meaning or goes; new fields leave it."""
PARTS = ("total", "association", "gain", "offset")


def record(evaluation: Evaluation) -> dict[str, Any]:
    """Everything but the predictions, as JSON values; NaN is null."""
    request = evaluation.request
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "features": list(request.features),
        "model": request.model,
        "transductive": request.transductive,
        "seed": request.seed,
        "datasets": [
            {
                "name": one.name,
                "n": one.n_clips,
                "n_groups": one.n_groups,
                "ranked": one.ranked,
                "ceilings": {name: _interval(found) for name, found in one.ceilings.items()},
            }
            for one in evaluation.datasets
        ],
        "cells": [_cell(evaluation, judged) for judged in evaluation.cells],
        "recommended": [_recommended(one) for one in evaluation.recommended],
        "reasons": reasons(evaluation),
        "warnings": list(evaluation.warnings),
        "n_without_features": evaluation.n_without_features,
        "left_out": list(evaluation.left_out),
    }


def _recommended(found: Recommendation) -> dict[str, Any]:
    return {
        "test": found.target,
        "metric": found.metric,
        "unions": [
            {
                "train": list(one.train),
                "n_train": one.n_train,
                **{dimension: _interval(score) for dimension, score in one.scores.items()},
            }
            for one in found.unions
        ],
        "added": [
            {
                "dataset": one.dataset,
                **{dimension: _interval(gain) for dimension, gain in one.gain.items()},
            }
            for one in found.added
        ],
        "note": found.note,
    }


def _cell(evaluation: Evaluation, judged: Judged) -> dict[str, Any]:
    cell = judged.cell
    ranked = evaluation.dataset(cell.test).ranked
    return {
        "train": list(cell.train),
        "test": cell.test,
        "kind": cell.kind,
        "headline": "spearman" if ranked else "r2",
        "n_train": cell.n_train,
        "n": len(cell.rows),
        "n_groups": cell.scores["valence"]["r2"].n_clusters,
        "n_duplicates": cell.n_contaminated,
        "removed_from": cell.removed_from,
        "note": cell.note,
        "scores": _scores(cell.scores),
        "with_duplicates": None if cell.with_duplicates is None else _scores(cell.with_duplicates),
        "decomposition": None if judged.drop is None else _decomposition(judged, ranked=ranked),
        "mix": None if judged.mix is None else _mix(judged.mix),
    }


def _mix(found: CellMix) -> dict[str, Any]:
    again = found.retrained
    return {
        "tested": {
            dimension: {
                "n_effective": _plain(one.n_effective),
                "left_out": _plain(one.left_out),
                "scores": {name: _interval(score) for name, score in one.scores.items()},
                "changes": {name: _interval(change) for name, change in one.changes.items()},
            }
            for dimension, one in found.tested.items()
        },
        "n_effective": _plain(found.n_effective),
        "retrained": None
        if again is None
        else {
            dimension: {
                "r2_change": _interval(again.total[dimension]),
                "association_change": _interval(again.association[dimension]),
            }
            for dimension in again.total
        },
        "note": found.note,
    }


def _scores(scores: Any) -> dict[str, Any]:
    return {
        dimension: {name: _interval(found) for name, found in metrics.items()}
        for dimension, metrics in scores.items()
    }


def _decomposition(judged: Judged, *, ranked: bool) -> dict[str, Any]:
    drop = judged.drop
    assert drop is not None
    return {
        "n_train_home": drop.n_train_home,
        "n_train_away": drop.n_train_away,
        "note": drop.note,
        **{
            dimension: {
                **{name: _interval(getattr(found, name)) for name in PARTS},
                "home": {name: _interval(Interval(**part)) for name, part in asdict(found.home).items()},
                "away": {name: _interval(Interval(**part)) for name, part in asdict(found.away).items()},
                "verdict": verdict(found, ranked=ranked),
            }
            for dimension, found in drop.drops.items()
        },
    }


def _interval(found: Interval) -> dict[str, Any]:
    return {
        "value": _plain(found.value),
        "low": _plain(found.low),
        "high": _plain(found.high),
        "n": found.n,
        "n_clusters": found.n_clusters,
        "note": found.note,
    }


def _plain(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None
