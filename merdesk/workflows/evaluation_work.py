"""The computing part of an evaluation: cells, drops and recommendations, each only where the cache lacks it."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.errors import ModelError
from merdesk.evaluation.cell_drop import CellDrop, cell_drop
from merdesk.evaluation.cell_mix import CellMix, cell_mix
from merdesk.evaluation.cells import Cell, Protocol
from merdesk.evaluation.matrix import Sides, cell_key, cross_dataset_matrix, dataset_digests
from merdesk.evaluation.recommender import Recommendation, recommend
from merdesk.progress import Progress
from merdesk.workflows import evaluation_cache as cache
from merdesk.workflows.evaluation_table import Evaluated
from merdesk.workflows.fitting import Fitting

if TYPE_CHECKING:
    from merdesk.workflows.evaluate import EvaluateRequest

QUICK = frozenset({"ridge"})
"""Models of which every cell is decomposed; of the others what was asked for, for a cell costs five fits."""
MOST_REMEMBERED = 200
"""Fitted models kept, of quick kinds only: folds at home serve many cells."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A cell with its decomposition, and what its mix of genres makes, where they were computed."""

    cell: Cell
    drop: CellDrop | None
    mix: CellMix | None = None


class Work:
    """Cells, drops, mixes and recommendations of one call: those of the cache, and those that are computed now.

    Parameters
    ----------
    genres
        Code of each row's genre, shape (n,), negative for none.
    identity
        Model and features: with contents and the protocol the key of everything.
    stored
        What the cache holds, "cells" and "recommended" by key; grows.
    """

    def __init__(
        self,
        given: Evaluated,
        genres: IntArray,
        request: "EvaluateRequest",
        stored: dict[str, Any],
        progress: Progress,
        *,
        identity: str,
    ) -> None:
        self._table, self._request, self._progress = given.table, request, progress
        self._genres, self._identity = genres, identity
        self._fit = Fitting(request.model, given.examples, progress, counted=False)
        self._fitted: dict[bytes, Any] = {}
        self._protocol = Protocol(seed=request.seed)
        self.cells: dict[str, Any] = stored.get("cells", {})
        self.advice: dict[str, Any] = stored.get("recommended", {})
        self.kept = False

    def judged(self) -> list[Judged]:
        """Every cell that was asked for, with its decomposition and its mix of genres."""
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
            identity=self._identity,
            known=_Known(self.cells, table),
            only=lambda rows, column: _wanted(rows, column, train, test),
            keep=self._keep,
            progress=self._progress,
        )
        wanted = [
            key for key, cell in cells.items() if cell.test not in cell.train and self._decomposed(key, cell)
        ]
        self._progress.begin("Asking why they carry no further", len(wanted))
        drops, mixes = {}, {}
        for key in wanted:
            drops[key] = self._drop(key, cells[key])
            mixes[key] = self._mix(key, cells[key])
            self._progress.advance()
        return [Judged(cell, drops.get(key), mixes.get(key)) for key, cell in cells.items()]

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
        self.cells[key] = cache.cell_values(cell, self._table)
        self.kept = True

    def recommended(self, ranked: Collection[str]) -> tuple[Recommendation, ...]:
        """Unions for each test set that was asked for; by order alone (Pearson's r) where annotations are ranks."""
        table, wanted = self._table, self._request.test
        if len(table.dataset_names) < 2:
            return ()
        digests = dataset_digests(table)
        return tuple(
            self._advice(code, "pearson" if name in ranked else "r2", digests)
            for code, name in enumerate(table.dataset_names)
            if wanted in ("", name)
        )

    def _advice(self, code: int, metric: str, digests: Mapping[int, bytes]) -> Recommendation:
        """The recommendation for one test set, by content: of the cache, or computed and kept."""
        table = self._table
        others = tuple(other for other in range(len(table.dataset_names)) if other != code)
        settings = f"{self._identity}|{self._protocol}|recommend|{metric}"
        key = cell_key(table, digests, others, code, settings)
        if key in self.advice:
            return cache.recommendation_of(self.advice[key])
        found = recommend(
            table, self.fit, code, metric=metric, protocol=self._protocol, progress=self._progress
        )
        self.advice[key] = asdict(found)
        self.kept = True
        return found

    def _decomposed(self, key: str, cell: Cell) -> bool:
        if not np.isfinite(cell.prediction).all():
            return False
        request = self._request
        asked = bool(request.train) and set(request.train) == set(cell.train)
        return asked or request.explain or request.model in QUICK or "drop" in self.cells.get(key, {})

    def _drop(self, key: str, cell: Cell) -> CellDrop | None:
        known = self.cells.get(key, {}).get("drop")
        if known:
            return cache.drop_of(known)
        try:
            found = cell_drop(self._table, self.fit, cell, protocol=self._protocol)
        except ModelError:
            # One group at home: there is no home score to compare with, and the cell's note says so.
            return None
        self.cells[key] |= {"drop": cache.drop_values(found)}
        self.kept = True
        return found

    def _mix(self, key: str, cell: Cell) -> CellMix | None:
        """What the cell's mix of genres makes; kept beside the cell as long as these clips have these genres."""
        table, names = self._table, self._table.dataset_names
        train = Sides(
            table, tuple(names.index(name) for name in cell.train), names.index(cell.test)
        ).clean_outside
        genres = np.concatenate([self._genres[train], self._genres[cell.rows]])
        digest = hashlib.blake2b(genres.tobytes(), digest_size=12).hexdigest()
        known = self.cells[key].get("mix")
        if known and known["genres"] == digest:
            return cache.mix_of(known["found"])
        fit = self.fit if self._request.explain or self._request.model in QUICK else None
        found = cell_mix(table, self._genres, cell, train, fit=fit, protocol=self._protocol)
        self.cells[key]["mix"] = {"genres": digest, "found": None if found is None else asdict(found)}
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
