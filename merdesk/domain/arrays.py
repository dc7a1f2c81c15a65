"""Arrays as values: checked when they come in, read-only from then on."""

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.integer[Any]]
BoolArray = npt.NDArray[np.bool_]


def frozen(values: npt.ArrayLike, dtype: npt.DTypeLike, *, ndim: int = 1) -> npt.NDArray[Any]:
    """Return values as a read-only array of dtype with ndim axes; the caller's own array stays writable.

    Raises
    ------
    ValueError
        When the number of axes is another.
    """
    array = np.asarray(values, dtype=dtype)
    if array.ndim != ndim:
        raise ValueError(f"expected {ndim} axes, got shape {array.shape}")
    if not array.flags.writeable:
        return array
    view = array.view()
    view.flags.writeable = False
    return view
