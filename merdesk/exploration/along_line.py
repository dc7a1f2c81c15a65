"""Clips along a line through the plane, in the order in which one passes them."""

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray

WIDTH = 0.12
"""Half the width of the way, on [-1, 1]: about what one rater's answer is uncertain by."""


def along_line(affect: FloatArray, start: FloatArray, stop: FloatArray, *, width: float = WIDTH) -> IntArray:
    """Rows that lie near the straight way from one place to another, from its start on.

    Parameters
    ----------
    affect
        Valence and arousal, shape (n, 2), on [-1, 1]; NaN lies nowhere.
    start, stop
        Ends of the way, shape (2,).
    width
        How far from the way a clip may lie, also beyond its ends.

    Returns
    -------
    Rows in order, shape (k,).

    Raises
    ------
    ValueError
        When both ends are one place.

    Examples
    --------
    >>> affect = np.array([[0.5, 0.0], [-0.5, 0.05], [0.0, 0.9], [0.0, 0.0]])
    >>> along_line(affect, np.array([-0.6, 0.0]), np.array([0.6, 0.0])).tolist()
    [1, 3, 0]
    """
    way = np.asarray(stop, dtype=np.float64) - start
    length = float(np.hypot(*way))
    if not length > 0:
        raise ValueError(f"a line needs two places, not {start} twice")
    direction = way / length
    from_start = np.asarray(affect, dtype=np.float64) - start
    passed = from_start @ direction
    beside = np.abs(from_start @ np.array([-direction[1], direction[0]]))
    with np.errstate(invalid="ignore"):
        near = (beside <= width) & (passed >= -width) & (passed <= length + width)
    rows = np.flatnonzero(near)
    return np.asarray(rows[np.argsort(passed[rows], kind="stable")], dtype=np.int64)
