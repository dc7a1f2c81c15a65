"""Two trained models on the same clips: by how much one is better, how sure that is, and whether chance would do.

Both are judged on the clips that neither was fitted on when it predicted them. Within one test set R2 of A minus R2 of
B is the mean over clips of (e_B^2 - e_A^2) / var(y): a mean, so that clusters' signs can be flipped. Where annotations
are ranks, Pearson's r takes its place, and the two predictions of a cluster are swapped. Holm's correction covers the
whole table, as the report's claims share one family.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.domain.changes import Changes
from merdesk.domain.columns import ClipColumns
from merdesk.errors import ModelError
from merdesk.evaluation.bootstrap import LEVEL, Interval
from merdesk.progress import Progress
from merdesk.project import columns, datasets, predictions
from merdesk.project.models import ModelRow
from merdesk.project.project import Project
from merdesk.workflows.beside import Beside
from merdesk.workflows.predict import model_named
from merdesk.workflows.resting import collector_resting
from merdesk.workflows.scoring import LEAST_CLIPS, groups_of

DIMENSIONS = ("valence", "arousal")
N_RESAMPLES = 2000
N_PERMUTATIONS = 5000


@dataclass(frozen=True, slots=True)
class Compared:
    """Two models on the clips of one dataset in one dimension.

    Attributes
    ----------
    metric
        `r2`, or `pearson` where annotations are ranks.
    scores
        Of the first and the second model.
    difference
        First minus second, with its 95 % cluster-bootstrap interval, clips and clusters.
    p, p_holm
        Two-sided, and corrected over the table; NaN where no test was done, and `note` says why.
    trained
        Which of the two were trained on this dataset: its clips are then scored out of fold.
    """

    dataset: str
    dimension: str
    metric: str
    scores: tuple[float, float]
    difference: Interval
    p: float
    p_holm: float
    trained: tuple[bool, bool]
    note: str = ""

    @property
    def sentence(self) -> str:
        """What may be said of it, and no more, in few words."""
        if not np.isfinite(self.p_holm):
            return f"not tested: {self.note or self.difference.note}"
        if self.p_holm >= 1 - LEVEL:
            return "no evidence"
        return f"{'first' if self.difference.value > 0 else 'second'} is better"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole table: each dataset with valence before arousal."""

    first: str
    second: str
    rows: tuple[Compared, ...]
    seed: int
    n_permutations: int = N_PERMUTATIONS

    @property
    def n_tests(self) -> int:
        """Tests that share the family-wise level."""
        return sum(bool(np.isfinite(row.p)) for row in self.rows)


class CompareRuns:
    """Compare two models in the background, where their predictions are read, too."""

    _columns: ClipColumns
    _said: tuple[FloatArray, ...]
    _ranked: frozenset[str]

    def __init__(self, project: Project, first: str, second: str, *, seed: int = 0) -> None:
        self._models = tuple(model_named(project, name) for name in (first, second))
        if first == second:
            raise ModelError(f"{first} cannot be compared with itself; choose two models.")
        self._beside = Beside.of(project)
        self._seed = seed

    def _read(self) -> None:
        with collector_resting(), self._beside.opened() as reader:
            self._columns = columns.load(reader)
            self._said = tuple(self._held_out(reader, model) for model in self._models)
            self._ranked = frozenset(
                row.info.name for row in datasets.all(reader) if row.info.scale.kind == "rank"
            )

    def _held_out(self, project: Project, model: ModelRow) -> FloatArray:
        """What a model says [n, 2] of clips that it was not fitted on; NaN of others."""
        assert model.id is not None
        said = np.full((len(self._columns), 2), np.nan)
        found = predictions.of_model(project, model.id)[1]
        rows = np.searchsorted(self._columns.ids, found.clip_ids)
        there = rows < len(self._columns)
        there[there] = self._columns.ids[rows[there]] == found.clip_ids[there]
        said[rows[there]] = found.affect[there]
        return said

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Compare {self._models[0].name} and {self._models[1].name}"

    def run(self, progress: Progress) -> Comparison:
        """Each dataset in each dimension, then the correction for all of them."""
        from merdesk.evaluation.significance import holm

        progress.begin("Reading predictions")
        self._read()
        names = self._columns.dataset_names
        progress.begin("Comparing on the same clips", 2 * len(names))
        both = self._columns.annotated & np.all([np.isfinite(s).all(axis=1) for s in self._said], axis=0)
        rows = []
        for code, name in enumerate(names):
            mine = both & (self._columns.dataset == code)
            for axis in range(len(DIMENSIONS)):
                if np.count_nonzero(mine) >= LEAST_CLIPS:
                    rows.append(self._compared(name, axis, mine))
                progress.advance()
        if not rows:
            raise ModelError(
                f"{self._models[0].name} and {self._models[1].name} have no three rated clips in common that both "
                "predicted without having been fitted on them; train or predict on the same datasets first."
            )
        adjusted = holm([row.p for row in rows])
        corrected = (replace(row, p_holm=float(p)) for row, p in zip(rows, adjusted, strict=True))
        return Comparison(self._models[0].name, self._models[1].name, tuple(corrected), self._seed)

    def _compared(self, name: str, axis: int, mine: BoolArray) -> Compared:
        from merdesk.evaluation.metrics import undefined_reason

        metric = "pearson" if name in self._ranked else "r2"
        y = self._columns.affect[mine, axis].astype(np.float64)
        said = (self._said[0][mine, axis], self._said[1][mine, axis])
        groups = np.unique(groups_of(self._columns)[mine], return_inverse=True)[1]
        why = undefined_reason(metric, y, said[0]) or undefined_reason(metric, y, said[1])
        scores, difference = _difference(metric, y, said, groups, self._seed, why)
        p, note = (float("nan"), why) if why else _tested(metric, y, said, groups, self._seed)
        trained = (name in self._models[0].trained_on, name in self._models[1].trained_on)
        return Compared(name, DIMENSIONS[axis], metric, scores, difference, p, p, trained, note)

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: Comparison) -> Changes:  # noqa: ARG002  (the caller has the result)
        """Nothing to write."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def _difference(
    metric: str, y: FloatArray, said: tuple[FloatArray, FloatArray], groups: IntArray, seed: int, why: str
) -> tuple[tuple[float, float], Interval]:
    """Both scores, and the first minus the second with its interval."""
    from merdesk.evaluation.bootstrap import interval_of, resampled_sums
    from merdesk.evaluation.moments import moment_columns, scores_of

    moments = [moment_columns(y, p) for p in said]
    first, second = (float(scores_of(part.sum(axis=0))[metric]) for part in moments)
    # The same seed and clusters draw the same resamples: the difference is paired.
    draws = [
        scores_of(resampled_sums(part, groups, n_resamples=N_RESAMPLES, seed=seed))[metric]
        for part in moments
    ]
    notes = [why] if why else []
    n_groups = len(np.unique(groups))
    return (first, second), interval_of(
        first - second, draws[0] - draws[1], n=len(y), n_clusters=n_groups, notes=notes
    )


def _tested(
    metric: str, y: FloatArray, said: tuple[FloatArray, FloatArray], groups: IntArray, seed: int
) -> tuple[float, str]:
    """Two-sided p of the difference, and why there is none."""
    from merdesk.evaluation.significance import sign_flip, swap

    first, second = said
    if metric == "r2":
        gain = ((y - second) ** 2 - (y - first) ** 2) / y.var()
        test = sign_flip(gain, groups, n_permutations=N_PERMUTATIONS, seed=seed)
    else:
        test = swap(y, first, second, groups, metric=metric, n_permutations=N_PERMUTATIONS, seed=seed)
    return test.p, test.note
