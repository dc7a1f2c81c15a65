"""Feature maps: clips that sound alike lie close to one another on two axes without a meaning of their own."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.exploration.components import principal_components

Layout = Literal["pca", "tsne"]
BEFORE_TSNE = 50
"""Components that t-SNE starts from, as is usual (van der Maaten and Hinton 2008)."""
PERPLEXITY = 30.0
LEAST = 4
"""Clips below which t-SNE has nothing to arrange."""
MOST_TSNE = 30_000
"""Clips above which t-SNE would take more than some ten minutes on two cores."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Places [n, 2] within [-1, 1]; `explained` is the share of variance on both axes, NaN for t-SNE."""

    places: FloatArray
    explained: float


def project(values: FloatArray, layout: Layout, *, seed: int = 0) -> Projection:
    """Lay standardised features [n, d] out on two axes.

    PCA keeps large distances and is there at once. t-SNE keeps neighbourhoods: near clips sound alike, distances
    between groups and sizes of groups mean nothing. The same values and seed give the same map.

    Raises
    ------
    ValueError
        When t-SNE is asked for fewer than 4 clips or for more than 30,000.

    References
    ----------
    van der Maaten and Hinton (2008). Visualizing data using t-SNE. JMLR 9.
    """
    if layout == "pca":
        found = principal_components(values, 2, seed=seed)
        places = np.zeros((len(values), 2))
        places[:, : found.places.shape[1]] = found.places
        return Projection(_fitted(places), float(found.shares.sum()))
    if not LEAST <= len(values) <= MOST_TSNE:
        raise ValueError(f"t-SNE is for {LEAST} to {MOST_TSNE} clips, not {len(values)}")
    return Projection(_fitted(_tsne(values, seed)), float("nan"))


def _tsne(values: FloatArray, seed: int) -> FloatArray:
    from sklearn.manifold import TSNE

    start = principal_components(values, BEFORE_TSNE, seed=seed).places.astype(np.float32)
    perplexity = min(PERPLEXITY, (len(values) - 1) / 3)
    # Begun from PCA, groups keep their places to one another (Kobak and Berens 2019).
    made = TSNE(perplexity=perplexity, init="pca", random_state=seed, n_jobs=1)
    return np.asarray(made.fit_transform(start), np.float64)


def _fitted(places: FloatArray) -> FloatArray:
    """Places centred and scaled as one, so that the farthest touches the edge of the square."""
    if not len(places):
        return places
    centred = places - (places.min(axis=0) + places.max(axis=0)) / 2
    reach = float(np.abs(centred).max())
    return np.asarray(centred / reach if reach > 0 else centred)
