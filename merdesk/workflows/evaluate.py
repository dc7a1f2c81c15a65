"""Measure how far models carry: every training set of the project on every test set, and why they carry no further.

What was computed is kept in the project's cache by its content: a new dataset costs its own cells only, and a cancelled
call goes on where it stopped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from merdesk.domain.changes import Changes
from merdesk.domain.columns import ClipColumns
from merdesk.errors import ModelError
from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.cells import Cell
from merdesk.evaluation.recommender import Recommendation
from merdesk.progress import Progress
from merdesk.project import columns
from merdesk.project.project import Project
from merdesk.workflows import evaluation_cache as cache
from merdesk.workflows.evaluation_table import (
    Evaluated,
    Source,
    ceilings_of,
    evaluated,
    fingerprint,
    genre_fingerprint,
    within_datasets,
)
from merdesk.workflows.evaluation_work import Judged, Work
from merdesk.workflows.fitting import DEFAULT_MODEL, check_model, kind_of


@dataclass(frozen=True, slots=True)
class EvaluateRequest:
    """What to evaluate; without `train` the whole matrix, without `test` on every dataset.

    `explain` takes every cell apart, also for models that are slow to fit (quick ones always are, and so is the cell that
    was asked for by name). `recommend` tries every union of the other datasets on each test set. `transductive`
    standardises features within each dataset, test datasets too.
    """

    features: tuple[str, ...]
    model: str = DEFAULT_MODEL
    train: tuple[str, ...] = ()
    test: str = ""
    seed: int = 0
    explain: bool = False
    recommend: bool = False
    transductive: bool = False

    @property
    def kind(self) -> str:
        """The model in words that mark what its scores rest on."""
        return kind_of(self.model, transductive=self.transductive)

    @property
    def whole(self) -> bool:
        """True for the whole matrix."""
        return not self.train and not self.test


@dataclass(frozen=True, slots=True)
class EvaluatedSet:
    """A dataset as it was evaluated: clips, groups, ceilings of R2 by dimension; `ranked` where only order counts."""

    name: str
    n_clips: int
    n_groups: int
    ranked: bool
    ceilings: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured: cells in the order of the matrix, datasets, and what speaks against believing it."""

    request: EvaluateRequest
    datasets: tuple[EvaluatedSet, ...]
    cells: tuple[Judged, ...]
    warnings: tuple[str, ...]
    n_without_features: int
    recommended: tuple[Recommendation, ...] = ()
    left_out: tuple[str, ...] = ()
    """Datasets with too few rated clips to be evaluated, each with its reason."""

    def dataset(self, name: str) -> EvaluatedSet:
        """The dataset of a name."""
        return next(found for found in self.datasets if found.name == name)

    @property
    def involved(self) -> tuple[EvaluatedSet, ...]:
        """The datasets that any cell was trained or tested on."""
        names = {name for one in self.cells for name in (*one.cell.train, one.cell.test)}
        return tuple(found for found in self.datasets if found.name in names)

    def find(self, train: Sequence[str], test: str) -> Judged | None:
        """The cell of a training set and a test set; None when it was not measured."""
        wanted = set(train)
        return next(
            (one for one in self.cells if set(one.cell.train) == wanted and one.cell.test == test), None
        )


class EvaluateModels:
    """Compute, or complete, an evaluation in the background."""

    def __init__(self, project: Project, request: EvaluateRequest) -> None:
        check_model(request.model)
        self._request = request
        self._source = Source.of(project, request.features)
        known = self._source.columns.dataset_names
        for name in (*request.train, *((request.test,) if request.test else ())):
            if name not in known:
                there = ", ".join(known) or "none"
                raise ModelError(f"There is no dataset {name} here; this project has {there}.")
        self._folder = project.cache_dir
        self._read_only = project.read_only

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return "Evaluate across datasets"

    def run(self, progress: Progress) -> Evaluation:
        """Gather clips, compute the cells that are not cached, decompose them."""
        progress.begin("Reading features")
        given = evaluated(self._source)
        if self._request.transductive:
            given = within_datasets(given)
        self._check(given)
        progress.checkpoint()
        request = self._request
        identity = "|".join((request.kind, *request.features))
        path = cache.path_of(self._folder, identity, str(request.seed))
        genres = self._source.columns.genre[given.rows].astype(np.int64)
        work = Work(given, genres, request, cache.read(path), progress, identity=identity)
        try:
            judged = work.judged()
            recommended = work.recommended(self._source.ranked) if request.recommend else ()
        finally:
            if not self._read_only and work.kept:
                cache.write(path, {"cells": work.cells, "recommended": work.advice})
        progress.begin("Looking for leaks")
        found = replace(self._evaluation(given, judged), recommended=recommended)
        if request.whole and not self._read_only:
            cache.write(
                cache.path_of(self._folder, "latest"),
                _latest(found, given, judged, self._source),
            )
        return found

    def _check(self, given: Evaluated) -> None:
        names = given.table.dataset_names
        asked = (*self._request.train, *((self._request.test,) if self._request.test else ()))
        for name in asked:
            if name not in names:
                raise ModelError(
                    f"{name} has no three rated clips with {'+'.join(self._request.features)} features; "
                    "extract or import them first."
                )
        if len(names) == 1 and self._request.whole and len(np.unique(given.table.groups)) < 2:
            raise ModelError(
                f"{names[0]} is the only dataset and has one group: there is nothing to test on; import another one."
            )

    def _evaluation(self, given: Evaluated, judged: list[Judged]) -> Evaluation:
        from merdesk.evaluation.leakage import leak_guard

        table, request = given.table, self._request
        ceilings = ceilings_of(self._source, given, seed=request.seed)
        names = {name for one in judged for name in (*one.cell.train, one.cell.test)}
        rows = table.rows([table.dataset_names.index(name) for name in names])
        sets = tuple(
            EvaluatedSet(
                name,
                len(table.rows([code])),
                len(np.unique(table.groups[table.rows([code])])),
                name in self._source.ranked,
                ceilings[name],
            )
            for code, name in enumerate(table.dataset_names)
        )
        warnings = [
            *leak_guard(table.features[rows], table.affect[rows]),
            *(sentence for one in judged for sentence in above_ceiling(one.cell, ceilings[one.cell.test])),
        ]
        cells = tuple(replace(one, cell=replace(one.cell, rows=given.rows[one.cell.rows])) for one in judged)
        return Evaluation(
            request, sets, cells, tuple(warnings), given.n_without_features, left_out=given.left_out
        )

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: Evaluation) -> Changes:  # noqa: ARG002  (an evaluation lies in the cache)
        """Nothing to write into the project."""
        return Changes()

    def abandon(self) -> Changes:
        """Cells that were computed stay in the cache."""
        return Changes()


def above_ceiling(cell: Cell, ceilings: Mapping[str, Interval]) -> list[str]:
    """Warnings where R2 is better than the raters' agreement allows, even at the upper bound of that ceiling."""
    found = []
    for dimension, scores in cell.scores.items():
        score, ceiling = scores["r2"], ceilings[dimension]
        if np.isfinite(ceiling.high) and score.value > ceiling.high:
            found.append(
                f"{' + '.join(cell.train)} on {cell.test}: the {dimension} R2 of {score.value:.2f} is above what annotators' "
                f"agreement allows (at most {ceiling.high:.2f}): labels may have leaked into the features."
            )
    return found


# The latest evaluation of the whole matrix


def _latest(found: Evaluation, given: Evaluated, judged: list[Judged], source: Source) -> dict[str, Any]:
    table = given.table
    return {
        "fingerprint": source.fingerprint,
        "genres": genre_fingerprint(source.columns),
        "request": asdict(found.request),
        "datasets": [asdict(one) for one in found.datasets],
        "clips": {
            name: source.columns.ids[given.rows[table.rows([code])]].tolist()
            for code, name in enumerate(table.dataset_names)
        },
        "cells": [
            {
                **cache.cell_values(one.cell, table),
                "drop": None if one.drop is None else cache.drop_values(one.drop),
                "mix": None if one.mix is None else asdict(one.mix),
            }
            for one in judged
        ],
        "warnings": list(found.warnings),
        "n_without_features": found.n_without_features,
        "recommended": [asdict(one) for one in found.recommended],
        "left_out": list(found.left_out),
    }


def latest(project: Project, loaded: ClipColumns | None = None) -> Evaluation | None:
    """The latest evaluation of the whole matrix; None when there is none, or annotations or groups changed since."""
    stored = cache.read(cache.path_of(project.cache_dir, "latest"))
    clip_columns = columns.load(project) if loaded is None else loaded
    if not stored or stored["fingerprint"] != fingerprint(clip_columns):
        return None
    request = stored["request"]
    same_genres = stored.get("genres") == genre_fingerprint(clip_columns)
    rows = {name: clip_columns.rows_of(ids) for name, ids in stored["clips"].items()}
    return Evaluation(
        EvaluateRequest(
            **request | {"features": tuple(request["features"]), "train": tuple(request["train"])}
        ),
        tuple(
            EvaluatedSet(**one | {"ceilings": {name: Interval(**i) for name, i in one["ceilings"].items()}})
            for one in stored["datasets"]
        ),
        tuple(
            Judged(
                cache.cell_in(values, rows[values["test"]]),
                None if values["drop"] is None else cache.drop_of(values["drop"]),
                cache.mix_of(values["mix"]) if same_genres else None,
            )
            for values in stored["cells"]
        ),
        tuple(stored["warnings"]),
        stored["n_without_features"],
        tuple(cache.recommendation_of(one) for one in stored["recommended"]),
        tuple(stored.get("left_out", ())),
    )
