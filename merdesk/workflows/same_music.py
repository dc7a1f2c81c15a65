"""Which clips are the same recording, in one dataset or in two."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from merdesk.workflows.evaluation_table import Source

SAME_NAMED = 0.15
"""Clips of one title and artist, or one id, whose features are this near (median over columns of the difference in
standard deviations) are one recording: of the demo's copies that were encoded anew on chroma and basic features all lie
under .09, its other clips over .26. The median, for an encoder may turn a tempo or a key around and nothing else.
"""


def same_music(source: "Source", rows: IntArray, features: FloatArray) -> IntArray:
    """Pairs of places in `rows`, shape (m, 2), that are one recording by anything that tells.

    Parameters
    ----------
    rows
        Rows of the project's columns, shape (n,).
    features
        Of these rows, shape (n, d).
    """
    return np.unique(
        np.concatenate([alike_by_features(source, rows, features), alike_by_keys(source, rows)]), axis=0
    )


def alike_by_features(source: "Source", rows: IntArray, features: FloatArray) -> IntArray:
    """Pairs of places in `rows` whose features are the same, or nearly so and of one name."""
    from merdesk.evaluation.leakage import near_duplicates

    codes = source.columns.dataset[rows]
    named = [
        copies(features, np.array([names[row] for row in rows.tolist()], dtype=str), codes)
        for names in source.names
    ]
    return np.concatenate([near_duplicates(features), *named])


def alike_by_keys(source: "Source", rows: IntArray) -> IntArray:
    """Pairs of places in `rows`, of two datasets each, that bear one audio digest or one id."""
    from merdesk.evaluation.leakage import pairs_by_key

    digests = [source.locations[row].digest for row in rows.tolist()]
    keys = (
        np.array([digest.hex() if digest else "" for digest in digests], dtype=str),
        np.array([source.families[row] for row in rows.tolist()], dtype=str),
    )
    return np.concatenate([pairs_by_key(key, source.columns.dataset[rows]) for key in keys])


def copies(features: FloatArray, names: npt.NDArray[np.str_], codes: IntArray) -> IntArray:
    """Rows (i, j), shape (m, 2), of different datasets that bear one name [n] and have nearly the same features [n, d].

    A copy in another format has another digest and slightly other features; neither a name nor nearness alone would do,
    for ids count from 1 everywhere and one piece has many recordings.
    """
    from merdesk.evaluation.leakage import pairs_by_key

    pairs = pairs_by_key(names, codes)
    spread = features.std(axis=0, dtype=np.float64)
    used = spread > 0
    if not used.any() or not len(pairs):
        return pairs[:0]
    apart = np.abs(features[pairs[:, 0]][:, used] - features[pairs[:, 1]][:, used]) / spread[used]
    return np.asarray(pairs[np.median(apart, axis=1) <= SAME_NAMED])
