"""Trained perceptrons as plain arrays: predictions are two matrix products and need numpy only.

A saved model gives the same numbers where torch is another version, or not there.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, frozen
from merdesk.errors import ModelError
from merdesk.models.fusion import Standardiser
from merdesk.models.state import ModelState, standardiser_of, standardiser_state

ROWS_AT_ONCE = 4096
MOST_NETS = 100


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
