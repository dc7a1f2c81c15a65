"""One recording under two ids, by its sound: within a dataset and across datasets, whatever the encoding.

Files that are equal byte for byte are known from the import; other encodings once somebody listened. Duplicates
with different labels are told: at least one of the labels is wrong, or shows how far labels can be trusted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from merdesk.audio.fingerprint import matches
from merdesk.doctor.conflict import apart, told_of_all, told_of_pair
from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.finding import Finding, Repair, Scatter
from merdesk.domain.arrays import FloatArray

CHECK = "same sound"
N_DETAILS = 50


@dataclass(frozen=True, slots=True)
class Twins:
    """Row `here` of a dataset and row `there` of another (or the same) hold one recording.

    `error` is the share of bits of the fingerprints that differ; `distance` that of the labels on the plane, NaN
    without two labels.
    """

    here: int
    there: int
    overlap_s: float
    lag_s: float
    error: float
    distance: float
    same_file: bool = False


def check(dataset: DoctorDataset, others: Sequence[DoctorDataset] = ()) -> list[Finding]:
    """Report clips that a dataset shares with smaller ones (so each pair once), and those that it has twice."""
    smaller = [
        other for other in others
        if other is not dataset and (len(other.ids), other.name) < (len(dataset.ids), dataset.name)
    ]  # fmt: skip
    findings = []
    for other, twins in zip((dataset, *smaller), _twins(dataset, (dataset, *smaller)), strict=True):
        if twins:
            findings.append(_finding(dataset, other, twins))
    return findings


def same_sound_rows(dataset: DoctorDataset) -> list[tuple[int, int]]:
    """Pairs of rows (first < second) of one dataset that hold one recording, as far as somebody listened."""
    return [(one.here, one.there) for one in _twins(dataset, (dataset,))[0]]


def _twins(dataset: DoctorDataset, everyone: Sequence[DoctorDataset]) -> list[list[Twins]]:
    """Pairs of a clip of the dataset and one of each of `everyone`, of which the first is the dataset itself."""
    found: list[dict[tuple[int, int], Twins]] = [{} for _ in everyone]
    places = [(number, row) for number, one in enumerate(everyone) for row in range(len(one.ids))]
    for number, other in enumerate(everyone):
        for here, there in _same_files(dataset, other):
            found[number][here, there] = Twins(
                here, there, np.nan, 0.0, 0.0, _distance(dataset, here, other, there), same_file=True
            )
    heard = [one for dataset_ in everyone for one in dataset_.heard]
    rows = [row for row, one in enumerate(heard) if one is not None and len(one.words)]
    for match in matches([one.words for one in heard if one is not None and len(one.words)]):
        (first, here), (number, there) = places[rows[match.first]], places[rows[match.second]]
        if first == 0:  # pairs among the others are told of those
            other = everyone[number]
            same_file = (here, there) in found[number]
            distance = _distance(dataset, here, other, there)
            found[number][here, there] = Twins(
                here, there, match.overlap_s, match.lag_s, match.error, distance, same_file
            )
    return [sorted(pairs.values(), key=lambda twins: (twins.here, twins.there)) for pairs in found]


def _same_files(dataset: DoctorDataset, other: DoctorDataset) -> list[tuple[int, int]]:
    """Rows whose files have the same size and the same ends, and the same span in them."""
    theirs: dict[tuple[bytes, str], list[int]] = {}
    for row, key in _contents(other):
        theirs.setdefault(key, []).append(row)
    return [
        (row, there)
        for row, key in _contents(dataset)
        for there in theirs.get(key, ())
        if other is not dataset or row < there
    ]


def _contents(dataset: DoctorDataset) -> list[tuple[int, tuple[bytes, str]]]:
    return [
        (row, (file.quick_key, str(dataset.span_s[row].tolist())))
        for row, file in enumerate(dataset.files)
        if file is not None
    ]


def _distance(dataset: DoctorDataset, here: int, other: DoctorDataset, there: int) -> float:
    return float(apart(dataset.static_unit[here], other.static_unit[there])[0])


def _finding(dataset: DoctorDataset, other: DoctorDataset, twins: Sequence[Twins]) -> Finding:
    within = other is dataset
    conflict, told = told_of_all(*_labels(dataset, other, twins))
    rows = sorted({one.here for one in twins} | ({one.there for one in twins} if within else set()))
    affected = tuple(dataset.ids[row] for row in rows)
    evidence = {"pairs": float(len(twins)), "clips": float(len(affected))}
    evidence["clips that remain"] = float(len(dataset.ids) - len(affected))
    evidence |= told
    evidence["most bits that differ"] = max(one.error for one in twins)
    return Finding(
        "same sound twice" if within else f"same sound as {other.name}",
        "warning",
        dataset.name,
        _sentence(dataset, other, len(twins), len(affected)) + f"{conflict}.",
        evidence,
        affected,
        _plots(dataset, other, twins),
        _repair(dataset, other, twins),
        _details(dataset, other, twins),
    )


def _labels(
    dataset: DoctorDataset, other: DoctorDataset, twins: Sequence[Twins]
) -> tuple[FloatArray, FloatArray]:
    """Labels of both sides of the pairs on [-1, 1], shape (n, 2) each."""
    return dataset.static_unit[[one.here for one in twins]], other.static_unit[[one.there for one in twins]]


def _sentence(dataset: DoctorDataset, other: DoctorDataset, n_pairs: int, n: int) -> str:
    if other is dataset:
        pairs = "1 pair" if n_pairs == 1 else f"{n_pairs} pairs"
        text = f"{n} clips of {dataset.name} sound the same as another of its clips ({pairs})"
        consequence = "keep each pair on one side of a split"
    else:
        text = f"{n} clips of {dataset.name} are also in {other.name}, by their sound"
        consequence = "training on one and testing on the other tests on training clips"
    return f"{text}: {consequence}"


def _repair(dataset: DoctorDataset, other: DoctorDataset, twins: Sequence[Twins]) -> Repair:
    if other is dataset:
        later = sorted({one.there for one in twins})
        sentence = f"Leave the {len(later)} later clips of the pairs out of {dataset.name}."
    else:
        later = sorted({one.here for one in twins})
        sentence = f"Leave the {len(later)} clips of {other.name} out of {dataset.name}."
    return Repair("leave out", sentence, tuple(dataset.ids[row] for row in later))


def _details(dataset: DoctorDataset, other: DoctorDataset, twins: Sequence[Twins]) -> tuple[str, ...]:
    """The pairs, those with the most different labels first."""
    worst = sorted(twins, key=lambda one: -one.distance if np.isfinite(one.distance) else 1.0)
    told = [_pair(dataset, other, one) for one in worst[:N_DETAILS]]
    return (*told, f"and {len(worst) - N_DETAILS} more") if len(worst) > N_DETAILS else tuple(told)


def _pair(dataset: DoctorDataset, other: DoctorDataset, twins: Twins) -> str:
    there = other.ids[twins.there] if other is dataset else f"{other.ids[twins.there]} of {other.name}"
    parts = [f"{dataset.ids[twins.here]} and {there}:"]
    if twins.same_file:
        parts.append("the same file")
    else:
        parts.append(f"{twins.overlap_s:.0f} s in common")
        if abs(twins.lag_s) >= 0.1:
            parts[-1] += f", shifted by {abs(twins.lag_s):.1f} s"
    if told := told_of_pair(dataset.static_unit[twins.here], other.static_unit[twins.there]):
        parts[-1] += f", {told}"
    return " ".join(parts)


def _plots(dataset: DoctorDataset, other: DoctorDataset, twins: Sequence[Twins]) -> tuple[Scatter, ...]:
    labelled = [one for one in twins if np.isfinite(one.distance)]
    if not labelled:
        return ()
    here, there = _labels(dataset, other, labelled)
    first, second = ("first clip", "second clip") if other is dataset else (other.name, dataset.name)
    x, y = (here, there) if other is dataset else (there, here)
    group = np.repeat([0, 1], len(labelled))
    return (
        Scatter("One recording, two labels", first, second, x.T.ravel(), y.T.ravel(), group, ("valence", "arousal")),
    )  # fmt: skip
