"""What goes to a worker of a cluster, and what comes back when it cannot begin."""

from dataclasses import dataclass

from merdesk.features.units import Unit


@dataclass(frozen=True, slots=True)
class Order:
    """What a run asks of every worker, the same for all its units.

    Attributes
    ----------
    run
        Name of the run, so that leaving one does not disturb another that shares the worker.
    extractors
        Names, as `LocalExecutor` takes them.
    timeout_s
        A clip that takes longer is set aside.
    loudness
        Measure the loudness of each clip as well.
    """

    run: str
    extractors: tuple[str, ...]
    timeout_s: float
    loudness: bool = True


@dataclass(frozen=True, slots=True)
class Job:
    """One unit for one worker.

    Attributes
    ----------
    quick_key
        Of the file as the client sees it, so that another file under the same path is not taken for it; None where
        the client sees no file.
    """

    order: Order
    unit: Unit
    quick_key: bytes | None


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """The worker has no such file under this path: it wants the bytes."""
