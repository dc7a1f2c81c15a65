"""How much of a model's score is genre: what is left without it, and what genre alone would give."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.protocols import Regressor
from merdesk.domain.split import Split
from merdesk.evaluation.bootstrap import Interval, cluster_bootstrap
from merdesk.evaluation.metrics import DIMENSIONS
from merdesk.evaluation.probes import subspace

N_RANDOM = 5


@dataclass(frozen=True, slots=True)
class Dominance:
    """R2 in one dimension, all on pooled out-of-fold predictions.

    Attributes
    ----------
    whole
        With all features.
    without
        After the subspace by which a linear probe names the genre was projected out.
    without_random
        After a random subspace of the same rank was (mean prediction R2 of five): what any loss of rank costs.
    oracle
        Of predicting each clip by its genre's mean in the training folds.
    rank
        Dimensions that were projected out.
    """

    dimension: str
    whole: Interval
    without: Interval
    without_random: float
    oracle: Interval
    rank: int


def dominance(
    regressor: Regressor,
    features: npt.ArrayLike,
    affect: npt.ArrayLike,
    labels: npt.ArrayLike,
    groups: npt.ArrayLike,
    splits: Sequence[Split],
    *,
    n_resamples: int = 2000,
    seed: int = 0,
) -> list[Dominance]:
    """Valence, then arousal.

    Parameters
    ----------
    regressor
        Fitted anew on the training rows of each split.
    features, affect
        Shapes (n, k) and (n, 2); features best on a joint basis of few dimensions.
    labels
        Genres (or datasets), shape (n,).
    groups, splits
        Shape (n,), and grouped folds that test every row once. The probe sees training rows only.
    """
    table, truth = np.asarray(features, dtype=np.float64), np.asarray(affect, dtype=np.float64)
    codes = np.unique(np.asarray(labels), return_inverse=True)[1]
    group_codes = np.unique(np.asarray(groups), return_inverse=True)[1]
    run = _Run(regressor, table, truth, group_codes)
    ways, randoms, rank = _out_of_fold(run, codes, splits, seed)

    def r2(prediction: FloatArray, column: int) -> Interval:
        options = {"n_resamples": n_resamples, "seed": seed}
        return cluster_bootstrap(
            truth[:, column], prediction[:, column], group_codes, names=("r2",), **options
        )["r2"]

    return [
        Dominance(
            dimension,
            r2(ways["whole"], column),
            r2(ways["without"], column),
            float(np.mean([r2(draw, column).value for draw in randoms])),
            r2(ways["oracle"], column),
            rank,
        )
        for column, dimension in enumerate(DIMENSIONS)
    ]


def _out_of_fold(
    run: "_Run", codes: IntArray, splits: Sequence[Split], seed: int
) -> tuple[dict[str, FloatArray], FloatArray, int]:
    """Predictions [n, 2] in each way, [N_RANDOM, n, 2] without random directions, and how many directions name classes."""
    table, truth = run.table, run.truth
    ways = {name: np.full((len(table), 2), np.nan) for name in ("whole", "without", "oracle")}
    randoms = np.full((N_RANDOM, len(table), 2), np.nan)
    rng, rank = np.random.default_rng(seed), 0
    for split in splits:
        directions = subspace(table[split.train], codes[split.train])
        rank = max(rank, directions.shape[1])
        ways["whole"][split.test] = run.predicted(split, None)
        ways["without"][split.test] = run.predicted(split, directions)
        ways["oracle"][split.test] = _class_means(truth[split.train], codes[split.train], codes[split.test])
        for draw in randoms:
            random = np.linalg.qr(rng.normal(size=directions.shape))[0]
            draw[split.test] = run.predicted(split, random)
    return ways, randoms, rank


class _Run:
    """One regressor on one table, with directions projected out or not."""

    def __init__(self, regressor: Regressor, table: FloatArray, truth: FloatArray, groups: IntArray) -> None:
        self.table, self.truth = table, truth
        self._regressor, self._groups = regressor, groups

    def predicted(self, split: Split, directions: FloatArray | None) -> FloatArray:
        """Predictions [n_test, 2] of the split's test rows."""
        table = self.table if directions is None else self.table - (self.table @ directions) @ directions.T
        rows = split.train
        return self._regressor.fit(table[rows], self.truth[rows], self._groups[rows]).predict(
            table[split.test]
        )


def _class_means(truth: FloatArray, train: IntArray, test: IntArray) -> FloatArray:
    """Training mean [n_test, 2] of each test clip's class; of all clips where the class was not seen."""
    means = np.tile(truth.mean(axis=0), (int(max(train.max(), test.max())) + 1, 1))
    for code in np.unique(train):
        means[code] = truth[train == code].mean(axis=0)
    return np.asarray(means[test])
