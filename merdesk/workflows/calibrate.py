"""Bring a model onto the scale of somebody who rated twenty clips or more: a model of its own, beside the other."""

import uuid
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import numpy as np

from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.prediction import ModelId, Predictions
from merdesk.domain.words import counted
from merdesk.errors import ModelError
from merdesk.progress import Progress
from merdesk.project import columns, models, predictions, said
from merdesk.project.models import ModelRow
from merdesk.project.project import Project
from merdesk.workflows import unlike
from merdesk.workflows.predict import model_named
from merdesk.workflows.scoring import groups_of, half_widths_of, scores_of
from merdesk.workflows.train import check_new_name

OVER = "clips that this person rates"
LEAST_RATED = 20
"""As many as `models.calibration` wants, which needs not be read to say so."""
MARK = "calibrated"
"""Stands in the kind of a model. Who rated is nowhere written: models travel, and a person may want to be forgotten."""


@dataclass(frozen=True, slots=True)
class CalibratedModel:
    """The new model, and what it says of the clips that the other one predicts."""

    row: ModelRow
    held_out: Predictions
    fitted: Predictions
    n: int

    @property
    def sentence(self) -> str:
        """The result in words."""
        return f"{self.row.name} is calibrated to {counted(self.n, 'rating')} and used now."


class CalibrateModel:
    """Fit offset and gain to one annotator's ratings of clips that the model did not see."""

    def __init__(self, project: Project, model: str, annotator: str, name: str = "") -> None:
        project.check_writable()
        self._base = model_named(project, model)
        if MARK in self._base.kind:
            raise ModelError(f"{model} is calibrated already; calibrate the model that it came from.")
        self._name = name or _free_name(project, f"{model} {MARK}")
        check_new_name(project, self._name)
        self._project, self._models_dir = project, project.models_dir
        self._fitted, self._held_out = predictions.of_model(project, self._base.id or ModelId(0))
        self._loaded = columns.load(project)
        self._rated = rated_and_predicted(project, self._held_out, annotator)
        self._unlike = unlike.read(project.cache_dir, self._base.file_name)

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Calibrate {self._base.name}"

    def run(self, progress: Progress) -> CalibratedModel:
        """Fit, judge on ratings that were left out, save."""
        from merdesk.models import bundle, calibration

        progress.begin("Calibrating")
        ids = np.array(sorted(self._rated), dtype=np.int64)
        said_by_model = dict(
            zip(self._held_out.clip_ids.tolist(), self._held_out.affect.tolist(), strict=True)
        )
        p = np.array([said_by_model[clip_id] for clip_id in ids.tolist()]).reshape(-1, 2)
        y = np.array([self._rated[clip_id] for clip_id in ids.tolist()]).reshape(-1, 2)
        found = calibration.calibrate(p, y)
        groups = groups_of(self._loaded)[self._loaded.rows_of(ids)]
        held_out = calibration.held_out(p, y, groups)
        scores = scores_of(y, held_out, groups, seed=0)
        scores["interval"] = half_widths_of(y, held_out, None) | {"over": OVER}
        loaded = bundle.load(self._models_dir / self._base.file_name)
        row = self._row(found, scores)
        card = replace(
            loaded.card,
            name=self._name,
            model=row.kind,
            metrics=scores,
            notes=(*loaded.card.notes, f"Offset and gain were fitted to {found.n} ratings of one person."),
        )
        bundle.save(self._models_dir / row.file_name, calibration.Calibrated(loaded.model, found), card)
        return CalibratedModel(
            row,
            replace(self._held_out, affect=found.apply(self._held_out.affect)),
            replace(self._fitted, affect=found.apply(self._fitted.affect)),
            found.n,
        )

    def _row(self, found: Any, scores: dict[str, Any]) -> ModelRow:
        base = self._base
        return ModelRow(
            name=self._name,
            kind=f"{base.kind}, {MARK}",
            features=base.features,
            trained_on=base.trained_on,
            settings={
                **base.settings,
                "calibrated": {
                    "model": base.name,
                    "n": found.n,
                    "offset": found.offset.tolist(),
                    "gain": found.gain.tolist(),
                },
            },
            metrics=scores,
            file_name=f"{uuid.uuid4().hex}.mermodel",
        )

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: CalibratedModel) -> Changes:
        """Add the model and its predictions, and show them."""
        model_id = models.add(self._project, result.row)
        if self._unlike:
            ids, far = np.array(list(self._unlike)), np.array(list(self._unlike.values()))
            unlike.keep(self._project.cache_dir, result.row.file_name, ids, far)
        changes = predictions.replace(self._project, model_id, result.held_out, result.fitted)
        return changes | models.set_current(self._project, model_id)

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def _free_name(project: Project, wanted: str) -> str:
    taken = {model.name for model in models.all(project)}
    return next(name for n in count(1) if (name := wanted if n == 1 else f"{wanted} {n}") not in taken)


def rated_and_predicted(
    project: Project, held_out: Predictions, annotator: str
) -> dict[int, tuple[float, float]]:
    """Ratings on [-1, 1] by clip, of the clips that an annotator rated and that have a held-out prediction.

    Raises
    ------
    ModelError
        Under twenty of them, with how many there are.
    """
    rated = said.rated_by(project, annotator) if annotator else frozenset()
    found = {}
    for clip_id in sorted(rated.intersection(held_out.clip_ids.tolist())):
        rating = said.said_by(project, ClipId(clip_id), annotator)
        if rating is not None and np.isfinite([rating.valence, rating.arousal]).all():
            found[clip_id] = (rating.valence, rating.arousal)
    if len(found) < LEAST_RATED:
        who = annotator or "Nobody"
        raise ModelError(
            f"{who} rated {counted(len(found), 'clip')} that the model predicts; calibrating takes {LEAST_RATED}, "
            "so rate more on the Annotate page."
        )
    return found
