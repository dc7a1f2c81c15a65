"""Everything that a bias report is made from: frozen, and complete, so that building it is a pure function."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from merdesk.domain.arrays import BoolArray, FloatArray, frozen
from merdesk.domain.columns import ClipColumns
from merdesk.domain.source import DatasetInfo

DEFAULT_TITLE = "Bias report"


class ClipLabel(Protocol):
    """How a clip is called: what the project's labels of clips already are."""

    @property
    def id(self) -> int:
        """The clip's id in the project."""

    @property
    def source_id(self) -> str:
        """The clip's id in its dataset."""

    @property
    def title(self) -> str:
        """Title as tagged; hostile input."""

    @property
    def artist(self) -> str:
        """Artist as tagged; hostile input."""


@dataclass(frozen=True, slots=True)
class ReportedClip:
    """A `ClipLabel` for whoever has no project at hand."""

    id: int
    source_id: str = ""
    title: str = ""
    artist: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedModel:
    """The model whose predictions stand in the columns.

    `interval` says how far its 90 % intervals reach on either side: level, valence, arousal (None without end), over.
    """

    name: str
    kind: str
    features: tuple[str, ...]
    training_datasets: tuple[str, ...]
    settings: tuple[tuple[str, str], ...] = ()
    interval: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """What the report is about, and what is needed to redo it.

    Parameters
    ----------
    project
        Title of the project.
    columns
        Clips with consensus annotations and the model's predictions on [-1, 1].
    held_out
        True where the prediction comes from a model that was not fitted on the clip, shape (n_clips,). Only these
        are scored.
    model
        None while there is no model: the report is then about the annotations alone.
    datasets
        What is known about each dataset, found by `DatasetInfo.name`; a dataset may lack one.
    labels
        Names of the clips that the report lists: those of `worst_clip_ids`, or of all.
    genre_mapping
        Rows of (dataset, genre as filed, primary genre).
    refits
        Predictions by models fitted again on resampled training groups, shape (n_clips, n_refits, 2), NaN for clips that
        train; None when none were made, and then nothing is known of what other training clips would have given.
    doctor
        Findings and repairs as `merdesk doctor --json` tells them; None when nobody looked.
    without
        Names of sections (see `sections.SECTIONS`) that page and tables leave out; report.json keeps all of them.
    evaluation, gap
        What was measured before across datasets, as plain values; None while nothing was, or it does not fit any more.
    created
        Date as text, given from outside so that the same input gives the same bytes.
    """

    project: str
    columns: ClipColumns
    held_out: BoolArray
    model: ReportedModel | None = None
    datasets: tuple[DatasetInfo, ...] = ()
    labels: tuple[ClipLabel, ...] = ()
    provenance: tuple[str, ...] = ()
    genre_mapping: tuple[tuple[str, str, str], ...] = ()
    refits: FloatArray | None = None
    doctor: Mapping[str, Any] | None = None
    without: tuple[str, ...] = ()
    evaluation: Mapping[str, Any] | None = None
    gap: Mapping[str, Any] | None = None
    seed: int = 0
    n_resamples: int = 2000
    versions: tuple[tuple[str, str], ...] = ()
    command: str = ""
    measured_by: tuple[str, ...] = ()
    created: str = ""
    title: str = DEFAULT_TITLE
    author: str = ""
    notes: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "held_out", frozen(self.held_out, "?"))
        if self.held_out.shape != (len(self.columns),):
            raise ValueError(f"held_out has shape {self.held_out.shape}, expected {len(self.columns)} clips")

    def info(self, dataset: str) -> DatasetInfo | None:
        """What is known about a dataset, None when nothing is."""
        return next((info for info in self.datasets if info.name == dataset), None)
