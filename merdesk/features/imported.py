"""Sets of features that came out of a table instead of an extractor: their names, their keys, their columns.

A table says which clip its numbers belong to, not which audio, and often there is no audio; so the key's content is
the clip itself. Ids of clips are never used twice, and a store belongs to one project.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.domain.protocols import FeatureArrays
from merdesk.errors import FeatureError
from merdesk.features import base_of
from merdesk.features.key import FeatureKey, FeatureSet, canonical
from merdesk.features.store import FeatureStore

_SOURCE = "table"
_APART = "+,:/\\"
"""Letters that part names on the command line and in files."""


def check_name(name: str) -> str:
    """Return the name without spaces around it.

    Raises
    ------
    FeatureError
        When no set may be called so.
    """
    name = name.strip()
    if not name or any(letter in name for letter in _APART):
        raise FeatureError(f"Features cannot be named {name!r}; choose a name without {' '.join(_APART)}.")
    if base_of(name):
        raise FeatureError(f"The features {name} are computed by merdesk itself; choose another name.")
    return name


def is_imported(features: FeatureSet) -> bool:
    """True for a set that came out of a table."""
    settings = json.loads(features.settings)
    return settings.get("source") == _SOURCE and "columns" in settings


def newest(sets: Iterable[FeatureSet], name: str) -> FeatureSet | None:
    """The imported set of a name; None when there is none."""
    found = [features for features in sets if features.extractor == name and is_imported(features)]
    return max(found, key=lambda features: features.version, default=None)


def key_of(features: FeatureSet, clip_id: int) -> FeatureKey:
    """Key of a clip in an imported set.

    Examples
    --------
    >>> key_of(FeatureSet("mert", 1, "{}"), 12).content
    b'clip 12'
    """
    return FeatureKey.of(features, content=b"clip %d" % clip_id, onset_s=0.0, duration_s=None)


def column_names(folder: Path, features: FeatureSet) -> tuple[str, ...]:
    """Names of a set's columns; numbers, when the file that held them is gone."""
    digest = json.loads(features.settings)["columns"]
    try:
        return tuple(json.loads(_names_file(folder, digest).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        with FeatureStore.open(folder) as store:
            width = next((found.width for found in store.sets() if found.features == features), 0)
        return tuple(f"column {place + 1}" for place in range(width))


def write(
    store: FeatureStore, name: str, columns: Sequence[str], rows: Mapping[int, FloatArray], *, replace: bool
) -> tuple[FeatureSet, int]:
    """Keep imported features.

    Parameters
    ----------
    columns
        Names of the columns; they tell one set from another.
    rows
        Vector [d] by id of the clip.
    replace
        Let these rows take the place of everything that has this name; otherwise they are added to it.

    Returns
    -------
    The set, and how many clips of it are new.

    Raises
    ------
    FeatureError
        When the name holds other columns or other values for a clip, and may not be replaced.
    """
    old = newest((found.features for found in store.sets()), name)
    features = FeatureSet(
        name, 1, canonical({"source": _SOURCE, "columns": _save_names(store.folder, columns)})
    )
    if old is not None and replace:
        features = FeatureSet(name, old.version + 1, features.settings)
    elif old is not None:
        _refuse_others(store, old, features, rows)
        features = old
    nothing = np.empty((0, len(columns)), np.float32)
    n_new = store.append(
        (key_of(features, clip_id), FeatureArrays(values, nothing)) for clip_id, values in rows.items()
    )
    if old is not None and replace:
        store.prune(old)
    return features, n_new


def _refuse_others(
    store: FeatureStore, old: FeatureSet, new: FeatureSet, rows: Mapping[int, FloatArray]
) -> None:
    if old.settings != new.settings:
        raise FeatureError(
            f"There are features named {old.extractor} with other columns already; choose another name, or replace them."
        )
    stored, found = store.pooled([key_of(old, clip_id) for clip_id in rows])
    given = np.array(list(rows.values()), dtype=np.float32)
    n_others = int((stored[found] != given[found]).any(axis=1).sum()) if found.any() else 0
    if n_others:
        raise FeatureError(
            f"There are features named {old.extractor} with other values for {n_others:,} of these clips already; "
            "choose another name, or replace them."
        )


def _save_names(folder: Path, columns: Sequence[str]) -> str:
    """Write the names beside the segments, once for all sets that share them; returns what stands for them."""
    text = json.dumps(list(columns), ensure_ascii=False)
    digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    path = _names_file(folder, digest)
    if not path.exists():
        beside = path.with_suffix(".new")
        try:
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
        except OSError as error:
            raise FeatureError(
                f"{path} cannot be written ({error.strerror}); make room or make the folder writable."
            ) from error
    return digest


def _names_file(folder: Path, digest: str) -> Path:
    return folder / f"columns-{digest}.json"
