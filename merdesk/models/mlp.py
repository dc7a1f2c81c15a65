"""The paper's multi-layer perceptron: one hidden layer, dropout, early stopping, the mean of five seeds.

Its setting is fixed and published, not tuned here: 512 hidden units, ReLU, dropout .5, Adam, stopped when R2 on held-out
groups no longer grows. Trained with torch; predictions are two matrix products and need numpy only, so that a saved
model gives the same numbers without torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray, frozen
from merdesk.errors import ModelError
from merdesk.models.folds import balancing_weights, inner_folds
from merdesk.models.fusion import Block, Standardiser
from merdesk.models.ridge import checked_affect
from merdesk.models.state import ModelState, standardiser_of, standardiser_state
from merdesk.progress import Progress

ROWS_AT_ONCE = 4096
MOST_NETS = 100
UNVALIDATED_EPOCHS = 20
"""Epochs when one group leaves nothing to stop early on."""


@dataclass(frozen=True, slots=True)
class Net:
    """One trained network: input [d, h], hidden bias [h], output [h, 2], output bias [2]."""

    first: FloatArray
    first_bias: FloatArray
    second: FloatArray
    second_bias: FloatArray

    def __post_init__(self) -> None:
        for name, ndim in (("first", 2), ("first_bias", 1), ("second", 2), ("second_bias", 1)):
            object.__setattr__(self, name, frozen(getattr(self, name), "f8", ndim=ndim))

    def __call__(self, table: FloatArray) -> FloatArray:
        """Outputs [n, 2] of standardised features [n, d]."""
        return np.asarray(
            np.maximum(table @ self.first + self.first_bias, 0.0) @ self.second + self.second_bias
        )


@dataclass(frozen=True, slots=True)
class FittedMlp:
    """The mean of several networks, and how far they are apart."""

    standardiser: Standardiser
    nets: tuple[Net, ...]
    validated_by: str = ""

    def predict(self, features: FloatArray) -> FloatArray:
        """Valence and arousal [n, 2] on [-1, 1] (not cut there) of features [n, d]: mean over the networks.

        Raises
        ------
        ModelError
            When the features have another width or values that are not numbers.
        """
        return np.asarray(self._each(features).mean(axis=0))

    def spread(self, features: FloatArray) -> FloatArray:
        """Standard deviation [n, 2] of the networks' predictions: what the seed alone changes."""
        return np.asarray(self._each(features).std(axis=0))

    def _each(self, features: npt.ArrayLike) -> FloatArray:
        table = np.asarray(features)
        parts = []
        for start in range(0, max(1, len(table)), ROWS_AT_ONCE):
            part = self.standardiser.transform(table[start : start + ROWS_AT_ONCE])
            parts.append(np.stack([net(part) for net in self.nets]))
        return np.concatenate(parts, axis=1)

    def state(self) -> ModelState:
        """What a file must hold to give the same predictions."""
        arrays, values = standardiser_state(self.standardiser)
        for number, net in enumerate(self.nets):
            arrays |= {
                f"{number}.first": net.first,
                f"{number}.first_bias": net.first_bias,
                f"{number}.second": net.second,
                f"{number}.second_bias": net.second_bias,
            }
        return ModelState("mlp", arrays, values | {"nets": len(self.nets), "validated_by": self.validated_by})

    @classmethod
    def restore(cls, state: ModelState) -> "FittedMlp":
        """The model of a state; ModelError when it does not hold together."""
        standardiser = standardiser_of(state)
        count = state.values.get("nets")
        if not isinstance(count, int) or not 1 <= count <= MOST_NETS:
            raise ModelError("The model file does not say how many networks it holds.")
        d, nets = len(standardiser.mean), []
        for number in range(count):
            first = state.finite(f"{number}.first", d, None)
            hidden = first.shape[1]
            nets.append(
                Net(
                    first,
                    state.finite(f"{number}.first_bias", hidden),
                    state.finite(f"{number}.second", hidden, 2),
                    state.finite(f"{number}.second_bias", 2),
                )
            )
        return cls(standardiser, tuple(nets), str(state.values.get("validated_by", "")))


@dataclass(frozen=True, slots=True)
class Mlp:
    """The perceptron with its published setting.

    Parameters
    ----------
    blocks
        Feature blocks, standardised apart; none for one block.
    seeds
        One network each; each holds out another fold of groups for early stopping.
    patience
        Epochs without a better validation R2 before training stops.
    progress
        Advanced once a network; cancel is honoured after every epoch.
    """

    blocks: tuple[Block, ...] = ()
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    n_hidden: int = 512
    dropout: float = 0.5
    learning_rate: float = 1e-3
    batch_size: int = 64
    most_epochs: int = 100
    patience: int = 8
    balanced: bool = False
    progress: Progress | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """`mlp`."""
        return "mlp"

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
        labels = checked_affect(affect, len(np.asarray(features)))
        weights = balancing_weights(datasets, len(labels))
        standardiser = Standardiser.fit(features, self.blocks, weights=weights, balanced=self.balanced)
        table = standardiser.transform(features).astype(np.float32)
        folds = inner_folds(groups)
        if self.progress:
            self.progress.begin("Training networks", len(self.seeds))
        nets = []
        for number, seed in enumerate(self.seeds):
            held_out = folds[number % len(folds)] if folds else np.empty(0, dtype=np.int64)
            nets.append(self._train(table, labels, weights, held_out, seed))
            if self.progress:
                self.progress.advance()
        how = f"early stopping on {len(folds)} grouped folds" if folds else "nothing: one group only"
        return FittedMlp(standardiser, tuple(nets), how)

    def _train(
        self, table: FloatArray, labels: FloatArray, weights: FloatArray, held_out: IntArray, seed: int
    ) -> Net:
        """One network; the best state on the held-out rows, or the last one without any."""
        import torch

        rows = np.setdiff1d(np.arange(len(table)), held_out)
        kept = weights[rows] / weights[rows].sum()
        centre = kept @ labels[rows]
        scale = np.sqrt(kept @ (labels[rows] - centre) ** 2)
        # Constant annotations: the network learns to give 0, and the centre is the answer.
        scale = np.where(scale > 1e-9, scale, 1.0)
        x, share = torch.from_numpy(table), torch.from_numpy(weights.astype(np.float32))[:, None]
        y = torch.from_numpy(((labels - centre) / scale).astype(np.float32))
        trainer = _Trainer(self, table.shape[1], seed)
        # It starts as the mean of the annotations, and stays that when training brings nothing better.
        best, waited = trainer.weights(), 0
        best_error = trainer.error(x[held_out], y[held_out], share[held_out]) if len(held_out) else 0.0
        for _ in range(self.most_epochs if len(held_out) else UNVALIDATED_EPOCHS):
            trainer.epoch(x, y, share, rows)
            if self.progress:
                self.progress.checkpoint()
            if not len(held_out):
                best = trainer.weights()
                continue
            error = trainer.error(x[held_out], y[held_out], share[held_out])
            waited += 1
            if error < best_error:
                best, best_error, waited = trainer.weights(), error, 0
            if waited >= self.patience:
                break
        first, first_bias, second, second_bias = best
        return Net(first, first_bias, second * scale, second_bias * scale + centre)


class _Trainer:
    """Parameters, optimiser and random numbers of one network; every random number comes from its own generator."""

    def __init__(self, setting: Mlp, n_columns: int, seed: int) -> None:
        import torch

        self._setting = setting
        self._random = torch.Generator().manual_seed(seed)
        shapes = [(n_columns, setting.n_hidden), (setting.n_hidden,), (setting.n_hidden, 2), (2,)]
        fan_in = [max(1, n_columns), None, None, None]
        self._parameters = [
            (torch.rand(shape, generator=self._random) * 2 - 1) / fan**0.5 if fan else torch.zeros(shape)
            for shape, fan in zip(shapes, fan_in, strict=True)
        ]
        for parameter in self._parameters:
            parameter.requires_grad_(True)
        self._optimiser = torch.optim.Adam(self._parameters, lr=setting.learning_rate)

    def epoch(self, x: Any, y: Any, share: Any, rows: Sequence[int] | IntArray) -> None:
        """Every training row once, in random batches; the last batch may be small, but not a single row's."""
        import torch

        order = torch.as_tensor(np.asarray(rows))[torch.randperm(len(rows), generator=self._random)]
        for batch in torch.split(order, self._setting.batch_size):
            keep = torch.rand((len(batch), self._setting.n_hidden), generator=self._random)
            mask = (keep >= self._setting.dropout) / (1 - self._setting.dropout)
            loss = (share[batch] * (self._output(x[batch], mask) - y[batch]) ** 2).mean()
            self._optimiser.zero_grad()
            loss.backward()
            self._optimiser.step()

    def error(self, x: Any, y: Any, share: Any) -> float:
        """1 - R2 on these rows (mean of valence and arousal), weighted as in training."""
        import torch

        with torch.no_grad():
            total = share.sum()
            centred = y - (share * y).sum(dim=0) / total
            spread = (share * centred**2).sum(dim=0).clamp_min(1e-9)
            return float(((share * (self._output(x, 1.0) - y) ** 2).sum(dim=0) / spread).mean())

    def weights(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """A copy of the parameters as they are now, float64."""
        first, first_bias, second, second_bias = (
            parameter.detach().numpy().astype(np.float64) for parameter in self._parameters
        )
        return first, first_bias, second, second_bias

    def _output(self, x: Any, mask: Any) -> Any:
        first, first_bias, second, second_bias = self._parameters
        return ((x @ first + first_bias).relu() * mask) @ second + second_bias
