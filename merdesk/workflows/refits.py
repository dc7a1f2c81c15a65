"""What a model of the project would say had other groups trained it: refits, kept in the project's cache by their content."""

import hashlib
import io
from pathlib import Path

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.domain.columns import ClipColumns
from merdesk.errors import Failure, FeatureError, attempt
from merdesk.progress import Progress
from merdesk.project.clips import ClipLocation
from merdesk.project.models import ModelRow
from merdesk.workflows.evaluation_table import fingerprint
from merdesk.workflows.features import feature_table
from merdesk.workflows.fitting import Examples, Fitting
from merdesk.workflows.scoring import LEAST_CLIPS, groups_of

QUICK = ("ridge",)
"""Kinds of which forty fits take seconds to minutes; forty ensembles of perceptrons would take hours."""


class Refits:
    """Refits of one model, read or computed when a workflow runs; the project is read before."""

    def __init__(
        self,
        columns: ClipColumns,
        locations: tuple[ClipLocation, ...],
        store_dir: Path,
        cache_dir: Path | None,
    ) -> None:
        self._columns, self._locations = columns, locations
        self._store_dir, self._cache_dir = store_dir, cache_dir

    def of(self, model: ModelRow, held_out: BoolArray, progress: Progress) -> FloatArray | None:
        """Predictions [n_clips, n_refits, 2], NaN for clips that train or are not `held_out`.

        None where the kind is too slow to fit forty times, or training clips or features are not here.
        """
        names = model.features.split("+")
        codes = [k for k, name in enumerate(self._columns.dataset_names) if name in model.trained_on]
        training = np.isin(self._columns.dataset, codes) & self._columns.annotated
        wanted = held_out & ~training & self._columns.annotated
        if model.kind not in QUICK or len(codes) < len(model.trained_on) or not wanted.any():
            return None
        path = self._path(model, wanted)
        found = _read(path)
        if found is None:
            found = self._computed(names, training, wanted, progress)
            if found is not None and path is not None:
                _write(path, found)
        if found is None:
            return None
        refits = np.full((len(wanted), len(found), 2), np.nan)
        refits[wanted] = np.moveaxis(found, 0, 1)
        return refits

    def _path(self, model: ModelRow, wanted: BoolArray) -> Path | None:
        if self._cache_dir is None:
            return None
        key = f"{model.file_name}|{model.features}|{fingerprint(self._columns)}|{np.flatnonzero(wanted).tolist()}"
        return self._cache_dir / "refits" / f"{hashlib.blake2b(key.encode(), digest_size=12).hexdigest()}.npy"

    def _computed(
        self, names: list[str], training: BoolArray, wanted: BoolArray, progress: Progress
    ) -> FloatArray | None:
        from merdesk.evaluation.refits import refit_predictions

        try:
            table = feature_table(self._store_dir, names, self._locations)
        except FeatureError:
            return None
        if not table.found[wanted].all():
            return None
        rows: IntArray = np.flatnonzero(training & table.found)
        if len(rows) < LEAST_CLIPS:
            return None
        clip_columns = self._columns
        examples = Examples(
            table.widths,
            table.values[rows],
            clip_columns.affect[rows].astype(np.float64),
            groups_of(clip_columns)[rows],
            clip_columns.dataset[rows],
        )
        return refit_predictions(
            Fitting(QUICK[0], examples, progress, counted=False),
            examples.features,
            examples.groups,
            examples.datasets,
            table.values[wanted],
            progress=progress,
        ).astype(np.float32)


def _read(path: Path | None) -> FloatArray | None:
    """Refits of a file; None when there is none that can be read."""
    if path is None or not path.is_file():
        return None
    found = attempt(lambda: np.load(io.BytesIO(path.read_bytes()), allow_pickle=False))
    return None if isinstance(found, Failure) else np.asarray(found)


def _write(path: Path, refits: FloatArray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        np.save(file, refits)
    beside.replace(path)
