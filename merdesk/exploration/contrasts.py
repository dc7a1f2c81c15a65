"""Clips where sound and place in the valence-arousal plane disagree: alike in one, apart in the other."""

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.exploration.neighbours import NeighbourIndex

NEAREST = 50
NEAREST_SHARE = 0.1
"""Near are so many clips, or this share where that is less."""


def same_place(
    index: NeighbourIndex, places: FloatArray, row: int, k: int, among: BoolArray | None = None
) -> tuple[IntArray, FloatArray]:
    """Of the clips nearest in the plane the k that sound least alike, the least alike first.

    Parameters
    ----------
    index
        Clips by their features, n of them.
    places
        Valence and arousal, shape (n, 2), NaN where not known.
    row
        The clip that others are compared with.
    k
        How many; fewer come where there are fewer.
    among
        Mask [n] of the rows that may be answered; all by default.

    Returns
    -------
    rows, similarity
        Shape (m,) each; similarity is the cosine in [-1, 1]. None where the clip's place is not known.
    """
    near = _nearest(_distance(places, row, among), k)
    similarity = index.similarity(row, near)
    order = np.argsort(similarity, kind="stable")[:k]
    return near[order], similarity[order]


def same_sound(
    index: NeighbourIndex, places: FloatArray, row: int, k: int, among: BoolArray | None = None
) -> tuple[IntArray, FloatArray]:
    """Of the clips most alike in sound the k that lie farthest in the plane, the farthest first.

    The parameters are those of `same_place`; a distance [m] comes instead of the similarity.
    """
    distance = _distance(places, row, among)
    known = np.isfinite(distance)
    near, _ = index.nearest(row, _n_near(int(known.sum()), k), known)
    order = np.argsort(-distance[near], kind="stable")[:k]
    return near[order], distance[near[order]]


def _distance(places: FloatArray, row: int, among: BoolArray | None) -> FloatArray:
    """Distance [n] from a row in the plane; NaN for itself, for places not known and for rows that may not be answered."""
    distance: FloatArray = np.hypot(*(np.asarray(places, np.float64) - places[row]).T)
    distance[row] = np.nan
    if among is not None:
        distance[~among] = np.nan
    return distance


def _n_near(n: int, k: int) -> int:
    return min(n, max(k, min(NEAREST, round(NEAREST_SHARE * n))))


def _nearest(distance: FloatArray, k: int) -> IntArray:
    """Rows of the smallest distances, in ascending order of rows."""
    wanted = _n_near(int(np.isfinite(distance).sum()), k)
    return np.sort(np.argsort(distance, kind="stable")[:wanted])
