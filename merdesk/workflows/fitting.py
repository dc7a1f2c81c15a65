"""Fits of one kind of model on rows of one table: what training and evaluation share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.training import Epoch
from merdesk.errors import ModelError
from merdesk.progress import Progress

MODELS = ("ridge", "svr", "mlp", "blend", "heads")
"""The kinds on offer, the default first; a test holds them beside `models.catalogue`, which needs not be read for names."""
DEFAULT_MODEL = MODELS[0]
TRANSDUCTIVE = "transductive"
"""Stands in the kind of a model, and so beside its scores wherever they are shown."""
SEEDS = (0, 1, 2, 3, 4)
"""Of the perceptrons' networks where nobody asks for others."""
PERCEPTRONS = ("mlp", "blend")
"""Kinds that train networks, each a unit of progress, and can search their setting first."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Clips that can train: features [n, d] with the width of each named block, affect [n, 2], group and dataset codes [n]."""

    widths: tuple[tuple[str, int], ...]
    features: FloatArray
    affect: FloatArray
    groups: IntArray
    datasets: IntArray


class Fitting:
    """Fits a kind of model on chosen rows, as often as one likes; every fit can be cancelled.

    With `counted`, each fit (of perceptrons, each network) is a unit of the progress; otherwise the caller counts.
    Perceptrons are trained from `seeds`, one network each, and `watch` is told of their epochs.
    """

    def __init__(
        self,
        model: str,
        examples: Examples,
        progress: Progress,
        *,
        search: int = 0,
        seeds: tuple[int, ...] = SEEDS,
        counted: bool = True,
        watch: Callable[[Epoch], None] | None = None,
    ) -> None:
        from merdesk.models.catalogue import regressor
        from merdesk.models.fusion import blocks_of

        check_model(model, search)
        self._examples = examples
        self._progress = progress if counted else _Uncounted(progress)
        self._counts_itself = model in PERCEPTRONS
        self._regressor = regressor(
            model,
            blocks_of(examples.widths),
            search=search,
            seeds=seeds,
            progress=_Within(self._progress),
            watch=None if watch is None else lambda *told: watch(self._epoch(*told)),
        )
        self.step, self.number, self.of = "", 0, 0
        """What is being fitted: the step's name, and which of its fits, from 1."""

    def begin(self, step: str, sets: Sequence[IntArray]) -> None:
        """Name the step that fits a model on each of these sets of rows, and say how much that is."""
        self.step, self.number, self.of = step, 0, len(sets)
        self._progress.begin(step, self.budget(sets))

    def budget(self, sets: Sequence[IntArray]) -> int:
        """Units of progress of fitting on these sets of rows: of perceptrons the networks, of others the fits."""
        given = self._examples
        return sum(networks(self._regressor, given.groups[rows], given.datasets[rows]) for rows in sets)

    def __call__(self, rows: IntArray) -> Any:
        """The model fitted on these rows; every dataset among them counts the same."""
        given = self._examples
        self.number += 1
        fitted = self._regressor.fit(
            given.features[rows], given.affect[rows], given.groups[rows], datasets=given.datasets[rows]
        )
        if not self._counts_itself:
            self._progress.advance()
        return fitted

    def _epoch(self, seed: int, epoch: int, r2: tuple[float, float]) -> Epoch:
        return Epoch(self.step, self.number, self.of, seed, epoch, r2)


class _Within(Progress):
    """Progress of a part: its units count in the whole, whose step keeps its name."""

    def __init__(self, whole: Progress) -> None:
        super().__init__()
        self._whole = whole

    def begin(self, step: str, total: int | None = None, *, done: int = 0) -> None:
        """The whole has a name already."""

    def advance(self, n: int = 1) -> None:
        self._whole.advance(n)

    def checkpoint(self) -> None:
        self._whole.checkpoint()


class _Uncounted(_Within):
    """Progress of which only pause and cancel are honoured."""

    def advance(self, n: int = 1) -> None:  # noqa: ARG002  (somebody else counts)
        self.checkpoint()


def kind_of(model: str, *, transductive: bool) -> str:
    """A model in words that mark its scores wherever they are shown."""
    return f"{model}, {TRANSDUCTIVE}" if transductive else model


def networks(regressor: Any, groups: IntArray, datasets: IntArray) -> int:
    """Networks that a regressor trains on clips with these codes; 1 where it trains none."""
    if hasattr(regressor, "members"):
        return sum(networks(member, groups, datasets) for member in regressor.members if _counts(member)) or 1
    return int(regressor.n_networks(groups, datasets)) if _counts(regressor) else 1


def _counts(regressor: Any) -> bool:
    return hasattr(regressor, "n_networks")


def check_model(name: str, search: int = 0) -> None:
    """Raise ModelError for a kind that is not on offer, or a search where there is nothing to search."""
    if name not in MODELS:
        raise ModelError(f"There is no model {name!r}; choose from {', '.join(MODELS)}.")
    if search < 0 or (search and name not in PERCEPTRONS):
        raise ModelError(
            f"{name} has no settings to search {search} times; leave the search out, or choose mlp or blend."
        )


def validated_by(fitted: Any) -> str:
    """How a fitted model chose what it had to choose; of a blend, its members'."""
    if hasattr(fitted, "members"):
        return "; ".join(validated_by(member) for member in fitted.members)
    return str(fitted.validated_by)
