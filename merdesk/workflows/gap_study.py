"""What features say about a gap, as plain JSON values: pairs of datasets, blocks, columns, probes, dominance of genre."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.evaluation.gap import GapValue
from merdesk.progress import Progress
from merdesk.workflows.evaluation_table import Evaluated, Source
from merdesk.workflows.format_control import FEATURES, Described
from merdesk.workflows.gap_labels import apart
from merdesk.workflows.gap_values import distance_values, interval_values, plain, probe_values
from merdesk.workflows.measures import names_of

N_FOLDS = 5
N_TOP = 5
"""Columns told of a pair: those that differ most."""


class FeatureStudy:
    """The parts of a gap that need features, each as plain JSON values."""

    def __init__(
        self, source: Source, given: Evaluated, projected: FloatArray, *, n_permutations: int, seed: int
    ) -> None:
        self._given, self._table, self._projected, self._seed = given, given.table, projected, seed
        self._genres: IntArray = source.columns.genre[given.rows].astype(np.int64)
        self._options = {"n_permutations": n_permutations, "seed": seed}
        self._store_dir = source.store_dir

    def pairs(self, pairs: list[dict[str, Any]], progress: Progress) -> None:
        """Add distances of features to the pairs whose datasets both have them."""
        from merdesk.evaluation.gap import feature_gap

        progress.begin("Comparing features", len(pairs))
        for pair in pairs:
            if there := self._sides(pair):
                values = feature_gap(*self._of(self._projected, there), **self._options)
                pair["features"] = [distance_values(value) for value in values.values()]
            progress.advance()

    def _sides(self, pair: Mapping[str, Any]) -> tuple[IntArray, IntArray] | None:
        names = self._table.dataset_names
        if pair["a"] not in names or pair["b"] not in names:
            return None
        return apart(self._table, names.index(pair["a"]), names.index(pair["b"]))[:2]

    def _of(self, values: FloatArray, sides: tuple[IntArray, IntArray]) -> tuple[Any, ...]:
        return (*(values[rows] for rows in sides), *(self._table.groups[rows] for rows in sides))

    def blocks(self, pairs: list[dict[str, Any]], progress: Progress) -> list[dict[str, Any]]:
        """The same squared discrepancy for each block of features alone, where there are several: which of them differs."""
        from merdesk.evaluation.basis import joint_basis
        from merdesk.evaluation.distances import MeanDiscrepancy
        from merdesk.evaluation.gap import compared

        widths, found, start = self._given.widths, [], 0
        progress.begin("Comparing blocks of features", len(widths))
        for name, width in widths if len(widths) > 1 else ():
            block = self._table.features[:, start : start + width]
            start += width
            projected = joint_basis(block, self._table.datasets, seed=self._seed).project(block)
            for pair in pairs:
                if there := self._sides(pair):
                    value = compared("mmd2", MeanDiscrepancy, *self._of(projected, there), **self._options)
                    found.append({"a": pair["a"], "b": pair["b"], "block": name, **distance_values(value)})
            progress.advance()
        return found

    def columns(self, pairs: list[dict[str, Any]], progress: Progress) -> list[dict[str, Any]]:
        """The columns in which each pair differs most, by name, beside what dealing groups gives for that column."""
        from merdesk.evaluation.gap import top_columns

        names, found = self._column_names(), []
        progress.begin("Comparing columns", len(pairs))
        for pair in pairs:
            if there := self._sides(pair):
                a, b = (self._table.features[rows] for rows in there)
                found += [
                    {"a": pair["a"], "b": pair["b"], **self._column(names[column], column, there)}
                    for column, _ in top_columns(a, b, n_top=N_TOP)
                ]
            progress.advance()
        return found

    def _column(self, name: str, column: int, sides: tuple[IntArray, IntArray]) -> dict[str, Any]:
        from merdesk.evaluation.distances import Wasserstein
        from merdesk.evaluation.gap import compared

        values = self._table.features[:, column].astype(np.float64)
        spread = float(np.sqrt(np.mean([values[rows].var() for rows in sides]))) or 1.0
        found: GapValue = compared(
            "w1",
            Wasserstein,
            *self._of(values / spread, sides),
            **self._options,
        )
        return {
            "column": name,
            "value": plain(found.value),
            "null_high": plain(found.null_high),
            "halves": [plain(half) for half in found.halves],
            "means": [plain(float(values[rows].mean())) for rows in sides],
            "n": list(found.n),
            "n_groups": list(found.n_groups),
            "note": found.note,
        }

    def _column_names(self) -> list[str]:
        parts = zip(self._given.sets, self._given.widths, strict=True)
        return [name for one, (_, width) in parts for name in names_of(self._store_dir, one, width)]

    def probes(self) -> list[dict[str, Any]]:
        """How well a linear probe names the dataset, and the genre."""
        table = self._table
        known = self._genres >= 0
        genres = self._probe("genre", self._genres, np.flatnonzero(known), strata=table.datasets)
        return [self._probe("dataset", table.datasets, np.arange(len(known))), genres]

    def _probe(
        self,
        what: str,
        labels: IntArray,
        rows: IntArray,
        *,
        strata: IntArray | None = None,
        projected: FloatArray | None = None,
    ) -> dict[str, Any]:
        from merdesk.evaluation.probes import probe
        from merdesk.evaluation.splits import grouped_folds

        named, n_alone = _of_several_groups(labels, self._table.groups, rows)
        if len(np.unique(labels[named])) < 2:
            note = "every class lies in one group" if n_alone > 1 else "nothing to name"
            return {"what": what, "n_classes": len(np.unique(labels[rows])), "note": note}
        rows = named
        groups, affect = self._table.groups[rows], self._table.affect[rows]
        found = probe(
            self._projected[rows] if projected is None else projected,
            labels[rows],
            groups,
            grouped_folds(affect, groups, N_FOLDS, self._seed),
            strata=None if strata is None else strata[rows],
            seed=self._seed,
        )
        return {"what": what, "n_classes": len(np.unique(labels[rows])), **probe_values(found)}

    def format_control(self, described: Described | None) -> dict[str, Any] | None:
        """The dataset probe on the same clips as they are and in one format; None when no clip could be read."""
        from merdesk.evaluation.basis import joint_basis

        if described is None:
            return None
        datasets, probes = self._table.datasets[described.rows], []
        for features in (described.as_filed, described.same_format):
            projected = joint_basis(features, datasets, seed=self._seed).project(features)
            probes.append(self._probe("dataset", self._table.datasets, described.rows, projected=projected))
        return {
            "features": FEATURES,
            "n": len(described.rows),
            "n_unread": described.n_unread,
            "length_s": plain(described.length_s),
            "as_filed": probes[0],
            "same_format": probes[1],
        }

    def dominance(self) -> list[dict[str, Any]]:
        """How much of the score is genre: R2 with all, without the genre's directions, and of genre alone."""
        from merdesk.evaluation.dominance import dominance
        from merdesk.evaluation.splits import grouped_folds
        from merdesk.models.ridge import Ridge

        rows = np.flatnonzero(self._genres >= 0)
        groups = self._table.groups[rows]
        if len(np.unique(groups)) < 2 or len(np.unique(self._genres[rows])) < 2:
            return []
        affect = self._table.affect[rows]
        found = dominance(
            Ridge(),
            self._projected[rows],
            affect,
            self._genres[rows],
            groups,
            grouped_folds(affect, groups, N_FOLDS, self._seed),
            seed=self._seed,
        )
        return [
            {
                "dimension": one.dimension,
                "whole": interval_values(one.whole),
                "without": interval_values(one.without),
                "without_random": plain(one.without_random),
                "oracle": interval_values(one.oracle),
                "rank": one.rank,
            }
            for one in found
        ]


def _of_several_groups(labels: IntArray, groups: IntArray, rows: IntArray) -> tuple[IntArray, int]:
    """Rows whose class lies in two groups at least, and how many classes do not: no fold both trains and tests on those."""
    met = np.unique(np.stack([labels[rows], groups[rows]], axis=1), axis=0)[:, 0]
    classes, n_groups = np.unique(met, return_counts=True)
    return rows[np.isin(labels[rows], classes[n_groups > 1])], int(np.count_nonzero(n_groups < 2))
