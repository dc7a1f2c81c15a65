"""Read a project from a notebook or script: clips as columns, features, predictions; nothing is ever written.

Examples
--------
>>> import tempfile
>>> from pathlib import Path
>>> import merdesk
>>> from merdesk.project.project import Project
>>> path = Path(tempfile.mkdtemp()) / "study.merdesk"
>>> Project.create(path).close()
>>> with merdesk.open(path) as study:
...     clips = study.clips()
...     len(clips), clips.affect.shape, study.models()
(0, (0, 2), ())

On a project with data, Pearson's r of valence over the clips that were not trained on:

>>> with merdesk.open(path) as study:  # doctest: +SKIP
...     clips, said = study.clips(), study.predictions("first").of_held_out()
...     truth = clips.affect[clips.rows_of(said.clip_ids)]
...     np.corrcoef(truth[:, 0], said.affect[:, 0])[0, 1]
"""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray, frozen
from merdesk.domain.columns import ClipColumns
from merdesk.domain.source import DatasetInfo
from merdesk.errors import FeatureError, ModelError
from merdesk.project import clips, columns, datasets, models, predictions
from merdesk.project.clips import ClipLabel
from merdesk.project.project import Project
from merdesk.workflows.export_tables import dimension_names, stored_names
from merdesk.workflows.features import feature_table


@dataclass(frozen=True, slots=True)
class FeatureColumns:
    """One feature set of the clips that have it.

    Attributes
    ----------
    clip_ids
        Ascending ids, shape (n,).
    values
        Shape (n, d), float32.
    names
        One readable name for each of the d columns.
    """

    name: str
    clip_ids: IntArray
    values: FloatArray
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "clip_ids", frozen(self.clip_ids, "i8"))
        object.__setattr__(self, "values", frozen(self.values, "f4", ndim=2))


@dataclass(frozen=True, slots=True)
class PredictionColumns:
    """What one model says.

    Attributes
    ----------
    clip_ids
        Shape (n,); a training clip stands twice, in-sample and held out.
    affect
        Valence and arousal on [-1, 1], shape (n, 2); NaN where the model says nothing.
    held_out
        True where the model was not fitted on the clip, shape (n,).
    """

    model: str
    clip_ids: IntArray
    affect: FloatArray
    held_out: BoolArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "clip_ids", frozen(self.clip_ids, "i8"))
        object.__setattr__(self, "affect", frozen(self.affect, "f8", ndim=2))
        object.__setattr__(self, "held_out", frozen(self.held_out, "?"))

    def of_held_out(self) -> "PredictionColumns":
        """The honest ones: predictions of clips that the model was not fitted on."""
        held = self.held_out
        return PredictionColumns(self.model, self.clip_ids[held], self.affect[held], held[held])


class Study:
    """An open project, for reading; a context manager. Only the thread that opened it may use it."""

    def __init__(self, project: Project) -> None:
        self._project = project

    @classmethod
    def open(cls, path: Path, *, as_filed: bool = False) -> Self:
        """Open for reading, beside a window that writes or not; `as_filed` sets repairs of published values aside.

        Raises
        ------
        ProjectError
            When there is no project at the path.
        """
        project = Project.open(path, read_only=True)
        project.as_filed = as_filed
        return cls(project)

    @property
    def path(self) -> Path:
        """The project's folder."""
        return self._project.path

    def clips(self) -> ClipColumns:
        """All clips as read-only columns in ascending id; affect on [-1, 1], repairs applied, NaN where unknown."""
        return columns.load(self._project)

    def labels(self) -> tuple[ClipLabel, ...]:
        """Source id, title, artist, dataset and genre of every clip, in ascending id."""
        return tuple(clips.labels(self._project))

    def datasets(self) -> tuple[DatasetInfo, ...]:
        """Who rated what how: scale, licence, citation, in the order of import."""
        return tuple(row.info for row in datasets.all(self._project))

    def feature_names(self) -> tuple[str, ...]:
        """Names that `features` knows."""
        return tuple(stored_names(self._project.features_dir))

    def features(self, name: str) -> FeatureColumns:
        """One feature set of the clips that have it.

        Raises
        ------
        FeatureError
            When no clip has features of this name.
        """
        names = self.feature_names()
        if name not in names:
            raise FeatureError(
                f"No clip has features named {name!r}; there are {', '.join(names) or 'none yet'}."
            )
        locations = clips.locations(self._project)
        read = feature_table(self._project.features_dir, [name], locations)
        ids = np.array([place.clip_id for place in locations], dtype=np.int64)[read.found]
        values = read.values[read.found]
        return FeatureColumns(name, ids, values, dimension_names(name, values.shape[1]))

    def models(self) -> tuple[str, ...]:
        """Names of the trained models, the oldest first."""
        return tuple(model.name for model in models.all(self._project))

    def predictions(self, model: str = "") -> PredictionColumns:
        """What a model says; the one in use when no name is given.

        Raises
        ------
        ModelError
            When there is no such model.
        """
        row = models.find(self._project, model) if model else models.current(self._project)
        if row is None or row.id is None:
            known = ", ".join(self.models()) or "none yet"
            raise ModelError(f"There is no model {model!r}; there are {known}.")
        parts = predictions.of_model(self._project, row.id)
        held_out = np.repeat([part.held_out for part in parts], [len(part.clip_ids) for part in parts])
        ids = np.concatenate([part.clip_ids for part in parts])
        return PredictionColumns(row.name, ids, np.concatenate([part.affect for part in parts]), held_out)

    def close(self) -> None:
        """Let go of the files; what was read stays."""
        self._project.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
