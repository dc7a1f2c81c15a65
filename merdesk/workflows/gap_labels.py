"""What annotations alone say about a gap: distances, ceilings, genre's share, genre and dataset adjusted for one another.

All rated clips count here, whether they have features or not.
"""

from itertools import combinations
from typing import Any

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.errors import ModelError
from merdesk.evaluation.cells import ClipTable
from merdesk.progress import Progress
from merdesk.workflows.evaluation_table import Evaluated, Source, ceilings_of
from merdesk.workflows.gap_values import adjust, distance_values, interval_values, plain, share_values

DIMENSIONS = ("valence", "arousal")


def apart(table: ClipTable, a: int, b: int) -> tuple[IntArray, IntArray, int, str]:
    """Rows of datasets a and b without what both hold; how many clips were left out, and of which dataset.

    They are left out where they are the smaller share: of DEAM, which has more clips than EmoMusic.
    """
    from merdesk.evaluation.matrix import Sides

    sides = Sides(table, (a,), b)
    n_left_out = len(sides.outside) - len(sides.clean_outside) + len(sides.tested) - len(sides.clean_tested)
    where = {"": "", "training": table.dataset_names[a], "test": table.dataset_names[b]}[sides.removed_from]
    return sides.clean_outside, sides.clean_tested, n_left_out, where


class LabelStudy:
    """The parts of a gap that need annotations only, each as plain JSON values."""

    def __init__(self, source: Source, given: Evaluated, *, n_permutations: int, seed: int) -> None:
        self._source, self._given, self._table = source, given, given.table
        self._options = {"n_permutations": n_permutations, "seed": seed}
        self._genres: IntArray = source.columns.genre[given.rows].astype(np.int64)
        self._genre_names = source.columns.genre_names

    def pairs(self, progress: Progress) -> list[dict[str, Any]]:
        """Distances between the annotations of each pair of datasets."""
        from merdesk.evaluation.gap import label_gap

        table, names = self._table, self._table.dataset_names
        doubled = set(table.duplicates.ravel().tolist())
        wanted = list(combinations(range(len(names)), 2))
        progress.begin("Comparing annotations", len(wanted))
        found = []
        for pair in wanted:
            n_doubled = sum(row in doubled for row in table.rows(pair).tolist())
            a, b, n_left_out, where = apart(table, *pair)
            labels = label_gap(
                table.affect[a], table.affect[b], table.groups[a], table.groups[b], **self._options
            )
            found.append(
                {
                    "a": names[pair[0]],
                    "b": names[pair[1]],
                    "n_doubled": n_doubled,
                    "n_left_out": n_left_out,
                    "left_out_of": where,
                    "labels": [distance_values(value) for value in labels.values()],
                    "features": [],
                }
            )
            progress.advance()
        return found

    def datasets(self) -> list[dict[str, Any]]:
        """Each dataset's rated clips, mean and spread of annotations, ceilings of R2, and genre's share of the variance."""
        from merdesk.evaluation.explained import genre_share

        table = self._table
        ceilings = ceilings_of(self._source, self._given, seed=self._options["seed"])
        found: list[dict[str, Any]] = []
        for code, name in enumerate(table.dataset_names):
            mine = table.rows([code])
            affect, groups = table.affect[mine], table.groups[mine]
            found.append(
                {
                    "name": name,
                    "n": len(mine),
                    "n_groups": len(np.unique(groups)),
                    "ranked": name in self._source.ranked,
                    "mean": dict(zip(DIMENSIONS, map(plain, affect.mean(axis=0)), strict=True)),
                    "sd": dict(zip(DIMENSIONS, map(plain, affect.std(axis=0)), strict=True)),
                    "ceilings": {key: interval_values(one) for key, one in ceilings[name].items()},
                    "genre_eta2": {
                        dimension: share_values(
                            genre_share(
                                affect[:, axis], self._genres[mine], groups, seed=self._options["seed"]
                            )
                        )
                        for axis, dimension in enumerate(DIMENSIONS)
                    },
                }
            )
        adjust([one["genre_eta2"][dimension] for one in found for dimension in DIMENSIONS])
        return found

    def confounding(self) -> dict[str, Any]:
        """The grid of genre by dataset, and whether they can be told apart."""
        from merdesk.evaluation.confounding import confounding

        names = self._table.dataset_names
        found = confounding(self._genres, self._table.datasets, self._genre_names, names)
        return {
            "cramers_v": plain(found.cramers_v),
            "separable": found.separable,
            "nested": list(found.nested),
            "verdict": found.verdict,
        }

    def grid(self) -> dict[str, Any]:
        """Rated clips of each genre in each dataset; genres without any are left out, the largest first."""
        from merdesk.evaluation.confounding import confounding

        names = self._table.dataset_names
        counts = confounding(self._genres, self._table.datasets, self._genre_names, names).counts
        order = [row for row in np.argsort(-counts.sum(axis=1), kind="stable").tolist() if counts[row].any()]
        return {
            "genres": [self._genre_names[row] for row in order],
            "datasets": list(names),
            "counts": counts[order].tolist(),
            "n_without_genre": int(np.count_nonzero(self._genres < 0)),
        }

    def effects(self) -> list[dict[str, Any]]:
        """Genre and dataset on annotations, each adjusted for the other; a note where they cannot be separated."""
        found = [self._effect(axis, dimension) for axis, dimension in enumerate(DIMENSIONS)]
        adjust([one[factor] for one in found for factor in ("genre", "dataset") if one[factor]])
        return found

    def _effect(self, axis: int, dimension: str) -> dict[str, Any]:
        from merdesk.evaluation.effects import two_way

        table = self._table
        try:
            found = two_way(
                table.affect[:, axis],
                self._genres,
                table.datasets,
                table.groups,
                genre_names=self._genre_names,
                dataset_names=table.dataset_names,
                seed=self._options["seed"],
            )
        except ModelError as error:
            return {
                "dimension": dimension,
                "genre": None,
                "dataset": None,
                "genres": [],
                "datasets": [],
                "note": str(error),
            }
        levels = {
            name: [
                {
                    "name": one.level,
                    "value": plain(one.value),
                    "low": plain(one.low),
                    "high": plain(one.high),
                    "n": one.n,
                }
                for one in effects
            ]
            for name, effects in (("genres", found.genres), ("datasets", found.datasets))
        }
        return {
            "dimension": dimension,
            "genre": share_values(found.genre),
            "dataset": share_values(found.dataset),
            **levels,
            "note": "",
        }
