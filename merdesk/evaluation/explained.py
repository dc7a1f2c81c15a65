"""How much of the variance of a column lies between genres, beside what dealing genres to whole groups gives.

Eta squared is never 0 in a sample: eight genres dealt to a hundred clips explain some 7 % of anything. So it stands
beside its null, in which genres are dealt anew to whole artists, pieces or recordings.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray
from merdesk.evaluation.confounding import eta_squared
from merdesk.evaluation.permutation import GroupDeal
from merdesk.evaluation.significance import LEAST_CLUSTERS, p_value

N_PERMUTATIONS = 500


@dataclass(frozen=True, slots=True)
class Explained:
    """A share of variance with its null.

    Attributes
    ----------
    value
        The share; NaN, and a note, where it is not defined.
    null_mean, null_high
        Mean and 95 % point when labels are dealt anew to whole groups; NaN under ten groups.
    p
        One-sided.
    n, n_groups
        Clips and groups behind it.
    """

    value: float
    null_mean: float
    null_high: float
    p: float
    n: int
    n_groups: int
    note: str = ""


def against_null(value: float, null: FloatArray, *, n: int, n_groups: int) -> Explained:
    """A share beside those of dealt labels [m]; no test under ten groups.

    Examples
    --------
    >>> against_null(0.5, np.zeros(99), n=60, n_groups=20).p
    0.01
    """
    if n_groups < LEAST_CLUSTERS:
        nan, note = float("nan"), f"{n_groups} groups: no p under {LEAST_CLUSTERS}"
        return Explained(value, nan, nan, nan, n, n_groups, note)
    return Explained(
        value,
        float(null.mean()),
        float(np.quantile(null, 0.95)),
        p_value(value, null),
        n,
        n_groups,
    )


def genre_share(
    values: npt.ArrayLike,
    genres: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    n_permutations: int = N_PERMUTATIONS,
    seed: int = 0,
) -> Explained:
    """Eta squared of genre codes [n] on values [n]; negative codes are left out.

    Parameters
    ----------
    clusters
        Piece, recording or artist, shape (n,): genres are dealt to whole ones.

    Examples
    --------
    >>> round(genre_share([0.0, 0.1, 1.0, 1.1], [0, 0, 1, 1], [0, 1, 2, 3]).value, 2)
    0.99
    """
    codes = np.asarray(genres)
    known = codes >= 0
    y = np.asarray(values, dtype=np.float64)[known]
    clusters, codes = np.asarray(clusters)[known], codes[known]
    n, n_groups, n_genres = len(y), len(np.unique(clusters)), len(np.unique(codes))
    nan = float("nan")
    if n_genres < 2:
        return Explained(nan, nan, nan, nan, n, n_groups, "one genre only" if n else "no genres")
    value = eta_squared(y, codes)
    if np.isnan(value):
        return Explained(nan, nan, nan, nan, n, n_groups, "the annotations do not vary")
    deal, rng = GroupDeal(codes, clusters), np.random.default_rng(seed)
    n_dealt = n_permutations if n_groups >= LEAST_CLUSTERS else 0
    null = np.array([eta_squared(y, deal.shuffled(rng)[deal.unit_of]) for _ in range(n_dealt)])
    return against_null(value, null, n=n, n_groups=n_groups)
