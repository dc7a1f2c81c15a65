"""The mean of several models' predictions: an option, with no interval that would make it the better choice."""

from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.protocols import Regressor
from merdesk.errors import ModelError
from merdesk.models.state import ModelState, Storable, nested

MOST_MEMBERS = 10


@dataclass(frozen=True, slots=True)
class FittedBlend:
    """Fitted models whose predictions are averaged."""

    members: tuple[Storable, ...]

    def predict(self, features: FloatArray) -> FloatArray:
        """Valence and arousal [n, 2]: mean of the members' predictions."""
        return np.asarray(np.mean([member.predict(features) for member in self.members], axis=0))

    def state(self) -> ModelState:
        """What a file must hold to give the same predictions."""
        arrays: dict[str, FloatArray] = {}
        values: dict[str, object] = {"members": len(self.members)}
        for number, member in enumerate(self.members):
            inner_arrays, inner_values = nested(f"member{number}", member.state())
            arrays |= inner_arrays
            values |= inner_values
        return ModelState("blend", arrays, values)


def member_states(state: ModelState) -> list[ModelState]:
    """States of a blend's members.

    Raises
    ------
    ModelError
        When their number is missing or out of bounds, or one is a blend itself.
    """
    count = state.values.get("members")
    if not isinstance(count, int) or not 1 <= count <= MOST_MEMBERS:
        raise ModelError("The model file does not say how many models it blends.")
    states = [state.part(f"member{number}") for number in range(count)]
    if any(member.kind in {"blend", "calibrated", "transductive"} for member in states):
        raise ModelError("The model file blends blends, which merdesk never writes.")
    return states


@dataclass(frozen=True, slots=True)
class Blend:
    """Fits every member on the same clips; by default the caller gives ridge and the perceptrons."""

    members: tuple[Regressor, ...]

    @property
    def name(self) -> str:
        """`blend`."""
        return "blend"

    def fit(
        self,
        features: FloatArray,
        affect: FloatArray,
        groups: IntArray,
        *,
        datasets: IntArray | None = None,
    ) -> FittedBlend:
        """Fit all members on features [n, d], affect [n, 2] and group codes [n].

        Raises
        ------
        ModelError
            When a member cannot be fitted.
        """
        fitted = [member.fit(features, affect, groups, datasets=datasets) for member in self.members]
        return FittedBlend(tuple(_storable(member) for member in fitted))


def _storable(member: object) -> Storable:
    if not hasattr(member, "state") or not hasattr(member, "predict"):
        raise TypeError(f"{type(member).__name__} cannot be stored, and so cannot be blended")
    return member
