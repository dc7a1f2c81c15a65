"""Evaluations kept between calls: cells by their content, and the whole of the latest one, as JSON in the cache.

JSON holds every bit of a float64, needs no pickle, and a cache that cannot be read is only computed again.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.errors import Failure, attempt
from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.cell_drop import CellDrop
from merdesk.evaluation.cell_mix import CellMix, Retrained
from merdesk.evaluation.cells import Cell, ClipTable, Scores
from merdesk.evaluation.decomposition import Drop, Murphy
from merdesk.evaluation.mixes import Mixed
from merdesk.evaluation.recommender import Added, Recommendation, Union

FORMAT = 4
PARTS = ("total", "association", "gain", "offset")
SIDES = ("home", "away")


def path_of(folder: Path, *settings: str) -> Path:
    """File of an evaluation with these settings."""
    digest = hashlib.blake2b("|".join(settings).encode(), digest_size=12).hexdigest()
    return folder / "evaluation" / f"{digest}.json"


def read(path: Path) -> dict[str, Any]:
    """What a file of the cache holds; empty when there is none that can be read."""
    found = attempt(lambda: json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {})
    if isinstance(found, Failure) or not isinstance(found, dict) or found.get("format") != FORMAT:
        return {}
    return found


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Put a file into the cache, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.part")
    beside.write_text(json.dumps({"format": FORMAT, **content}), encoding="utf-8")
    beside.replace(path)


# Cells


def cell_values(cell: Cell, table: ClipTable) -> dict[str, Any]:
    """A cell as JSON values; its rows are counted within its test set, so that they outlive a new dataset."""
    mine = table.rows([table.dataset_names.index(cell.test)])
    return {
        "train": list(cell.train),
        "test": cell.test,
        "kind": cell.kind,
        "scores": _scores_values(cell.scores),
        "n_train": cell.n_train,
        "n_contaminated": cell.n_contaminated,
        "removed_from": cell.removed_from,
        "with_duplicates": None if cell.with_duplicates is None else _scores_values(cell.with_duplicates),
        "places": np.searchsorted(mine, cell.rows).tolist(),
        "prediction": cell.prediction.tolist(),
        "note": cell.note,
    }


def cell_of(values: Mapping[str, Any], table: ClipTable) -> Cell:
    """The cell of such values."""
    return cell_in(values, table.rows([table.dataset_names.index(values["test"])]))


def cell_in(values: Mapping[str, Any], mine: IntArray) -> Cell:
    """The cell of such values, its test set being these rows."""
    both = values["with_duplicates"]
    return Cell(
        train=tuple(values["train"]),
        test=values["test"],
        kind=values["kind"],
        scores=_scores_of(values["scores"]),
        n_train=values["n_train"],
        n_contaminated=values["n_contaminated"],
        removed_from=values["removed_from"],
        with_duplicates=None if both is None else _scores_of(both),
        rows=mine[np.array(values["places"], dtype=np.int64)],
        prediction=np.array(values["prediction"], dtype=np.float64).reshape(-1, 2),
        note=values["note"],
    )


def drop_values(found: CellDrop) -> dict[str, Any]:
    """The drop of a cell as JSON values."""
    return {
        "drops": {name: asdict(drop) for name, drop in found.drops.items()},
        "n_train_home": found.n_train_home,
        "n_train_away": found.n_train_away,
        "note": found.note,
    }


def drop_of(values: Mapping[str, Any]) -> CellDrop:
    """The drop of such values."""
    return CellDrop(
        {name: _drop(drop) for name, drop in values["drops"].items()},
        values["n_train_home"],
        values["n_train_away"],
        values["note"],
    )


def _drop(values: Mapping[str, Any]) -> Drop:
    total, association, gain, offset = (Interval(**values[name]) for name in PARTS)
    home, away = (
        Murphy(**{field.name: Interval(**values[name][field.name]) for field in fields(Murphy)})
        for name in SIDES
    )
    return Drop(total, association, gain, offset, home, away, values["verdict"])


def mix_of(values: Mapping[str, Any] | None) -> CellMix | None:
    """The counterfactual mixes of such values as `asdict` gives."""
    if values is None:
        return None
    again = values["retrained"]
    return CellMix(
        {name: _mixed(one) for name, one in values["tested"].items()},
        None if again is None else Retrained(_intervals(again["total"]), _intervals(again["association"])),
        values["n_effective"],
        values["note"],
    )


def _mixed(values: Mapping[str, Any]) -> Mixed:
    scores, changes = (_intervals(values[name]) for name in ("scores", "changes"))
    return Mixed(scores, changes, values["n_effective"], values["left_out"])


def _scores_values(scores: Scores) -> dict[str, Any]:
    return {
        dimension: {name: asdict(interval) for name, interval in metrics.items()}
        for dimension, metrics in scores.items()
    }


def _scores_of(values: Mapping[str, Any]) -> Scores:
    return {
        dimension: {name: Interval(**interval) for name, interval in metrics.items()}
        for dimension, metrics in values.items()
    }


def recommendation_of(values: Mapping[str, Any]) -> Recommendation:
    """The recommendation of such values as `asdict` gives."""
    return Recommendation(
        values["target"],
        values["metric"],
        tuple(
            Union(tuple(one["train"]), one["n_train"], _intervals(one["scores"])) for one in values["unions"]
        ),
        tuple(Added(one["dataset"], _intervals(one["gain"])) for one in values["added"]),
        values["note"],
    )


def _intervals(values: Mapping[str, Any]) -> dict[str, Interval]:
    return {dimension: Interval(**interval) for dimension, interval in values.items()}
