"""The cell that was asked for in a sentence a dimension; and numbers with their intervals, as texts of an evaluation show them."""

import math

from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.cells import Cell
from merdesk.workflows.evaluate import Evaluation

DIMENSIONS = ("valence", "arousal")


def in_short(evaluation: Evaluation) -> list[str]:
    """The cell that was asked for by name in one sentence a dimension, against the test set's mean and its ceiling."""
    request = evaluation.request
    judged = evaluation.find(request.train, request.test) if request.train and request.test else None
    if judged is None or not judged.cell.n_train:
        return []
    facts, said = evaluation.dataset(request.test), []
    for dimension in DIMENSIONS:
        scores = judged.cell.scores[dimension]
        if facts.ranked:
            said.append(f"{dimension.capitalize()}: order only, rho {with_limits(scores['spearman'])}.")
            continue
        r2, error, ceiling = scores["r2"], scores["rmse"].value, facts.ceilings[dimension]
        if math.isnan(r2.value):
            continue
        verdict = (
            f"worse than saying {request.test}'s mean for every clip"
            if r2.high < 0
            else f"not shown to be better than saying {request.test}'s mean for every clip"
            if not r2.low > 0
            else f"{max(r2.value / ceiling.value, 0):.0%} of what the annotators' agreement allows"
            if ceiling.value > 0
            else "of a ceiling that is not known"
        )
        said.append(
            f"{dimension.capitalize()}: R2 {with_limits(r2)}, {verdict}; off by {error:.2f} (RMSE on -1 to 1), order "
            f"r {with_limits(scores['pearson'])}."
        )
    return said


def named(cell: Cell, evaluation: Evaluation) -> str:
    """The training set of a cell in few words."""
    if cell.kind == "in-domain":
        return f"{cell.train[0]} (other folds)"
    if cell.kind == "leave-one-dataset-out" and len(evaluation.datasets) > 3:
        return "all others"
    return " + ".join(cell.train)


def with_limits(found: Interval) -> str:
    """A number with its interval in brackets."""
    return f"{shown(found.value)} ({limits(found)})"


def shown(value: float) -> str:
    """Two digits, n/a for NaN."""
    return f"{value:z.2f}" if math.isfinite(value) else "n/a"


def limits(found: Interval) -> str:
    """An interval, or that there is none."""
    return f"{found.low:z.2f} to {found.high:z.2f}" if math.isfinite(found.low) else "no interval"
