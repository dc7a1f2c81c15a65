"""Predict clips with a trained model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.changes import Changes
from merdesk.domain.prediction import ModelId, Predictions
from merdesk.errors import ModelError
from merdesk.progress import Progress
from merdesk.project import clips, models, predictions
from merdesk.project.models import ModelRow
from merdesk.project.project import Project
from merdesk.workflows.asked import Asked, check_same


@dataclass(frozen=True, slots=True)
class PredictedClip:
    """One prediction on [-1, 1]; of training clips the one by a model that was not fitted on them."""

    clip_id: int
    title: str
    valence: float
    arousal: float


@dataclass(frozen=True, slots=True)
class PredictResult:
    """What a model says: of clips that were new to it, and of all that were asked for."""

    new: Predictions
    rows: tuple[PredictedClip, ...]


class PredictClips:
    """Predict the clips that have no prediction of this model yet, and list those asked for.

    Training clips keep their out-of-fold predictions.
    """

    def __init__(self, project: Project, model: str, clip_ids: Sequence[int] | None = None) -> None:
        row = model_named(project, model)
        self._project = project
        self._row = row
        self._id = row.id or ModelId(0)
        # A clip that the model was fitted on is no new one, also where no held-out prediction of it came with the model.
        self._known: dict[int, list[float]] = {}
        for said in predictions.of_model(project, self._id):
            self._known |= dict(zip(said.clip_ids.tolist(), said.affect.tolist(), strict=True))
        self._asked = Asked.of(project, row.features.split("+"))
        self._rows = rows_asked_for(self._asked, clip_ids)
        wanted = self._asked.columns.ids[self._rows].tolist()
        self._titles = {found.id: found.title or found.source_id for found in clips.labels(project, wanted)}
        self._file = project.models_dir / row.file_name

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Predict with {self._row.name}"

    def run(self, progress: Progress) -> PredictResult:
        """Load the model and predict."""
        from merdesk.models import bundle
        from merdesk.models.use import predict_in

        progress.begin("Loading the model")
        loaded = bundle.load(self._file)
        progress.begin("Predicting")
        ids = self._asked.columns.ids
        new = self._rows[[clip_id not in self._known for clip_id in ids[self._rows].tolist()]]
        table, _ = self._asked.table_for(loaded.model, new)
        check_same(self._row.name, loaded.card, table)
        rows = new[table.found]
        affect: FloatArray = np.empty((0, 2))
        if len(rows):
            affect = predict_in(loaded.model, table.values[table.found], self._asked.datasets(rows))
        progress.checkpoint()
        found = self._known | dict(zip(ids[rows].tolist(), affect.tolist(), strict=True))
        listed = tuple(
            PredictedClip(clip_id, self._titles[clip_id], *found[clip_id])
            for clip_id in ids[self._rows].tolist()
            if clip_id in found
        )
        return PredictResult(Predictions(ids[rows], affect), listed)

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: PredictResult) -> Changes:
        """Keep the new predictions."""
        if not len(result.new.clip_ids):
            return Changes()
        return predictions.add(self._project, self._id, result.new)

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def model_named(project: Project, name: str) -> ModelRow:
    """The model of a name; ModelError that names those there are."""
    found = models.find(project, name)
    if found is None:
        known = ", ".join(model.name for model in models.all(project)) or "none yet"
        raise ModelError(f"There is no model named {name} here; this project has {known}.")
    return found


def rows_asked_for(asked: Asked, clip_ids: Sequence[int] | None) -> IntArray:
    """Rows of the clips with these ids, ascending, or of all; ModelError that names one that is not there."""
    ids = asked.columns.ids
    if not clip_ids:
        return np.arange(len(ids))
    missing = sorted(set(clip_ids) - set(ids.tolist()))
    if missing:
        raise ModelError(f"There is no clip {missing[0]} in this project; merdesk info lists what there is.")
    return np.flatnonzero(np.isin(ids, list(clip_ids)))
