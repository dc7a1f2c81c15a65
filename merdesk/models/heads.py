"""Experimental: one model of what all datasets share, and for each dataset an offset and a gain of its own.

Raters of two datasets may use their scales differently. A shared ridge regression f is fitted together with one affine
head per training dataset, y = offset + gain f(x), valence and arousal apart. A dataset that was not trained on gets the
mean of the heads. Heads cannot tell a scale that was used differently from music that is different: that is why this
is an option, and labelled.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray, frozen
from merdesk.errors import ModelError
from merdesk.models.folds import inner_folds
from merdesk.models.fusion import Block, Standardiser
from merdesk.models.ridge import FittedLinear, Ridge
from merdesk.models.state import ModelState, nested

ROUNDS = 3
"""Labels and heads are brought in line with one another so often; the third round moves a head by under .01."""
GAINS = (0.25, 4.0)
"""A gain outside of this comes from a handful of clips, not from a scale."""
MOST_DATASETS = 1000


@dataclass(frozen=True, slots=True)
class FittedHeads:
    """The shared model, and offset and gain [k, 2] of each training dataset by its name."""

    shared: FittedLinear
    datasets: tuple[str, ...]
    offset: FloatArray
    gain: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "offset", frozen(self.offset, "f8", ndim=2))
        object.__setattr__(self, "gain", frozen(self.gain, "f8", ndim=2))
        if not len(self.datasets) == len(self.offset) == len(self.gain):
            raise ValueError(f"{len(self.datasets)} datasets do not fit {len(self.offset)} heads")

    @property
    def standardiser(self) -> Standardiser:
        """The one that the shared model looks at features through."""
        return self.shared.standardiser

    @property
    def validated_by(self) -> str:
        """How the shared penalty was chosen."""
        return f"{self.shared.validated_by}; a head for each of {len(self.datasets)} datasets (experimental)"

    def predict(self, features: FloatArray) -> FloatArray:
        """Valence and arousal [n, 2] of features [n, d] of a dataset that was not trained on: the mean head."""
        return np.asarray(self.offset.mean(axis=0) + self.gain.mean(axis=0) * self.shared.predict(features))

    def predict_in(self, features: FloatArray, datasets: Sequence[str]) -> FloatArray:
        """Valence and arousal [n, 2] of features [n, d], each by the head of its dataset [n] where there is one."""
        offset = np.vstack([self.offset, self.offset.mean(axis=0)])
        gain = np.vstack([self.gain, self.gain.mean(axis=0)])
        place = {name: number for number, name in enumerate(self.datasets)}
        heads = np.array([place.get(name, -1) for name in datasets], dtype=np.int64)
        return np.asarray(offset[heads] + gain[heads] * self.shared.predict(features))

    def named(self, names: Sequence[str]) -> "FittedHeads":
        """The same heads under the names that dataset codes stand for."""
        return replace(self, datasets=tuple(names[int(code)] for code in self.datasets))

    def state(self) -> ModelState:
        """What a file must hold to give the same predictions."""
        arrays, values = nested("shared", self.shared.state())
        arrays |= {"offset": self.offset, "gain": self.gain}
        return ModelState("heads", arrays, values | {"datasets": list(self.datasets)})

    @classmethod
    def restore(cls, state: ModelState) -> "FittedHeads":
        """The model of a state; ModelError when it does not hold together."""
        names, part = state.values.get("datasets"), state.part("shared")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ModelError("The model file does not say which datasets its heads are of.")
        if not 1 <= len(names) <= MOST_DATASETS or part.kind != "linear":
            raise ModelError("The model file's heads do not stand on one linear model.")
        shape = (len(names), 2)
        return cls(
            FittedLinear.restore(part),
            tuple(names),
            state.finite("offset", *shape),
            state.finite("gain", *shape),
        )


@dataclass(frozen=True, slots=True)
class Heads:
    """Ridge regression with an affine head for each dataset; without dataset codes it is plain ridge with one head."""

    blocks: tuple[Block, ...] = ()
    balanced: bool = False

    @property
    def name(self) -> str:
        """`heads`."""
        return "heads"

    def fit(
        self,
        features: FloatArray,
        affect: FloatArray,
        groups: IntArray,
        *,
        datasets: IntArray | None = None,
    ) -> FittedHeads:
        """Fit on features [n, d], affect [n, 2], group codes [n] and dataset codes [n].

        Raises
        ------
        ModelError
            Under three clips, or when features or affect are not numbers.
        """
        labels = np.asarray(affect, dtype=np.float64)
        given = np.zeros(len(labels), np.int64) if datasets is None else np.asarray(datasets)
        codes, code = np.unique(given, return_inverse=True)
        ridge = Ridge(self.blocks, balanced=self.balanced)
        offset: FloatArray = np.zeros((len(codes), 2))
        gain: FloatArray = np.ones((len(codes), 2))
        if len(codes) > 1:
            for _ in range(ROUNDS):
                said = _held_out(ridge, features, (labels - offset[code]) / gain[code], groups, datasets)
                offset, gain = _heads(labels, said, code, len(codes))
        shared = ridge.fit(features, (labels - offset[code]) / gain[code], groups, datasets=datasets)
        return FittedHeads(shared, tuple(str(value) for value in codes.tolist()), offset, gain)


def _held_out(
    ridge: Ridge, features: FloatArray, labels: FloatArray, groups: IntArray, datasets: IntArray | None
) -> FloatArray:
    """Predictions [n, 2] on grouped folds: heads learned in sample would only learn how far the model overfits."""
    said = np.full((len(labels), 2), np.nan)
    everything = np.arange(len(labels))
    for rows in inner_folds(groups):
        rest = np.setdiff1d(everything, rows)
        given = None if datasets is None else np.asarray(datasets)[rest]
        fitted = ridge.fit(features[rest], labels[rest], np.asarray(groups)[rest], datasets=given)
        said[rows] = fitted.predict(features[rows])
    return said


def _heads(
    labels: FloatArray, said: FloatArray, code: npt.NDArray[np.int64], n: int
) -> tuple[FloatArray, FloatArray]:
    """Least-squares offset and gain [n, 2] of each dataset; their means are kept at 0 and 1."""
    offset, gain = np.zeros((n, 2)), np.ones((n, 2))
    for head in range(n):
        rows = (code == head) & np.isfinite(said).all(axis=1)
        if np.count_nonzero(rows) < 3:
            continue
        x, y = said[rows], labels[rows]
        centred = x - x.mean(axis=0)
        square = np.maximum((centred**2).sum(axis=0), 1e-12)
        gain[head] = np.clip((centred * y).sum(axis=0) / square, *GAINS)
        offset[head] = y.mean(axis=0) - gain[head] * x.mean(axis=0)
    gain /= gain.mean(axis=0)
    return offset - offset.mean(axis=0), gain
