"""Predict clips with a trained model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.prediction import ModelId, Predictions
from merdesk.errors import ModelError
from merdesk.progress import Progress
from merdesk.project import clips, models, predictions
from merdesk.project.models import ModelRow
from merdesk.project.project import Project
from merdesk.workflows.features import FeatureTable, feature_table


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
        _, held_out = predictions.of_model(project, self._id)
        self._known = dict(zip(held_out.clip_ids.tolist(), held_out.affect.tolist(), strict=True))
        wanted = None if not clip_ids else [ClipId(clip_id) for clip_id in clip_ids]
        self._locations = clips.locations(project, wanted)
        if wanted is not None and len(self._locations) < len(set(wanted)):
            found = {place.clip_id for place in self._locations}
            missing = next(clip_id for clip_id in wanted if clip_id not in found)
            raise ModelError(f"There is no clip {missing} in this project; merdesk info lists what there is.")
        self._titles = {found.id: found.title or found.source_id for found in clips.labels(project, wanted)}
        self._store_dir, self._file = project.features_dir, project.models_dir / row.file_name

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Predict with {self._row.name}"

    def run(self, progress: Progress) -> PredictResult:
        """Load the model and predict."""
        from merdesk.models import bundle

        progress.begin("Loading the model")
        loaded = bundle.load(self._file)
        progress.begin("Predicting")
        new = [place for place in self._locations if place.clip_id not in self._known]
        table = feature_table(self._store_dir, self._row.features.split("+"), new)
        self._check_same(loaded.card, table)
        ids = np.array([place.clip_id for place in new], dtype=np.int64)[table.found]
        affect = np.empty((0, 2)) if not len(ids) else loaded.model.predict(table.values[table.found])
        progress.checkpoint()
        found = self._known | dict(zip(ids.tolist(), affect.tolist(), strict=True))
        rows = tuple(
            PredictedClip(place.clip_id, self._titles[place.clip_id], *found[place.clip_id])
            for place in self._locations
            if place.clip_id in found
        )
        return PredictResult(Predictions(ids, affect), rows)

    def _check_same(self, card: Any, table: FeatureTable) -> None:
        """Columns under a name can become others: another table, other weights, a new version."""
        for source, features in zip(card.features, table.sets, strict=True):
            if table.found.any() and (source.version, source.settings) != (
                features.version,
                features.settings,
            ):
                raise ModelError(
                    f"{self._row.name} was trained on other {source.name} features than those that are here now; "
                    "train it again."
                )

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
