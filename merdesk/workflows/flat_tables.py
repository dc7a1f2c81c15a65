"""Plain tables of columns as CSV, npz or parquet: what notebooks and other programs read."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from merdesk.datasets.export import number_text, table
from merdesk.errors import DatasetError

Columns = Mapping[str, Sequence[Any] | npt.NDArray[Any]]
"""Columns of equal length by name; texts or numbers, NaN where a number is unknown."""
FORMATS = ("csv", "npz", "parquet")


def write_table(folder: Path, name: str, columns: Columns, file_format: str) -> Path:
    """Write one table as `name.csv`, `.npz` (no pickles inside) or `.parquet`; return its path.

    Raises
    ------
    DatasetError
        When the disk refuses, or parquet is asked for and pyarrow is not installed.
    """
    path = folder / f"{name}.{file_format}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if file_format == "csv":
            path.write_text(_csv(columns), encoding="utf-8")
        elif file_format == "npz":
            arrays: Any = {key: _array(values) for key, values in columns.items()}
            np.savez_compressed(path, **arrays)
        else:
            _write_parquet(path, columns)
    except OSError as error:
        raise DatasetError(
            f"{path} could not be written ({error.strerror}); choose another folder."
        ) from error
    return path


def _csv(columns: Columns) -> str:
    cells = [[_text(value) for value in values] for values in columns.values()]
    return table(tuple(columns), zip(*cells, strict=True))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | np.integer) else number_text(value)


def _array(values: Sequence[Any] | npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Texts as fixed-width unicode, so that nothing needs a pickle."""
    array = np.asarray(values)
    return array if array.dtype != object else array.astype(str)


def _write_parquet(path: Path, columns: Columns) -> None:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise DatasetError(
            "Parquet needs pyarrow, which is not installed; choose csv or npz, or `pip install pyarrow`."
        ) from error
    arrays = {
        name: pa.array(values if isinstance(values, np.ndarray) else list(values))
        for name, values in columns.items()
    }
    parquet.write_table(pa.table(arrays), path)
