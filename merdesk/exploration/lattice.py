"""Published labels are rounded and fall on a lattice; clips are spread within the rounding step to be seen."""

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray

TOLERANCE = 0.02
"""Share of a step by which a value may miss the lattice: affect is kept in single precision."""
ON_LATTICE = 0.98
"""Share of values that must lie on the lattice for it to be one."""
SMALLEST_STEP = 2e-3
"""Steps below a pixel of a large plane need no spreading."""


def rounding_step(values: npt.ArrayLike) -> float:
    """The step to which values [n] were rounded, in their own unit; 0 where they were not, NaN are left out.

    Examples
    --------
    >>> round(rounding_step([0.1, 0.3, 0.2, 0.7, 0.3, 0.1]), 6)
    0.1
    >>> rounding_step([0.1234, 0.9877, 0.5, 0.7071])
    0.0
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    places = np.unique(np.round(known, 5))
    # Without repeated values there is nothing to spread, and no evidence of rounding.
    if len(places) < 2 or len(places) == len(known):
        return 0.0
    step = float(np.diff(places).min())
    if step < SMALLEST_STEP:
        return 0.0
    steps = (known - places[0]) / step
    share = np.mean(np.abs(steps - np.round(steps)) <= TOLERANCE * np.maximum(1, np.abs(steps) ** 0.5))
    return step if share >= ON_LATTICE else 0.0


def spread_offsets(affect: FloatArray, dataset: IntArray, ids: IntArray) -> FloatArray:
    """Offsets [n, 2] that spread clips within 0.45 of their dataset's rounding step; zero without a lattice.

    Each clip's offset depends on its id alone: it is the same in every window, and no clip leaves its cell.
    """
    offsets = np.zeros((len(ids), 2))
    shares = np.stack([_unit(ids, 0x9E3779B97F4A7C15), _unit(ids, 0xC2B2AE3D27D4EB4F)], axis=1) - 0.5
    for code in np.unique(dataset):
        rows = np.flatnonzero(dataset == code)
        steps = np.array([rounding_step(affect[rows, axis]) for axis in (0, 1)])
        offsets[rows] = shares[rows] * 0.9 * steps
    return offsets


def _unit(ids: IntArray, multiplier: int) -> FloatArray:
    """Numbers in [0, 1) that depend on ids [n] as if drawn (splitmix64's finaliser)."""
    with np.errstate(over="ignore"):
        mixed = ids.astype(np.uint64) * np.uint64(multiplier)
        mixed ^= mixed >> np.uint64(30)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(27)
    return np.asarray((mixed >> np.uint64(11)).astype(np.float64) / 2.0**53)
