"""Trains one perceptron with torch; the only module that needs it for the models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.models.mlp_setting import Setting
from merdesk.models.networks import Net

UNVALIDATED_EPOCHS = 20
"""Epochs when one group leaves nothing to stop early on."""
Parameters = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
Tick = Callable[[tuple[float, float] | None], None]
"""Told after an epoch: R2 of valence and arousal on the held-out rows, None without any."""


@dataclass(frozen=True, slots=True)
class Clips:
    """Standardised features [n, d] float32, affect [n, 2], and how much each clip counts [n]."""

    table: FloatArray
    labels: FloatArray
    weights: FloatArray


def trained_net(
    setting: Setting,
    clips: Clips,
    rows: IntArray,
    held_out: IntArray,
    *,
    seed: int,
    tick: Tick = lambda _: None,
) -> Net:
    """One network, trained on `rows`: its best state on the held-out rows, or the last one without any.

    `tick` is told of every epoch what the held-out rows then score, and may raise `Cancelled`.
    """
    labels, weights = clips.labels, clips.weights
    kept = weights[rows] / weights[rows].sum()
    centre = kept @ labels[rows]
    scale = np.sqrt(kept @ (labels[rows] - centre) ** 2)
    # Constant annotations: the network learns to give 0, and the centre is the answer.
    scale = np.where(scale > 1e-9, scale, 1.0)
    x, share = torch.from_numpy(clips.table), torch.from_numpy(weights.astype(np.float32))[:, None]
    y = torch.from_numpy(((labels - centre) / scale).astype(np.float32))
    trainer = _Trainer(setting, clips.table.shape[1], seed)
    first, first_bias, second, second_bias = _best(trainer, setting, (x, y, share), rows, held_out, tick)
    return Net(first, first_bias, second * scale, second_bias * scale + centre)


def _best(
    trainer: "_Trainer",
    setting: Setting,
    tensors: tuple[Any, Any, Any],
    rows: IntArray,
    held_out: IntArray,
    tick: Tick,
) -> Parameters:
    # It starts as the mean of the annotations, and stays that when training brings nothing better.
    best, waited = trainer.weights(), 0
    tested = tuple(tensor[held_out] for tensor in tensors)
    best_error = float(trainer.errors(*tested).mean()) if len(held_out) else 0.0
    for _ in range(setting.most_epochs if len(held_out) else UNVALIDATED_EPOCHS):
        trainer.epoch(*tensors, rows)
        if not len(held_out):
            tick(None)
            continue
        valence, arousal = (errors := trainer.errors(*tested)).tolist()
        tick((1 - valence, 1 - arousal))
        error = float(errors.mean())
        waited += 1
        if error < best_error:
            best, best_error, waited = trainer.weights(), error, 0
        if waited >= setting.patience:
            break
    return best if len(held_out) else trainer.weights()


class _Trainer:
    """Parameters, optimiser and random numbers of one network; every random number comes from its own generator."""

    def __init__(self, setting: Setting, n_columns: int, seed: int) -> None:
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
        # Fused: an epoch on 2,080 x 4,872 takes .34 s instead of .82 s, for the optimiser's own loops are most of it.
        self._optimiser = torch.optim.Adam(
            self._parameters, lr=setting.learning_rate, weight_decay=setting.penalty, fused=True
        )

    def epoch(self, x: Any, y: Any, share: Any, rows: Sequence[int] | IntArray) -> None:
        """Every training row once, in random batches; the last batch may be small, but not a single row's."""
        order = torch.as_tensor(np.asarray(rows))[torch.randperm(len(rows), generator=self._random)]
        for batch in torch.split(order, self._setting.batch_size):
            keep = torch.rand((len(batch), self._setting.n_hidden), generator=self._random)
            mask = (keep >= self._setting.dropout) / (1 - self._setting.dropout)
            loss = (share[batch] * (self._output(x[batch], mask) - y[batch]) ** 2).mean()
            self._optimiser.zero_grad()
            loss.backward()
            self._optimiser.step()

    def errors(self, x: Any, y: Any, share: Any) -> Any:
        """1 - R2 of valence and arousal on these rows, a tensor (2,), weighted as in training."""
        with torch.no_grad():
            total = share.sum()
            centred = y - (share * y).sum(dim=0) / total
            spread = (share * centred**2).sum(dim=0).clamp_min(1e-9)
            return (share * (self._output(x, 1.0) - y) ** 2).sum(dim=0) / spread

    def weights(self) -> Parameters:
        """A copy of the parameters as they are now, float64."""
        first, first_bias, second, second_bias = (
            parameter.detach().numpy().astype(np.float64) for parameter in self._parameters
        )
        return first, first_bias, second, second_bias

    def _output(self, x: Any, mask: Any) -> Any:
        first, first_bias, second, second_bias = self._parameters
        return ((x @ first + first_bias).relu() * mask) @ second + second_bias
