"""The parts of a gap, each as plain JSON values: pairs of datasets, probes, dominance of genre, confounding."""

from itertools import combinations
from typing import Any

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.gap import GapValue
from merdesk.evaluation.probes import Probe
from merdesk.progress import Progress
from merdesk.workflows.evaluation_table import Evaluated, Source
from merdesk.workflows.format_control import FEATURES, Described
from merdesk.workflows.gap_text import CLAIMED, claimed

N_FOLDS = 5
LEAST_PERMUTATIONS = 500
PERMUTATIONS_A_CLAIM = 25
"""With fewer, the smallest p that Holm's correction leaves could not be under .05 however far datasets lie apart."""
NAMES = {
    "valence_w1": "Valence, Wasserstein-1",
    "valence_jsd": "Valence, Jensen-Shannon (bits)",
    "arousal_w1": "Arousal, Wasserstein-1",
    "arousal_jsd": "Arousal, Jensen-Shannon (bits)",
    "energy": "Both, energy distance",
    "transport": "Both, optimal transport",
    "mmd2": "Maximum mean discrepancy, squared",
    "sliced_w1": "Sliced Wasserstein-1",
    "frechet": "Fréchet distance of leading components, squared",
    "mixing": "Neighbours of one dataset (0 mixed, 1 apart)",
}


class GapStudy:
    """The parts of a gap, each as plain JSON values."""

    def __init__(self, source: Source, given: Evaluated, projected: FloatArray, seed: int) -> None:
        self._table, self._projected, self._seed = given.table, projected, seed
        self._genres: IntArray = source.columns.genre[given.rows].astype(np.int64)
        self._genre_names = source.columns.genre_names
        n_sets = len(self._table.dataset_names)
        n_claims = len(CLAIMED) * n_sets * (n_sets - 1) // 2
        self.n_permutations = max(LEAST_PERMUTATIONS, PERMUTATIONS_A_CLAIM * n_claims)

    def pairs(self, progress: Progress) -> list[dict[str, Any]]:
        """Each pair of datasets: distances of labels and of features, Holm over the claimed ones."""
        from merdesk.evaluation.gap import feature_gap, label_gap
        from merdesk.evaluation.significance import holm

        table, names = self._table, self._table.dataset_names
        doubled = set(table.duplicates.ravel().tolist())
        wanted = list(combinations(range(len(names)), 2))
        progress.begin("Comparing datasets", 2 * len(wanted))
        found = []
        for pair in wanted:
            a, b = (table.rows([code]) for code in pair)
            groups = table.groups[a], table.groups[b]
            options = {"n_permutations": self.n_permutations, "seed": self._seed}
            labels = label_gap(table.affect[a], table.affect[b], *groups, **options)
            progress.advance()
            features = feature_gap(self._projected[a], self._projected[b], *groups, **options)
            progress.advance()
            found.append(
                {
                    "a": names[pair[0]],
                    "b": names[pair[1]],
                    "n_doubled": sum(row in doubled for row in (*a.tolist(), *b.tolist())),
                    "labels": [_distance(value) for value in labels.values()],
                    "features": [_distance(value) for value in features.values()],
                }
            )
        tested = [value for pair in found for value in claimed(pair)]
        adjusted = holm([np.nan if value["p"] is None else value["p"] for value in tested])
        for value, p in zip(tested, adjusted, strict=True):
            value["p_holm"] = plain(p)
        return found

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

        groups, affect = self._table.groups[rows], self._table.affect[rows]
        if len(np.unique(groups)) < 2 or len(np.unique(labels[rows])) < 2:
            return {"what": what, "n_classes": len(np.unique(labels[rows])), "note": "nothing to name"}
        found = probe(
            self._projected[rows] if projected is None else projected,
            labels[rows],
            groups,
            grouped_folds(affect, groups, N_FOLDS, self._seed),
            strata=None if strata is None else strata[rows],
            seed=self._seed,
        )
        return {"what": what, "n_classes": len(np.unique(labels[rows])), **_probe_values(found)}

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
                "whole": _interval(one.whole),
                "without": _interval(one.without),
                "without_random": plain(one.without_random),
                "oracle": _interval(one.oracle),
                "rank": one.rank,
            }
            for one in found
        ]

    def confounding(self) -> dict[str, Any]:
        """Whether genre and dataset can be told apart."""
        from merdesk.evaluation.confounding import confounding

        table = self._table
        found = confounding(self._genres, table.datasets, self._genre_names, table.dataset_names)
        return {
            "cramers_v": plain(found.cramers_v),
            "separable": found.separable,
            "nested": list(found.nested),
            "verdict": found.verdict,
        }


def _distance(found: GapValue) -> dict[str, Any]:
    return {
        "name": found.name,
        "label": NAMES[found.name],
        "value": plain(found.value),
        "null_mean": plain(found.null_mean),
        "null_high": plain(found.null_high),
        "p": plain(found.p),
        "p_holm": None,
        "halves": [plain(value) for value in found.halves],
        "n": list(found.n),
        "n_groups": list(found.n_groups),
        "note": found.note,
    }


def _probe_values(found: Probe) -> dict[str, Any]:
    return {
        "balanced_accuracy": _interval(found.balanced_accuracy),
        "auc": plain(found.auc),
        "chance": plain(found.chance),
        "null_high": plain(found.null_high),
        "p": plain(found.p),
        "note": found.note,
    }


def _interval(found: Interval) -> dict[str, Any]:
    return {
        "value": plain(found.value),
        "low": plain(found.low),
        "high": plain(found.high),
        "n": found.n,
        "n_clusters": found.n_clusters,
        "note": found.note,
    }


def plain(value: float) -> float | None:
    """A number for JSON: six significant digits, None for what is no number."""
    return float(f"{float(value):.6g}") if np.isfinite(value) else None
