"""Trained models: what they were trained on, how well they did, and the file that holds their weights."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from merdesk.domain.changes import Changes
from merdesk.domain.prediction import ModelId
from merdesk.errors import ProjectError
from merdesk.project import history, values
from merdesk.project.database import Row
from merdesk.project.project import Project
from merdesk.project.text import clean

COLUMNS = "id, name, kind, features, trained_on, settings, metrics, file_name, created_at"


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A trained model. `file_name` lies in the project's `models_dir`; `id` is None until it is added."""

    name: str
    kind: str
    features: str
    trained_on: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    file_name: str = ""
    created_at: str = ""
    id: ModelId | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Half widths, valence and arousal, of the 90 % interval around its predictions; None where none is known."""
        found = self.metrics.get("interval") or {}
        valence, arousal = found.get("valence"), found.get("arousal")
        return None if valence is None or arousal is None else (float(valence), float(arousal))


def all(project: Project) -> list[ModelRow]:  # noqa: A001  (read as models.all)
    """Every model, oldest first."""
    return [
        _model(row)
        for row in project.database.rows(f"SELECT {COLUMNS} FROM model WHERE removed = 0 ORDER BY id")
    ]


def get(project: Project, model_id: ModelId) -> ModelRow:
    """One model; KeyError when there is none."""
    row = project.database.row(f"SELECT {COLUMNS} FROM model WHERE removed = 0 AND id = ?", (model_id,))
    if row is None:
        raise KeyError(f"no model {model_id}")
    return _model(row)


def find(project: Project, name: str) -> ModelRow | None:
    """The model of this name, None when there is none."""
    row = project.database.row(f"SELECT {COLUMNS} FROM model WHERE removed = 0 AND name = ?", (name,))
    return None if row is None else _model(row)


def add(project: Project, model: ModelRow) -> ModelId:
    """Add a trained model; no step of the history, so that a training that ends does not cost the chance to redo.

    Raises
    ------
    ProjectError
        When another model has the name.
    """
    name = clean(model.name).strip()
    if find(project, name) is not None:
        raise ProjectError(f"There is a model named {name} already; choose another name, or remove that one.")
    row = {
        "name": name,
        "kind": model.kind,
        "features": model.features,
        "trained_on": json.dumps(list(model.trained_on)),
        "settings": json.dumps(dict(model.settings)),
        "metrics": json.dumps(dict(model.metrics)),
        "file_name": model.file_name,
        "created_at": model.created_at or history.now(),
    }
    with project.write(durable=True):
        _free(project, name)
        return ModelId(project.database.insert("model", row))


def remove(project: Project, model_id: ModelId) -> Changes:
    """Take a model out of the project; undo brings it back with its predictions, for its file stays."""
    name = get(project, model_id).name
    with history.edit(project, f"Remove model {name}", subject=f"model {model_id}") as edit:
        project.database.execute("UPDATE model SET removed = 1 WHERE id = ?", (model_id,))
    return edit.changes | Changes.of("prediction") | Changes.of("clip")


def current(project: Project) -> ModelRow | None:
    """The model whose predictions are shown: the chosen one, else the newest; None when there is none."""
    known = all(project)
    chosen = values.get(project, "model")
    return next((model for model in known if model.id == chosen), known[-1] if known else None)


def set_current(project: Project, model_id: ModelId | None) -> Changes:
    """Choose the model whose predictions are shown; None for the newest."""
    values.set(project, "model", model_id)
    return Changes.of("model") | Changes.of("prediction") | Changes.of("clip")


def _free(project: Project, name: str) -> None:
    """Take a name away from a removed model: names are unique, and an undo must never meet its own name."""
    removed = project.database.value("SELECT id FROM model WHERE name = ?", (name,))
    if removed is not None:
        taken = {row[0] for row in project.database.rows("SELECT name FROM model")}
        other = next(f"{name} ({n})" for n in count(1) if f"{name} ({n})" not in taken)
        project.database.execute("UPDATE model SET name = ? WHERE id = ?", (other, removed))


def _model(row: Row) -> ModelRow:
    return ModelRow(
        id=ModelId(row[0]),
        name=row[1],
        kind=row[2],
        features=row[3],
        trained_on=tuple(json.loads(row[4])),
        settings=json.loads(row[5]),
        metrics=json.loads(row[6]),
        file_name=row[7],
        created_at=row[8],
    )
