"""What models say about clips."""

from dataclasses import dataclass
from typing import NewType

from merdesk.domain.arrays import FloatArray, IntArray, frozen

ModelId = NewType("ModelId", int)


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predictions of one model on [-1, 1].

    Parameters
    ----------
    clip_ids
        Shape (n,).
    affect
        Valence and arousal, shape (n, 2).
    held_out
        True where the clip was not in the data that the predicting model was fitted on: out-of-fold predictions
        of training clips, and all others. Only these may be scored.
    """

    clip_ids: IntArray
    affect: FloatArray
    held_out: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "clip_ids", frozen(self.clip_ids, "i8"))
        object.__setattr__(self, "affect", frozen(self.affect, "f8", ndim=2))
        if self.affect.shape != (len(self.clip_ids), 2):
            raise ValueError(
                f"{len(self.clip_ids)} clips do not fit predictions of shape {self.affect.shape}"
            )
