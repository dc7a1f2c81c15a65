"""Measure how far the project's datasets lie apart, in annotations and in features, beside what chance gives."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.changes import Changes
from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.gap import GapValue
from merdesk.evaluation.probes import Probe
from merdesk.progress import Progress
from merdesk.project.project import Project
from merdesk.workflows import evaluation_cache as cache
from merdesk.workflows.evaluation_table import Evaluated, Source, evaluated, fingerprint

N_FOLDS = 5
LEAST_PERMUTATIONS = 500
PERMUTATIONS_A_CLAIM = 25
"""With fewer, the smallest p that Holm's correction leaves could not be under .05 however far datasets lie apart."""
N_TOP = 8
CLAIMED = {"labels": "energy", "features": "mmd2"}
CLAIMED_WORDS = {"energy": "energy distance", "mmd2": "squared mean discrepancy"}
"""The one distance of each kind that a claim rests on; the others describe."""
NAMES = {
    "valence_w1": "Valence, Wasserstein-1",
    "valence_jsd": "Valence, Jensen-Shannon (bits)",
    "arousal_w1": "Arousal, Wasserstein-1",
    "arousal_jsd": "Arousal, Jensen-Shannon (bits)",
    "energy": "Both, energy distance",
    "transport": "Both, optimal transport",
    "mmd2": "Maximum mean discrepancy, squared",
    "sliced_w1": "Sliced Wasserstein-1",
    "mixing": "Neighbours of one dataset (0 mixed, 1 apart)",
}
CONTROL = (
    "Codec, loudness and length alone can give datasets away: compare with features of audio in one format before "
    "calling a difference of features one of music."
)


class MeasureGap:
    """Compute the gap in the background; its result is plain JSON values."""

    def __init__(self, project: Project, features: Sequence[str], *, seed: int = 0) -> None:
        self._source = Source.of(project, features)
        self._features, self._seed = tuple(features), seed
        self._folder, self._read_only = project.cache_dir, project.read_only

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return "Measure the distribution gap"

    def run(self, progress: Progress) -> dict[str, Any]:
        """Pairs of datasets, probes, dominance of genre, confounding."""
        from merdesk.evaluation.basis import joint_basis

        progress.begin("Reading features")
        given = evaluated(self._source)
        table = given.table
        basis = joint_basis(table.features, table.datasets, seed=self._seed)
        study = _Study(self._source, given, basis.project(table.features), self._seed)
        pairs = study.pairs(progress)
        progress.begin("Asking what features give away", 3)
        found: dict[str, Any] = {
            "features": list(self._features),
            "seed": self._seed,
            "n_permutations": study.n_permutations,
            "n_components": int(basis.components.shape[1]),
            "variance_kept": _plain(basis.kept),
            "datasets": [
                {"name": name, "n": len(table.rows([code]))} for code, name in enumerate(table.dataset_names)
            ],
            "pairs": pairs,
            "control": CONTROL,
        }
        for name, part in (
            ("probes", study.probes),
            ("dominance", study.dominance),
            ("confounding", study.confounding),
        ):
            found[name] = part()
            progress.advance()
        found["sentences"] = sentences(found)
        if not self._read_only:
            kept = {"fingerprint": self._source.fingerprint, "gap": found}
            cache.write(cache.path_of(self._folder, "gap"), kept)
        return found

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: dict[str, Any]) -> Changes:  # noqa: ARG002  (the gap lies in the cache)
        """Nothing to write into the project."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def latest_gap(project: Project, clip_columns: Any) -> dict[str, Any] | None:
    """The gap that was measured last; None when there is none, or annotations or groups changed since."""
    stored = cache.read(cache.path_of(project.cache_dir, "gap"))
    if not stored or stored["fingerprint"] != fingerprint(clip_columns):
        return None
    found: dict[str, Any] = stored["gap"]
    return found


class _Study:
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
        claimed = [value for pair in found for value in _claimed(pair)]
        adjusted = holm([np.nan if value["p"] is None else value["p"] for value in claimed])
        for value, p in zip(claimed, adjusted, strict=True):
            value["p_holm"] = _plain(p)
        return found

    def probes(self) -> list[dict[str, Any]]:
        """How well a linear probe names the dataset, and the genre."""
        table = self._table
        known = self._genres >= 0
        genres = self._probe("genre", self._genres, known, strata=table.datasets)
        return [self._probe("dataset", table.datasets, np.ones(len(known), dtype=bool)), genres]

    def _probe(
        self, what: str, labels: IntArray, known: Any, *, strata: IntArray | None = None
    ) -> dict[str, Any]:
        from merdesk.evaluation.probes import probe
        from merdesk.evaluation.splits import grouped_folds

        rows = np.flatnonzero(known)
        groups, affect = self._table.groups[rows], self._table.affect[rows]
        if len(np.unique(groups)) < 2 or len(np.unique(labels[rows])) < 2:
            return {"what": what, "n_classes": len(np.unique(labels[rows])), "note": "nothing to name"}
        found = probe(
            self._projected[rows],
            labels[rows],
            groups,
            grouped_folds(affect, groups, N_FOLDS, self._seed),
            strata=None if strata is None else strata[rows],
            seed=self._seed,
        )
        return {"what": what, "n_classes": len(np.unique(labels[rows])), **_probe_values(found)}

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
                "without_random": _plain(one.without_random),
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
            "cramers_v": _plain(found.cramers_v),
            "separable": found.separable,
            "nested": list(found.nested),
            "verdict": found.verdict,
        }


def _claimed(pair: dict[str, Any]) -> list[dict[str, Any]]:
    return [value for kind, name in CLAIMED.items() for value in pair[kind] if value["name"] == name]


def _distance(found: GapValue) -> dict[str, Any]:
    return {
        "name": found.name,
        "label": NAMES[found.name],
        "value": _plain(found.value),
        "null_mean": _plain(found.null_mean),
        "null_high": _plain(found.null_high),
        "p": _plain(found.p),
        "p_holm": None,
        "halves": [_plain(value) for value in found.halves],
        "n": list(found.n),
        "n_groups": list(found.n_groups),
        "note": found.note,
    }


def _probe_values(found: Probe) -> dict[str, Any]:
    return {
        "balanced_accuracy": _interval(found.balanced_accuracy),
        "auc": _plain(found.auc),
        "chance": _plain(found.chance),
        "null_high": _plain(found.null_high),
        "p": _plain(found.p),
        "note": found.note,
    }


def _interval(found: Interval) -> dict[str, Any]:
    return {
        "value": _plain(found.value),
        "low": _plain(found.low),
        "high": _plain(found.high),
        "n": found.n,
        "n_clusters": found.n_clusters,
        "note": found.note,
    }


def _plain(value: float) -> float | None:
    """A number for JSON: six significant digits, None for what is no number."""
    return float(f"{float(value):.6g}") if np.isfinite(value) else None


def sentences(found: dict[str, Any]) -> list[str]:
    """What the gap says, in words that its evidence carries."""
    said = [sentence for pair in found["pairs"] for sentence in _about_pair(pair)]
    said += [_about_probe(one) for one in found["probes"]]
    said += [_about_dominance(one) for one in found["dominance"]]
    said.append(found["confounding"]["verdict"])
    if len(found["datasets"]) < 2:
        said.insert(
            0, "There is one dataset with these features: no gap can be measured; import another one."
        )
    return [*said, found["control"]] if found["pairs"] else said


def _about_pair(pair: dict[str, Any]) -> list[str]:
    said = []
    for kind, value in zip(("annotations", "features"), _claimed(pair), strict=True):
        head = f"{pair['a']} and {pair['b']}, {kind}: {CLAIMED_WORDS[value['name']]}"
        if value["value"] is None:
            said.append(f"{head} cannot be told ({value['note']}).")
            continue
        halves = " and ".join("n/a" if half is None else f"{half:.3g}" for half in value["halves"])
        head += f" {value['value']:.3g} (random halves of each: {halves})"
        if value["p_holm"] is None:
            said.append(f"{head}, without a test: {value['note']}.")
        elif value["p_holm"] <= 0.05:
            said.append(f"{head}: further apart than chance puts whole groups (p = {value['p_holm']:.3f}).")
        else:
            said.append(f"{head}: no evidence of a difference (p = {value['p_holm']:.3f}).")
    if pair["n_doubled"]:
        said.append(
            f"{pair['a']} and {pair['b']} hold {pair['n_doubled']} clips that have a duplicate somewhere."
        )
    return said


def _about_probe(one: dict[str, Any]) -> str:
    if "balanced_accuracy" not in one:
        return f"The {one['what']} cannot be probed: {one['note']}."
    score = one["balanced_accuracy"]
    head = (
        f"A linear probe names the {one['what']} from features with a balanced accuracy of {score['value']:.2f} "
        f"(chance {one['chance']:.2f})"
    )
    if one["p"] is None:
        return f"{head}, without a test: {one['note']}."
    verdict = "more than dealing labels at random gives" if one["p"] <= 0.05 else "no more than chance"
    return f"{head}: {verdict} (p = {one['p']:.3f})."


def _about_dominance(one: dict[str, Any]) -> str:
    values = [one[name]["value"] for name in ("whole", "without", "oracle")]
    if any(value is None for value in values) or one["without_random"] is None:
        return f"How much of {one['dimension']} is genre cannot be told here."
    whole, without, oracle = values
    return (
        f"{one['dimension'].capitalize()} R2 over all datasets is {whole:.2f} with all features, {without:.2f} without the "
        f"{one['rank']} directions that name genres ({one['without_random']:.2f} without as many random ones), and "
        f"{oracle:.2f} for the genre's mean alone."
    )
