"""Models as files: written for others, and taken in from them."""

import re
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.domain.changes import Changes
from merdesk.domain.prediction import Predictions
from merdesk.domain.words import counted
from merdesk.errors import ModelError
from merdesk.progress import Progress
from merdesk.project import models, predictions
from merdesk.project.models import ModelRow
from merdesk.project.project import Project
from merdesk.project.text import clean
from merdesk.workflows.asked import Asked, check_same
from merdesk.workflows.features import check_names
from merdesk.workflows.predict import model_named
from merdesk.workflows.train import check_new_name

SUFFIX = ".mermodel"
LONGEST_NAME = 80
DIMENSIONS = ("valence", "arousal")
METRIC = re.compile(r"[a-z0-9_]{1,30}")
"""What the name of a measure looks like; anything else in a card is somebody's invention."""


def save_model(project: Project, name: str, path: Path, *, replace: bool = False) -> Path:
    """Write a model of the project to a file that other projects can load; returns its path.

    `replace` lets it take the place of a file that is there.

    Raises
    ------
    ModelError
        When there is no such model, the file is there already, or it cannot be written.
    """
    row = model_named(project, name)
    path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
    if path.exists() and not replace:
        raise ModelError(f"{path} is there already; choose another name, or remove that file.")
    try:
        shutil.copyfile(project.models_dir / row.file_name, path)
    except OSError as error:
        raise ModelError(
            f"{name} could not be written to {path} ({error.strerror}); choose another folder."
        ) from error
    return path


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model from a file, and what it says of this project's clips."""

    row: ModelRow
    held_out: Predictions
    fitted: Predictions

    @property
    def sentence(self) -> str:
        """The result in words."""
        new, seen = len(self.held_out.clip_ids), len(self.fitted.clip_ids)
        said = f"{self.row.name} is loaded; {counted(new + seen, 'clip')} have its predictions."
        if seen:
            said += f" {seen:,} of them are in datasets that it was trained on, or that are called so: they are not scored."
        return said


class LoadModel:
    """Take a model in from a file that anyone may have written."""

    def __init__(self, project: Project, path: Path, name: str = "") -> None:
        from merdesk.models import bundle

        project.check_writable()
        self._bundle = bundle.load(path)
        card = self._bundle.card
        self._name = clean(name or card.name).strip()[:LONGEST_NAME] or path.stem
        check_new_name(project, self._name)
        features = tuple(source.name for source in card.features)
        check_names(features, project.features_dir)
        self._project, self._asked, self._models_dir = (
            project,
            Asked.of(project, features),
            project.models_dir,
        )

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Load {self._name}"

    def run(self, progress: Progress) -> LoadedModel:
        """Check that the features are the same, predict every clip that has them, keep the file."""
        from merdesk.models import bundle
        from merdesk.models.use import predict_in

        progress.begin("Reading features")
        model, card, columns = self._bundle.model, self._bundle.card, self._asked.columns
        rows = np.arange(len(columns))
        table, _ = self._asked.table_for(model, rows)
        check_same(self._name, card, table)
        progress.begin("Predicting every clip")
        rows = rows[table.found]
        affect: FloatArray = np.empty((0, 2))
        if len(rows):
            affect = predict_in(model, table.values[table.found], self._asked.datasets(rows))
        progress.checkpoint()
        file_name = f"{uuid.uuid4().hex}{SUFFIX}"
        bundle.save(self._models_dir / file_name, model, card)
        seen = self._trained_on()[rows]
        return LoadedModel(
            ModelRow(
                name=self._name,
                kind=clean(card.model)[:LONGEST_NAME],
                features="+".join(self._asked.features),
                trained_on=tuple(clean(one.dataset)[:LONGEST_NAME] for one in card.training),
                settings={"loaded": True, "program": card.program[:LONGEST_NAME]},
                metrics=plain_metrics(card.metrics),
                file_name=file_name,
            ),
            Predictions(columns.ids[rows[~seen]], affect[~seen]),
            Predictions(columns.ids[rows[seen]], affect[seen], held_out=False),
        )

    def _trained_on(self) -> BoolArray:
        """Clips [n] that the model may have been fitted on: those of datasets of the same name, or the same audio."""
        from merdesk.models.card import clips_digest

        columns, training = self._asked.columns, self._bundle.card.training
        names, digests = {one.dataset for one in training}, {one.digest for one in training}
        seen = np.zeros(len(columns), dtype=bool)
        for code, name in enumerate(columns.dataset_names):
            mine = columns.dataset == code
            rated = np.flatnonzero(mine & columns.annotated).tolist()
            same = (
                bool(rated)
                and clips_digest(self._asked.locations[row].digest or b"" for row in rated) in digests
            )
            seen |= mine & (name in names or same)
        return seen

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: LoadedModel) -> Changes:
        """Add the model and its predictions, and show them."""
        model_id = models.add(self._project, result.row)
        changes = predictions.replace(self._project, model_id, result.held_out, result.fitted)
        return changes | models.set_current(self._project, model_id)

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def plain_metrics(given: Mapping[str, Any]) -> dict[str, Any]:
    """Scores of a card as far as they have the form that merdesk writes; whatever else stands there is left out."""
    kept: dict[str, Any] = {
        name: given[name] for name in ("n_clips", "n_clusters") if _whole(given.get(name))
    }
    for dimension in DIMENSIONS:
        found = given.get(dimension)
        if isinstance(found, dict):
            kept[dimension] = {
                metric: {key: found[metric][key] for key in ("value", "low", "high", "n", "note")}
                for metric in found
                if METRIC.fullmatch(metric) and _is_score(found[metric])
            }
    interval = given.get("interval")
    if isinstance(interval, dict) and isinstance(interval.get("over"), str):
        numbers = {key: interval.get(key) for key in ("level", *DIMENSIONS)}
        if all(_number(value) for value in numbers.values()) and _whole(interval.get("n")):
            kept["interval"] = {
                **numbers,
                "n": interval["n"],
                "over": clean(interval["over"])[:LONGEST_NAME],
            }
    return kept


def _is_score(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and all(_number(found.get(key, "")) for key in ("value", "low", "high"))
        and _whole(found.get("n"))
        and isinstance(found.get("note"), str)
    )


def _number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
