"""Published labels are rounded and fall on a lattice; clips are spread within the rounding step to be seen."""

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray

SAME = 1e-4
"""Values closer than this are equal: affect is kept in single precision."""
TOLERANCE = 0.1
"""Share of a step by which a value may miss the lattice."""
ON_LATTICE = 0.7
"""Share of all values that must come up again and lie on the lattice for it to be one."""
SMALLEST_STEP = 2e-3
"""Steps below a pixel of a large plane need no spreading."""


def rounding_step(values: npt.ArrayLike) -> float:
    """The step to which values [n] were rounded, in their own unit; 0 where they were not, NaN are left out.

    Examples
    --------
    >>> round(rounding_step([0.1, 0.3, 0.2, 0.3, 0.1, 0.2]), 6)
    0.1
    >>> rounding_step([0.1234, 0.9877, 0.5, 0.7071])
    0.0
    """
    known = np.asarray(values, dtype=np.float64)
    places, counts = np.unique(np.round(known[np.isfinite(known)] / SAME), return_counts=True)
    # Only values that come up again are evidence of rounding: some labels are means over another number of raters.
    places = places[counts > 1] * SAME
    if len(places) < 2:
        return 0.0
    gaps, n_gaps = np.unique(np.round(np.diff(places) / SAME), return_counts=True)
    step = float(gaps[np.argmax(n_gaps)]) * SAME
    if step < SMALLEST_STEP:
        return 0.0
    off = np.abs((places - places[0] + step / 2) % step - step / 2)
    share = counts[counts > 1][off <= TOLERANCE * step].sum() / counts.sum()
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
