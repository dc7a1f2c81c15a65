"""Five simulated datasets with a shared truth, and faults that can be planted in them."""

from dataclasses import dataclass

import numpy as np

from merdesk.evaluation.cells import ClipTable
from merdesk.models.ridge import Ridge

NAMES = ("Ash", "Birch", "Cedar", "Elm", "Fir")
GENRES = ("blues", "classical", "jazz")


@dataclass(frozen=True)
class Simulated:
    table: ClipTable
    genres: np.ndarray

    def fit(self, rows):
        table = self.table
        return Ridge().fit(
            table.features[rows], table.affect[rows], table.groups[rows], datasets=table.datasets[rows]
        )


def five_datasets(
    *,
    n_datasets=5,
    n_groups=15,
    per_group=4,
    d=16,
    seed=0,
    noise=0.1,
    shift=(0.0, 0.0),
    scale=1.0,
    genre_offset=0.0,
    n_copied=0,
    feature_shift=0.0,
):
    """Clips whose affect is linear in their features, up to noise shared within groups.

    The last dataset's annotations are multiplied by `scale` and moved by `shift`, its features by `feature_shift`;
    annotations of genre 0 are lowered by `genre_offset`; the first `n_copied` clips of the second dataset are copies
    of the first dataset's.
    """
    rng = np.random.default_rng(seed)
    n_clusters = n_datasets * n_groups
    groups = np.repeat(np.arange(n_clusters), per_group)
    datasets, genres = groups // n_groups, groups % len(GENRES)
    n = len(groups)
    features = rng.normal(size=(n_clusters, d))[groups] * 0.6 + rng.normal(size=(n, d)) * 0.8
    truth = np.random.default_rng(1234).normal(size=(d, 2)) * 0.3 / np.sqrt(d)
    affect = (
        features @ truth + rng.normal(0, noise / 2, (n_clusters, 2))[groups] + rng.normal(0, noise, (n, 2))
    )
    affect[genres == 0] -= genre_offset
    last = datasets == n_datasets - 1
    affect[last] = affect[last] * scale + np.asarray(shift)
    features[last] += feature_shift
    second = np.flatnonzero(datasets == 1)[:n_copied]
    first = np.flatnonzero(datasets == 0)[:n_copied]
    features[second], affect[second] = features[first], affect[first]
    table = ClipTable(
        features, affect, datasets, NAMES[:n_datasets], groups, np.stack([first, second], axis=1)
    )
    return Simulated(table, genres)
