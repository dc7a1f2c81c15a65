"""The computing part of a training: folds, scores, the model on all clips, and how all of that went."""

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from merdesk import __version__
from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.prediction import Predictions
from merdesk.domain.training import Epoch, FoldScore
from merdesk.progress import Progress
from merdesk.workflows.asked import Asked
from merdesk.workflows.features import FeatureTable
from merdesk.workflows.fitting import Examples, Fitting
from merdesk.workflows.same_music import same_music
from merdesk.workflows.scoring import groups_of, interval_of, scores_of
from merdesk.workflows.training_record import TrainingRecord, curves_of

if TYPE_CHECKING:
    from merdesk.workflows.evaluation_table import Source
    from merdesk.workflows.train import Trained, TrainModel, TrainRequest

N_FOLDS = 5


def groups_in_training(source: "Source", rows: IntArray, features: FloatArray) -> IntArray:
    """What must stay together [n] while these rows with their features [n, d] train.

    A recording that two datasets share joins the groups of its copies: a fold that holds one out must not have been
    trained on the other.
    """
    from merdesk.evaluation.leakage import merged_groups

    return merged_groups(groups_of(source.columns)[rows], same_music(source, rows, features))


class Training:
    """One training of clips `rows` that belong to `groups`: folds, scores, half widths, the model on all training clips, what it says of every clip."""

    def __init__(
        self,
        request: "TrainRequest",
        asked: Asked,
        table: FeatureTable,
        rows: IntArray,
        groups: IntArray,
        progress: Progress,
    ) -> None:
        self._started = time.monotonic()
        self._request, self._table, self._rows, self._progress = request, table, rows, progress
        self._columns = asked.columns
        affect = self._columns.affect[rows].astype(np.float64)
        codes = self._columns.dataset[rows]
        self._examples = Examples(table.widths, table.values[rows], affect, groups, codes)
        # While a model is fitted, datasets are called by their codes.
        self._codes = [str(code) for code in codes.tolist()]
        self._epochs: list[Epoch] = []
        self._folds: list[FoldScore] = []
        self._n_fits = 0
        self._fit = Fitting(
            request.model,
            self._examples,
            progress,
            search=request.search,
            seeds=request.seeds,
            watch=self._watch,
        )

    def trained(self, keeper: "TrainModel") -> "Trained":
        """Do all of it."""
        from merdesk.workflows.train import Trained

        held_out, scores = self._scored()
        self._fit.begin("Fitting on all training clips", [np.arange(len(self._rows))])
        fitted = self._fit(np.arange(len(self._rows)))
        if hasattr(fitted, "named"):
            fitted = fitted.named(self._columns.dataset_names)
        self._progress.begin("Predicting every clip")
        affect = self._said(fitted)
        in_sample = affect[self._rows].copy()
        affect[self._rows] = held_out
        self._n_fits += 1
        row = keeper.save(fitted, self._table, self._rows, scores, self._record())
        keeper.keep_unlike(fitted, row, self._table, self._rows, self._examples.groups)
        known = np.isfinite(affect).all(axis=1)
        ids = self._columns.ids
        return Trained(
            row,
            held_out=Predictions(ids[known], affect[known]),
            fitted=Predictions(ids[self._rows], in_sample, held_out=False),
        )

    def _scored(self) -> tuple[FloatArray, dict[str, Any]]:
        """Out-of-fold predictions [n, 2] of the training clips, and what they are worth."""
        from merdesk.evaluation.splits import grouped_folds
        from merdesk.models.cross_validation import out_of_fold

        given, seed = self._examples, self._request.seed
        folds = grouped_folds(given.affect, given.groups, N_FOLDS, seed)
        self._fit.begin("Cross-validating", [split.train for split in folds])
        held_out = out_of_fold(self._fit, given.features, folds, predict=self._tested)
        scores = scores_of(given.affect, held_out, given.groups, seed=seed)
        scores["interval"] = interval_of(self._fit, given, held_out, self._tested)
        return held_out, scores

    def _watch(self, epoch: Epoch) -> None:
        self._epochs.append(epoch)
        self._progress.deliver(epoch)

    def _tested(self, fitted: Any, rows: IntArray) -> FloatArray:
        """Predictions [n, 2] of held-out rows, whose score is told as soon as it is there."""
        from merdesk.evaluation.metrics import r2_score

        found, affect, fit = self._predict(fitted, rows), self._examples.affect[rows], self._fit
        valence, arousal = (r2_score(affect[:, axis], found[:, axis]) for axis in (0, 1))
        self._n_fits += 1
        self._folds.append(FoldScore(fit.step, fit.number, fit.of, len(rows), (valence, arousal)))
        self._progress.deliver(self._folds[-1])
        return found

    def _record(self) -> TrainingRecord:
        given, names = self._examples, self._columns.dataset_names
        datasets = [
            (
                names[code],
                int(np.sum(given.datasets == code)),
                len(np.unique(given.groups[given.datasets == code])),
            )
            for code in np.unique(given.datasets).tolist()
        ]
        return TrainingRecord(
            curves_of(self._epochs),
            tuple(self._folds),
            tuple(datasets),
            given.features.shape[1],
            self._n_fits,
            time.monotonic() - self._started,
            __version__,
        )

    def _predict(self, fitted: Any, rows: IntArray) -> FloatArray:
        from merdesk.models.use import predict_in

        return predict_in(fitted, self._examples.features[rows], [self._codes[row] for row in rows.tolist()])

    def _said(self, fitted: Any) -> FloatArray:
        """What the model says of every clip [n, 2], NaN where features are missing."""
        from merdesk.models.use import predict_in

        found, names = np.flatnonzero(self._table.found), self._columns.dataset_names
        said = np.full((len(self._columns), 2), np.nan)
        datasets = [names[code] for code in self._columns.dataset[found].tolist()]
        said[found] = predict_in(fitted, self._table.values[found], datasets)
        return said
