"""Train a model on chosen datasets and features, predict every clip that has those features, keep both."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from merdesk import __version__
from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.domain.changes import Changes
from merdesk.domain.columns import ClipColumns
from merdesk.domain.prediction import Predictions
from merdesk.domain.words import counted
from merdesk.errors import ModelError
from merdesk.progress import Progress
from merdesk.project import clips, columns, models, predictions
from merdesk.project import datasets as project_datasets
from merdesk.project.models import ModelRow
from merdesk.project.project import Project
from merdesk.workflows import unlike
from merdesk.workflows.features import FeatureTable, check_names, feature_table
from merdesk.workflows.fitting import DEFAULT_MODEL, Examples, Fitting, check_model, validated_by

N_FOLDS = 5
LEAST_CLIPS = 3


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """What to train: a name for the model, names of features and of training datasets."""

    name: str
    features: tuple[str, ...]
    datasets: tuple[str, ...]
    model: str = DEFAULT_MODEL
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model with what it says of the project's clips."""

    row: ModelRow
    held_out: Predictions
    fitted: Predictions

    @property
    def sentence(self) -> str:
        """The result in words."""
        n_new = len(self.held_out.clip_ids) - len(self.fitted.clip_ids)
        other = f" and {counted(n_new, 'other clip')}" if n_new else ""
        return f"{self.row.name} trained on {counted(len(self.fitted.clip_ids), 'clip')}; these{other} have predictions now."


class TrainModel:
    """Train one model in the background."""

    def __init__(self, project: Project, request: TrainRequest) -> None:
        project.check_writable()
        if models.find(project, request.name) is not None:
            raise ModelError(
                f"There is a model named {request.name} already; choose another name, or remove that one."
            )
        check_model(request.model)
        check_names(request.features, project.features_dir)
        self._project = project
        self._request = request
        self._columns = columns.load(project)
        unknown = set(request.datasets) - set(self._columns.dataset_names)
        if unknown:
            known = ", ".join(self._columns.dataset_names) or "none"
            raise ModelError(
                f"There is no dataset {', '.join(sorted(unknown))} here; this project has {known}."
            )
        self._locations = clips.locations(project, self._columns.ids.tolist())
        self._digests = {location.clip_id: location.digest or b"" for location in self._locations}
        self._licences = {row.info.name: row.info.licence for row in project_datasets.all(project)}
        self._store_dir, self._models_dir = project.features_dir, project.models_dir
        self._cache_dir = project.cache_dir

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Train {self._request.name}"

    def run(self, progress: Progress) -> Trained:
        """Gather, cross-validate, fit, predict, save the model's file."""
        progress.begin("Reading features")
        by_id = {location.clip_id: location for location in self._locations}
        ordered = [by_id[clip_id] for clip_id in self._columns.ids.tolist()]
        table = feature_table(self._store_dir, self._request.features, ordered)
        rows = self._training_rows(table)
        progress.checkpoint()
        return self._fit(table, rows, progress)

    def _training_rows(self, table: FeatureTable) -> IntArray:
        clip_columns = self._columns
        codes = [clip_columns.dataset_names.index(name) for name in self._request.datasets]
        wanted = np.isin(clip_columns.dataset, codes) & clip_columns.annotated
        rows = np.flatnonzero(wanted & table.found)
        if len(rows) < LEAST_CLIPS:
            raise ModelError(
                f"Only {len(rows)} of the {int(wanted.sum())} rated clips in {', '.join(self._request.datasets)} have "
                f"{'+'.join(self._request.features)} features, and a model needs at least {LEAST_CLIPS}; "
                "rate more clips, or extract their features first."
            )
        return rows

    def _fit(self, table: FeatureTable, rows: IntArray, progress: Progress) -> Trained:
        from merdesk.evaluation.splits import grouped_folds
        from merdesk.models.cross_validation import out_of_fold

        clip_columns = self._columns
        affect, groups = clip_columns.affect[rows].astype(np.float64), groups_of(clip_columns)[rows]
        examples = Examples(table.widths, table.values[rows], affect, groups, clip_columns.dataset[rows])
        fit = Fitting(self._request.model, examples, progress)
        folds = grouped_folds(affect, groups, N_FOLDS, self._request.seed)
        fit.begin("Cross-validating", len(folds))
        held_out = out_of_fold(fit, examples.features, folds)
        scores = scores_of(affect, held_out, groups, seed=self._request.seed)
        scores["interval"] = interval_of(fit, examples, held_out)
        fit.begin("Fitting on all training clips", 1)
        fitted = fit(np.arange(len(rows)))
        progress.begin("Predicting every clip")
        affect_all = np.full((len(clip_columns), 2), np.nan)
        affect_all[table.found] = fitted.predict(table.values[table.found])
        in_sample = affect_all[rows].copy()
        affect_all[rows] = held_out
        row = self._save(fitted, table, rows, scores)
        others = np.setdiff1d(np.flatnonzero(table.found), rows)
        if len(others):
            far = unlike.percentiles(fitted, examples.features, groups, table.values[others])
            unlike.keep(self._cache_dir, row.file_name, clip_columns.ids[others], far)
        known = np.isfinite(affect_all).all(axis=1)
        return Trained(
            row,
            held_out=Predictions(clip_columns.ids[known], affect_all[known]),
            fitted=Predictions(clip_columns.ids[rows], in_sample, held_out=False),
        )

    def _save(self, fitted: Any, table: FeatureTable, rows: IntArray, scores: dict[str, Any]) -> ModelRow:
        from merdesk.models import bundle

        request = self._request
        file_name = f"{uuid.uuid4().hex}.mermodel"
        settings = {"seed": request.seed, "folds": N_FOLDS, "validated_by": validated_by(fitted)}
        bundle.save(self._models_dir / file_name, fitted, self._card(table, rows, scores))
        return ModelRow(
            name=request.name,
            kind=request.model,
            features="+".join(request.features),
            trained_on=request.datasets,
            settings=settings,
            metrics=scores,
            file_name=file_name,
        )

    def _card(self, table: FeatureTable, rows: IntArray, scores: dict[str, Any]) -> Any:
        from merdesk.models.card import FeatureSource, ModelCard, TrainingSet, clips_digest

        clip_columns, sources = self._columns, []
        for (name, width), features in zip(table.widths, table.sets, strict=True):
            sources.append(FeatureSource(name, features.version, features.settings, width))
        groups, training = groups_of(clip_columns), []
        for name in self._request.datasets:
            mine = rows[clip_columns.dataset[rows] == clip_columns.dataset_names.index(name)]
            keys = [self._digests[clip_id] for clip_id in clip_columns.ids[mine].tolist()]
            n_groups = len(np.unique(groups[mine]))
            training.append(
                TrainingSet(name, len(mine), n_groups, self._licences.get(name, ""), clips_digest(keys))
            )
        return ModelCard(
            name=self._request.name,
            model=self._request.model,
            features=tuple(sources),
            training=tuple(training),
            created=datetime.now(UTC).date().isoformat(),
            program=f"merdesk {__version__}",
            metrics=scores,
            notes=("Scores are out of fold, on the training datasets; other datasets can be far off.",),
        )

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: Trained) -> Changes:
        """Add the model and its predictions, and show them."""
        model_id = models.add(self._project, result.row)
        changes = predictions.replace(self._project, model_id, result.held_out, result.fitted)
        return changes | models.set_current(self._project, model_id)

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def groups_of(clip_columns: ClipColumns) -> IntArray:
    """Codes of what must stay together; a clip without a group is a group of its own."""
    own = len(clip_columns.group_names) + np.arange(len(clip_columns))
    return np.where(clip_columns.group >= 0, clip_columns.group, own)


def scores_of(affect: FloatArray, prediction: FloatArray, groups: IntArray, *, seed: int) -> dict[str, Any]:
    """Out-of-fold scores with intervals, as plain JSON values, valence first; clips never held out are left out."""
    from merdesk.evaluation.bootstrap import cluster_bootstrap

    known: BoolArray = np.asarray(np.isfinite(prediction).all(axis=1))
    scores: dict[str, Any] = {"n_clips": int(known.sum()), "n_clusters": len(np.unique(groups[known]))}
    for axis, dimension in enumerate(("valence", "arousal")):
        found = cluster_bootstrap(affect[known, axis], prediction[known, axis], groups[known], seed=seed)
        scores[dimension] = {
            name: {
                "value": _plain(i.value),
                "low": _plain(i.low),
                "high": _plain(i.high),
                "n": i.n,
                "note": i.note,
            }
            for name, i in found.items()
        }
    return scores


def interval_of(fit: Fitting, examples: Examples, held_out: FloatArray) -> dict[str, Any]:
    """Half widths of the 90 % interval around any prediction, as plain JSON values, None where it has no end.

    With several training datasets the residuals are those of leaving one dataset out, so that the interval speaks about
    a dataset that the model has not seen; with one, those of its grouped folds.
    """
    from merdesk.evaluation.splits import leave_one_out
    from merdesk.models.conformal import half_widths
    from merdesk.models.cross_validation import out_of_fold

    splits = leave_one_out(examples.datasets)
    several = len(splits) > 1 and all(len(split.train) >= LEAST_CLIPS for split in splits)
    if several:
        fit.begin("Leaving one dataset out", len(splits))
        held_out = out_of_fold(fit, examples.features, splits)
    widths = half_widths(examples.affect, held_out, examples.datasets if several else None)
    return {
        "level": widths.level,
        "valence": _plain(widths.valence),
        "arousal": _plain(widths.arousal),
        "n": widths.n,
        "over": widths.over,
    }


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
