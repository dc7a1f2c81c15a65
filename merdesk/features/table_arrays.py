"""Tables that come as arrays: npz, a folder of .npy, parquet."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray
from merdesk.domain.source import LeftOut
from merdesk.errors import FeatureError
from merdesk.features.table_raw import RawTable, id_index, id_text, precision, unique_names

FEATURE_ARRAYS = ("features", "values", "embeddings", "x", "data")
NAME_ARRAYS = ("names", "columns", "feature_names")
ID_ARRAYS = ("ids", "id", "clip_ids", "song_ids", "files", "filenames")


def read_npz(path: Path) -> RawTable:
    """Arrays `ids` and `features` (and `names`), or one vector per id under its name."""
    # Opened here: numpy leaves the file open when it is no archive.
    with path.open("rb") as opened:
        file = np.load(opened, allow_pickle=False)
        if not isinstance(file, np.lib.npyio.NpzFile):
            raise ValueError("it is one array without ids, no archive of several")  # noqa: TRY004  (a file's fault, not a caller's)
        arrays = {name.lower(): name for name in file.files}
        values_at = next((arrays[name] for name in FEATURE_ARRAYS if name in arrays), None)
        ids_at = next((arrays[name] for name in ID_ARRAYS if name in arrays), None)
        if values_at is not None and ids_at is not None:
            names_at = next((arrays[name] for name in NAME_ARRAYS if name in arrays), None)
            values = _matrix(file[values_at])
            ids = [id_text(value) for value in file[ids_at].ravel()]
            names = [str(n) for n in file[names_at].ravel()] if names_at else _numbered(values.shape[1])
            if len(ids) != len(values) or len(names) != values.shape[1]:
                raise ValueError(f"{len(ids)} ids and {len(names)} names do not fit {values.shape} values")
            return RawTable(tuple(ids), (None,) * len(ids), tuple(unique_names(names)), values)
        return _stacked(path, ((name, file[name]) for name in file.files))


def read_npy_folder(path: Path) -> RawTable:
    """One file per id: a vector, or frames [n_frames, d] that are averaged."""
    files = sorted(path.glob("*.npy"))
    if not files:
        raise ValueError("the folder holds no .npy file")
    return _stacked(path, ((file.stem, np.load(file, allow_pickle=False)) for file in files))


def _stacked(path: Path, arrays: Iterable[tuple[str, npt.NDArray[Any]]]) -> RawTable:
    """One vector per id; frames are averaged, and what is as long as no other is left out."""
    vectors: dict[str, FloatArray] = {}
    left_out: list[LeftOut] = []
    for name, array in arrays:
        if array.dtype.kind not in "fiub" or array.ndim not in (1, 2) or array.size == 0:
            left_out.append(LeftOut(path.name, None, f"{name} is no vector and no frames ({array.shape})"))
        else:
            vectors[id_text(name)] = _vector(array)
    if not vectors:
        raise ValueError("it holds no vectors")
    lengths = [len(vector) for vector in vectors.values()]
    usual = max(set(lengths), key=lengths.count)
    for name, vector in vectors.items():
        if len(vector) != usual:
            left_out.append(LeftOut(path.name, None, f"{name} has {len(vector)} values, the others {usual}"))
    kept = {name: vector for name, vector in vectors.items() if len(vector) == usual}
    values = np.array(
        list(kept.values()), precision(np.result_type(*{vector.dtype for vector in kept.values()}))
    )
    return RawTable(tuple(kept), (None,) * len(kept), tuple(_numbered(usual)), values, (), tuple(left_out))


def _vector(array: npt.NDArray[Any]) -> FloatArray:
    """The vector itself; the mean of frames, which has more digits than they have."""
    return array if array.ndim == 1 else array.mean(axis=0, dtype=np.float64)


def _numbered(n: int) -> list[str]:
    return [str(i) for i in range(n)]


def _matrix(array: npt.NDArray[Any]) -> FloatArray:
    if array.ndim != 2 or array.dtype.kind not in "fiub":
        raise ValueError(f"features of shape {array.shape} and type {array.dtype} are no table of numbers")
    return array.astype(precision(array.dtype))


def read_parquet(path: Path, id_column: str | None) -> RawTable:
    """A column of ids and columns of numbers; needs pyarrow, which is an extra."""
    try:
        import pyarrow.parquet
        import pyarrow.types
    except ImportError as error:
        raise FeatureError(
            "Reading parquet needs pyarrow; install merdesk[parquet], or save as CSV."
        ) from error
    try:
        table = pyarrow.parquet.read_table(path)
    except pyarrow.ArrowException as error:
        raise ValueError(str(error)) from error
    names = unique_names(table.column_names)
    id_at = id_index(names, id_column)
    types = [field.type for field in table.schema]
    numeric = [
        at
        for at, kind in enumerate(types)
        if at != id_at
        and (
            pyarrow.types.is_floating(kind)
            or pyarrow.types.is_integer(kind)
            or pyarrow.types.is_boolean(kind)
        )
    ]
    halves = bool(numeric) and all(pyarrow.types.is_float16(types[at]) for at in numeric)
    columns = [table.column(at).cast("float64").to_numpy() for at in numeric]
    values = np.array(columns, precision("f2" if halves else "f4")).T.reshape(table.num_rows, len(numeric))
    ids = tuple(id_text(value) for value in table.column(id_at).to_pylist())
    texts = tuple(name for at, name in enumerate(names) if at != id_at and at not in numeric)
    return RawTable(ids, (None,) * len(ids), tuple(names[at] for at in numeric), values, texts)
