"""Measure how far models carry: every training set of the project on every test set, and why they carry no further.

What was computed is kept in the project's cache by its content: a new dataset costs its own cells only, and a cancelled
call goes on where it stopped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.domain.changes import Changes
from merdesk.domain.columns import ClipColumns
from merdesk.errors import ModelError
from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.cell_drop import CellDrop, cell_drop
from merdesk.evaluation.cells import Cell, Protocol
from merdesk.evaluation.matrix import cross_dataset_matrix
from merdesk.progress import Progress
from merdesk.project import columns
from merdesk.project.project import Project
from merdesk.workflows import evaluation_cache as cache
from merdesk.workflows.evaluation_table import Evaluated, Source, ceilings_of, evaluated, fingerprint
from merdesk.workflows.fitting import DEFAULT_MODEL, Fitting, check_model

QUICK = frozenset({"ridge"})
"""Models of which every cell is decomposed; of the others only what was asked for by name, for it costs five fits."""
MOST_REMEMBERED = 200
"""Fitted models kept, of quick kinds only: folds at home serve many cells."""


@dataclass(frozen=True, slots=True)
class EvaluateRequest:
    """What to evaluate; without `train` the whole matrix, without `test` on every dataset."""

    features: tuple[str, ...]
    model: str = DEFAULT_MODEL
    train: tuple[str, ...] = ()
    test: str = ""
    seed: int = 0

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
class Judged:
    """A cell, whose `rows` are those of the project's columns, and its decomposition where it was computed."""

    cell: Cell
    drop: CellDrop | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured: cells in the order of the matrix, datasets, and what speaks against believing it."""

    request: EvaluateRequest
    datasets: tuple[EvaluatedSet, ...]
    cells: tuple[Judged, ...]
    warnings: tuple[str, ...]
    n_without_features: int

    def dataset(self, name: str) -> EvaluatedSet:
        """The dataset of a name."""
        return next(found for found in self.datasets if found.name == name)

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
        self._check(given)
        progress.checkpoint()
        request = self._request
        identity = "|".join((request.model, *request.features))
        path = cache.path_of(self._folder, identity, str(request.seed))
        work = _Work(given, request, cache.read(path).get("cells", {}), progress)
        try:
            judged = work.judged(identity)
        finally:
            if not self._read_only and work.kept:
                cache.write(path, {"cells": work.stored})
        progress.begin("Looking for leaks")
        found = self._evaluation(given, judged)
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

    def _evaluation(self, given: Evaluated, judged: list[tuple[Cell, CellDrop | None]]) -> Evaluation:
        from merdesk.evaluation.leakage import leak_guard

        table, request = given.table, self._request
        ceilings = ceilings_of(self._source, given, seed=request.seed)
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
            *leak_guard(table.features, table.affect),
            *(sentence for cell, _ in judged for sentence in above_ceiling(cell, ceilings[cell.test])),
        ]
        cells = tuple(Judged(replace(cell, rows=given.rows[cell.rows]), drop) for cell, drop in judged)
        return Evaluation(request, sets, cells, tuple(warnings), given.n_without_features)

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: Evaluation) -> Changes:  # noqa: ARG002  (an evaluation lies in the cache)
        """Nothing to write into the project."""
        return Changes()

    def abandon(self) -> Changes:
        """Cells that were computed stay in the cache."""
        return Changes()


class _Work:
    """Cells and drops of one call: those of the cache, and those that are computed now."""

    def __init__(
        self, given: Evaluated, request: EvaluateRequest, stored: dict[str, Any], progress: Progress
    ) -> None:
        self._table, self._request, self._progress = given.table, request, progress
        self._fit = Fitting(request.model, given.examples, progress, counted=False)
        self._fitted: dict[bytes, Any] = {}
        self._protocol = Protocol(seed=request.seed)
        self.stored = stored
        self.kept = False

    def judged(self, identity: str) -> list[tuple[Cell, CellDrop | None]]:
        """Every cell that was asked for, with its decomposition."""
        table, request = self._table, self._request
        names = table.dataset_names
        train = tuple(sorted(names.index(name) for name in request.train))
        test = names.index(request.test) if request.test else None
        cells = cross_dataset_matrix(
            table,
            self.fit,
            unions=[train] if len(train) > 1 else [],
            leave_one_out=not train,
            protocol=self._protocol,
            identity=identity,
            known=_Known(self.stored, table),
            only=lambda rows, column: _wanted(rows, column, train, test),
            keep=self._keep,
            progress=self._progress,
        )
        wanted = [
            key for key, cell in cells.items() if cell.test not in cell.train and self._decomposed(cell)
        ]
        self._progress.begin("Asking why they carry no further", len(wanted))
        drops = {}
        for key in wanted:
            drops[key] = self._drop(key, cells[key])
            self._progress.advance()
        return [(cell, drops.get(key)) for key, cell in cells.items()]

    def fit(self, rows: IntArray) -> Any:
        """The model of these rows, remembered where models are small."""
        if self._request.model not in QUICK:
            return self._fit(rows)
        key = rows.astype(np.int64).tobytes()
        if key not in self._fitted:
            if len(self._fitted) >= MOST_REMEMBERED:
                self._fitted.pop(next(iter(self._fitted)))
            self._fitted[key] = self._fit(rows)
        return self._fitted[key]

    def _keep(self, key: str, cell: Cell) -> None:
        self.stored[key] = cache.cell_values(cell, self._table)
        self.kept = True

    def _decomposed(self, cell: Cell) -> bool:
        if not np.isfinite(cell.prediction).all():
            return False
        asked = bool(self._request.train) and set(self._request.train) == set(cell.train)
        return asked or self._request.model in QUICK

    def _drop(self, key: str, cell: Cell) -> CellDrop | None:
        known = self.stored.get(key, {}).get("drop")
        if known:
            return cache.drop_of(known)
        try:
            found = cell_drop(self._table, self.fit, cell, protocol=self._protocol)
        except ModelError:
            # One group at home: there is no home score to compare with, and the cell's note says so.
            return None
        self.stored[key] |= {"drop": cache.drop_values(found)}
        self.kept = True
        return found


class _Known(Mapping[str, Cell]):
    """Cells of the cache, made only when they are asked for."""

    def __init__(self, stored: Mapping[str, Any], table: Any) -> None:
        self._stored, self._table = stored, table

    def __getitem__(self, key: str) -> Cell:
        return cache.cell_of(self._stored[key], self._table)

    def __iter__(self) -> Any:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


def _wanted(rows: tuple[int, ...], column: int, train: tuple[int, ...], test: int | None) -> bool:
    """The cell that was asked for, its training sets one by one, and the test set at home."""
    if test is not None and column != test:
        return False
    return not train or rows == train or (len(rows) == 1 and (rows[0] in train or rows[0] == column))


def above_ceiling(cell: Cell, ceilings: Mapping[str, Interval]) -> list[str]:
    """Warnings where R2 is better than the raters' agreement allows, even at the upper bound of that ceiling."""
    found = []
    for dimension, scores in cell.scores.items():
        score, ceiling = scores["r2"], ceilings[dimension]
        if np.isfinite(ceiling.high) and score.value > ceiling.high:
            found.append(
                f"{' + '.join(cell.train)} on {cell.test}: the {dimension} R2 of {score.value:.2f} is above what raters' "
                f"agreement allows (at most {ceiling.high:.2f}): labels may have leaked into the features."
            )
    return found


# The latest evaluation of the whole matrix


def _latest(
    found: Evaluation, given: Evaluated, judged: list[tuple[Cell, CellDrop | None]], source: Source
) -> dict[str, Any]:
    table = given.table
    return {
        "fingerprint": source.fingerprint,
        "request": asdict(found.request),
        "datasets": [asdict(one) for one in found.datasets],
        "clips": {
            name: source.columns.ids[given.rows[table.rows([code])]].tolist()
            for code, name in enumerate(table.dataset_names)
        },
        "cells": [
            {
                **cache.cell_values(cell, table),
                "drop": None if drop is None else cache.drop_values(drop),
            }
            for cell, drop in judged
        ],
        "warnings": list(found.warnings),
        "n_without_features": found.n_without_features,
    }


def latest(project: Project, loaded: ClipColumns | None = None) -> Evaluation | None:
    """The latest evaluation of the whole matrix; None when there is none, or annotations or groups changed since."""
    stored = cache.read(cache.path_of(project.cache_dir, "latest"))
    clip_columns = columns.load(project) if loaded is None else loaded
    if not stored or stored["fingerprint"] != fingerprint(clip_columns):
        return None
    request = stored["request"]
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
            )
            for values in stored["cells"]
        ),
        tuple(stored["warnings"]),
        stored["n_without_features"],
    )
