"""The cross-dataset matrix: every training set against every test set, and what may be believed of each cell.

Rows are training sets: each dataset, chosen unions, and for every test set all the others (leave-one-dataset-out). The
diagonal, and a union that contains the test set, are tested by grouped cross-validation, so that every test clip is
predicted by a model that saw neither it nor its group.

Duplicates across datasets contaminate a cell. By default they are left out where they are the smaller share: of the
test clips (EmoMusic -> DEAM keeps the 1058 clips of DEAM that are not EmoMusic's) or of the training clips
(DEAM -> EmoMusic). The score with them stands beside it, and the cell wears a badge.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypedDict

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.protocols import FittedRegressor
from merdesk.errors import ModelError
from merdesk.evaluation.bootstrap import cluster_bootstrap
from merdesk.evaluation.cells import Cell, CellKind, ClipTable, Fit, Protocol, RemovedFrom, Scores
from merdesk.evaluation.leakage import merged_groups
from merdesk.evaluation.metrics import DIMENSIONS
from merdesk.evaluation.splits import folds_note, grouped_folds
from merdesk.progress import Progress


def cross_dataset_matrix(  # noqa: PLR0913  (each says what is measured)
    table: ClipTable,
    fit: Fit,
    *,
    unions: Sequence[Sequence[int]] = (),
    leave_one_out: bool = True,
    protocol: Protocol | None = None,
    identity: str = "",
    known: Mapping[str, Cell] | None = None,
    only: Callable[[tuple[int, ...], int], bool] | None = None,
    keep: Callable[[str, Cell], None] | None = None,
    progress: Progress | None = None,
) -> dict[str, Cell]:
    """All cells, by a key of their content.

    Parameters
    ----------
    fit
        The model as a function of training rows; called once for each training set (more under cross-validation).
    unions
        Further training sets as dataset codes, each tested on every dataset.
    leave_one_out
        Whether all other datasets are a training set for each (with three datasets or more).
    identity
        What `fit` is (model, settings, feature names): part of the key.
    known
        Cells of an earlier call; those whose key is the same are not computed again.
    only
        Which training sets and test sets (as codes) are wanted; all by default.
    keep
        Told of every cell that was computed, as soon as it is there, so that a cancelled call is not lost.

    Returns
    -------
    dict
        Key to cell: datasets in rows and columns first, then unions, then leave-one-dataset-out.
    """
    protocol = protocol or Protocol()
    plan = [
        (train, test, kind)
        for train, test, kind in _plan(table, unions, leave_one_out=leave_one_out)
        if only is None or only(train, test)
    ]
    digests = dataset_digests(table)
    fits = _Fits(fit)
    cells: dict[str, Cell] = {}
    if progress:
        progress.begin("Measuring every training set on every test set", len(plan))
    for train, test, kind in plan:
        key = cell_key(table, digests, train, test, f"{identity}|{protocol}|{kind}")
        found = (known or {}).get(key)
        if found is None:
            found = _cell(table, fits, train, test, kind=kind, protocol=protocol)
            if keep:
                keep(key, found)
        cells[key] = found
        if progress:
            progress.advance()
    return cells


def _plan(
    table: ClipTable, unions: Sequence[Sequence[int]], *, leave_one_out: bool
) -> Iterator[tuple[tuple[int, ...], int, CellKind]]:
    present = [code for code in range(len(table.dataset_names)) if np.any(table.datasets == code)]
    for train in present:
        for test in present:
            yield (train,), test, "in-domain" if train == test else "cross"
    for union in unions:
        for test in present:
            yield tuple(sorted(union)), test, "union"
    if leave_one_out and len(present) > 2:
        for test in present:
            yield tuple(code for code in present if code != test), test, "leave-one-dataset-out"


class _Options(TypedDict):
    inside: bool
    protocol: Protocol


class _Fits:
    """Models by their training rows, so that a row of the matrix without contamination is fitted once."""

    def __init__(self, fit: Fit) -> None:
        self.fit = fit
        self._latest: tuple[bytes, FittedRegressor] | None = None

    def whole(self, rows: IntArray) -> FittedRegressor:
        """The model of these rows, kept until another is asked for: cells of a row come one after the other."""
        key = hashlib.blake2b(rows.astype(np.int64).tobytes()).digest()
        if self._latest is None or self._latest[0] != key:
            self._latest = key, self.fit(rows)
        return self._latest[1]


class Sides:
    """Rows outside the test set that train, and rows that are tested: with duplicates, and cleaned of them."""

    def __init__(self, table: ClipTable, train: tuple[int, ...], test: int) -> None:
        self.inside = test in train
        self.outside = self.clean_outside = table.rows([code for code in train if code != test])
        self.tested = self.clean_tested = table.rows([test])
        doubled_test = np.intersect1d(table.duplicates_of(self.outside), self.tested)
        doubled_train = np.intersect1d(table.duplicates_of(self.tested), self.outside)
        self.n_contaminated = len(doubled_test)
        self.removed_from: RemovedFrom = ""
        if not len(doubled_test):
            return
        share_of_test = len(doubled_test) / len(self.tested)
        if self.inside or share_of_test > len(doubled_train) / len(self.outside):
            self.removed_from, self.clean_outside = "training", np.setdiff1d(self.outside, doubled_train)
        else:
            self.removed_from, self.clean_tested = "test", np.setdiff1d(self.tested, doubled_test)


def _cell(
    table: ClipTable, fits: _Fits, train: tuple[int, ...], test: int, *, kind: CellKind, protocol: Protocol
) -> Cell:
    sides = Sides(table, train, test)
    options: _Options = {"inside": sides.inside, "protocol": protocol}
    note = ""
    try:
        prediction, n_train = _predict(table, fits, sides.clean_outside, sides.clean_tested, **options)
        if sides.inside:
            groups = table.groups[sides.clean_tested]
            note = folds_note(groups, protocol.n_folds) or "folds depend on each other"
    except ModelError as error:
        prediction, n_train, note = np.full((len(sides.clean_tested), 2), np.nan), 0, str(error)
    both: Scores | None = None
    if sides.removed_from and n_train:
        contaminated, _ = _predict(table, fits, sides.outside, sides.tested, **options)
        both = _scores(table, sides.tested, contaminated, protocol)
    return Cell(
        train=tuple(table.dataset_names[code] for code in train),
        test=table.dataset_names[test],
        kind=kind,
        scores=_scores(table, sides.clean_tested, prediction, protocol),
        n_train=n_train,
        n_contaminated=sides.n_contaminated,
        removed_from=sides.removed_from,
        with_duplicates=both,
        rows=sides.clean_tested,
        prediction=prediction,
        note=note,
    )


def _predict(
    table: ClipTable, fits: _Fits, outside: IntArray, tested: IntArray, *, inside: bool, protocol: Protocol
) -> tuple[FloatArray, int]:
    """Predictions [n, 2] of the tested rows and the (mean) number of training clips.

    With `inside`, the tested dataset trains too: each fold is predicted from the others and from `outside`.
    """
    if not inside:
        return fits.whole(outside).predict(table.features[tested]), len(outside)
    # Near-duplicates inside a dataset must not be dealt to two folds.
    groups = merged_groups(table.groups, table.duplicates)[tested]
    prediction, sizes = np.full((len(tested), 2), np.nan), []
    for split in grouped_folds(table.affect[tested], groups, protocol.n_folds, protocol.seed):
        rows = np.union1d(outside, tested[split.train])
        prediction[split.test] = fits.fit(rows).predict(table.features[tested[split.test]])
        sizes.append(len(rows))
    return prediction, round(float(np.mean(sizes)))


def _scores(table: ClipTable, rows: IntArray, prediction: FloatArray, protocol: Protocol) -> Scores:
    return {
        dimension: cluster_bootstrap(
            table.affect[rows, column],
            prediction[:, column],
            table.groups[rows],
            n_resamples=protocol.n_resamples,
            seed=protocol.seed,
            names=protocol.metrics,
        )
        for column, dimension in enumerate(DIMENSIONS)
    }


def dataset_digests(table: ClipTable) -> dict[int, bytes]:
    """What each dataset holds: features, affect and groups by their content, not their codes."""
    found = {}
    for code in range(len(table.dataset_names)):
        rows = table.rows([code])
        _, groups = np.unique(table.groups[rows], return_inverse=True)
        whole = hashlib.blake2b(np.ascontiguousarray(table.features[rows]).tobytes(), digest_size=20)
        for array in (table.affect[rows], groups.astype(np.int64)):
            whole.update(np.ascontiguousarray(array).tobytes())
        found[code] = whole.digest()
    return found


def cell_key(
    table: ClipTable, digests: Mapping[int, bytes], train: tuple[int, ...], test: int, settings: str
) -> str:
    """What a result is kept under: content of the datasets involved, their duplicates, and how it is computed."""
    whole = hashlib.blake2b(settings.encode(), digest_size=20)
    involved = (*train, test)
    names = [table.dataset_names[code] for code in involved]
    for name, code in zip(names, involved, strict=True):
        whole.update(repr(name).encode() + digests[code])
    pairs = table.duplicates[np.isin(table.datasets[table.duplicates], involved).all(axis=1)]
    # Rows shift when another dataset is added: a pair is what its clips are in their own dataset.
    place = np.empty(len(table.datasets), dtype=np.int64)
    for code in involved:
        rows = table.rows([code])
        place[rows] = np.arange(len(rows))
    for i, j in pairs:
        whole.update(repr((table.dataset_names[table.datasets[i]], int(place[i]))).encode())
        whole.update(repr((table.dataset_names[table.datasets[j]], int(place[j]))).encode())
    return whole.hexdigest()
