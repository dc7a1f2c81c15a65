"""What of a fitted model goes into a file: named arrays and plain values, never code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.errors import ModelError
from merdesk.models.fusion import Block, Standardiser


@dataclass(frozen=True, slots=True)
class ModelState:
    """Arrays (float64) by name, and values that JSON can hold, of a model of some kind."""

    kind: str
    arrays: Mapping[str, FloatArray]
    values: Mapping[str, Any] = field(default_factory=dict)

    def array(self, name: str, *shape: int | None) -> FloatArray:
        """Array `name`, once it has this shape (None for any length).

        Raises
        ------
        ModelError
            When it is missing or has another shape.
        """
        found = self.arrays.get(name)
        if found is None:
            raise ModelError(
                f'The model file has no array "{name}"; it is damaged or was made by something else.'
            )
        fits = found.ndim == len(shape) and all(
            want in {None, have} for want, have in zip(shape, found.shape, strict=True)
        )
        if not fits:
            wanted = " x ".join("any" if length is None else str(length) for length in shape)
            raise ModelError(f'The model file\'s array "{name}" has shape {found.shape}, expected {wanted}.')
        return found

    def finite(self, name: str, *shape: int | None) -> FloatArray:
        """Array `name` of this shape, once every value is a number; ModelError otherwise."""
        found = self.array(name, *shape)
        if not np.isfinite(found).all():
            raise ModelError(f'The model file\'s array "{name}" has values that are not numbers.')
        return found

    def part(self, prefix: str) -> "ModelState":
        """The state of a member that was nested under `prefix`."""
        start = f"{prefix}."
        arrays = {
            name.removeprefix(start): array for name, array in self.arrays.items() if name.startswith(start)
        }
        nested = self.values.get(prefix)
        if not isinstance(nested, dict) or not isinstance(nested.get("kind"), str):
            raise ModelError(f'The model file does not say what "{prefix}" is.')
        return ModelState(nested["kind"], arrays, nested.get("values") or {})


class Storable(Protocol):
    """A fitted model that can be written to a file."""

    def predict(self, features: FloatArray) -> FloatArray:
        """Valence and arousal [n, 2] of features [n, d]."""

    def state(self) -> ModelState:
        """What a file must hold to give the same predictions."""


def nested(prefix: str, state: ModelState) -> tuple[dict[str, FloatArray], dict[str, Any]]:
    """Arrays and values that keep a member's state under `prefix` within its owner's."""
    arrays = {f"{prefix}.{name}": array for name, array in state.arrays.items()}
    return arrays, {prefix: {"kind": state.kind, "values": dict(state.values)}}


def standardiser_state(standardiser: Standardiser) -> tuple[dict[str, FloatArray], dict[str, Any]]:
    """Arrays and values of a standardiser."""
    blocks = [[block.name, block.start, block.stop] for block in standardiser.blocks]
    return {"mean": standardiser.mean, "scale": standardiser.scale}, {"blocks": blocks}


def standardiser_of(state: ModelState) -> Standardiser:
    """The standardiser of a state; ModelError when it does not hold together."""
    mean = state.finite("mean", None)
    scale = state.array("scale", len(mean))
    if not (scale > 0).all():
        raise ModelError("The model file's feature scales are not all above zero.")
    try:
        blocks = tuple(
            Block(str(name), int(start), int(stop)) for name, start, stop in state.values["blocks"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError("The model file's feature blocks cannot be read.") from error
    edges = [0, *(block.stop for block in blocks)]
    if [block.start for block in blocks] != edges[:-1] or edges[-1] != len(mean):
        raise ModelError("The model file's feature blocks do not cover its columns.")
    return Standardiser(blocks, mean, scale)
