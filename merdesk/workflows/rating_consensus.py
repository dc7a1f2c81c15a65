"""One point for each clip out of several people's ratings, by a choice that is kept with the project and told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.evaluation.raters import TRIMMED, Pooling, pooled
from merdesk.project import values
from merdesk.project.project import Project
from merdesk.workflows.flat_tables import Columns
from merdesk.workflows.rating_tables import Answers

WAYS: tuple[Pooling, ...] = get_args(Pooling)
WORDS: Mapping[Pooling, str] = {
    "mean": "mean",
    "median": "median",
    "trimmed": f"mean without the lowest and the highest {TRIMMED:.0%}",
    "weighted": "mean weighted by each annotator's squared correlation with the others",
}
COLUMNS = (
    "dataset",
    "id",
    "title",
    "consensus",
    "n_annotators",
    "valence",
    "arousal",
    "valence_std",
    "arousal_std",
)


@dataclass(frozen=True, slots=True)
class Consensus:
    """What clips are like to those who rated them in the window, on [-1, 1].

    `affect` and `spread` (ddof 1, NaN under two ratings) have shape (n_clips, 2), `n_annotators` (n_clips,).
    """

    how: Pooling
    clip_ids: tuple[int, ...]
    affect: FloatArray
    spread: FloatArray
    n_annotators: FloatArray

    @classmethod
    def of(cls, answers: Answers, how: Pooling) -> "Consensus":
        """Pool every clip's ratings."""
        clip_ids, _, table = answers.unit_table()
        if not clip_ids:
            return cls(how, (), np.empty((0, 2)), np.empty((0, 2)), np.empty(0))
        affect = np.column_stack([pooled(table[:, :, axis], how) for axis in (0, 1)])
        n = np.isfinite(table).all(axis=2).sum(axis=1)
        spread = np.full((len(clip_ids), 2), np.nan)
        spread[n > 1] = np.nanstd(table[n > 1], axis=1, ddof=1)
        return cls(how, tuple(clip_ids), affect, spread, n)


def chosen(project: Project) -> Pooling:
    """The way that this project pools ratings: the mean until another was chosen."""
    found = values.get(project, "consensus")
    return cast("Pooling", found if found in WAYS else "mean")


def choose(project: Project, how: Pooling) -> None:
    """Pool in this way from now on."""
    if how not in WAYS:
        raise ValueError(f"{how!r} is no way to pool ratings")
    values.set(project, "consensus", how)


def consensus_table(answers: Answers, how: Pooling) -> Columns:
    """The pooled ratings as a table, a row a clip."""
    found = Consensus.of(answers, how)
    rows = []
    for number, clip_id in enumerate(found.clip_ids):
        label = answers.labels[clip_id]
        about = (label.dataset, label.source_id, label.title, how, int(found.n_annotators[number]))
        rows.append((*about, *found.affect[number].tolist(), *found.spread[number].tolist()))
    return {name: [row[n] for row in rows] for n, name in enumerate(COLUMNS)}
