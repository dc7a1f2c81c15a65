"""What annotators said about clips, on the scale they used."""

from dataclasses import dataclass
from typing import Literal, NewType

from merdesk.domain.arrays import FloatArray, frozen
from merdesk.domain.clip import ClipId

AnnotatorId = NewType("AnnotatorId", int)
AnnotatorKind = Literal["person", "published"]


@dataclass(frozen=True, slots=True)
class Annotator:
    """Who rated: a person, or a dataset's published summary of many."""

    id: AnnotatorId
    name: str
    kind: AnnotatorKind


@dataclass(frozen=True, slots=True)
class StaticAnnotation:
    """One value for a whole clip, in native units of its dataset's scale.

    A published summary has `n_raters` people behind it and their standard deviations; a person's rating has
    n_raters = 1 and NaN spreads.
    """

    clip_id: ClipId
    annotator_id: AnnotatorId
    valence: float
    arousal: float
    valence_std: float = float("nan")
    arousal_std: float = float("nan")
    n_raters: int = 1


@dataclass(frozen=True, slots=True)
class DynamicAnnotation:
    """A trace over time: seconds from the clip's onset [n], native valence and arousal [n, 2], spreads [n, 2]."""

    clip_id: ClipId
    annotator_id: AnnotatorId
    time_s: FloatArray
    affect: FloatArray
    spread: FloatArray | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", frozen(self.time_s, "f8"))
        object.__setattr__(self, "affect", frozen(self.affect, "f4", ndim=2))
        if self.affect.shape != (len(self.time_s), 2):
            raise ValueError(f"{len(self.time_s)} times do not fit affect of shape {self.affect.shape}")
        if self.spread is not None:
            object.__setattr__(self, "spread", frozen(self.spread, "f4", ndim=2))
