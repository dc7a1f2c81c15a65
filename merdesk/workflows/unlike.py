"""How unlike a model's training clips other clips are, kept beside the model's other derived values.

A percentile, worded "unlike the training clips", never "unreliable": it hardly predicts the error.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.errors import Failure, attempt


def percentiles(fitted: Any, training: FloatArray, groups: IntArray, others: FloatArray) -> FloatArray:
    """Percentile of each other clip [n]: so many training clips lie nearer to those of other groups than it does."""
    from merdesk.models.familiarity import Familiarity
    from merdesk.models.use import standardiser_of

    return Familiarity.fit(training, groups, standardiser_of(fitted)).percentile(others)


def keep(folder: Path, file_name: str, clip_ids: IntArray, values: FloatArray) -> None:
    """Write the percentiles of a model's file into the cache."""
    path = _path(folder, file_name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez(file, ids=clip_ids, percentile=values.astype(np.float32))


def read(folder: Path, file_name: str) -> Mapping[int, float]:
    """Percentile by clip id; empty when none were kept."""

    def reading() -> dict[int, float]:
        with np.load(_path(folder, file_name), allow_pickle=False) as stored:
            return dict(zip(stored["ids"].tolist(), stored["percentile"].tolist(), strict=True))

    if not _path(folder, file_name).is_file():
        return {}
    found = attempt(reading)
    # A cache that cannot be read is one that is not there.
    return {} if isinstance(found, Failure) else found


def _path(folder: Path, file_name: str) -> Path:
    return folder / "unlike" / f"{Path(file_name).stem}.npz"
