"""Two labels of one recording: how far apart they are, and whether exchanged columns explain it."""

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import BoolArray, FloatArray

CONFLICT = 0.2
"""Labels of one recording that lie further apart on [-1, 1]: a tenth of an axis."""
MIN_EXPLAINED = 3
"""So many pairs, and most of those in conflict, that agree once exchanged are no accident."""


def apart(here: npt.ArrayLike, there: npt.ArrayLike, *, exchanged: bool = False) -> FloatArray:
    """Distances on the plane between labels [n, 2], shape (n,); with valence and arousal of one side exchanged."""
    one, other = np.atleast_2d(np.asarray(here, float)), np.atleast_2d(np.asarray(there, float))
    return np.asarray(np.linalg.norm(one - (other[:, ::-1] if exchanged else other), axis=1))


def explained(here: npt.ArrayLike, there: npt.ArrayLike) -> BoolArray:
    """True for pairs of labels [n, 2] that are in conflict as they stand and agree with one side exchanged, shape (n,)."""
    return np.asarray((apart(here, there) > CONFLICT) & (apart(here, there, exchanged=True) <= CONFLICT / 2))


def told_of_pair(here: FloatArray, there: FloatArray) -> str:
    """What is said of two labels [2]; empty without two."""
    distance = float(apart(here, there)[0])
    if not np.isfinite(distance):
        return ""
    told = f"labels {distance:.2f} apart on [-1, 1]"
    if explained(here, there)[0]:
        told += (
            f" ({float(apart(here, there, exchanged=True)[0]):.2f} with valence and arousal of one exchanged)"
        )
    return told


def told_of_all(here: npt.ArrayLike, there: npt.ArrayLike) -> tuple[str, dict[str, float]]:
    """Words for the sentence about n pairs of labels [n, 2], empty where none is in conflict, and the evidence."""
    distances = apart(here, there)
    known = distances[np.isfinite(distances)]
    if not len(known):
        return "", {}
    n_conflicts, n_explained = int(np.sum(known > CONFLICT)), int(explained(here, there).sum())
    evidence = {
        "pairs with other labels": float(n_conflicts),
        "of these agree when exchanged": float(n_explained),
        "median distance of labels": float(np.median(known)),
        "largest distance of labels": float(known.max()),
    }
    if not n_conflicts:
        return "", evidence
    told = f"; {n_conflicts} of the {len(distances)} have labels more than {CONFLICT:g} apart on [-1, 1]"
    if n_explained >= MIN_EXPLAINED and 2 * n_explained > n_conflicts:
        told += (
            f", and exchanging valence and arousal of one side makes {n_explained} of these agree within "
            f"{CONFLICT / 2:g}: the exchange explains the conflict"
        )
    return told, evidence
