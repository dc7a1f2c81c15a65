"""Measure how far the project's datasets lie apart, in annotations and in features, beside what chance gives."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from merdesk.domain.arrays import IntArray
from merdesk.domain.changes import Changes
from merdesk.domain.columns import ClipColumns
from merdesk.errors import ModelError
from merdesk.progress import Progress
from merdesk.project import columns
from merdesk.project.project import Project
from merdesk.workflows import evaluation_cache as cache
from merdesk.workflows.evaluation_table import (
    Evaluated,
    Source,
    evaluated,
    fingerprint,
    genre_fingerprint,
    rated,
)
from merdesk.workflows.format_control import describe
from merdesk.workflows.gap_labels import LabelStudy
from merdesk.workflows.gap_study import FeatureStudy
from merdesk.workflows.gap_text import claimed, sentences, summary
from merdesk.workflows.gap_values import adjust, plain

SCHEMA = "merdesk.gap"
SCHEMA_VERSION = 1
"""Raised when a field changes its meaning or goes; new fields leave it. See resources/schema/gap.schema.json."""
LEAST_PERMUTATIONS = 500
PERMUTATIONS_A_CLAIM = 25
"""With fewer, the smallest p that Holm's correction leaves could not be under .05 however far datasets lie apart."""
CLAIMS_A_PAIR = 2
CONTROL = (
    "Codec, loudness and length alone can give datasets away: compare with features of audio in one format before "
    "calling a difference of features one of music."
)


class MeasureGap:
    """Compute the gap in the background; its result is plain JSON values.

    The part about annotations needs no features and takes all rated clips; without a dataset that has these features it
    is all there is. With `same_format` a sample of clips is decoded and described in one format, as a control of the
    dataset probe.
    """

    def __init__(
        self, project: Project, features: Sequence[str], *, seed: int = 0, same_format: bool = False
    ) -> None:
        self._source = Source.of(project, features)
        self._affect = columns.exact_affect(project, self._source.columns)
        self._seed, self._same_format = seed, same_format
        self._folder, self._read_only = project.cache_dir, project.read_only

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return "Measure the distribution gap"

    def run(self, progress: Progress) -> dict[str, Any]:
        """Annotations first; then, where there are features, distances, probes, dominance of genre."""
        progress.begin("Reading features")
        given, lacking = self._given()
        pairs: IntArray = (
            np.empty((0, 2), dtype=np.int64) if given is None else given.rows[given.table.duplicates]
        )
        annotated = rated(self._source, self._affect, pairs)
        n_claims = CLAIMS_A_PAIR * len(list(combinations(annotated.table.dataset_names, 2)))
        n_permutations = max(LEAST_PERMUTATIONS, PERMUTATIONS_A_CLAIM * n_claims)
        labels = LabelStudy(self._source, annotated, n_permutations=n_permutations, seed=self._seed)
        found: dict[str, Any] = {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "seed": self._seed,
            "left_out": list(annotated.left_out),
            "n_permutations": n_permutations,
            "pairs": labels.pairs(progress),
            "control": CONTROL,
        }
        progress.begin("Asking what genre explains", 2)
        for name in ("datasets", "effects", "confounding", "grid"):
            found[name] = getattr(labels, name)()
            progress.checkpoint()
        found |= _without_features(lacking) if given is None else self._of_features(given, found, progress)
        found["datasets"] = _counted(found["datasets"], given)
        adjust([value for pair in found["pairs"] for value in claimed(pair)])
        found["summary"], found["sentences"] = summary(found), sentences(found)
        if not self._read_only:
            kept = {"fingerprint": _fingerprint(self._source.columns), "gap": found}
            cache.write(cache.path_of(self._folder, "gap"), kept)
        return found

    def _given(self) -> tuple[Evaluated | None, str]:
        """Clips with features; None, and why, where no dataset has enough of them."""
        try:
            return evaluated(self._source), ""
        except ModelError as error:
            return None, str(error)

    def _of_features(self, given: Evaluated, found: dict[str, Any], progress: Progress) -> dict[str, Any]:
        from merdesk.evaluation.basis import joint_basis

        table, source = given.table, self._source
        basis = joint_basis(table.features, table.datasets, seed=self._seed)
        projected = basis.project(table.features)
        options = {"n_permutations": found["n_permutations"], "seed": self._seed}
        study = FeatureStudy(source, given, projected, **options)
        study.pairs(found["pairs"], progress)
        parts: dict[str, Any] = {
            "features": list(source.features),
            "lacking": "",
            "n_components": int(basis.components.shape[1]),
            "variance_kept": plain(basis.kept),
            "blocks": study.blocks(found["pairs"], progress),
            "columns": study.columns(found["pairs"], progress),
            "format_control": None,
        }
        progress.begin("Asking what features give away", 2)
        for name in ("probes", "dominance"):
            parts[name] = getattr(study, name)()
            progress.advance()
        if self._same_format:
            described = describe(given, source.locations, progress, seed=self._seed)
            parts["format_control"] = study.format_control(described)
        return parts

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
    """The gap that was measured last; None when there is none, or annotations, groups or genres changed since."""
    stored = cache.read(cache.path_of(project.cache_dir, "gap"))
    if not stored or stored["fingerprint"] != _fingerprint(clip_columns):
        return None
    found: dict[str, Any] = stored["gap"]
    return found


def _fingerprint(clip_columns: ClipColumns) -> str:
    """Changes when annotations, groups, genres or datasets do."""
    return f"{fingerprint(clip_columns)}|{genre_fingerprint(clip_columns)}"


def _without_features(lacking: str) -> dict[str, Any]:
    """The parts that need features, where there are none."""
    return {
        "features": [],
        "lacking": lacking,
        "n_components": 0,
        "variance_kept": None,
        "blocks": [],
        "columns": [],
        "probes": [],
        "dominance": [],
        "format_control": None,
    }


def _counted(datasets: list[dict[str, Any]], given: Evaluated | None) -> list[dict[str, Any]]:
    """Datasets with how many of their rated clips have the features."""
    counts: dict[str, int] = {}
    if given is not None:
        names = given.table.dataset_names
        counts = dict(
            zip(names, np.bincount(given.table.datasets, minlength=len(names)).tolist(), strict=True)
        )
    return [one | {"n_with_features": counts.get(one["name"], 0)} for one in datasets]
