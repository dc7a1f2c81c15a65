"""How long a training takes and what memory, told before it starts: a range, from measured fits.

The figures are processor seconds of one core of a desktop machine (2026), fitted to ridge, support vectors and
perceptrons on 300 to 4,000 clips with 80 and 4,900 features. A training that this project has timed moves the estimate
onto the machine that it ran on, and narrows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from merdesk.workflows.fitting import PERCEPTRONS
from merdesk.workflows.training import N_FOLDS

PER_PAIR_S = {"ridge": (1.3e-7, 8e-11), "svr": (2.8e-7, 4e-11), "heads": (6e-7, 7.5e-10)}
"""Seconds of a fit per square of the clips: fixed, and per feature."""
PER_LOOK_S = (1e-5, 3.5e-8)
"""Seconds of a network per clip and epoch: fixed, and per feature."""
EPOCHS = (12, 25, 100)
"""Least, usual and most epochs: early stopping ends a network, at the latest the hundredth epoch does."""
PER_CLIP_S = 1.2e-3
"""Reading features, scoring with resamples, predicting: per clip of the project."""
FIXED_S = 0.5
NETWORKS_FIXED_S = 2.0
"""Loading torch."""
NETWORKS_BYTES = 200e6
"""What torch takes (195 MB)."""
SLOWER = 4.0
"""An old, or a busy, machine takes so many times as long."""
AROUND_PAST = (0.6, 2.0)
BYTES_READ, BYTES_FITTED = 8, 32
"""Per feature of a clip of the project, and of a training clip: the table twice in single precision while it is put
together; standardised in double precision, and twice that while a fit works on it."""


@dataclass(frozen=True, slots=True)
class Past:
    """A training that was timed: its model, kind, sizes, and seconds."""

    name: str
    kind: str
    n_clips: int
    n_columns: int
    n_datasets: int
    n_networks: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Asking:
    """A training that might be: `n_all` clips are predicted by it, `search` settings are tried for every fit."""

    kind: str
    n_clips: int
    n_columns: int
    n_datasets: int
    n_all: int
    n_networks: int = 5
    search: int = 0

    @property
    def n_fits(self) -> int:
        """Folds, leaving out each of several datasets, and all training clips."""
        return N_FOLDS + (self.n_datasets if self.n_datasets > 1 else 0) + 1

    @property
    def networks(self) -> int:
        """Networks of all fits; 0 for models without."""
        if self.kind not in PERCEPTRONS:
            return 0
        folds = self.n_datasets if self.n_datasets > 1 else N_FOLDS
        tried = (self.search + 1) * folds if self.search else 0
        return self.n_fits * (self.n_networks + tried)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds from `low_s` to `high_s`, bytes of memory beside the program, and what the estimate rests on."""

    low_s: float
    high_s: float
    n_bytes: float
    basis: str


def cost_of(asked: Asking, past: Sequence[Past] = ()) -> Cost:
    """What a training costs.

    Examples
    --------
    >>> found = cost_of(Asking("ridge", 160, 86, 2, 400))
    >>> found.low_s < 2, found.high_s < 10
    (True, True)
    """
    n_bytes: float = (
        BYTES_READ * asked.n_all * asked.n_columns + BYTES_FITTED * asked.n_clips * asked.n_columns
    )
    n_bytes += NETWORKS_BYTES * bool(asked.networks)
    like = [one for one in past if one.kind == asked.kind and one.seconds > 0]
    if like:
        near = min(like, key=lambda one: abs(one.n_clips * one.n_columns - asked.n_clips * asked.n_columns))
        once = Asking(near.kind, near.n_clips, near.n_columns, near.n_datasets, asked.n_all, near.n_networks)
        expected = near.seconds * _seconds(asked, EPOCHS[1]) / _seconds(once, EPOCHS[1])
        low, high = AROUND_PAST
        return Cost(low * expected, high * expected, n_bytes, f"from how long {near.name} took here")
    low_epochs, _, most_epochs = EPOCHS
    return Cost(
        _seconds(asked, low_epochs),
        SLOWER * _seconds(asked, most_epochs),
        n_bytes,
        "from figures of another machine: the first training here tells better",
    )


def _seconds(asked: Asking, epochs: int) -> float:
    n, d, found = asked.n_clips, asked.n_columns, FIXED_S + PER_CLIP_S * asked.n_all
    # A fold trains on four fifths; leaving out one of two datasets on half.
    if asked.networks:
        fixed, each = PER_LOOK_S
        found += NETWORKS_FIXED_S + asked.networks * epochs * 0.75 * n * (fixed + each * d)
    # A blend is ridge and the perceptrons.
    pair = PER_PAIR_S.get("ridge" if asked.kind == "blend" else asked.kind)
    if pair is not None:
        fixed, each = pair
        found += asked.n_fits * (0.8 * n) ** 2 * (fixed + each * d)
    return found
