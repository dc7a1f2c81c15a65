"""The drop of one cell of the matrix: the same test clips, predicted by a model from home and by the one from away."""

from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.errors import ModelError
from merdesk.evaluation.cells import Cell, ClipTable, Fit, Protocol
from merdesk.evaluation.decomposition import Drop, drop
from merdesk.evaluation.leakage import merged_groups
from merdesk.evaluation.metrics import DIMENSIONS
from merdesk.evaluation.splits import group_sample, grouped_folds

UNMATCHED = 0.9
"""Training sizes within ten percent of one another count as matched."""


@dataclass(frozen=True, slots=True)
class CellDrop:
    """The drop in each dimension ("valence", "arousal"), and the training sizes behind it."""

    drops: dict[str, Drop]
    n_train_home: int
    n_train_away: int
    note: str = ""


def cell_drop(table: ClipTable, fit: Fit, cell: Cell, *, protocol: Protocol | None = None) -> CellDrop:
    """Compare a cross-dataset cell with grouped cross-validation at home on the cell's own test clips.

    Every home fold trains on whole groups drawn at random until it has as many clips as the cell's model, so that the
    drop is not one of training size.

    Raises
    ------
    ModelError
        When the test set has one group only, or the cell has no predictions.
    """
    protocol = protocol or Protocol()
    if not np.isfinite(cell.prediction).all():
        raise ModelError(
            f"{' + '.join(cell.train)} has no predictions of {cell.test} to compare: {cell.note}"
        )
    home, n_home = _home(table, fit, cell, protocol)
    drops = {
        dimension: drop(
            table.affect[cell.rows, column],
            home[:, column],
            cell.prediction[:, column],
            table.groups[cell.rows],
            n_resamples=protocol.n_resamples,
            seed=protocol.seed,
        )
        for column, dimension in enumerate(DIMENSIONS)
    }
    note = ""
    if n_home < UNMATCHED * cell.n_train:
        note = (
            f"home folds train on {n_home} clips and the other model on {cell.n_train}: "
            "sizes cannot be matched, and the drop is rather larger"
        )
    return CellDrop(drops, n_home, cell.n_train, note)


def _home(table: ClipTable, fit: Fit, cell: Cell, protocol: Protocol) -> tuple[FloatArray, int]:
    """Out-of-fold predictions [n, 2] of the cell's test clips by models from home, and their mean training size."""
    rows = cell.rows
    groups = merged_groups(table.groups, table.duplicates)[rows]
    prediction, sizes = np.full((len(rows), 2), np.nan), []
    for number, split in enumerate(
        grouped_folds(table.affect[rows], groups, protocol.n_folds, protocol.seed)
    ):
        drawn = group_sample(groups[split.train], cell.n_train, protocol.seed + number)
        prediction[split.test] = fit(rows[split.train[drawn]]).predict(table.features[rows[split.test]])
        sizes.append(len(drawn))
    return prediction, round(float(np.mean(sizes)))
