"""How far answers about pairs agree: with one's own about the same pair, and with everybody else's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from merdesk.domain.rating import DIMENSIONS, Dimension
from merdesk.evaluation.raters import equal_share
from merdesk.project import studies, study_pairs
from merdesk.project.project import Project
from merdesk.workflows.rating_tables import Answers

Pair = tuple[int, int]
Said = dict[Pair, int]
"""Outcomes by pair, the smaller id first: 1 where that clip has more."""


@dataclass(frozen=True, slots=True)
class Paired:
    """One annotator's pairs in one dimension.

    `retest` is the share of equal answers to a pair that came twice, `with_others` that among the answers that
    others gave to the same pairs; NaN without any, and the numbers behind them are `n_retests` and `n_shared`.
    """

    name: str
    dimension: Dimension
    n: int
    retest: float
    n_retests: int
    with_others: float
    n_shared: int


def pair_quality(project: Project, answers: Answers) -> tuple[Paired, ...]:
    """Everybody who compared pairs, valence before arousal."""
    repeats = _repeats(project)
    found = []
    for axis, dimension in enumerate(DIMENSIONS):
        said: dict[int, Said] = defaultdict(dict)
        for one in answers.compared:
            if one.comparison.dimension == dimension:
                pair = one.comparison
                key, outcome = _turned(pair.first, pair.second, pair.outcome)
                said[int(one.annotator_id)][key] = outcome
        for who, own in sorted(said.items()):
            again = [both[axis] for both in repeats.get(who, [])]
            shared = list(_shared(own, (other for name, other in said.items() if name != who)))
            retest, others = equal_share(again), equal_share(shared)
            name = answers.names[who]
            found.append(Paired(name, dimension, len(own), retest, len(again), others, len(shared)))
    return tuple(found)


def _turned(first: int, second: int, outcome: int) -> tuple[Pair, int]:
    return ((first, second), outcome) if first < second else ((second, first), -outcome)


def _shared(own: Said, others: Iterable[Said]) -> Iterable[tuple[int, int]]:
    for other in others:
        yield from ((own[pair], other[pair]) for pair in own.keys() & other.keys())


def _repeats(project: Project) -> Mapping[int, list[tuple[tuple[int, int], tuple[int, int]]]]:
    """Both answers to each pair that came twice in a study, in each dimension, by annotator."""
    found = defaultdict(list)
    for study in studies.all(project):
        before: dict[tuple[int, Pair], list[int]] = {}
        for one in study_pairs.answered(project, study):
            turned = [_turned(one.first, one.second, outcome) for outcome in one.outcomes]
            key, outcomes = (int(one.annotator_id), turned[0][0]), [outcome for _, outcome in turned]
            if one.part == "item":
                before[key] = outcomes
            elif one.part == "repeat" and key in before:
                first, second = zip(before[key], outcomes, strict=True)
                found[key[0]].append((first, second))
    return found
