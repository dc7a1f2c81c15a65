"""An evaluation in words for people: how far, why no further, what to train on, and whether to believe it."""

import math
from statistics import NormalDist

from merdesk.domain.words import aligned, counted
from merdesk.evaluation.bootstrap import FEW_CLUSTERS, LEVEL, Interval
from merdesk.evaluation.ceiling import UNKNOWN
from merdesk.evaluation.cells import Cell
from merdesk.evaluation.mixes import MOST_LEFT_OUT
from merdesk.evaluation.recommender import Recommendation
from merdesk.workflows.evaluate import Evaluation
from merdesk.workflows.evaluation_short import DIMENSIONS, in_short, limits, shown, with_limits
from merdesk.workflows.evaluation_work import QUICK, Judged

UNEXPLAINED = (
    "What neither the mix of genres, the raters' ceiling nor the distances of merdesk gap account for is unexplained "
    "(features, raters, concept): these are compared with a drop, they do not add up to it."
)


def text(evaluation: Evaluation) -> str:
    """A table for valence, one for arousal, and below them why and whether."""
    request = evaluation.request
    lines = [f"{request.kind} on {'+'.join(request.features)}, seed {request.seed}"]
    for dimension in DIMENSIONS:
        lines += ["", dimension.capitalize(), *_table(evaluation, dimension)]
    if short := in_short(evaluation):
        lines += ["", "How far", *(f"  {line}" for line in short)]
    lines += ["", "Why no further", *(f"  {line}" for line in reasons(evaluation))]
    if evaluation.request.recommend and not evaluation.recommended:
        lines += [
            "",
            "What to train on",
            "  There is no other dataset to train on; load one with the same features.",
        ]
    if evaluation.recommended:
        advice = [line for one in evaluation.recommended for line in recommended(one, noted=False)]
        note = evaluation.recommended[0].note
        advice.append(
            f"{note[0].upper()}{note[1:]}; what a dataset adds has an interval of its own, not corrected for the others."
        )
        lines += ["", "What to train on", *(f"  {line}" for line in advice)]
    lines += ["", "Can it be believed", *(f"  {line}" for line in doubts(evaluation))]
    return "\n".join(lines)


def _table(evaluation: Evaluation, dimension: str) -> list[str]:
    ranked = any(one.ranked for one in evaluation.involved)
    rows = [["  trained on", "tested on", "R2", "95 %", "CCC", *(["rho"] if ranked else []), "ceiling"]]
    rows[0] += ["clips", "groups", ""]
    for judged in evaluation.cells:
        cell = judged.cell
        scores, facts = cell.scores[dimension], evaluation.dataset(cell.test)
        r2 = scores["r2"]
        rows.append(
            [
                f"  {named(cell, evaluation)}",
                cell.test,
                # R2 of ranks is punished by scale alone.
                "ranks" if facts.ranked else shown(r2.value),
                "" if facts.ranked else limits(r2),
                shown(scores["ccc"].value),
                *([shown(scores["spearman"].value)] if ranked else []),
                shown(facts.ceilings[dimension].value),
                f"{len(cell.rows):,}",
                f"{r2.n_clusters:,}",
                badge(cell, dimension),
            ]
        )
    return aligned(rows, 2, last_left=True)


def named(cell: Cell, evaluation: Evaluation) -> str:
    """The training set of a cell in few words."""
    if cell.kind == "in-domain":
        return f"{cell.train[0]} (other folds)"
    if cell.kind == "leave-one-dataset-out" and len(evaluation.datasets) > 3:
        return "all others"
    return " + ".join(cell.train)


def badge(cell: Cell, dimension: str) -> str:
    """What is to be known of a cell, in few words: duplicates, few groups, why there is no score."""
    said = []
    if cell.n_contaminated and cell.with_duplicates is not None:
        score = shown(cell.with_duplicates[dimension]["r2"].value)
        said.append(f"{cell.n_contaminated} duplicates left out of {cell.removed_from}; with them R2 {score}")
    if not cell.n_train:
        said.append(cell.note)
    elif cell.scores[dimension]["r2"].doubtful:
        said.append(f"under {FEW_CLUSTERS} groups")
    return "; ".join(said)


def reasons(evaluation: Evaluation) -> list[str]:
    """The decomposition of what was asked for, or of leaving one dataset out, in sentences of one family."""
    asked = set(evaluation.request.train)
    outside = [one for one in evaluation.cells if one.cell.test not in one.cell.train]
    if asked:
        wanted = [one for one in outside if set(one.cell.train) == asked]
    else:
        wanted = [one for one in outside if one.cell.kind == "leave-one-dataset-out"] or outside
    n_compared = sum(len(one.drop.drops) for one in wanted if one.drop is not None)
    said = [sentence for one in wanted for sentence in decomposed(evaluation, one, n_compared)]
    if any(found.total.excludes_zero for one in wanted if one.drop for found in one.drop.drops.values()):
        said.append(UNEXPLAINED)
    return said or ["Nothing was tested away from home: there is no drop to explain."]


def decomposed(evaluation: Evaluation, judged: Judged, n_compared: int = 1) -> list[str]:
    """One sentence a dimension; what speaks about training sizes after them.

    Where one of `n_compared` drops excludes zero by its own interval, but not once all are corrected for, it is said.
    """
    cell, drop = judged.cell, judged.drop
    train = named(cell, evaluation)
    head = f"{train} on {cell.test}"
    if drop is None:
        slow = evaluation.request.model not in QUICK and not evaluation.request.explain
        why = cell.note or (
            f"not computed for {evaluation.request.model}; ask for all by --explain, or for this cell by --train and --test"
            if slow
            else f"{cell.test} has too few clips or groups for a score at home to compare with"
        )
        return [f"{head}: {why}."]
    said = [
        f"{head}, {dimension}: {found.verdict} At home {shown(found.home.r2.value)}, from there "
        f"{shown(found.away.r2.value)}, on the same {len(cell.rows):,} clips.{_lost(found.total, n_compared)}"
        for dimension, found in drop.drops.items()
    ]
    said += _mixed(judged, train)
    return [*said, *([f"{head}: {drop.note}."] if drop.note else [])]


def _mixed(judged: Judged, train: str) -> list[str]:
    """What the other mix of genres would change, for the test clips and for the training clips."""
    cell, mix = judged.cell, judged.mix
    head = f"{train} on {cell.test}"
    if mix is None:
        return [f"{head}, genres: none are known on one side, so their mix cannot be compared."]
    tested = mix.tested["valence"]
    some = 0.005 <= tested.left_out <= MOST_LEFT_OUT
    lacking = f" ({tested.left_out:.0%} of that mix has no clip here)" if some else ""
    told = {name: one for name, one in mix.tested.items() if not math.isnan(one.changes["r2"].value)}
    if not told:
        said = f"{cell.test} cannot be weighted to the mix of {train}: {tested.scores['r2'].note}{lacking}"
    else:
        changes = " and ".join(f"{name} R2 by {with_limits(one.changes['r2'])}" for name, one in told.items())
        said = f"weighting {cell.test} to the mix of {train}{lacking} changes {changes}, worth {tested.n_effective:.0f} clips"
    if mix.retrained is not None:
        changes = " and ".join(
            f"{name} by {with_limits(one)}"
            for name, one in mix.retrained.association.items()
            if not math.isnan(one.value)
        )
        said += (
            f"; training on the mix of {cell.test} changes r2 of {changes}, worth {mix.n_effective:.0f} clips"
        )
    elif mix.note:
        said += f"; training on the mix of {cell.test} is {mix.note}"
    return [f"{head}, genres: {said}."]


def _lost(found: Interval, n_compared: int) -> str:
    if not found.excludes_zero or excludes_zero_among(found, n_compared):
        return ""
    return f" Among {n_compared} comparisons such a difference is no finding."


def excludes_zero_among(found: Interval, n_compared: int) -> bool:
    """True when an interval still excludes zero once it is made so wide that all of n comparisons hold together (Bonferroni).

    Examples
    --------
    >>> found = Interval(0.3, 0.1, 0.5, 60, 30)
    >>> excludes_zero_among(found, 1), excludes_zero_among(found, 20)
    (True, False)
    """
    normal = NormalDist()
    wider = normal.inv_cdf(1 - (1 - LEVEL) / 2 / max(1, n_compared)) / normal.inv_cdf((1 + LEVEL) / 2)
    low, high = (found.value + wider * (end - found.value) for end in (found.low, found.high))
    return bool(low > 0 or high < 0)


METRIC_WORDS = {"r2": "R2", "pearson": "r"}


def recommended(found: Recommendation, *, noted: bool = True) -> list[str]:
    """The best union for a test set, beside all and the best single one; then what each dataset adds to all others.

    With `noted`, what speaks against the best one is said too.
    """
    best, metric = found.unions[0], METRIC_WORDS[found.metric]
    every = max(found.unions, key=lambda one: len(one.train))
    single = next(one for one in found.unions if len(one.train) == 1)
    told = {one.train: one for one in (best, every, single)}.values()
    scores = "; ".join(
        f"{' + '.join(one.train)} ({one.n_train:,} clips) "
        + ", ".join(f"{name} {metric} {with_limits(score)}" for name, score in one.scores.items())
        for one in told
    )
    said = [
        f"{found.target}: {scores}. The first is the best of {len(found.unions)}{f': {found.note}' if noted else ''}."
    ]
    for one in found.added:
        gains = ", ".join(f"{name} {metric} by {with_limits(gain)}" for name, gain in one.gain.items())
        moved = any(gain.excludes_zero for gain in one.gain.values())
        said.append(
            f"{found.target}: adding {one.dataset} to all others changes {gains}"
            + ("." if moved else ": no evidence that it helps or harms.")
        )
    return said


def doubts(evaluation: Evaluation) -> list[str]:
    """What speaks against the numbers, one sentence each; says so when nothing was found."""
    said = [*evaluation.warnings, *(f"{sentence}." for sentence in evaluation.left_out)]
    if evaluation.request.transductive:
        said.append(
            "Transductive: features are standardised within each dataset, so every score rests on a look at all clips of its "
            "test set."
        )
    doubled = [one.cell for one in evaluation.cells if one.cell.n_contaminated]
    said += [
        f"{' + '.join(cell.train)} and {cell.test} share {cell.n_contaminated} clips; they were left out of {cell.removed_from}."
        for cell in doubled
    ]
    said += _undefined(evaluation)
    few = sorted({one.cell.test for one in evaluation.cells if one.cell.scores["valence"]["r2"].doubtful})
    if few:
        said.append(
            f"{', '.join(few)}: under {FEW_CLUSTERS} groups, so the intervals are too narrow to lean on."
        )
    if ranked := [one.name for one in evaluation.involved if one.ranked]:
        said.append(
            f"{', '.join(ranked)}: annotations are ranks; only their order (rho) means something, no R2."
        )
    unknown = [one.name for one in evaluation.involved if one.ceilings["valence"].note == UNKNOWN]
    if unknown:
        said.append(
            f"{', '.join(unknown)}: no spread of the raters was published, so the ceiling is unknown."
        )
    if evaluation.n_without_features:
        said.append(
            f"Left out for lack of these features: {counted(evaluation.n_without_features, 'rated clip')}."
        )
    if not evaluation.warnings and not doubled:
        said.insert(
            0,
            "No duplicates between datasets, no labels in the features, no score above its ceiling were found.",
        )
    said.append("Intervals cover the sampling of test clips only: they speak about these trained models.")
    return said


def _undefined(evaluation: Evaluation) -> list[str]:
    """Why test sets have no R2 although a model was trained, one sentence each."""
    found = {
        (one.cell.test, dimension, one.cell.scores[dimension]["r2"].note): None
        for one in evaluation.cells
        for dimension in DIMENSIONS
        if one.cell.n_train and math.isnan(one.cell.scores[dimension]["r2"].value)
    }
    return [f"{test}, {dimension}: no R2, {note}." for test, dimension, note in found]
