"""Features of several kinds brought to one scale, so that distances between clips mean something."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray

FLAT = 1e-9
"""A column that varies less than this, relative to its size, is constant up to rounding."""
SLICE = 8192
"""Rows brought to scale at once: temporaries of 300 MB at 4,800 columns."""


def standardised(values: npt.ArrayLike, widths: Sequence[int] = ()) -> FloatArray:
    """Features [n, d] with mean 0 and standard deviation 1 in each column, float32.

    Jukebox has a few columns a hundred times as large as the rest; unscaled they would decide alone. With `widths`,
    the numbers of columns of several sets, each set weighs the same, whatever its width. Constant columns become 0.

    Raises
    ------
    ValueError
        When the shape is another, values are missing, or the widths do not add up.

    Examples
    --------
    >>> standardised([[1.0, 500.0], [3.0, -500.0]]).tolist()
    [[-1.0, 1.0], [1.0, -1.0]]
    """
    table = np.asarray(values)
    if table.ndim != 2:
        raise ValueError(f"features must have shape (n, d), not {table.shape}")
    if sum(widths or (table.shape[1],)) != table.shape[1]:
        raise ValueError(f"sets of {tuple(widths)} columns do not make {table.shape[1]} columns")
    result = np.empty(table.shape, np.float32)
    if not len(table):
        return result
    mean, scale = _moments(table)
    if not np.isfinite(mean).all():
        raise ValueError("features have missing values")
    weights = np.concatenate([np.full(width, width**-0.5) for width in widths]) if len(widths) > 1 else 1.0
    flat = scale <= FLAT * np.maximum(np.abs(mean), 1.0)
    factor = np.where(flat, 0.0, weights / np.where(flat, 1.0, scale))
    for start in range(0, len(table), SLICE):
        part = table[start : start + SLICE].astype(np.float64)
        result[start : start + SLICE] = (part - mean) * factor
    return result


def _moments(table: npt.NDArray[np.generic]) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of each column, in double precision and in slices."""
    parts = range(0, len(table), SLICE)
    mean = sum(table[i : i + SLICE].astype(np.float64).sum(axis=0) for i in parts) / len(table)
    squares = sum(((table[i : i + SLICE].astype(np.float64) - mean) ** 2).sum(axis=0) for i in parts)
    return np.asarray(mean), np.sqrt(np.asarray(squares) / len(table))
