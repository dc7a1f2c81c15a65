"""The paper's experiment as a preset: its sets, its features, its model, tables of its shape, its published cells beside.

Ching & Widmer (2025), "A Study on the Data Distribution Gap in Music Emotion Recognition", arXiv 2510.04688: models
trained on one dataset of valence and arousal fail on others, and EmoMusic, PMEmo and WTC together carry best.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.domain.changes import Changes
from merdesk.domain.columns import ClipColumns
from merdesk.domain.words import counted
from merdesk.errors import ModelError
from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.cells import Cell, ClipTable, Protocol
from merdesk.evaluation.matrix import cross_dataset_matrix
from merdesk.progress import Progress
from merdesk.project import columns
from merdesk.project.project import Project
from merdesk.workflows import evaluation_cache as cache
from merdesk.workflows.evaluation_table import Evaluated, Source, evaluated, fingerprint
from merdesk.workflows.fitting import Fitting, check_model

CITATION = "Ching & Widmer (2025), arXiv 2510.04688"
SETS = ("EmoMusic", "PMEmo", "DEAM", "WTC", "WCMED")
UNION = ("EmoMusic", "PMEmo", "WTC")
FEATURES = ("jukebox", "chroma")
MODEL = "mlp"
PUBLISHED: Mapping[tuple[tuple[str, ...], str, str], float] = {
    (("EmoMusic",), "PMEmo", "valence"): -0.09,
    (("EmoMusic",), "WCMED", "valence"): -0.68,
}
"""R2 as the paper reports them, by training sets, test set and dimension: the few cells that are known here."""
DIMENSIONS = ("valence", "arousal")


@dataclass(frozen=True, slots=True)
class PaperCell:
    """R2 of one training set on one test set: ours with its interval, and the paper's, NaN where it is not known."""

    train: tuple[str, ...]
    test: str
    dimension: str
    ours: Interval
    published: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaperResult:
    """The tables, which sets are missing, and what makes this run another one than the paper's."""

    model: str
    features: tuple[str, ...]
    seed: int
    tests: tuple[str, ...]
    cells: tuple[PaperCell, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def trains(self) -> tuple[tuple[str, ...], ...]:
        """Training sets in the order of the rows."""
        return tuple(dict.fromkeys(cell.train for cell in self.cells))

    def find(self, train: tuple[str, ...], test: str, dimension: str) -> PaperCell | None:
        """One cell; None when it was not measured."""
        wanted = (train, test, dimension)
        return next((cell for cell in self.cells if (cell.train, cell.test, cell.dimension) == wanted), None)


class RunPaper:
    """Measure every paper's set that is here on every other one, and the union of three."""

    def __init__(
        self, project: Project, features: tuple[str, ...] = FEATURES, model: str = MODEL, seed: int = 0
    ) -> None:
        check_model(model)
        self._source = Source.of(project, features)
        self._model, self._features, self._seed = model, features, seed
        self._folder, self._read_only = project.cache_dir, project.read_only
        present, missing = sets_here(self._source.columns.dataset_names)
        if len(present) < 2:
            raise ModelError(
                f"The paper's experiment takes two or more of its five sets, and this project has "
                f"{' and '.join(present) or 'none of them'}; import {', '.join(missing)}."
            )

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return "The paper's experiment"

    def run(self, progress: Progress) -> PaperResult:
        """Gather clips, measure what is not in the cache, put ours beside the paper's."""
        progress.begin("Reading features")
        given = evaluated(self._source)
        table = only_sets(given.table)
        present, missing = sets_here(table.dataset_names)
        if len(present) < 2:
            raise ModelError(
                f"Of the paper's sets only {' and '.join(present) or 'none'} has three rated clips with "
                f"{'+'.join(self._features)} features; extract or import them for the others first."
            )
        cells = self._cells(given, table, progress)
        result = PaperResult(
            self._model,
            self._features,
            self._seed,
            present,
            tuple(judged(cell, dimension) for cell in cells for dimension in DIMENSIONS),
            missing,
            tuple(self._notes(given, table, missing)),
        )
        if not self._read_only:
            cache.write(
                _latest_path(self._folder),
                {"result": asdict(result), "fingerprint": self._source.fingerprint},
            )
        return result

    def _cells(self, given: Evaluated, table: ClipTable, progress: Progress) -> list[Cell]:
        identity = "|".join(("paper", self._model, *self._features))
        path = cache.path_of(self._folder, identity, str(self._seed))
        stored: dict[str, Any] = cache.read(path).get("cells", {})
        examples = replace(
            given.examples,
            features=table.features,
            affect=table.affect,
            groups=table.groups,
            datasets=table.datasets,
        )
        fit = Fitting(self._model, examples, progress, counted=False)
        names = table.dataset_names
        union = [tuple(names.index(name) for name in UNION)] if set(UNION) <= set(names) else []

        def keep(key: str, cell: Cell) -> None:
            stored[key] = cache.cell_values(cell, table)
            if not self._read_only:
                cache.write(path, {"cells": stored})

        known = {
            key: cache.cell_of(values, table) for key, values in stored.items() if values["test"] in names
        }
        found = cross_dataset_matrix(
            table,
            fit,
            unions=union,
            leave_one_out=False,
            protocol=Protocol(seed=self._seed),
            identity=identity,
            known=known,
            keep=keep,
            progress=progress,
        )
        return list(found.values())

    def _notes(self, given: Evaluated, table: ClipTable, missing: tuple[str, ...]) -> list[str]:
        notes = []
        if missing:
            notes.append(
                f"Missing of the paper's sets, for want of the set or of its features: {', '.join(missing)}."
            )
        if not set(UNION) <= set(table.dataset_names):
            lacking = [name for name in UNION if name not in table.dataset_names]
            notes.append(f"The union {' + '.join(UNION)} is not measured without {', '.join(lacking)}.")
        if self._features != FEATURES:
            notes.append(
                f"Not the paper's features: {' + '.join(self._features)} instead of {' + '.join(FEATURES)}."
            )
        if self._model != MODEL:
            notes.append(f"Not the paper's model: {self._model} instead of the perceptron.")
        ranked = sorted(self._source.ranked.intersection(table.dataset_names))
        if ranked:
            notes.append(f"{', '.join(ranked)}: annotations are ranks, so R2 is punished by scale alone.")
        n_doubled = len(np.unique(table.duplicates)) if len(table.duplicates) else 0
        if n_doubled:
            notes.append(
                f"{counted(n_doubled, 'clip')} are doubled; between training and test sets the doubles are left out."
            )
        if given.n_without_features:
            notes.append(f"{counted(given.n_without_features, 'rated clip')} have no such features.")
        notes.append(
            "In-domain cells are grouped five-fold cross-validation; intervals are cluster bootstraps."
        )
        return notes

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: PaperResult) -> Changes:  # noqa: ARG002  (the result lies in the cache)
        """Nothing to write into the project."""
        return Changes()

    def abandon(self) -> Changes:
        """Cells that were computed stay in the cache."""
        return Changes()


def sets_here(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The paper's sets among these datasets, and those that are missing.

    Examples
    --------
    >>> sets_here(("WTC", "Mine", "DEAM"))
    (('DEAM', 'WTC'), ('EmoMusic', 'PMEmo', 'WCMED'))
    """
    return tuple(name for name in SETS if name in names), tuple(name for name in SETS if name not in names)


def only_sets(table: ClipTable) -> ClipTable:
    """The table without clips of other datasets, the sets in the paper's order."""
    present, _ = sets_here(table.dataset_names)
    codes = {table.dataset_names.index(name): place for place, name in enumerate(present)}
    rows = table.rows(list(codes))
    place: IntArray = np.full(len(table.datasets), -1)
    place[rows] = np.arange(len(rows))
    pairs = place[table.duplicates].reshape(-1, 2)
    return ClipTable(
        table.features[rows],
        table.affect[rows],
        np.array([codes[code] for code in table.datasets[rows].tolist()], dtype=np.int64),
        present,
        table.groups[rows],
        pairs[(pairs >= 0).all(axis=1)],
    )


def judged(cell: Cell, dimension: str) -> PaperCell:
    """Ours beside the paper's."""
    return PaperCell(
        cell.train,
        cell.test,
        dimension,
        cell.scores[dimension]["r2"],
        PUBLISHED.get((cell.train, cell.test, dimension), math.nan),
        cell.note,
    )


def latest(project: Project, loaded: ClipColumns | None = None) -> PaperResult | None:
    """The result of the last run; None when there is none, or annotations or groups changed since."""
    found = cache.read(_latest_path(project.cache_dir))
    clip_columns = columns.load(project) if loaded is None else loaded
    if not found or found.get("fingerprint") != fingerprint(clip_columns):
        return None
    stored = found["result"]
    cells = tuple(
        PaperCell(**one | {"train": tuple(one["train"]), "ours": Interval(**one["ours"])})
        for one in stored["cells"]
    )
    names = {name: tuple(stored[name]) for name in ("features", "tests", "missing", "notes")}
    return PaperResult(**stored | names | {"cells": cells})


def _latest_path(folder: Path) -> Path:
    return cache.path_of(folder, "paper", "latest")
