"""How a training went, kept beside the model's file: what each fold and epoch scored, sizes, how long it took.

It is derived and for looking at: a model without it works, and one that cannot be read counts as none.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from merdesk.domain.training import Epoch, FoldScore
from merdesk.errors import Failure, attempt
from merdesk.project.purge import RECORD_SUFFIX

FORMAT = 1
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """One network's R2 of valence and arousal, an entry an epoch, in one fit of a step."""

    step: str
    fit: int
    of: int
    seed: int
    r2: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """A training: curves of networks (none for other models), scores of folds, and what it rests on.

    Attributes
    ----------
    datasets
        Name, training clips and groups of each training dataset.
    n_columns
        Features of a clip.
    n_fits
        Fits that were made, cross-validation included.
    seconds
        How long all of it took on this machine.
    program
        Version of merdesk.
    """

    curves: tuple[Curve, ...] = ()
    folds: tuple[FoldScore, ...] = ()
    datasets: tuple[tuple[str, int, int], ...] = ()
    n_columns: int = 0
    n_fits: int = 0
    seconds: float = 0.0
    program: str = ""

    @property
    def n_clips(self) -> int:
        """Training clips."""
        return sum(n for _, n, _ in self.datasets)


def curves_of(epochs: Iterable[Epoch]) -> tuple[Curve, ...]:
    """Epochs in the order in which they came, as a curve a network.

    Examples
    --------
    >>> curves_of([Epoch("All", 1, 1, 0, 1, (0.1, 0.2)), Epoch("All", 1, 1, 0, 2, (0.3, 0.4))])[0].r2
    ((0.1, 0.2), (0.3, 0.4))
    """
    found: dict[tuple[str, int, int, int], list[tuple[float, float]]] = {}
    for one in epochs:
        found.setdefault((one.step, one.fit, one.of, one.seed), []).append(one.r2)
    return tuple(Curve(*key, tuple(r2)) for key, r2 in found.items())


def path_of(models_dir: Path, file_name: str) -> Path:
    """Where the record of the model in `file_name` lies."""
    return (models_dir / file_name).with_suffix(RECORD_SUFFIX)


def write(models_dir: Path, file_name: str, record: TrainingRecord) -> None:
    """Keep a record beside a model's file."""
    content = {"format": FORMAT, **asdict(record)}
    path_of(models_dir, file_name).write_text(json.dumps(_rounded(content)), encoding="utf-8")


def read(models_dir: Path, file_name: str) -> TrainingRecord | None:
    """The record of a model; None where there is none that can be read (loaded and older models have none)."""
    if not file_name:
        return None
    path = path_of(models_dir, file_name)
    found = attempt(lambda: _record(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None)
    return None if isinstance(found, Failure) else found


def _record(values: Mapping[str, Any]) -> TrainingRecord | None:
    if values.get("format") != FORMAT:
        return None
    return TrainingRecord(
        curves=tuple(Curve(**one | {"r2": _pairs(one["r2"])}) for one in values["curves"]),
        folds=tuple(FoldScore(**one | {"r2": _pairs([one["r2"]])[0]}) for one in values["folds"]),
        datasets=tuple((str(name), int(n), int(groups)) for name, n, groups in values["datasets"]),
        n_columns=int(values["n_columns"]),
        n_fits=int(values["n_fits"]),
        seconds=float(values["seconds"]),
        program=str(values["program"]),
    )


def _pairs(values: Iterable[Any]) -> tuple[tuple[float, float], ...]:
    return tuple((float(valence), float(arousal)) for valence, arousal in values)


def _rounded(value: Any) -> Any:
    """Floats to four digits: curves are looked at, not computed with."""
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value
