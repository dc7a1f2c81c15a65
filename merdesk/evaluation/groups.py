"""Bias by group: which genres (or datasets) a model misjudges, beyond what shrinkage makes of any model.

A model with R2 < 1 pulls towards the mean. Genres far from the mean then show a bias that says nothing about genre: on
EmoMusic the correlation of genre bias with that expectation is .79 for valence and .48 for arousal. So each bias
stands beside the expectation

    expected_g = -(1 - b) (mean_g - mean),    b = slope of prediction on annotation over all clips,

and the verdict is about the difference. Where every group shows the same difference, the model's offset (`overall`) is
the finding, not the group: `beyond_overall` is the difference with that offset taken out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.evaluation.bootstrap import Interval, cluster_sums, cluster_weights, interval_of
from merdesk.evaluation.metrics import DIMENSIONS
from merdesk.evaluation.moments import moment_columns, scores_of
from merdesk.evaluation.refits import moved
from merdesk.evaluation.significance import holm, sign_flip, spread_test

GREY_CLIPS = 30
GREY_CLUSTERS = 10


@dataclass(frozen=True, slots=True)
class GroupBias:
    """One group in one dimension.

    Attributes
    ----------
    bias
        Mean of prediction minus annotation in the group.
    expected
        Bias that shrinkage alone gives a group with this mean.
    difference
        `bias` minus `expected`, with its interval: what the verdict is about.
    beyond_overall
        `difference` minus the bias over all clips.
    contrast
        `bias` minus the bias of all other clips.
    p, p_holm
        Two-sided cluster sign-flip test of `difference` against zero, and adjusted over the whole table; NaN where
        the group has fewer than ten clusters.
    p_bias, p_contrast
        Two-sided tests by the spread of resamples, of refits too where they were given.
    p_unshrunk
        Two-sided: whether bias lies outside of all that shrinkage can explain. Raters' noise makes b too small, so that
        shrinkage explains something between nothing and `expected`; both ends have to be excluded on the same side.
    rmse, mae, pearson
        Within the group.
    greyed
        Under 30 clips or 10 clusters: no verdict.
    """

    dimension: str
    group: str
    n: int
    n_clusters: int
    bias: Interval
    expected: float
    difference: Interval
    beyond_overall: Interval
    contrast: Interval
    p: float
    p_holm: float
    p_bias: float
    p_contrast: float
    p_unshrunk: float
    rmse: Interval
    mae: Interval
    pearson: Interval
    greyed: bool


def bias_table(  # noqa: PLR0913  (each says what is measured)
    affect: npt.ArrayLike,
    prediction: npt.ArrayLike,
    group_codes: npt.ArrayLike,
    group_names: Sequence[str],
    clusters: npt.ArrayLike,
    *,
    refits: FloatArray | None = None,
    seed: int = 0,
    n_resamples: int = 2000,
    n_permutations: int = 5000,
) -> list[GroupBias]:
    """Bias, error and correlation of each group, valence and arousal.

    Parameters
    ----------
    affect, prediction
        Valence and arousal, shape (n, 2); rows with NaN on either side are left out.
    group_codes
        Index into `group_names` of each clip's genre or dataset, shape (n,); negative codes are in no group, but
        their clips do count in the overall slope and mean.
    clusters
        Piece, recording or artist, shape (n,): resampled and sign-flipped as a whole.
    refits
        Predictions by models fitted again, shape (r, n, 2), NaN where a clip has none: intervals then cover the
        sampling of training groups too (see `refits`). The sign-flip test never does.
    n_permutations
        Of the sign-flip test; 0 leaves it out.

    Returns
    -------
    list of GroupBias
        Valence rows first, then arousal, each in the order of `group_names`; groups without a clip are left out.
    """
    affect, prediction = np.asarray(affect, dtype=np.float64), np.asarray(prediction, dtype=np.float64)
    known = np.isfinite(affect).all(axis=1) & np.isfinite(prediction).all(axis=1)
    groups = np.asarray(group_codes)[known]
    again = _filled(refits, prediction)[:, known]
    _, codes = np.unique(np.asarray(clusters)[known], return_inverse=True)
    present = [code for code in range(len(group_names)) if np.any(groups == code)]
    found, tests = [], []
    for column, dimension in enumerate(DIMENSIONS):
        y, p = affect[known, column], prediction[known, column]
        moments = [moment_columns(y, one) for one in (p, *again[..., column])]
        bootstrap = _Resampled(moments, groups, present, codes, n_resamples=n_resamples, seed=seed)
        residual = _beyond_shrinkage(y, p)
        for place, code in enumerate(present):
            mine = groups == code
            tests.append(_flipped(residual[mine], codes[mine], n_permutations, seed))
            found.append((dimension, group_names[code], bootstrap, place))
    adjusted = holm(tests)
    return [
        _row(*one, p=p, p_holm=float(p_holm)) for one, p, p_holm in zip(found, tests, adjusted, strict=True)
    ]


def _flipped(residual: FloatArray, codes: IntArray, n_permutations: int, seed: int) -> float:
    if not n_permutations:
        return float("nan")
    return sign_flip(residual, codes, n_permutations=n_permutations, seed=seed).p


def _filled(refits: FloatArray | None, prediction: FloatArray) -> FloatArray:
    """Refits [r, n, 2] with the prediction itself where a clip has none; r is 0 without any."""
    if refits is None:
        return np.empty((0, *prediction.shape))
    return np.where(np.isfinite(refits), refits, prediction)


def _row(
    dimension: str, name: str, bootstrap: "_Resampled", place: int, *, p: float, p_holm: float
) -> GroupBias:
    found = bootstrap.intervals(place)
    n, n_clusters = found["bias"].n, found["bias"].n_clusters
    p_bias, p_difference, p_contrast = (
        bootstrap.tested(column, place) for column in ("bias", "difference", "contrast")
    )
    # Where bias lies between nothing and what shrinkage explains, that is all it needs; NaN where nothing was tested.
    inside = found["bias"].value * found["difference"].value <= 0
    p_unshrunk = p_bias if np.isnan(p_bias) else 1.0 if inside else max(p_bias, p_difference)
    return GroupBias(
        dimension=dimension,
        group=name,
        n=n,
        n_clusters=n_clusters,
        bias=found["bias"],
        expected=found["expected"].value,
        difference=found["difference"],
        beyond_overall=found["beyond_overall"],
        contrast=found["contrast"],
        p=p,
        p_holm=p_holm,
        p_bias=p_bias,
        p_contrast=p_contrast,
        p_unshrunk=p_unshrunk,
        rmse=found["rmse"],
        mae=found["mae"],
        pearson=found["pearson"],
        greyed=n < GREY_CLIPS or n_clusters < GREY_CLUSTERS,
    )


def _beyond_shrinkage(y: FloatArray, p: FloatArray) -> FloatArray:
    """Residuals [n] with the pull towards the mean taken out; a group's mean is its `difference`."""
    centred = y - y.mean() if len(y) else y
    square = float(centred @ centred)
    slope = float(centred @ p / square) if square > 0 else 0.0
    return p - y + (1 - slope) * centred


class _Resampled:
    """Columns of the table in the sample and in every resample of clusters, from moments [n, 7] (the sample's, then refits')."""

    def __init__(
        self,
        moments: Sequence[FloatArray],
        groups: IntArray,
        present: Sequence[int],
        codes: IntArray,
        *,
        n_resamples: int,
        seed: int,
    ) -> None:
        # One wide table: the moments of all clips, then those of each group, so that one product serves all.
        members = np.stack([np.ones(len(groups), bool), *(groups == code for code in present)], axis=1)
        wide = (members[:, :, None] * moments[0][:, None, :]).reshape(len(groups), 7 * members.shape[1])
        sums = cluster_sums(wide, codes)
        draws = [block @ sums for block in cluster_weights(len(sums), n_resamples=n_resamples, seed=seed)]
        self._clusters_in = [len(np.unique(codes[mine])) for mine in members.T[1:]]
        exact = members.T.astype(np.float64)
        self._sample = _table((exact @ moments[0])[None])
        again = _table(np.array([exact @ part for part in moments[1:]]).reshape(-1, *exact.shape[:1], 7))
        self._draws = {
            name: moved(values, again[name])
            for name, values in _table(
                np.concatenate(draws).reshape(n_resamples, members.shape[1], -1)
            ).items()
        }

    def tested(self, name: str, place: int) -> float:
        """Two-sided p of a column of the group at this place against zero."""
        value = float(self._sample[name][0, place])
        return spread_test(value, self._draws[name][:, place], self._clusters_in[place])

    def intervals(self, place: int) -> dict[str, Interval]:
        """Every column of the group at this place among those present."""
        n = round(float(self._sample["n"][0, place]))
        return {
            name: interval_of(
                float(values[0, place]) if n else float("nan"),
                self._draws[name][:, place],
                n=n,
                n_clusters=self._clusters_in[place],
            )
            for name, values in self._sample.items()
            if name != "n"
        }


def _table(sums: FloatArray) -> dict[str, FloatArray]:
    """Columns, each of shape (b, n_groups), of sums [b, 1 + n_groups, 7] whose first table is that of all clips."""
    scores = scores_of(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_y = sums[..., 1] / sums[..., 0]
        overall = sums[:, 0] / sums[:, 0, :1]
        variance = overall[:, 3] - overall[:, 1] ** 2
        covariance = overall[:, 5] - overall[:, 1] * overall[:, 2]
        slope = np.where(variance > 0, covariance / np.where(variance > 0, variance, 1), 0.0)
        expected = -(1 - slope)[:, None] * (mean_y[:, 1:] - mean_y[:, :1])
        n_others = sums[:, :1, 0] - sums[:, 1:, 0]
        # With m clips inside and n in all: all = (m inside + (n - m) others) / n.
        contrast = (scores["bias"][:, 1:] - scores["bias"][:, :1]) * sums[:, :1, 0] / n_others
        contrast = np.where(n_others > 0, contrast, np.nan)
    difference = scores["bias"][:, 1:] - expected
    return {
        "n": sums[:, 1:, 0],
        "bias": scores["bias"][:, 1:],
        "expected": expected,
        "difference": difference,
        "contrast": contrast,
        "beyond_overall": difference - scores["bias"][:, :1],
        "rmse": scores["rmse"][:, 1:],
        "mae": scores["mae"][:, 1:],
        "pearson": scores["pearson"][:, 1:],
    }
