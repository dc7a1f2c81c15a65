"""An evaluation in words for people: how far, why no further, what to train on, and whether to believe it."""

import math

from merdesk.domain.words import aligned, counted
from merdesk.evaluation.bootstrap import FEW_CLUSTERS
from merdesk.evaluation.ceiling import UNKNOWN
from merdesk.evaluation.cells import Cell
from merdesk.evaluation.recommender import Recommendation
from merdesk.workflows.evaluate import Evaluation
from merdesk.workflows.evaluation_reasons import METRIC_WORDS, reasons
from merdesk.workflows.evaluation_short import DIMENSIONS, in_short, limits, named, shown, with_limits

SCORE_WORDS = {"r2": "R2", "spearman": "rho"}


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
                badge(cell, dimension, "spearman" if facts.ranked else "r2"),
            ]
        )
    return aligned(rows, 2, last_left=True)


def badge(cell: Cell, dimension: str, metric: str) -> str:
    """What is to be known of a cell, in few words: duplicates, few groups, why there is no score."""
    said = []
    if cell.n_contaminated and cell.with_duplicates is not None:
        score = f"{SCORE_WORDS[metric]} {shown(cell.with_duplicates[dimension][metric].value)}"
        said.append(f"{cell.n_contaminated} duplicates left out of {cell.removed_from}; with them {score}")
    if not cell.n_train:
        said.append(cell.note)
    elif cell.scores[dimension]["r2"].doubtful:
        said.append(f"under {FEW_CLUSTERS} groups")
    return "; ".join(said)


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
            f"{', '.join(unknown)}: no spread of the annotators was published, so the ceiling is unknown."
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
