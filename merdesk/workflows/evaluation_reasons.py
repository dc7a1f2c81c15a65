"""Why a model carries no further, in sentences: what is lost, what many comparisons leave of it, what the genres do."""

import math
from statistics import NormalDist

from merdesk.evaluation.bootstrap import LEVEL, Interval
from merdesk.evaluation.cells import Cell
from merdesk.evaluation.decomposition import Drop
from merdesk.evaluation.mixes import MOST_LEFT_OUT
from merdesk.workflows.evaluate import Evaluation
from merdesk.workflows.evaluation_short import named, shown, with_limits
from merdesk.workflows.evaluation_work import QUICK, Judged

METRIC_WORDS = {"r2": "R2", "pearson": "r"}
UNEXPLAINED = (
    "What neither the mix of genres, the annotators' ceiling nor the distances of merdesk gap account for is unexplained "
    "(features, annotators, concept): these are compared with a drop, they do not add up to it."
)


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
    lost = (
        told_loss(found, ranked=evaluation.dataset(one.cell.test).ranked)
        for one in wanted
        if one.drop is not None
        for found in one.drop.drops.values()
    )
    if any(found.excludes_zero for found in lost):
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
    ranked = evaluation.dataset(cell.test).ranked
    said = []
    for dimension, found in drop.drops.items():
        told = _order_lost(evaluation, cell, dimension, found) if ranked else _r2_lost(found, len(cell.rows))
        said.append(f"{head}, {dimension}: {told}{_among(told_loss(found, ranked=ranked), n_compared)}")
    said += _mixed(judged, train, "pearson" if ranked else "r2")
    return [*said, *([f"{head}: {drop.note}."] if drop.note else [])]


def told_loss(found: Drop, *, ranked: bool) -> Interval:
    """What of a drop is told: all of R2; of ranks, whose range and offset mean nothing, the order alone."""
    return found.association if ranked else found.total


def _r2_lost(found: Drop, n_clips: int) -> str:
    return (
        f"{found.verdict} At home {shown(found.home.r2.value)}, from there {shown(found.away.r2.value)}, on the same "
        f"{n_clips:,} clips."
    )


def verdict(found: Drop, *, ranked: bool) -> str:
    """What is lost between home and away in one sentence; of ranks, how much less of the order is met."""
    lost = told_loss(found, ranked=ranked)
    if not ranked or not math.isfinite(lost.low):
        return found.verdict
    told = (
        "The order is worse than from home"
        if lost.low > 0
        else "The order is better than from home"
        if lost.high < 0
        else "There is no evidence that the order is worse than from home"
    )
    change = f"{-lost.value:+.2f} (95 % interval {-lost.high:+.2f} to {-lost.low:+.2f})"
    return f"{told}: r\N{SUPERSCRIPT TWO} changes by {change}."


def _order_lost(evaluation: Evaluation, cell: Cell, dimension: str, found: Drop) -> str:
    """What ranks can tell: rho from elsewhere, and in folds of their own."""
    home = evaluation.find((cell.test,), cell.test)
    there = (
        "" if home is None else f"; within {cell.test} {with_limits(home.cell.scores[dimension]['spearman'])}"
    )
    away = with_limits(cell.scores[dimension]["spearman"])
    return f"ranks, so order only: rho {away}{there}. {verdict(found, ranked=True)}"


def _mixed(judged: Judged, train: str, metric: str) -> list[str]:
    """What the other mix of genres would change, for the test clips and for the training clips."""
    cell, mix = judged.cell, judged.mix
    head = f"{train} on {cell.test}"
    if mix is None:
        return [f"{head}, genres: none are known on one side, so their mix cannot be compared."]
    tested = mix.tested["valence"]
    some = 0.005 <= tested.left_out <= MOST_LEFT_OUT
    lacking = f" ({tested.left_out:.0%} of that mix has no clip here)" if some else ""
    told = {name: one for name, one in mix.tested.items() if not math.isnan(one.changes[metric].value)}
    if not told:
        said = f"{cell.test} cannot be weighted to the mix of {train}: {tested.scores[metric].note}{lacking}"
    else:
        changes = " and ".join(
            f"{name} {METRIC_WORDS[metric]} by {with_limits(one.changes[metric])}"
            for name, one in told.items()
        )
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


def _among(found: Interval, n_compared: int) -> str:
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
