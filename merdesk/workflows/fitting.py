"""Fits of one kind of model on rows of one table: what training and evaluation share."""

from dataclasses import dataclass
from typing import Any

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.errors import ModelError
from merdesk.progress import Progress

MODELS = ("ridge", "svr", "mlp", "blend")
"""The kinds on offer, the default first; a test holds them beside `models.catalogue`, which needs not be read for names."""
DEFAULT_MODEL = MODELS[0]
NETWORKS = 5
"""Networks of one perceptron ensemble, each a unit of progress."""


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
    """

    def __init__(self, model: str, examples: Examples, progress: Progress, *, counted: bool = True) -> None:
        from merdesk.models.catalogue import regressor
        from merdesk.models.fusion import blocks_of

        check_model(model)
        self._examples = examples
        self._progress = progress if counted else _Uncounted(progress)
        self._counts_itself = model in ("mlp", "blend")
        self._regressor = regressor(model, blocks_of(examples.widths), progress=_Within(self._progress))

    def begin(self, step: str, n_fits: int) -> None:
        """Name the step and say how many fits it takes."""
        self._progress.begin(step, n_fits * (NETWORKS if self._counts_itself else 1))

    def __call__(self, rows: IntArray) -> Any:
        """The model fitted on these rows; every dataset among them counts the same."""
        given = self._examples
        fitted = self._regressor.fit(
            given.features[rows], given.affect[rows], given.groups[rows], datasets=given.datasets[rows]
        )
        if not self._counts_itself:
            self._progress.advance()
        return fitted


class _Within(Progress):
    """Progress of a part: its units count in the whole, whose step keeps its name."""

    def __init__(self, whole: Progress) -> None:
        super().__init__()
        self._whole = whole

    def begin(self, step: str, total: int | None = None) -> None:
        """The whole has a name already."""

    def advance(self, n: int = 1) -> None:
        self._whole.advance(n)

    def checkpoint(self) -> None:
        self._whole.checkpoint()


class _Uncounted(_Within):
    """Progress of which only pause and cancel are honoured."""

    def advance(self, n: int = 1) -> None:  # noqa: ARG002  (somebody else counts)
        self.checkpoint()


def check_model(name: str) -> None:
    """Raise ModelError for a kind that is not on offer."""
    if name not in MODELS:
        raise ModelError(f"There is no model {name!r}; choose from {', '.join(MODELS)}.")


def validated_by(fitted: Any) -> str:
    """How a fitted model chose what it had to choose; of a blend, its members'."""
    if hasattr(fitted, "members"):
        return "; ".join(validated_by(member) for member in fitted.members)
    return str(fitted.validated_by)
