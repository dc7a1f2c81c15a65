"""Feature maps: clips that sound alike lie close to one another on two axes without a meaning of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.exploration.components import principal_components

Layout = Literal["pca", "pacmap", "tsne"]
COMPONENTS = 50
"""Of which neighbours are looked for, as is usual (van der Maaten and Hinton 2008)."""
PERPLEXITY = 30.0
N_CLIPS: Mapping[Layout, tuple[int, int]] = MappingProxyType(
    {"pca": (0, 10**9), "pacmap": (15, 1_000_000), "tsne": (4, 30_000)}
)
"""Least and most clips: below there is nothing to arrange, above it takes more than some ten minutes."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Places [n, 2] within [-1, 1]; `explained` is the share of variance on both axes of PCA, else NaN."""

    places: FloatArray
    explained: float


def project(values: FloatArray, layout: Layout, *, seed: int = 0) -> Projection:
    """Lay standardised features [n, d] out on two axes.

    PCA keeps large distances and is there at once. PaCMAP and t-SNE keep neighbourhoods: near clips sound alike;
    PaCMAP keeps something of how groups lie to one another, t-SNE does not, and sizes of groups mean nothing in both.
    The same values and seed give the same map.

    Raises
    ------
    ValueError
        When there are fewer or more clips than the layout is for (`N_CLIPS`).

    References
    ----------
    Wang, Huang, Rudin and Shaposhnik (2021). Understanding how dimension reduction tools work. JMLR 22(201).
    van der Maaten and Hinton (2008). Visualizing data using t-SNE. JMLR 9.
    """
    least, most = N_CLIPS[layout]
    if layout != "pca" and not least <= len(values) <= most:
        raise ValueError(f"{layout} is for {least:,} to {most:,} clips, not {len(values):,}")
    if layout == "pca":
        found = principal_components(values, 2, seed=seed)
        places: FloatArray = np.zeros((len(values), 2))
        places[:, : found.places.shape[1]] = found.places
        return Projection(_fitted(places), float(found.shares.sum()))
    components = principal_components(values, COMPONENTS, seed=seed).places.astype(np.float32)
    arranged = _pacmap(components, seed) if layout == "pacmap" else _tsne(components, seed)
    return Projection(_fitted(arranged), float("nan"))


def _pacmap(components: FloatArray, seed: int) -> FloatArray:
    import logging

    # It warns of being seeded, and of choosing fewer neighbours where there are few clips.
    logging.getLogger("pacmap").setLevel(logging.ERROR)
    from pacmap import PaCMAP

    made = PaCMAP(n_components=2, random_state=seed, apply_pca=False)
    return np.asarray(made.fit_transform(components, init="pca"), np.float64)


def _tsne(components: FloatArray, seed: int) -> FloatArray:
    from sklearn.manifold import TSNE

    perplexity = min(PERPLEXITY, (len(components) - 1) / 3)
    # Begun from PCA, groups keep their places to one another (Kobak and Berens 2019).
    made = TSNE(perplexity=perplexity, init="pca", random_state=seed, n_jobs=1)
    return np.asarray(made.fit_transform(components), np.float64)


def _fitted(places: FloatArray) -> FloatArray:
    """Places centred and scaled as one, so that the farthest touches the edge of the square."""
    if not len(places):
        return places
    centred = places - (places.min(axis=0) + places.max(axis=0)) / 2
    reach = float(np.abs(centred).max())
    return np.asarray(centred / reach if reach > 0 else centred)
