"""Compute the bias report and write it."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np

from merdesk import __version__
from merdesk.domain.changes import Changes
from merdesk.errors import ModelError
from merdesk.progress import Progress
from merdesk.project import clips, columns, datasets, genres, models, predictions, provenance
from merdesk.project.models import ModelRow
from merdesk.project.project import Project
from merdesk.workflows.diagnose import Diagnose, applied, record
from merdesk.workflows.refits import Refits

PACKAGES = ("numpy", "scipy", "scikit-learn", "librosa", "soundfile", "av", "soxr")


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What the first page says, which model is judged (empty: the one in use), and sections left out of page and tables."""

    title: str = ""
    author: str = ""
    notes: str = ""
    model: str = ""
    seed: int = 0
    without: tuple[str, ...] = ()


class BuildReport:
    """Compute a report in the background; its result is report.json's content."""

    def __init__(self, project: Project, options: ReportOptions | None = None) -> None:
        from merdesk.reports.report_input import DEFAULT_TITLE, ReportInput
        from merdesk.reports.sections import checked
        from merdesk.workflows.evaluate import latest
        from merdesk.workflows.evaluation_record import record as told
        from merdesk.workflows.gap import latest_gap

        options = options or ReportOptions()
        model = _model(project, options.model)
        clip_columns = columns.load(project)
        held_out = np.zeros(len(clip_columns), dtype=bool)
        if model is not None and model.id is not None:
            _, scored = predictions.of_model(project, model.id)
            rows = clip_columns.rows_of(scored.clip_ids)
            held_out[rows] = True
        evaluation = latest(project, clip_columns)
        told_evaluation = None if evaluation is None else told(evaluation)
        told_gap = latest_gap(project, clip_columns)
        self._model = model
        self._doctor, self._holding = Diagnose(project), applied(project)
        self._refits = Refits(
            clip_columns,
            tuple(clips.locations(project, clip_columns.ids.tolist())),
            project.features_dir,
            None if project.read_only else project.cache_dir,
        )
        self.input = ReportInput(
            project=project.title,
            columns=clip_columns,
            held_out=held_out,
            model=_reported(model),
            datasets=tuple(row.info for row in datasets.all(project)),
            labels=tuple(clips.labels(project)),
            provenance=provenance.in_words(project),
            genre_mapping=_genre_mapping(project),
            evaluation=told_evaluation,
            gap=told_gap,
            seed=options.seed,
            without=checked(options.without),
            versions=(("merdesk", __version__), *((name, version(name)) for name in PACKAGES)),
            command=_command(project, model, options),
            measured_by=_measured_by(project, told_evaluation, told_gap),
            created=datetime.now(UTC).date().isoformat(),
            title=options.title or DEFAULT_TITLE,
            author=options.author,
            notes=options.notes,
        )

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return "Compute report"

    def run(self, progress: Progress) -> dict[str, Any]:
        """Examine the datasets, fit the model again on resampled training groups, where that is quick, and compute."""
        from merdesk.reports.bias_report import build

        examined = record(self._doctor.run(progress), self._holding)
        refits = None
        if self._model is not None:
            refits = self._refits.of(self._model, self.input.held_out, progress)
        return build(replace(self.input, refits=refits, doctor=examined), progress)

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: dict[str, Any]) -> Changes:  # noqa: ARG002  (a report changes nothing)
        """Nothing to write into the project."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def _model(project: Project, name: str) -> ModelRow | None:
    if not name:
        return models.current(project)
    found = models.find(project, name)
    if found is None:
        known = ", ".join(model.name for model in models.all(project)) or "none yet"
        raise ModelError(f"There is no model named {name} here; this project has {known}.")
    return found


def _reported(model: ModelRow | None) -> Any:
    from merdesk.reports.report_input import ReportedModel

    if model is None:
        return None
    settings = tuple((str(key), str(value)) for key, value in sorted(model.settings.items()))
    features = tuple(model.features.split("+"))
    return ReportedModel(
        name=model.name,
        kind=model.kind,
        features=features,
        training_datasets=model.trained_on,
        settings=settings,
        interval=model.metrics.get("interval"),
    )


def _genre_mapping(project: Project) -> tuple[tuple[str, str, str], ...]:
    names = {row.id: row.info.name for row in datasets.all(project)}
    return tuple(
        (names[dataset_id], raw, primary)
        for (dataset_id, raw), primary in sorted(genres.mapping(project).items())
        if dataset_id in names
    )


def _command(project: Project, model: ModelRow | None, options: ReportOptions) -> str:
    words = ["merdesk", "report", os.path.basename(project.path), "--out", "DIR"]  # noqa: PTH119  (a name, whatever its encoding)
    words += ["--model", model.name] if model else []
    for name in ("title", "author", "notes"):
        words += [f"--{name}", said] if (said := getattr(options, name)) else []
    words += ["--seed", str(options.seed)]
    words += ["--without", ",".join(options.without)] if options.without else []
    words += ["--as-filed"] if project.as_filed else []
    return shlex.join(words)


def _measured_by(
    project: Project, evaluation: Mapping[str, Any] | None, gap: Mapping[str, Any] | None
) -> tuple[str, ...]:
    """Commands that measure matrix and gap as this report tells them."""
    path = os.path.basename(project.path)  # noqa: PTH119  (a name, whatever its encoding)
    as_filed = ["--as-filed"] if project.as_filed else []
    found = []
    if evaluation is not None:
        words = ["merdesk", "evaluate", path, "--features", "+".join(evaluation["features"])]
        words += ["--model", evaluation["model"], "--seed", str(evaluation["seed"])]
        words += ["--recommend"] if evaluation["recommended"] else []
        words += ["--transductive"] if evaluation["transductive"] else []
        found.append(shlex.join([*words, *as_filed]))
    if gap is not None and gap["features"]:
        words = ["merdesk", "gap", path, "--features", "+".join(gap["features"]), "--seed", str(gap["seed"])]
        words += ["--same-format"] if gap.get("format_control") else []
        found.append(shlex.join([*words, *as_filed]))
    return tuple(found)
