"""Columns made up for tests."""

import numpy as np

from merdesk.domain.columns import ClipColumns

GENRES = ("Classical", "Jazz", "Pop", "Rock")


def some_columns(n: int, seed: int = 0, *, n_datasets: int = 2) -> ClipColumns:
    """n clips with annotations, predictions, genres, datasets; the same for the same seed."""
    rng = np.random.default_rng(seed)
    affect = rng.uniform(-0.9, 0.9, (n, 2))
    return ClipColumns(
        ids=np.arange(1, n + 1) * 3,
        track_ids=np.arange(1, n + 1),
        dataset=rng.integers(0, n_datasets, n),
        genre=rng.integers(0, len(GENRES), n),
        artist=rng.integers(0, max(1, n // 2), n),
        group=rng.integers(0, max(1, n // 2), n),
        split=np.full(n, -1),
        affect=affect,
        spread=rng.uniform(0.05, 0.4, (n, 2)),
        n_raters=np.full(n, 10),
        prediction=affect * 0.5 + rng.normal(0, 0.1, (n, 2)),
        flags=np.ones(n),
        dataset_names=tuple(f"Set {i + 1}" for i in range(n_datasets)),
        genre_names=GENRES,
        artist_names=tuple(f"Artist {i}" for i in range(max(1, n // 2))),
        group_names=tuple(f"Group {i}" for i in range(max(1, n // 2))),
        split_names=(),
    )
