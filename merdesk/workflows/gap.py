"""Measure how far the project's datasets lie apart, in annotations and in features, beside what chance gives."""

from collections.abc import Sequence
from typing import Any

from merdesk.domain.changes import Changes
from merdesk.progress import Progress
from merdesk.project.project import Project
from merdesk.workflows import evaluation_cache as cache
from merdesk.workflows.evaluation_table import Source, evaluated, fingerprint
from merdesk.workflows.format_control import describe
from merdesk.workflows.gap_study import GapStudy, plain
from merdesk.workflows.gap_text import sentences

SCHEMA = "merdesk.gap"
SCHEMA_VERSION = 1
"""Raised when a field changes its meaning or goes; new fields leave it. See resources/schema/gap.schema.json."""
CONTROL = (
    "Codec, loudness and length alone can give datasets away: compare with features of audio in one format before "
    "calling a difference of features one of music."
)


class MeasureGap:
    """Compute the gap in the background; its result is plain JSON values.

    With `same_format` a sample of clips is decoded and described in one format, as a control of the dataset probe.
    """

    def __init__(
        self, project: Project, features: Sequence[str], *, seed: int = 0, same_format: bool = False
    ) -> None:
        self._source = Source.of(project, features)
        self._features, self._seed, self._same_format = tuple(features), seed, same_format
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
        study = GapStudy(self._source, given, basis.project(table.features), self._seed)
        pairs = study.pairs(progress)
        progress.begin("Asking what features give away", 3)
        found: dict[str, Any] = {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "features": list(self._features),
            "seed": self._seed,
            "n_permutations": study.n_permutations,
            "n_components": int(basis.components.shape[1]),
            "variance_kept": plain(basis.kept),
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
        found["format_control"] = None
        if self._same_format:
            described = describe(given, self._source.locations, progress, seed=self._seed)
            found["format_control"] = study.format_control(described)
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
