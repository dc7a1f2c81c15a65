"""What the report rests on: how many clips of which dataset, who rated them how, under which licence."""

from typing import Any

import numpy as np

from merdesk.domain.arrays import BoolArray
from merdesk.domain.columns import NO_CODE
from merdesk.domain.source import DatasetInfo
from merdesk.reports.estimates import plain
from merdesk.reports.report_input import ReportInput
from merdesk.reports.scored import DIMENSIONS, Scored, n_distinct


def data_card(report_input: ReportInput, scored: Scored) -> dict[str, Any]:
    """Counts of the whole project and of each dataset."""
    columns = report_input.columns
    return {
        "totals": {
            "n_clips": len(columns),
            "n_annotated": int(columns.annotated.sum()),
            "n_predicted": int(columns.predicted.sum()),
            "n_scored": len(scored),
            "n_groups": scored.n_clusters,
            "n_without_group": int((columns.group[scored.rows] == NO_CODE).sum()),
            "n_in_sample_left_out": int(
                (columns.annotated & columns.predicted & ~report_input.held_out).sum()
            ),
        },
        "datasets": [
            _dataset(report_input, scored, code, name)
            for code, name in enumerate(columns.dataset_names)
            if bool((columns.dataset == code).any())
        ],
        "genre_mapping": [
            {"dataset": dataset, "filed": filed, "genre": genre}
            for dataset, filed, genre in report_input.genre_mapping
        ],
    }


def _dataset(report_input: ReportInput, scored: Scored, code: int, name: str) -> dict[str, Any]:
    columns = report_input.columns
    mask = columns.dataset == code
    annotated = mask & columns.annotated
    here = scored.take(scored.dataset == code)
    info = report_input.info(name)
    return {
        "name": name,
        "n_clips": int(mask.sum()),
        "n_annotated": int(annotated.sum()),
        "n_scored": len(here),
        "n_groups": here.n_clusters,
        "n_artists": n_distinct(columns.artist[mask]),
        "n_without_genre": int((columns.genre[mask] == NO_CODE).sum()),
        "raters": _raters(report_input, annotated),
        "annotations": [_marginal(report_input, annotated, axis) for axis in range(2)],
        "about": None if info is None else _about(info),
    }


def _raters(report_input: ReportInput, annotated: BoolArray) -> dict[str, int] | None:
    counts = report_input.columns.n_raters[annotated]
    if not len(counts):
        return None
    return {"least": int(counts.min()), "median": int(np.median(counts)), "most": int(counts.max())}


def _marginal(report_input: ReportInput, annotated: BoolArray, axis: int) -> dict[str, Any]:
    values = report_input.columns.affect[annotated, axis].astype(np.float64)
    spread = report_input.columns.spread[annotated, axis].astype(np.float64)
    spread = spread[np.isfinite(spread)]
    return {
        "dimension": DIMENSIONS[axis],
        "n": len(values),
        "mean": plain(float(values.mean())) if len(values) else None,
        "sd": plain(float(values.std())) if len(values) > 1 else None,
        "spread": plain(float(spread.mean())) if len(spread) else None,
    }


def _about(info: DatasetInfo) -> dict[str, Any]:
    scale = info.scale
    return {
        "title": info.title,
        "description": info.description,
        "citation": info.citation,
        "licence": info.licence,
        "url": info.url,
        "emotion": info.emotion,
        "grouped_by": info.grouped_by,
        "scale": {
            "valence": [scale.valence_min, scale.valence_max],
            "arousal": [scale.arousal_min, scale.arousal_max],
            "kind": scale.kind,
        },
        "expected_counts": [{"what": what, "n": n} for what, n in info.expected_counts],
    }
