"""Which clips train and which test."""

from dataclasses import dataclass

from merdesk.domain.arrays import IntArray, frozen


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers for training and test; no row stands in both.

    Raises
    ------
    ValueError
        When a row is on both sides.
    """

    train: IntArray
    test: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "train", frozen(self.train, "i8"))
        object.__setattr__(self, "test", frozen(self.test, "i8"))
        both = set(self.train.tolist()) & set(self.test.tolist())
        if both:
            raise ValueError(f"{len(both)} rows are in training and test, the first is row {min(both)}")
