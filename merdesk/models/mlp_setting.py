"""What a perceptron does not learn; the fixed setting is the default."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """What a network does not learn.

    Attributes
    ----------
    dropout
        Share of hidden units that are silent in each step.
    penalty
        Weight of the squared weights in what Adam minimises.
    patience
        Epochs without a better validation R2 before training stops.
    """

    n_hidden: int = 512
    dropout: float = 0.5
    learning_rate: float = 1e-3
    batch_size: int = 64
    penalty: float = 0.0
    most_epochs: int = 100
    patience: int = 8

    @property
    def words(self) -> str:
        """What a search may change, in words."""
        return (
            f"dropout {self.dropout:g}, learning rate {self.learning_rate:g}, batches of {self.batch_size}, "
            f"penalty {self.penalty:g}"
        )
