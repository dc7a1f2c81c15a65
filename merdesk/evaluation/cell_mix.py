"""How much of a cell is its mix of genres: test clips weighted to the training mix, training clips drawn to the test mix.

Both are counterfactuals on clips that are there, never on invented ones, and each says how many clips it is worth. They
are compared with a drop, not added up to it: what they leave is unexplained (features, raters, concept).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.cells import Cell, ClipTable, Fit, Protocol
from merdesk.evaluation.decomposition import drop
from merdesk.evaluation.metrics import DIMENSIONS
from merdesk.evaluation.mixes import LEAST_EFFECTIVE, Mixed, effective, mix_weights, under_mix


@dataclass(frozen=True, slots=True)
class Retrained:
    """What a model changes whose training clips were drawn to the test set's mix of genres, by dimension.

    `total` is its R2 minus that of the model as it is, `association` the same of r squared, both on the same clips.
    """

    total: Mapping[str, Interval]
    association: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class CellMix:
    """Both counterfactuals of a cell.

    Attributes
    ----------
    tested
        By dimension: scores with test clips weighted to the training mix.
    retrained
        None where no model was fitted anew: under an effective 30 clips, or because fits are slow.
    n_effective
        Training clips that the drawn ones are worth.
    note
        Why something is missing.
    """

    tested: Mapping[str, Mixed]
    retrained: Retrained | None
    n_effective: float
    note: str = ""


def cell_mix(
    table: ClipTable,
    genres: npt.ArrayLike,
    cell: Cell,
    train: IntArray,
    *,
    fit: Fit | None,
    protocol: Protocol | None = None,
) -> CellMix | None:
    """Both counterfactuals; None where training or test clips have no genre.

    Parameters
    ----------
    genres
        Codes of all rows of the table, shape (n,); negative for none.
    cell
        One whose test set did not train.
    train
        Rows that its model was trained on.
    fit
        Fits a model on rows, some of which repeat; None leaves training as it is.
    """
    protocol = protocol or Protocol()
    codes = np.asarray(genres)
    tested, trained = codes[cell.rows], codes[train]
    if not (np.any(tested >= 0) and np.any(trained >= 0)):
        return None
    n_genres = int(codes.max()) + 1
    wanted = _shares(trained, table.datasets[train], n_genres)
    mixed = _weighted(table, cell, tested, wanted, protocol)
    target = np.bincount(tested[tested >= 0], minlength=n_genres).astype(np.float64)
    drawn, worth = _drawn(train, trained, table.datasets[train], target)
    note = (
        ""
        if worth >= LEAST_EFFECTIVE
        else f"worth {worth:.0f} training clips only, under {LEAST_EFFECTIVE:.0f}"
    )
    if note or fit is None:
        return CellMix(mixed, None, worth, note)
    prediction = fit(drawn).predict(table.features[cell.rows])
    return CellMix(mixed, _retrained(table, cell, prediction, protocol), worth)


def _weighted(
    table: ClipTable, cell: Cell, genres: IntArray, wanted: FloatArray, protocol: Protocol
) -> dict[str, Mixed]:
    """Scores of the cell by dimension, its clips of genre codes [n] weighted to the mix `wanted` [n_genres]."""
    return {
        dimension: under_mix(
            table.affect[cell.rows, axis],
            cell.prediction[:, axis],
            genres,
            wanted,
            table.groups[cell.rows],
            n_resamples=protocol.n_resamples,
            seed=protocol.seed,
        )
        for axis, dimension in enumerate(DIMENSIONS)
    }


def _shares(codes: IntArray, datasets: IntArray, n_genres: int) -> FloatArray:
    """Mix of genres [n_genres] of training clips, in which every dataset counts the same, as it does in training."""
    mixes = []
    for dataset in np.unique(datasets):
        mine = codes[(datasets == dataset) & (codes >= 0)]
        if len(mine):
            mixes.append(np.bincount(mine, minlength=n_genres) / len(mine))
    return np.asarray(np.mean(mixes, axis=0))


def _drawn(rows: IntArray, codes: IntArray, datasets: IntArray, target: FloatArray) -> tuple[IntArray, float]:
    """Training rows, each as often as its weight says, dataset by dataset, and how many clips they are worth."""
    drawn, worth = [], 0.0
    for dataset in np.unique(datasets):
        mine = datasets == dataset
        weights = mix_weights(codes[mine], target)
        worth += effective(weights)
        # Rounding the running sum deals the fractions evenly, without chance.
        times = np.diff(np.floor(np.cumsum(weights) + 0.5), prepend=0).astype(np.int64)
        drawn.append(np.repeat(rows[mine], times))
    return np.concatenate(drawn), worth


def _retrained(table: ClipTable, cell: Cell, prediction: FloatArray, protocol: Protocol) -> Retrained:
    found = {
        dimension: drop(
            table.affect[cell.rows, axis],
            prediction[:, axis],
            cell.prediction[:, axis],
            table.groups[cell.rows],
            n_resamples=protocol.n_resamples,
            seed=protocol.seed,
        )
        for axis, dimension in enumerate(DIMENSIONS)
    }
    return Retrained(
        {name: one.total for name, one in found.items()},
        {name: one.association for name, one in found.items()},
    )
