"""Train a model on chosen datasets and features, predict every clip that has those features, keep both."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.changes import Changes
from merdesk.domain.prediction import Predictions
from merdesk.domain.training import Epoch, FoldScore
from merdesk.domain.words import counted
from merdesk.errors import ModelError
from merdesk.progress import Progress
from merdesk.project import datasets as project_datasets
from merdesk.project import models, predictions, provenance
from merdesk.project.models import ModelRow
from merdesk.project.project import Project
from merdesk.workflows import training_record, unlike
from merdesk.workflows.asked import Asked, within_datasets
from merdesk.workflows.beside import Beside
from merdesk.workflows.evaluation_table import Source
from merdesk.workflows.features import FeatureTable, check_names
from merdesk.workflows.fitting import (
    DEFAULT_MODEL,
    PERCEPTRONS,
    SEEDS,
    TRANSDUCTIVE,
    check_model,
    kind_of,
    validated_by,
)
from merdesk.workflows.model_card import card_of
from merdesk.workflows.resting import collector_resting
from merdesk.workflows.scoring import LEAST_CLIPS
from merdesk.workflows.training import N_FOLDS, Training, groups_in_training
from merdesk.workflows.training_record import TrainingRecord

MOST_NETWORKS = 25


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """What to train: a name for the model, names of features and of training datasets.

    `search` is how many settings of perceptrons are tried first, and `n_networks` how many of them are averaged, trained
    from `seed` on; `transductive` standardises features within each dataset.
    """

    name: str
    features: tuple[str, ...]
    datasets: tuple[str, ...]
    model: str = DEFAULT_MODEL
    seed: int = 0
    search: int = 0
    transductive: bool = False
    n_networks: int = len(SEEDS)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Of the perceptrons' networks."""
        return tuple(range(self.seed, self.seed + self.n_networks))

    @property
    def kind(self) -> str:
        """The model in words that mark what its scores rest on."""
        return kind_of(self.model, transductive=self.transductive)


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
    """Train one model in the background; clips are read there too, by a reader of its own."""

    _source: Source
    _asked: Asked
    _licences: Mapping[str, str]

    def __init__(self, project: Project, request: TrainRequest) -> None:
        project.check_writable()
        check_new_name(project, request.name)
        check_model(request.model, request.search)
        check_seeds(request)
        check_names(request.features, project.features_dir)
        self._project = project
        self._request = request
        known = project_datasets.names(project)
        unknown = set(request.datasets) - set(known)
        if unknown:
            raise ModelError(
                f"There is no dataset {', '.join(sorted(unknown))} here; this project has {', '.join(known) or 'none'}."
            )
        self._labels = "; ".join(provenance.in_words(project)) or "as filed"
        self._beside = Beside.of(project)
        self._models_dir, self._cache_dir = project.models_dir, project.cache_dir
        self.epochs: list[Epoch] = []
        self.folds: list[FoldScore] = []
        """How it goes, as far as it was delivered."""

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Train {self._request.name}"

    def run(self, progress: Progress) -> Trained:
        """Gather, cross-validate, fit, predict, save the model's file."""
        progress.begin("Reading clips")
        self._read()
        progress.begin("Reading features")
        table = self._asked.table()
        if self._request.transductive:
            table, _ = within_datasets(table, self._asked.columns.dataset)
        rows = self._training_rows(table)
        progress.checkpoint()
        groups = groups_in_training(self._source, rows, table.values[rows])
        return Training(self._request, self._asked, table, rows, groups, progress).trained(self)

    def _read(self) -> None:
        with collector_resting(), self._beside.opened() as reader:
            self._source = Source.of(reader, self._request.features)
            self._licences = {row.info.name: row.info.licence for row in project_datasets.all(reader)}
        self._asked = Asked.of_source(self._source)

    def _training_rows(self, table: FeatureTable) -> IntArray:
        clip_columns, names = self._asked.columns, self._request.datasets
        codes = [clip_columns.dataset_names.index(name) for name in names]
        wanted = np.isin(clip_columns.dataset, codes) & clip_columns.annotated
        rows = np.flatnonzero(wanted & table.found)
        if len(rows) < LEAST_CLIPS:
            few = (
                " in a dataset that has 20 of them, which standardising within datasets takes"
                if self._request.transductive
                else ""
            )
            raise ModelError(
                f"Only {len(rows)} of the {int(wanted.sum())} rated clips in {', '.join(names)} have "
                f"{'+'.join(self._request.features)} features{few}, and a model needs at least {LEAST_CLIPS}; "
                "rate more clips, or extract their features first."
            )
        check_labels(clip_columns.affect[rows])
        return rows

    def save(
        self,
        fitted: Any,
        table: FeatureTable,
        rows: IntArray,
        scores: dict[str, Any],
        record: TrainingRecord,
    ) -> ModelRow:
        """Write the model's file; the row that the project will keep of it."""
        from merdesk.models import bundle
        from merdesk.models.transductive import Transductive

        request = self._request
        file_name = f"{uuid.uuid4().hex}.mermodel"
        whole = Transductive(fitted) if request.transductive else fitted
        settings = {
            "seed": request.seed,
            "folds": N_FOLDS,
            "search": request.search,
            **({"networks": request.n_networks} if request.model in PERCEPTRONS else {}),
            TRANSDUCTIVE: request.transductive,
            "validated_by": validated_by(whole),
            "labels": self._labels,
        }
        bundle.save(
            self._models_dir / file_name,
            whole,
            card_of(request, self._asked, self._licences, table, rows, scores),
        )
        training_record.write(self._models_dir, file_name, record)
        return ModelRow(
            name=request.name,
            kind=request.kind,
            features="+".join(request.features),
            trained_on=request.datasets,
            settings=settings,
            metrics=scores,
            file_name=file_name,
        )

    def keep_unlike(
        self, fitted: Any, row: ModelRow, table: FeatureTable, rows: IntArray, groups: IntArray
    ) -> None:
        """Keep how unlike the training clips, with their groups, the others are."""
        others = np.setdiff1d(np.flatnonzero(table.found), rows)
        if len(others):
            far = unlike.percentiles(fitted, table.values[rows], groups, table.values[others])
            unlike.keep(self._cache_dir, row.file_name, self._asked.columns.ids[others], far)

    def commit(self, part: Any) -> Changes:
        """Take in how it goes, to be looked at meanwhile; nothing is written before the end."""
        (self.epochs if isinstance(part, Epoch) else self.folds).append(part)
        return Changes()

    def finish(self, result: Trained) -> Changes:
        """Add the model and its predictions, and show them."""
        model_id = models.add(self._project, result.row)
        changes = predictions.replace(self._project, model_id, result.held_out, result.fitted)
        return changes | models.set_current(self._project, model_id)

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


class TakenNameError(ModelError):
    """A model has this name already; `free` is a name like it that none has."""

    def __init__(self, name: str, free: str) -> None:
        super().__init__(f"There is a model named {name} already; choose another name, or remove that one.")
        self.name, self.free = name, free


def check_new_name(project: Project, name: str) -> None:
    """TakenNameError for a name that a model has already."""
    taken = {model.name for model in models.all(project)}
    if name in taken:
        raise TakenNameError(name, next(free for n in count(2) if (free := f"{name} {n}") not in taken))


def check_seeds(request: TrainRequest) -> None:
    """ModelError for seeds that no network can start from."""
    if request.seed < 0 or not 1 <= request.n_networks <= MOST_NETWORKS:
        raise ModelError(
            f"{request.n_networks} networks from seed {request.seed} cannot be trained; choose a seed from 0 on and 1 to "
            f"{MOST_NETWORKS} networks."
        )


def check_labels(affect: FloatArray) -> None:
    """ModelError when neither valence nor arousal differs between clips: there is nothing to learn."""
    if not (np.ptp(affect, axis=0) > 0).any():
        raise ModelError(
            "All these clips have the same valence and the same arousal, so there is nothing to learn; "
            "add clips that were rated differently."
        )
