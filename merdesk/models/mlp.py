"""The paper's multi-layer perceptron: one hidden layer, dropout, early stopping, the mean of five seeds.

Its setting is fixed, not tuned here: 512 hidden units, ReLU, dropout .5, Adam, stopped when R2 on held-out groups no
longer grows. A random search is an option; its budget is known before it starts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.models.folds import inner_folds
from merdesk.models.fusion import Block
from merdesk.models.mlp_setting import Setting
from merdesk.models.networks import FittedMlp, Net
from merdesk.models.prepared import UNVALIDATED, Prepared
from merdesk.progress import Progress

DROPOUTS = (0.25, 0.5, 0.75)
LEARNING_RATES = (1e-4, 3e-4, 1e-3)
BATCH_SIZES = (64, 256)
PENALTIES = (0.0, 1e-4, 1e-3)
SEARCH = 12
"""Settings that a search draws, of the 54 of the grid."""
SEEDS = (0, 1, 2, 3, 4)
Watch = Callable[[int, int, tuple[float, float]], None]


@dataclass(frozen=True, slots=True)
class Mlp:
    """The perceptron.

    Parameters
    ----------
    blocks
        Feature blocks, standardised apart; none for one block.
    seeds
        One network each; each holds out another fold of groups for early stopping.
    setting
        What is not learned.
    search
        How many settings to draw and try, besides the given one, before the networks are trained; 0 keeps the given
        one. Tried on each dataset left out in turn, within one dataset on grouped folds.
    progress
        Advanced once a network; cancel is honoured after every epoch.
    watch
        Told of every epoch of the ensemble: seed, epoch from 1, R2 of valence and arousal on the held-out groups.
    """

    blocks: tuple[Block, ...] = ()
    seeds: tuple[int, ...] = SEEDS
    setting: Setting = field(default_factory=Setting)
    search: int = 0
    balanced: bool = False
    progress: Progress | None = field(default=None, compare=False)
    watch: Watch | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """`mlp`."""
        return "mlp"

    def n_networks(self, groups: npt.ArrayLike, datasets: npt.ArrayLike | None = None) -> int:
        """Networks that a fit on these clips trains: the budget of a search, and the ensemble."""
        tried = (self.search + 1) * len(inner_folds(groups, datasets)) if self.search else 0
        return tried + len(self.seeds)

    def fit(
        self,
        features: FloatArray,
        affect: FloatArray,
        groups: IntArray,
        *,
        datasets: IntArray | None = None,
    ) -> FittedMlp:
        """Fit on features [n, d], affect [n, 2] and group codes [n]; with dataset codes each dataset counts the same.

        Raises
        ------
        ModelError
            Under three clips, or when features or affect are not numbers.
        """
        given = Prepared.of(features, affect, groups, datasets, blocks=self.blocks, balanced=self.balanced)
        if self.progress:
            self.progress.begin("Training networks", self.n_networks(groups, datasets))
        work = _Work(self, given, np.asarray(groups))
        setting, how = work.searched() if self.search and given.folds else (self.setting, "")
        nets = tuple(work.ensemble(setting))
        return FittedMlp(given.standardiser, nets, work.stopped_by + how)


class _Work:
    """One fit: what is given, and the networks that are trained on it."""

    def __init__(self, asked: Mlp, given: Prepared, groups: IntArray) -> None:
        from merdesk.models.mlp_training import Clips

        self._asked, self._given, self._groups = asked, given, groups
        self._clips = Clips(given.table.astype(np.float32), given.labels, given.weights)
        # Early stopping looks at other groups of the same datasets, never at a dataset that is left out.
        self._folds = inner_folds(groups)

    @property
    def stopped_by(self) -> str:
        """How the networks were stopped, in words."""
        return f"early stopping on {len(self._folds)} grouped folds" if self._folds else UNVALIDATED

    def ensemble(self, setting: Setting) -> Iterator[Net]:
        """A network a seed, each stopped early on another fold."""
        everything = np.arange(len(self._clips.table))
        for number, seed in enumerate(self._asked.seeds):
            held_out = self._folds[number % len(self._folds)] if self._folds else everything[:0]
            rows = np.setdiff1d(everything, held_out)
            yield self._net(setting, rows, held_out, seed, watch=self._asked.watch)

    def searched(self) -> tuple[Setting, str]:
        """The setting of least validation error, and how it was found."""
        tried = [self._asked.setting, *drawn(self._asked.setting, self._asked.search)]
        errors = [self._validation_error(setting) for setting in tried]
        best = tried[int(np.argmin(errors))]
        return best, (
            f"; {best.words}: the best of {len(tried)} settings by {self._given.validated_by}, "
            f"{len(tried) * len(self._given.folds)} networks tried"
        )

    def _validation_error(self, setting: Setting) -> float:
        """Mean over valence and arousal of the square error, in shares of the annotations' variance."""
        everything, sums = np.arange(len(self._clips.table)), []
        for left_out in self._given.folds:
            rows = np.setdiff1d(everything, left_out)
            inner = inner_folds(self._groups[rows])
            stop = rows[inner[0]] if inner else rows[:0]
            net = self._net(setting, np.setdiff1d(rows, stop), stop, self._asked.seeds[0])
            sums.append(((net(self._given.table[left_out]) - self._given.labels[left_out]) ** 2).sum(axis=0))
        spread = np.maximum(self._given.labels.var(axis=0), 1e-9)
        return float((self._given.mean_error(sums) / spread).mean())

    def _net(
        self, setting: Setting, rows: IntArray, held_out: IntArray, seed: int, *, watch: Watch | None = None
    ) -> Net:
        from merdesk.models.mlp_training import trained_net

        progress, epochs = self._asked.progress, count(1)

        def tick(r2: tuple[float, float] | None) -> None:
            if progress:
                progress.checkpoint()
            if watch and r2 is not None:
                watch(seed, next(epochs), r2)

        net = trained_net(setting, self._clips, rows, held_out, seed=seed, tick=tick)
        if progress:
            progress.advance()
        return net


def drawn(start: Setting, n: int) -> list[Setting]:
    """The first n settings of the grid around `start`, in an order that is always the same.

    Examples
    --------
    >>> [setting.dropout for setting in drawn(Setting(), 3)] == [setting.dropout for setting in drawn(Setting(), 3)]
    True
    """
    grid = [
        replace(start, dropout=dropout, learning_rate=rate, batch_size=size, penalty=penalty)
        for dropout in DROPOUTS
        for rate in LEARNING_RATES
        for size in BATCH_SIZES
        for penalty in PENALTIES
    ]
    others = [setting for setting in grid if setting != start]
    order = np.random.default_rng(0).permutation(len(others))
    return [others[place] for place in order[:n]]
