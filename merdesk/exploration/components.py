"""Principal components of wide tables, by numpy alone."""

from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import FloatArray

OVERSAMPLED = 64
POWER_STEPS = 5
EXACT_SIDE = 600
"""Up to so many columns or rows the decomposition is exact; above it is randomised, 1/20 of the time at 4,800."""


@dataclass(frozen=True, slots=True)
class Components:
    """Axes [d, k] with length 1, places [n, k] along them, and the share of variance that each holds [k]."""

    axes: FloatArray
    places: FloatArray
    shares: FloatArray


def principal_components(
    values: FloatArray, k: int, *, seed: int = 0, steps: int = POWER_STEPS
) -> Components:
    """The k axes along which centred features [n, d] vary most.

    Each axis points to where its largest coefficient is positive, so that a picture is not mirrored by chance.
    Beyond 600 rows and columns: randomised subspace iteration, the same for the same seed; more `steps` tell axes of
    like variance better apart.

    References
    ----------
    Halko, Martinsson and Tropp (2011). Finding structure with randomness. SIAM Review 53(2).

    Examples
    --------
    >>> found = principal_components(np.array([[3.0, 0.0], [-3.0, 0.0], [0.0, 1.0], [0.0, -1.0]]), 1)
    >>> found.places.round(6).ravel().tolist(), found.shares.round(6).tolist()
    ([3.0, -3.0, 0.0, 0.0], [0.9])
    """
    n, d = values.shape
    k = min(k, n, d)
    total = float(np.square(values, dtype=np.float64).sum())
    if k == 0 or total == 0:
        return Components(np.zeros((d, k)), np.zeros((n, k)), np.zeros(k))
    axes, variance = _exact(values, k) if min(n, d) <= EXACT_SIDE else _randomised(values, k, seed, steps)
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(k)])
    axes = axes * np.where(signs == 0, 1.0, signs)
    places = values @ axes.astype(values.dtype)
    return Components(axes, places, variance / total)


def _exact(values: FloatArray, k: int) -> tuple[FloatArray, FloatArray]:
    n, d = values.shape
    wide = values.astype(np.float64)
    if d <= n:
        found, axes = np.linalg.eigh(wide.T @ wide)
        return axes[:, ::-1][:, :k], np.maximum(found[::-1][:k], 0.0)
    found, rows = np.linalg.eigh(wide @ wide.T)
    found, rows = np.maximum(found[::-1][:k], 0.0), rows[:, ::-1][:, :k]
    length = np.sqrt(found)
    # Directions without variance have no axis that the rows could tell: they get none.
    return np.divide(wide.T @ rows, length, out=np.zeros((d, k)), where=length > 1e-9 * length[0]), found


def _randomised(values: FloatArray, k: int, seed: int, steps: int) -> tuple[FloatArray, FloatArray]:
    width = min(k + OVERSAMPLED, *values.shape)
    start = np.random.default_rng(seed).standard_normal((values.shape[1], width)).astype(values.dtype)
    basis = values @ start
    for _ in range(steps):
        basis = values @ np.linalg.qr(values.T @ np.linalg.qr(basis)[0])[0]
    basis = np.linalg.qr(basis)[0]
    _, lengths, axes = np.linalg.svd((basis.T @ values).astype(np.float64), full_matrices=False)
    return axes[:k].T, np.square(lengths[:k])
