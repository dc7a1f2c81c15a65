"""What features give away: "name that dataset", "name that genre".

The probe is linear: the nearest class centroid in whitened features (discriminant analysis with equal priors), tested
on groups that it did not see. Its score stands beside chance, and beside what the same probe reaches when labels are
dealt anew to whole groups. Codec, loudness and length alone give datasets away: compare with features of audio in one
format before calling a high score a difference in music.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.split import Split
from merdesk.evaluation.bootstrap import Interval, interval_of, resampled_sums
from merdesk.evaluation.metrics import midranks
from merdesk.evaluation.permutation import GroupDeal
from merdesk.evaluation.significance import LEAST_CLUSTERS, p_value

SHRINKAGE = 0.1
"""Share of the mean variance added to every direction before whitening; fixed, so that nothing is tuned on labels."""
N_PERMUTATIONS = 200


@dataclass(frozen=True, slots=True)
class Probe:
    """How well labels are named from features.

    Attributes
    ----------
    balanced_accuracy
        Mean over classes of the share named right.
    auc
        Area under the ROC curve, one class against the rest, mean over classes.
    chance
        Balanced accuracy of guessing: 1 / classes.
    null_high, p
        95 % point of the balanced accuracy with labels dealt anew to whole groups, and the one-sided p; NaN under ten
        groups.
    """

    balanced_accuracy: Interval
    auc: float
    chance: float
    null_high: float
    p: float
    note: str = ""


def probe(
    features: npt.ArrayLike,
    labels: npt.ArrayLike,
    groups: npt.ArrayLike,
    splits: Sequence[Split],
    *,
    strata: npt.ArrayLike | None = None,
    n_permutations: int = N_PERMUTATIONS,
    n_resamples: int = 2000,
    seed: int = 0,
) -> Probe:
    """Name labels from features by grouped cross-validation.

    Parameters
    ----------
    features
        Shape (n, k), best on a joint basis of few dimensions.
    labels
        Class of each clip, shape (n,).
    groups
        Shape (n,); resampled and dealt anew as a whole.
    splits
        Grouped folds over the rows; rows that are never tested are left out.
    strata
        Datasets, when labels are genres: labels are then dealt within datasets.
    """
    table = np.asarray(features, dtype=np.float64)
    names, codes = np.unique(np.asarray(labels), return_inverse=True)
    group_codes = np.unique(np.asarray(groups), return_inverse=True)[1]
    n_groups = int(group_codes.max()) + 1 if len(group_codes) else 0
    nan = float("nan")
    if len(names) < 2:
        nothing = Interval(nan, nan, nan, len(table), n_groups, "one class only: nothing to name")
        return Probe(nothing, nan, 1.0, nan, nan, nothing.note)
    folds = [_Fold(table, split) for split in splits]
    scores = _tested(folds, codes, len(names), len(table))
    tested = np.isfinite(scores).all(axis=1)
    hits = _hits(scores, codes, len(names))
    total = float(_balanced(hits.sum(axis=0)[None])[0])
    there, clusters = np.unique(group_codes[tested], return_inverse=True)
    draws = _balanced(resampled_sums(hits[tested], clusters, n_resamples=n_resamples, seed=seed))
    value = interval_of(total, draws, n=int(np.count_nonzero(tested)), n_clusters=len(there))
    auc, chance = _auc(scores[tested], codes[tested]), 1 / len(names)
    if n_groups < LEAST_CLUSTERS:
        return Probe(value, auc, chance, nan, nan, f"{n_groups} groups: no p under {LEAST_CLUSTERS}")
    null = _null(folds, GroupDeal(codes, group_codes, strata), len(names), n_permutations, seed)
    p = p_value(value.value, null[np.isfinite(null)])
    return Probe(value, auc, chance, float(np.nanquantile(null, 0.95)), p)


def subspace(features: npt.ArrayLike, labels: npt.ArrayLike) -> FloatArray:
    """Orthonormal directions [k, r] by which the linear probe tells classes apart, r at most classes - 1."""
    table = np.asarray(features, dtype=np.float64)
    names, codes = np.unique(np.asarray(labels), return_inverse=True)
    centred = table - table.mean(axis=0)
    means = np.stack([centred[codes == code].mean(axis=0) for code in range(len(names))])
    whitener = _whitener(centred)
    directions = whitener @ (whitener.T @ (means - means.mean(axis=0)).T)
    left, sizes, _ = np.linalg.svd(directions, full_matrices=False)
    rank = int(np.count_nonzero(sizes > 1e-9 * max(float(sizes[0]), 1e-300)))
    return np.asarray(left[:, : min(rank, len(names) - 1)])


def _whitener(centred: FloatArray) -> FloatArray:
    """W [k, k] such that features times W have unit (shrunk) covariance."""
    covariance = centred.T @ centred / max(1, len(centred))
    values, vectors = np.linalg.eigh(covariance)
    shrunk = np.maximum(values, 0.0) + SHRINKAGE * max(float(values.mean()), 1e-300)
    return np.asarray(vectors / np.sqrt(shrunk))


class _Fold:
    """Whitened features of one split; whitening needs no labels and serves every permutation."""

    def __init__(self, table: FloatArray, split: Split) -> None:
        self.train, self.test = split.train, split.test
        mean = table[split.train].mean(axis=0)
        whitener = _whitener(table[split.train] - mean)
        self._train = (table[split.train] - mean) @ whitener
        self._test = (table[split.test] - mean) @ whitener

    def scores(self, codes: IntArray, n_classes: int) -> FloatArray:
        """Minus the squared distance to each class's centroid, shape (n_test, n_classes); classes not seen: -inf."""
        one_hot = np.eye(n_classes)[codes[self.train]]
        counts = one_hot.sum(axis=0)
        centroids = one_hot.T @ self._train / np.maximum(counts, 1)[:, None]
        near = 2 * self._test @ centroids.T - (centroids**2).sum(axis=1)
        return np.asarray(np.where(counts > 0, near, -1e300))


def _tested(folds: Sequence[_Fold], codes: IntArray, n_classes: int, n: int) -> FloatArray:
    """Scores [n, n_classes] of each row by the fold that held it out; NaN for rows that none did."""
    scores = np.full((n, n_classes), np.nan)
    for fold in folds:
        scores[fold.test] = fold.scores(codes, n_classes)
    return scores


def _hits(scores: FloatArray, codes: IntArray, n_classes: int) -> FloatArray:
    """Per clip: its class as one-hot, then the same where it was named right; zeros for rows not tested."""
    tested = np.asarray(np.isfinite(scores).all(axis=1))
    classes = np.eye(n_classes)[codes] * tested[:, None]
    named = np.where(tested, np.nan_to_num(scores, nan=-np.inf).argmax(axis=1), -1)
    return np.concatenate([classes, classes * (named == codes)[:, None]], axis=1)


def _balanced(sums: FloatArray) -> FloatArray:
    """Balanced accuracy [b] of counts [b, 2 classes]; classes without a clip do not count."""
    clips, hits = np.split(sums, 2, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(clips > 0, hits / clips, 0.0)
        return np.asarray(shares.sum(axis=1) / (clips > 0).sum(axis=1))


def _null(
    folds: Sequence[_Fold], deal: GroupDeal, n_classes: int, n_permutations: int, seed: int
) -> FloatArray:
    rng = np.random.default_rng(seed)
    found = np.empty(n_permutations)
    for row in range(n_permutations):
        dealt = deal.shuffled(rng)[deal.unit_of]
        hits = _hits(_tested(folds, dealt, n_classes, len(dealt)), dealt, n_classes)
        found[row] = _balanced(hits.sum(axis=0)[None])[0]
    return found


def _auc(scores: FloatArray, codes: IntArray) -> float:
    """Mean over classes of the share of pairs (in class, out of class) that the class's margin puts in order."""
    areas = []
    for code in range(scores.shape[1]):
        inside = codes == code
        n_in, n_out = np.count_nonzero(inside), np.count_nonzero(~inside)
        if n_in and n_out:
            margin = scores[:, code] - np.delete(scores, code, axis=1).max(axis=1)
            areas.append((midranks(margin)[inside].sum() - n_in * (n_in + 1) / 2) / (n_in * n_out))
    return float(np.mean(areas)) if areas else float("nan")
