"""How a training goes: what a network or a fold scores on clips that it was not fitted on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Epoch:
    """One network after one more look at its training clips.

    Attributes
    ----------
    step
        What the fit is for, in words; `fit` of `of` fits in it, both from 1.
    seed
        The network's.
    epoch
        From 1.
    r2
        Of valence and arousal, on the groups that early stopping holds out.
    """

    step: str
    fit: int
    of: int
    seed: int
    epoch: int
    r2: tuple[float, float]


@dataclass(frozen=True, slots=True)
class FoldScore:
    """A fit of a step on the `n` clips that it was not fitted on: R2 of valence and arousal, NaN where undefined."""

    step: str
    fit: int
    of: int
    n: int
    r2: tuple[float, float]
