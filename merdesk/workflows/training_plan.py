"""What a training would take, before it starts: its clips, which of them two datasets share, fits, memory and time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from merdesk.domain.arrays import BoolArray
from merdesk.domain.changes import Changes
from merdesk.domain.words import counted
from merdesk.features.store import FeatureStore
from merdesk.progress import Progress
from merdesk.project import models
from merdesk.project.project import Project
from merdesk.workflows import training_record
from merdesk.workflows.beside import Beside
from merdesk.workflows.evaluation_table import Source
from merdesk.workflows.features import check_names, feature_set, key_of
from merdesk.workflows.resting import collector_resting
from merdesk.workflows.scoring import groups_of
from merdesk.workflows.training_cost import Past

if TYPE_CHECKING:
    import numpy.typing as npt

    from merdesk.domain.arrays import IntArray


@dataclass(frozen=True, slots=True)
class PlannedSet:
    """A dataset as it could train: rated clips, those of them that have the features, and the groups of the latter."""

    name: str
    n_rated: int
    n_usable: int
    n_groups: int


@dataclass(frozen=True, slots=True)
class Shared:
    """Clips of `second` that `first` has, too: `n_sure` by their audio or their source's ids, `n_likely` by title and artist."""

    first: str
    second: str
    n_sure: int
    n_likely: int

    @property
    def sentence(self) -> str:
        """What it means for a training on both."""
        parts = [counted(self.n_sure, "clip")] if self.n_sure else []
        if self.n_likely:
            parts.append(f"{counted(self.n_likely, 'clip')} by title and artist")
        return (
            f"{self.first} and {self.second} share {' and '.join(parts)}: these count twice in training. A score never rests "
            "on a copy that trained; to count each recording once, have the doctor leave out the copies."
        )


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What is known of every dataset with one choice of features.

    Attributes
    ----------
    features
        Names of the feature sets.
    n_all
        Clips of the project: all of them are predicted afterwards.
    past
        Earlier trainings in this project, as far as it is known how long they took.
    """

    features: tuple[str, ...]
    sets: tuple[PlannedSet, ...]
    shared: tuple[Shared, ...]
    n_all: int
    past: tuple[Past, ...] = ()

    def of(self, names: Sequence[str]) -> tuple[PlannedSet, ...]:
        """The datasets of these names."""
        return tuple(one for one in self.sets if one.name in names)

    def warnings(self, names: Sequence[str]) -> list[str]:
        """A sentence for each two of these datasets that share clips."""
        return [one.sentence for one in self.shared if one.first in names and one.second in names]


class PlanTraining:
    """Look at what could train, by a reader beside the window; nothing is written."""

    title = "Look at training clips"
    _source: Source

    def __init__(self, project: Project, features: Sequence[str]) -> None:
        check_names(features, project.features_dir)
        self._beside, self._features = Beside.of(project), tuple(features)

    def run(self, progress: Progress) -> TrainingPlan:
        """Count clips with features, and those that two datasets share."""
        with collector_resting():
            return self._counted(progress)

    def _counted(self, progress: Progress) -> TrainingPlan:
        progress.begin("Reading clips")
        with self._beside.opened() as reader:
            self._source = source = Source.of(reader, self._features)
            past = tuple(_past(reader))
        progress.begin("Looking for clips that datasets share")
        columns, groups = source.columns, groups_of(source.columns)
        usable = columns.annotated & self._found()
        sets = []
        for code, name in enumerate(columns.dataset_names):
            mine = columns.dataset == code
            sets.append(
                PlannedSet(
                    name,
                    int(np.count_nonzero(mine & columns.annotated)),
                    int(np.count_nonzero(mine & usable)),
                    len(np.unique(groups[mine & usable])),
                )
            )
        progress.checkpoint()
        return TrainingPlan(source.features, tuple(sets), tuple(self._shared(usable)), len(columns), past)

    def _found(self) -> BoolArray:
        """Clips [n] that have every set of features."""
        places = self._source.locations
        found = np.ones(len(places), dtype=bool)
        with FeatureStore.open(self._source.store_dir, read_only=True) as store:
            for name in self._source.features:
                features = feature_set(name, store)
                keys = [key_of(place, features) for place in places]
                known = np.array([key is not None for key in keys], dtype=bool)
                known[known] = store.has(key for key in keys if key is not None)
                found &= known
        return found

    def _shared(self, usable: BoolArray) -> list[Shared]:
        source = self._source
        digests = np.array(
            [place.digest.hex() if place.digest else "" for place in source.locations], dtype=str
        )
        sure = self._pairs([digests, np.array(source.families, dtype=str)], usable)
        likely = self._pairs([np.array(source.names[0], dtype=str)], usable)
        names = source.columns.dataset_names
        found = []
        for (first, second), copies in sorted((sure | likely).items()):
            n_sure = len(sure.get((first, second), set()))
            n_likely = len(copies | sure.get((first, second), set())) - n_sure
            found.append(Shared(names[first], names[second], n_sure, n_likely))
        return found

    def _pairs(
        self, keys: Sequence["npt.NDArray[np.str_]"], usable: BoolArray
    ) -> dict[tuple[int, int], set[int]]:
        """By two datasets, the rows of the second that have a copy in the first."""
        from merdesk.evaluation.leakage import pairs_by_key

        rows = np.flatnonzero(usable)
        codes: IntArray = self._source.columns.dataset[rows]
        found: dict[tuple[int, int], set[int]] = {}
        for key in keys:
            for pair in pairs_by_key(key[rows], codes).tolist():
                one, other = sorted(pair, key=lambda row: codes[row])
                found.setdefault((int(codes[one]), int(codes[other])), set()).add(other)
        return found

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: TrainingPlan) -> Changes:  # noqa: ARG002  (looking changes nothing)
        """Nothing to write."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def _past(project: Project) -> list[Past]:
    found = []
    for model in models.all(project):
        record = training_record.read(project.models_dir, model.file_name)
        if record is not None and record.seconds > 0 and not model.settings.get("search"):
            networks = int(model.settings.get("networks", 0))
            n_datasets = len(record.datasets)
            kind = model.kind.split(",")[0]
            found.append(
                Past(model.name, kind, record.n_clips, record.n_columns, n_datasets, networks, record.seconds)
            )
    return found
