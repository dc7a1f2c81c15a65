"""Columns of valence and arousal that are exchanged in a block of clips.

Static values are held against the means of the dataset's own traces, and against other loaded datasets that have the
same clips. In public copies of DEAM the static columns are exchanged for ids 2-1000.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.exchange_blocks import MIN_CLIPS, Block, correlation, find_blocks
from merdesk.doctor.finding import Finding, Repair, Scatter
from merdesk.domain.arrays import FloatArray, IntArray

CHECK = "exchanged"
SMALLEST_LOG10_P = -15
"""No smaller p is told: clips of one artist are not independent, and no such tail was ever checked."""
SAME_CLIPS_R = 0.9
"""Two datasets that share ids share clips when their values agree this well, in either order of the columns."""


def check(dataset: DoctorDataset, others: Sequence[DoctorDataset] = ()) -> list[Finding]:
    """Report each block whose columns are exchanged.

    The dataset's own traces decide where there are any, and other datasets only add evidence; where there are none,
    a block that runs against another dataset with the same clips is reported.
    """
    usable = np.flatnonzero(dataset.annotated & dataset.traced)
    ids = [dataset.ids[row] for row in usable]
    static, dynamic = dataset.static_unit[usable], dataset.dynamic[usable]
    blocks = find_blocks(static, dynamic, ids)
    findings = []
    for block in blocks:
        if block.exchanged:
            affected = _span(dataset, ids[block.start], ids[block.stop - 1])
            findings.append(_finding(dataset, block, blocks, affected, (static, dynamic), others))
    for other in others:
        if other is not dataset and not blocks:
            findings += _against_clips_of(dataset, other)
    return findings


def _against_clips_of(dataset: DoctorDataset, other: DoctorDataset) -> Iterator[Finding]:
    """Blocks of a dataset without traces that run against another dataset's values of the same clips."""
    theirs = other.rows
    shared = [
        row for row, key in enumerate(dataset.ids)
        if dataset.annotated[row] and key in theirs and other.annotated[theirs[key]]
    ]  # fmt: skip
    ids = [dataset.ids[row] for row in shared]
    rows = [theirs[key] for key in ids]
    static, reference = dataset.static_unit[shared], other.static_unit[rows]
    blocks = find_blocks(static, reference, ids)
    for block in blocks:
        if not block.exchanged or min(block.r_valence_arousal, block.r_arousal_valence) < SAME_CLIPS_R:
            continue
        affected = tuple(ids[block.start : block.stop])
        there = np.array(rows[block.start : block.stop])
        judged = other.traced[there].mean() > 0.5
        if judged and _against_its_traces(other, there):
            # The other one is at fault, and a finding of its own says so.
            continue
        where = f"{len(affected)} clips of ids {affected[0]}-{affected[-1]}"
        what = (
            f"{dataset.name} and {other.name} file valence and arousal of the same {where} the other way round "
            f"(r = {block.r_valence_arousal:.3f} and {block.r_arousal_valence:.3f} across)"
            + (
                f"; {other.name} agrees with its own traces."
                if judged
                else "; which one is wrong, neither has traces to tell."
            )
        )
        repair = Repair(
            "exchange", f"Exchange valence and arousal, means and standard deviations, of {where}.", affected
        )
        evidence = against(dataset, other, affected)
        plots = _plots(dataset, blocks, (static, reference), other.name)
        yield Finding(
            CHECK, "error", dataset.name, what, evidence, affected, plots, repair if judged else None
        )


def _against_its_traces(dataset: DoctorDataset, rows: IntArray) -> bool:
    """Whether filed valence - arousal of these rows runs against that of the dataset's own traces."""
    traced = rows[dataset.traced[rows]]
    filed, dynamic = dataset.static_unit[traced], dataset.dynamic[traced]
    return correlation(filed[:, 0] - filed[:, 1], dynamic[:, 0] - dynamic[:, 1]) < 0


def _span(dataset: DoctorDataset, first: str, last: str) -> tuple[str, ...]:
    """Ids of all annotated clips from first to last: those without a trace stood in the same file."""
    rows = dataset.rows
    span = range(rows[first], rows[last] + 1)
    return tuple(dataset.ids[row] for row in span if dataset.annotated[row])


def _finding(
    dataset: DoctorDataset,
    block: Block,
    blocks: Sequence[Block],
    affected: tuple[str, ...],
    values: tuple[FloatArray, FloatArray],
    others: Sequence[DoctorDataset],
) -> Finding:
    where = f"ids {affected[0]}-{affected[-1]} ({len(affected)} clips)"
    what = (
        f"Valence and arousal are exchanged in this copy of {dataset.name} for {where}: filed valence follows the "
        f"trace of arousal (r = {block.r_valence_arousal:.3f}) rather than of valence ({block.r_valence_valence:.3f}), filed "
        f"arousal that of valence ({block.r_arousal_valence:.3f}) rather than of arousal ({block.r_arousal_arousal:.3f}); "
        f"chance explains this with p < 1e{max(math.ceil(block.log10_p), SMALLEST_LOG10_P):d}."
    )
    repair = Repair(
        "exchange",
        f"Exchange valence and arousal, means and standard deviations, of {where}.",
        affected,
        preselected=True,
    )
    evidence = block.evidence
    for other in others:
        evidence |= against(dataset, other, affected)
    plots = _plots(dataset, blocks, values, "trace")
    details = tuple(_told(other, dataset) for other in blocks)
    return Finding(CHECK, "error", dataset.name, what, evidence, affected, plots, repair, details)


def _told(block: Block, dataset: DoctorDataset) -> str:
    """One block's correlations in words, so that exchanged and sound blocks can be held side by side."""
    ids = [dataset.ids[row] for row in np.flatnonzero(dataset.annotated & dataset.traced)]
    return (
        f"ids {ids[block.start]}-{ids[block.stop - 1]} ({block.n} clips), {'exchanged' if block.exchanged else 'as named'}: "
        f"filed valence against the traces of valence {block.r_valence_valence:.3f} and arousal {block.r_valence_arousal:.3f}, "
        f"filed arousal against those of arousal {block.r_arousal_arousal:.3f} and valence {block.r_arousal_valence:.3f}"
    )


def against(dataset: DoctorDataset, other: DoctorDataset, ids: Sequence[str]) -> dict[str, float]:
    """Correlations with another dataset that has the same clips under the same ids; empty where it has not.

    Clips are the same when the exchanged columns agree: ids alone prove nothing.
    """
    mine, theirs = dataset.rows, other.rows
    shared = [key for key in ids if key in theirs and other.annotated[theirs[key]]]
    if other is dataset or len(shared) < MIN_CLIPS:
        return {}
    a, b = [mine[key] for key in shared], [theirs[key] for key in shared]
    crossed = [correlation(dataset.static[a, axis], other.static[b, 1 - axis]) for axis in range(2)]
    if min(crossed) < SAME_CLIPS_R:
        return {}
    evidence = {f"clips shared with {other.name}": float(len(shared))}
    for column, mine_, theirs_ in (
        ("", dataset.static, other.static),
        (" std", dataset.spread, other.spread),
    ):
        known = np.isfinite(mine_[a]).all(axis=1) & np.isfinite(theirs_[b]).all(axis=1)
        x, y = mine_[a][known], theirs_[b][known]
        for axis, name in enumerate(("valence", "arousal")):
            opposite = ("arousal", "valence")[axis]
            evidence[f"r(filed {name}{column}, {opposite}{column} of {other.name})"] = correlation(
                x[:, axis], y[:, 1 - axis]
            )
            evidence[f"r(filed {name}{column}, {name}{column} of {other.name})"] = correlation(
                x[:, axis], y[:, axis]
            )
    return evidence


def _plots(
    dataset: DoctorDataset, blocks: Sequence[Block], values: tuple[FloatArray, FloatArray], reference: str
) -> tuple[Scatter, ...]:
    static, dynamic = values
    group = np.repeat([int(block.exchanged) for block in blocks], [block.n for block in blocks])
    return tuple(
        Scatter(
            title=f"{dataset.name}: filed valence against {dimension} ({reference})",
            x_label=f"{dimension} ({reference})",
            y_label="filed valence",
            x=dynamic[:, axis],
            y=static[:, 0],
            group=group,
            group_names=("as named", "exchanged"),
        )
        for axis, dimension in enumerate(("valence", "arousal"))
    )
