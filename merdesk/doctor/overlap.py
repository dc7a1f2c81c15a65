"""The same clips under two roofs: ids and annotations shared by two datasets, and songs that a dataset has twice.

Sound is compared elsewhere; here annotations and descriptions decide. Two measures do not change when valence and arousal
are exchanged, so that the defect of DEAM does not hide that its ids up to 1000 are EmoMusic's: the sum of both, and
the size of their difference.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from merdesk.doctor.conflict import apart, told_of_all, told_of_pair
from merdesk.doctor.dataset import DoctorDataset
from merdesk.doctor.exchange_blocks import MIN_CLIPS, correlation
from merdesk.doctor.finding import Finding, Repair, Scatter
from merdesk.domain.arrays import FloatArray

CHECK = "overlap"
SAME_R = 0.9
"""Clips with shared ids are the same when both measures correlate this well; unrelated sets stay under .2."""
MIN_SAME_ROWS = 5
"""So many clips of two datasets with equal means and deviations are no accident (within EmoMusic one pair is)."""


def check(dataset: DoctorDataset, others: Sequence[DoctorDataset] = ()) -> list[Finding]:
    """Report clips shared with smaller datasets (so each pair once), and songs that occur twice."""
    findings = []
    for other in others:
        if other is not dataset and (len(other.ids), other.name) < (len(dataset.ids), dataset.name):
            findings += _shared_ids(dataset, other) or _shared_rows(dataset, other)
    return findings + _same_songs(dataset)


def _shared_ids(dataset: DoctorDataset, other: DoctorDataset) -> list[Finding]:
    mine, theirs = dataset.rows, other.rows
    shared = [
        key for key in dataset.ids
        if key in theirs and dataset.annotated[mine[key]] and other.annotated[theirs[key]]
    ]  # fmt: skip
    if len(shared) < MIN_CLIPS:
        return []
    a = dataset.static_unit[[mine[key] for key in shared]]
    b = other.static_unit[[theirs[key] for key in shared]]
    r_sum = correlation(a.sum(axis=1), b.sum(axis=1))
    r_size = correlation(abs(a[:, 0] - a[:, 1]), abs(b[:, 0] - b[:, 1]))
    if min(r_sum, r_size) < SAME_R:
        return []
    conflict, told = told_of_all(a, b)
    evidence = {
        "shared clips": float(len(shared)),
        "clips that remain": float(len(dataset.ids) - len(shared)),
        "r(valence + arousal)": r_sum,
        "r(|valence - arousal|)": r_size,
        **told,
    }
    plot = Scatter(
        f"{dataset.name} and {other.name}: one clip, two annotations", f"valence + arousal, {other.name}",
        f"valence + arousal, {dataset.name}", b.sum(axis=1), a.sum(axis=1), np.zeros(len(shared), dtype=np.int64), ("shared id",),
    )  # fmt: skip
    return [_finding(dataset, other, shared, "share ids and annotations", evidence, (plot,), conflict)]


def _shared_rows(dataset: DoctorDataset, other: DoctorDataset) -> list[Finding]:
    """Equal means and standard deviations under other ids."""
    known = _by_annotation(other)
    shared = [key for key, annotation in _annotations(dataset) if annotation in known]
    if len(shared) < MIN_SAME_ROWS:
        return []
    evidence = {
        "shared clips": float(len(shared)),
        "clips that remain": float(len(dataset.ids) - len(shared)),
    }
    return [_finding(dataset, other, shared, "have identical annotations under other ids", evidence, ())]


def _annotations(dataset: DoctorDataset) -> list[tuple[str, tuple[float, ...]]]:
    """Means and deviations on [-1, 1] of clips that have both, to four digits."""
    values = np.column_stack([dataset.static_unit, dataset.info.scale.spread_to_unit(dataset.spread)])
    known = np.isfinite(values).all(axis=1) & (dataset.spread > 0).any(axis=1)
    return [
        (dataset.ids[row], tuple(np.round(values[row], 4).tolist())) for row in np.flatnonzero(known).tolist()
    ]


def _by_annotation(dataset: DoctorDataset) -> set[tuple[float, ...]]:
    return {annotation for _, annotation in _annotations(dataset)}


def _finding(
    dataset: DoctorDataset,
    other: DoctorDataset,
    shared: list[str],
    how: str,
    evidence: dict[str, float],
    plots: tuple[Scatter, ...],
    conflict: str = "",
) -> Finding:
    remain = len(dataset.ids) - len(shared)
    what = (
        f"{len(shared)} clips of {dataset.name} (ids {shared[0]}-{shared[-1]}) and {other.name} {how}: training on one "
        f"and testing on the other tests on training clips; {remain} clips of {dataset.name} remain without them"
        f"{conflict}."
    )
    repair = Repair(
        "leave out", f"Leave the {len(shared)} clips of {other.name} out of {dataset.name}.", tuple(shared)
    )
    return Finding(
        f"{CHECK} with {other.name}", "warning", dataset.name, what, evidence, tuple(shared), plots, repair
    )


def _same_songs(dataset: DoctorDataset) -> list[Finding]:
    songs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, (title, artist) in enumerate(zip(dataset.title, dataset.artist, strict=True)):
        if fold_words(title) and fold_words(artist):
            songs[fold_words(title), fold_words(artist)].append(row)
    repeated = [rows for rows in songs.values() if len(rows) > 1]
    if not repeated:
        return []
    affected = tuple(dataset.ids[row] for row in sorted(row for rows in repeated for row in rows))
    pairs = [_furthest(dataset, rows) for rows in repeated]
    distances = [float(apart(*pair)[0]) for pair in pairs]
    known = [distance for distance in distances if np.isfinite(distance)]
    evidence = {"songs": float(len(repeated)), "clips": float(len(affected))}
    if known:
        evidence |= {
            "largest distance of labels": max(known),
            "median distance of labels": float(np.median(known)),
        }
    what = (
        f"{dataset.name} has {len(repeated)} {'song' if len(repeated) == 1 else 'songs'} more than once (same title and artist, {len(affected)} clips): keep them on "
        "one side of a split, and listen whether they are one recording with two labels."
    )
    details = tuple(
        f"{' and '.join(dataset.ids[row] for row in rows)}: {dataset.title[rows[0]]} by {dataset.artist[rows[0]]}, "
        + (told_of_pair(*pair) or "without two labels")
        for rows, pair in zip(repeated, pairs, strict=True)
    )
    return [Finding("repeated songs", "warning", dataset.name, what, evidence, affected, details=details)]


def _furthest(dataset: DoctorDataset, rows: list[int]) -> tuple[FloatArray, FloatArray]:
    """The two labels [2] of one song that lie furthest apart, NaN without two."""
    labels = dataset.static_unit[rows]
    labels = labels[np.isfinite(labels).all(axis=1)]
    pairs = list(combinations(labels, 2))
    return max(pairs, key=lambda pair: float(apart(*pair)[0])) if pairs else (np.full(2, np.nan),) * 2


def fold_words(text: str) -> str:
    """Return letters and digits only, without case, accents and what stands in brackets.

    Examples
    --------
    >>> fold_words("Rockabye (feat. Sean Paul)"), fold_words("Señor!")
    ('rockabye', 'senor')
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"[\W_]+", "", re.sub(r"\(.*?\)|\[.*?\]", "", plain))
