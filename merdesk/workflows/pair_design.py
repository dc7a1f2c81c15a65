"""Which clips are compared in pairs, what the answers say, and which pair comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from merdesk.domain.annotation import AnnotatorId
from merdesk.domain.clip import ClipId
from merdesk.domain.rating import DIMENSIONS, Comparison, Dimension
from merdesk.evaluation.bradley_terry import Scores, components, fit, next_pair
from merdesk.project import comparisons
from merdesk.project.project import Project


@dataclass(frozen=True, slots=True)
class PairDesign:
    """Clips in one order, their scores in each dimension, and how far the answers join them.

    `n_answered` counts pairs; `n_groups` is 1 once every clip is joined to every other by answers.
    """

    clip_ids: tuple[int, ...]
    scores: dict[Dimension, Scores]
    groups: np.ndarray
    n_answered: int
    seed: int

    @property
    def n_groups(self) -> int:
        """Groups of clips that no answer joins."""
        return len(set(self.groups.tolist()))

    def next_pair(self, skipped: Sequence[tuple[int, int]] = ()) -> tuple[ClipId, ClipId] | None:
        """Ids of the pair that tells most; None where no pair is left."""
        numbers = {clip_id: number for number, clip_id in enumerate(self.clip_ids)}
        passed = [(numbers[a], numbers[b]) for a, b in skipped if a in numbers and b in numbers]
        scores = [self.scores[dimension] for dimension in DIMENSIONS]
        seed = self.seed + 1000 * (self.n_answered + len(skipped))
        found = next_pair(self.groups, scores, seed=seed, skipped=passed)
        return None if found is None else (ClipId(self.clip_ids[found[0]]), ClipId(self.clip_ids[found[1]]))


def design(project: Project, annotator_id: AnnotatorId, rateable: Sequence[int], n_clips: int) -> PairDesign:
    """Clips that the annotator compared already, filled up to n by a draw that is the annotator's own."""
    possible = set(rateable)
    said = [
        one.comparison
        for one in comparisons.all(project, annotator_id)
        if {one.comparison.first, one.comparison.second} <= possible
    ]
    known = list(dict.fromkeys(clip for one in said for clip in (one.first, one.second)))
    fresh = np.array(sorted(possible - set(known)), dtype=np.int64)
    n_missing = min(max(n_clips - len(known), 0), len(fresh))
    drawn = np.random.default_rng(annotator_id).permutation(fresh)[:n_missing]
    ids = (*known, *map(int, drawn))
    numbers = {clip_id: number for number, clip_id in enumerate(ids)}
    scores: dict[Dimension, Scores] = {}
    for dimension in DIMENSIONS:
        own = [one for one in said if one.dimension == dimension]
        first, second = ([numbers[clip] for clip in side] for side in _sides(own))
        scores[dimension] = fit(len(ids), first, second, [one.outcome for one in own])
    first, second = ([numbers[clip] for clip in side] for side in _sides(said))
    pairs = sum(one.dimension == DIMENSIONS[0] for one in said)
    return PairDesign(ids, scores, components(len(ids), first, second), pairs, int(annotator_id))


def _sides(said: Sequence[Comparison]) -> tuple[list[ClipId], list[ClipId]]:
    return [one.first for one in said], [one.second for one in said]
