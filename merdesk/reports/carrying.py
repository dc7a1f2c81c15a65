"""How far models carry from dataset to dataset, and how far datasets lie apart: measured elsewhere, told here.

Both come in as plain values of an evaluation that was measured before and still fits the annotations; without one the
sections are null, and the report says that it does not cover them.
"""

from collections.abc import Mapping
from typing import Any

from merdesk.reports.claims import Claim, claim, interval
from merdesk.reports.wording import listed, number

METRICS = ("r2", "ccc", "spearman", "rmse", "bias")
MIXED = ("r2", "pearson")
"""Of a cell under another mix of genres: the headline, and order alone for ranks."""
PARTS = ("total", "association", "gain", "offset")
DIMENSIONS = ("Valence", "Arousal")
OTHERS = "leave-one-dataset-out"
MEASURE = "The commands merdesk evaluate and merdesk gap (in the window: Models, Matrix) measure them for the next report."


def carrying(evaluation: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The matrix as it stands in report.json; None when none was measured."""
    if evaluation is None:
        return None
    return {
        "features": list(evaluation["features"]),
        "model": evaluation["model"],
        "seed": evaluation["seed"],
        "datasets": [
            {
                "name": one["name"],
                "n": one["n"],
                "n_groups": one["n_groups"],
                "ranked": one["ranked"],
                "ceilings": _by_dimension(one["ceilings"]),
            }
            for one in evaluation["datasets"]
        ],
        "cells": [_cell(one) for one in evaluation["cells"]],
        "recommended": [_recommended(one) for one in evaluation.get("recommended", ())],
        "reasons": list(evaluation["reasons"]),
        "warnings": list(evaluation["warnings"]),
    }


def _by_dimension(values: Mapping[str, Any]) -> dict[str, Any]:
    return {dimension: values.get(dimension.lower()) for dimension in DIMENSIONS}


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("train", "test", "kind", "headline", "n_train", "n", "n_groups", "n_duplicates", "removed_from")
    drop = cell["decomposition"]
    return {
        **{name: cell[name] for name in kept},
        "note": cell["note"],
        "scores": _scores(cell["scores"]),
        "with_duplicates": None if cell["with_duplicates"] is None else _scores(cell["with_duplicates"]),
        "decomposition": None
        if drop is None
        else {
            dimension: {
                **{part: drop[dimension.lower()][part] for part in PARTS},
                "verdict": drop[dimension.lower()]["verdict"],
            }
            for dimension in DIMENSIONS
        },
        "mix": None if cell["mix"] is None else _mix(cell["mix"]),
    }


def _mix(mix: Mapping[str, Any]) -> dict[str, Any]:
    """What the other mix of genres would make of a cell: its test clips weighted, its training clips drawn."""
    tested, retrained = (_by_dimension(mix[name] or {}) for name in ("tested", "retrained"))
    return {
        "n_effective": mix["n_effective"],
        "note": mix["note"],
        **{
            dimension: {
                **{name: tested[dimension][name] for name in ("n_effective", "left_out")},
                **{
                    name: {metric: tested[dimension][name][metric] for metric in MIXED}
                    for name in ("scores", "changes")
                },
                "retrained": retrained[dimension],
            }
            for dimension in DIMENSIONS
        },
    }


def _recommended(one: Mapping[str, Any]) -> dict[str, Any]:
    """Training sets for one dataset, best first, and what each dataset adds to all the others."""
    return {
        "test": one["test"],
        "metric": one["metric"],
        "unions": [
            {"train": union["train"], "n_train": union["n_train"], **_by_dimension(union)}
            for union in one["unions"]
        ],
        "added": [{"dataset": added["dataset"], **_by_dimension(added)} for added in one["added"]],
        "note": one["note"],
    }


def _scores(scores: Mapping[str, Any]) -> dict[str, Any]:
    return {
        dimension: {metric: scores[dimension.lower()][metric] for metric in METRICS}
        for dimension in DIMENSIONS
    }


def gap(measured: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The gap as it stands in report.json; None when none was measured."""
    if measured is None:
        return None
    kept = ("features", "seed", "n_permutations", "n_components", "variance_kept", "pairs", "probes")
    known = {
        name: measured[name] for name in (*kept, "dominance", "confounding", "control", "columns", "effects")
    }
    datasets = [
        {
            **{name: one[name] for name in ("name", "n", "n_groups", "ranked")},
            **{name: _by_dimension(one[name]) for name in ("ceilings", "genre_eta2")},
        }
        for one in measured["datasets"]
    ]
    return {
        **known,
        "datasets": datasets,
        "blocks": measured["blocks"],
        "summary": measured["summary"],
        "format_control": measured.get("format_control"),
    }


def rows_of(part: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The matrix row by row: a name and one cell, or None, for each dataset in order."""
    columns = [one["name"] for one in part["datasets"]]
    rows: dict[str, list[dict[str, Any] | None]] = {}
    for cell in part["cells"]:
        name = "All others" if cell["kind"] == OTHERS else " + ".join(cell["train"])
        rows.setdefault(name, [None] * len(columns))[columns.index(cell["test"])] = cell
    # Datasets first, in the order of the columns; unions; all others last.
    names = [*columns, *(name for name in rows if name not in columns and name != "All others"), "All others"]
    return [{"name": name, "cells": rows[name]} for name in names if name in rows]


def carrying_claims(part: Mapping[str, Any] | None) -> list[Claim]:
    """One sentence for the first page: how well a dataset is predicted that did not train."""
    if part is None:
        return []
    told = []
    for dimension in DIMENSIONS:
        found = [
            (cell["scores"][dimension]["r2"], cell["test"])
            for cell in part["cells"]
            if cell["kind"] == OTHERS and cell["headline"] == "r2"
        ]
        known = sorted((one for one in found if one[0]["value"] is not None), key=lambda one: one[0]["value"])
        ends = [
            f"{number(score['value'])} {interval(score)} ({test})"
            for score, test in [*known[:1], *known[1:][-1:]]
        ]
        if ends:
            told.append(f"{dimension.lower()} R² {'from ' if len(ends) > 1 else ''}{' to '.join(ends)}")
    if not told:
        return []
    text = (
        f"Datasets left out in turn and predicted by {part['model']} trained on all others: {listed(told)}. "
        "The others and the reasons stand below."
    )
    return [claim("carrying", "fact", text)]


def carrying_limits(report: Mapping[str, Any]) -> list[str]:
    """What these two sections cannot say, or that they are missing."""
    missing = []
    if report["carrying"] is None:
        missing.append("training on one dataset and testing on another (the cross-dataset matrix)")
    if report["gap"] is None:
        missing.append("distances between the datasets’ distributions")
    said = [f"Not covered: {' and '.join(missing)}. {MEASURE}"] if missing else []
    if report["carrying"] is not None:
        said.append(
            "The cross-dataset matrix compares many cells, each with an interval of its own and none corrected for the "
            "others: read it as a picture, not as a list of tests."
        )
        said += report["carrying"]["warnings"]
    if report["gap"] is not None:
        said.append(report["gap"]["control"])
    return said
