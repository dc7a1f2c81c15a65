"""What must not happen before a score means anything: test clips, or their labels, in the training data."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.split import Split
from merdesk.evaluation.bootstrap import Interval

SAME_FEATURES = 1e-3
"""Root mean square distance, in standard deviations, up to which two clips have "the same" features.

Two encodings of one recording differ by more than rounding; two takes of one piece by far more than this.
"""
SAME_LABELS = 1e-9
ROWS_AT_ONCE = 1024
PROJECTED_COLUMNS = 64
PROJECTION_SLACK = 3.0
"""A projected distance in 64 columns exceeds three times the true one with a probability under 1e-60."""


@dataclass(frozen=True, slots=True)
class SharedGroups:
    """Test clips whose group (artist, piece, recording) is also in training."""

    n_test: int
    n_shared_clips: int
    n_shared_groups: int

    @property
    def share(self) -> float:
        """Share of the test clips, NaN without any."""
        return self.n_shared_clips / self.n_test if self.n_test else float("nan")

    def __str__(self) -> str:
        if not self.n_shared_clips:
            return f"No group of the {self.n_test} test clips is in training."
        return (
            f"{self.n_shared_clips} of {self.n_test} test clips ({self.share:.0%}) belong to {self.n_shared_groups} "
            "groups that are also in training: scores on this split are too high."
        )


def shared_groups(split: Split, groups: npt.ArrayLike) -> SharedGroups:
    """How far a split separates groups [n].

    Examples
    --------
    >>> str(shared_groups(Split([0, 1], [2, 3]), ["Bach", "Chopin", "Bach", "Liszt"]))[:46]
    '1 of 2 test clips (50%) belong to 1 groups tha'
    """
    labels = np.asarray(groups)
    tested = labels[split.test]
    shared = np.isin(tested, labels[split.train])
    return SharedGroups(len(tested), int(np.count_nonzero(shared)), len(np.unique(tested[shared])))


def pairs_by_key(keys: npt.ArrayLike, datasets: npt.ArrayLike) -> IntArray:
    """Rows (i, j), shape (m, 2), i < j, of clips of different datasets that bear the same key.

    A key is an id family ("emomusic/2"), an audio digest or a fingerprint; empty keys match nothing.

    Examples
    --------
    >>> pairs_by_key(["a", "", "a", "a", ""], [0, 0, 1, 0, 1]).tolist()
    [[0, 2], [2, 3]]
    """
    names, codes = np.asarray(keys), np.asarray(datasets)
    _, inverse, counts = np.unique(names, return_inverse=True, return_counts=True)
    empty = (
        names == np.zeros(1, dtype=names.dtype)[0] if names.dtype.kind in "US" else np.zeros(len(names), bool)
    )
    order = np.argsort(inverse, kind="stable")
    pairs = [
        (min(i, j), max(i, j))
        for rows in np.split(order, np.cumsum(counts)[:-1])
        if len(rows) > 1 and not empty[rows[0]]
        for place, i in enumerate(rows)
        for j in rows[place + 1 :]
        if codes[i] != codes[j]
    ]
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def near_duplicates(features: npt.ArrayLike, *, tolerance: float = SAME_FEATURES) -> IntArray:
    """Rows (i, j), shape (m, 2), i < j, of clips whose features [n, d] are the same up to `tolerance`.

    The distance is the root mean square over columns, in units of each column's standard deviation over all clips.
    """
    table = np.asarray(features, dtype=np.float64)
    spread = table.std(axis=0)
    table = (table - table.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    n, d = table.shape
    if n < 2 or d == 0:
        return np.empty((0, 2), dtype=np.int64)
    # A random projection keeps near pairs near: candidates are found in few columns and looked at again in all.
    few = table
    if d > PROJECTED_COLUMNS:
        few = table @ np.random.default_rng(0).normal(size=(d, PROJECTED_COLUMNS)) / np.sqrt(d)
    found = []
    for i, j in _near_pairs(few, PROJECTION_SLACK * tolerance * np.sqrt(few.shape[1])):
        exact = np.sqrt(((table[i] - table[j]) ** 2).mean(axis=1))
        found.append(np.sort(np.stack([i, j], axis=1)[exact <= tolerance], axis=1))
    return np.unique(np.concatenate(found), axis=0)


def _near_pairs(table: FloatArray, distance: float) -> Iterator[tuple[IntArray, IntArray]]:
    """Pairs of rows whose Euclidean distance may be at most `distance`, block by block.

    Rows that near are near in their first column, too: each block is compared with few that follow it in that order.
    """
    order = np.argsort(table[:, 0], kind="stable")
    table = table[order]
    squares = (table**2).sum(axis=1)
    # The distance is a difference of large sums: what their rounding allows is a candidate too.
    most = distance**2 + 1e-9 * (float(squares.max()) + 1)
    ends = np.searchsorted(table[:, 0], table[:, 0] + np.sqrt(most), side="right")
    for start in range(0, len(table), ROWS_AT_ONCE):
        stop = min(start + ROWS_AT_ONCE, len(table))
        block, others = table[start:stop], slice(start, int(ends[stop - 1]))
        far = squares[start:stop, None] + squares[others] - 2 * block @ table[others].T
        i, j = np.nonzero(np.triu(far <= most, k=1))
        yield order[start + i], order[start + j]


def merged_groups(groups: npt.ArrayLike, pairs: npt.ArrayLike) -> IntArray:
    """Group codes [n] in which the groups of every pair of duplicate rows [m, 2] have become one.

    Examples
    --------
    >>> merged_groups([5, 5, 6, 7], [[1, 2]]).tolist()
    [0, 0, 0, 1]
    """
    _, codes = np.unique(np.asarray(groups), return_inverse=True)
    parent = list(range(int(codes.max()) + 1 if len(codes) else 0))

    def root(code: int) -> int:
        while parent[code] != code:
            parent[code] = parent[parent[code]]
            code = parent[code]
        return code

    for i, j in np.asarray(pairs, dtype=np.int64).reshape(-1, 2):
        parent[root(int(codes[i]))] = root(int(codes[j]))
    roots = np.array([root(code) for code in codes.tolist()], dtype=np.int64)
    return np.unique(roots, return_inverse=True)[1]


def leak_guard(
    features: npt.ArrayLike,
    affect: npt.ArrayLike,
    *,
    split: Split | None = None,
    r2: dict[str, float] | None = None,
    ceilings: dict[str, Interval] | None = None,
) -> list[str]:
    """Warnings that a score may not be believed, one sentence each; empty when nothing speaks against it.

    Parameters
    ----------
    features, affect
        Shapes (n, d) and (n, 2).
    split
        Looked through for near-duplicates on both sides.
    r2, ceilings
        By dimension: a score above the upper bound of its reliability ceiling cannot be.
    """
    table, labels = np.asarray(features, dtype=np.float64), np.asarray(affect, dtype=np.float64)
    pairs = near_duplicates(table)
    warnings = [
        f"The {name} R2 of {score:.2f} is above the reliability ceiling's upper bound of {ceilings[name].high:.2f}: "
        "labels may have leaked into the features."
        for name, score in (r2 or {}).items()
        if ceilings and name in ceilings and score > ceilings[name].high
    ]
    same = int(np.count_nonzero(same_labels(labels, pairs)))
    if same:
        warnings.append(
            f"{same} pairs of clips with identical labels have near-identical features: they are duplicates, or the "
            "features were computed from the labels."
        )
    copies = label_columns(table, labels)
    if copies:
        warnings.append(
            f"Feature columns {', '.join(map(str, copies[:5]))} repeat the annotations; leave them out."
        )
    if split is not None:
        both = np.isin(pairs, split.train).sum(axis=1) * np.isin(pairs, split.test).sum(axis=1)
        if np.any(both == 1):
            n = int(np.count_nonzero(both == 1))
            warnings.append(f"{n} pairs of near-identical clips stand on both sides of the split.")
    return warnings


def same_labels(labels: FloatArray, pairs: IntArray) -> npt.NDArray[np.bool_]:
    """True where both rows of a pair [m, 2] have the same labels [n, 2], shape (m,)."""
    return np.asarray((np.abs(labels[pairs[:, 0]] - labels[pairs[:, 1]]) <= SAME_LABELS).all(axis=1))


def label_columns(table: FloatArray, labels: FloatArray) -> list[int]:
    """Columns (counted from 1) that are valence or arousal, up to offset and gain."""
    known = np.isfinite(labels).all(axis=1)
    if np.count_nonzero(known) < 10:
        return []
    x, y = table[known] - table[known].mean(axis=0), labels[known] - labels[known].mean(axis=0)
    size = np.sqrt((x**2).sum(axis=0))[:, None] * np.sqrt((y**2).sum(axis=0))
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.abs(np.where(size > 0, x.T @ y / size, 0.0))
    return [int(column) + 1 for column in np.flatnonzero((r > 1 - 1e-6).any(axis=1))]
