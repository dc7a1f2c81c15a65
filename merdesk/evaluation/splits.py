"""Splits that cannot leak: what belongs together stays together.

A group is a piece (WTC), a recording (WCMED) or an artist (EmoMusic, DEAM, PMEmo). Folds are stratified by quadrant of
the valence-arousal plane as far as groups allow. What splits by clip are worth: 53 % of EmoMusic's official test clips
are by artists that are also in training.
"""

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import IntArray
from merdesk.domain.split import Split
from merdesk.errors import ModelError
from merdesk.evaluation.quadrants import quadrants


def grouped_folds(
    affect: npt.ArrayLike, groups: npt.ArrayLike, n_folds: int = 5, seed: int = 0
) -> list[Split]:
    """Cross-validation folds in which no group stands on both sides; every row is tested once.

    Parameters
    ----------
    affect
        Valence and arousal, shape (n, 2), without NaN; its quadrants are spread evenly over the folds.
    groups
        What each clip belongs to, shape (n,).
    n_folds
        Folds wanted; with fewer groups than that, each group is a fold (`folds_note` says so).
    seed
        Shuffles groups before they are dealt.

    Raises
    ------
    ModelError
        With fewer than two groups: nothing can be held out.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    affect, groups = np.asarray(affect, dtype=np.float64), np.asarray(groups)
    n_groups = len(np.unique(groups))
    if n_groups < 2:
        raise ModelError(
            f"The {len(groups)} clips belong to {n_groups} group, so none can be held out for a test; "
            "add clips of other pieces or artists, or map the group column."
        )
    n_folds = min(n_folds, n_groups)
    dealt = StratifiedGroupKFold(n_splits=n_folds, shuffle=True, random_state=seed)
    strata = _strata(quadrants(affect), n_folds)
    splits = [Split(train, test) for train, test in dealt.split(strata, strata, groups)]
    # The greedy deal may leave a fold without a group when groups are few and uneven.
    return [split for split in splits if len(split.test)]


def _strata(codes: IntArray, n_folds: int) -> IntArray:
    """Quadrants, those with fewer clips than folds merged into the largest: they cannot be spread."""
    counts = np.bincount(codes, minlength=4)
    return np.where(counts[codes] < n_folds, int(counts.argmax()), codes)


def folds_note(groups: npt.ArrayLike, n_folds: int = 5) -> str:
    """What a reader should know about folds over these groups; empty when there is nothing to say.

    Examples
    --------
    >>> folds_note(["Bach", "Bach", "Chopin"], 5)
    '2 groups are fewer than 5 folds: each group was held out in turn'
    """
    n_groups = len(np.unique(np.asarray(groups)))
    if n_groups >= n_folds:
        return ""
    return f"{n_groups} groups are fewer than {n_folds} folds: each group was held out in turn"


def leave_one_out(codes: npt.ArrayLike, groups: npt.ArrayLike | None = None) -> list[Split]:
    """One split per value of codes [n] (dataset, genre, pianist), which is held out; ascending values.

    Clips of other values whose group [n] is held out with them (copies of one recording) are left out of training.

    Examples
    --------
    >>> [split.test.tolist() for split in leave_one_out([3, 1, 3])]
    [[1], [0, 2]]
    """
    codes = np.asarray(codes)
    belongs = np.arange(len(codes)) if groups is None else np.asarray(groups)
    return [
        Split(np.flatnonzero(~np.isin(belongs, belongs[codes == value])), np.flatnonzero(codes == value))
        for value in np.unique(codes)
    ]


def official_split(names: npt.ArrayLike, *, test: str) -> Split:
    """A published split by the name of its test part; clips without a name are in neither part.

    Published splits may separate clips of one artist: show `leakage.shared_groups` beside their scores.

    Raises
    ------
    ModelError
        When no clip bears that name, or all do.
    """
    labels = np.asarray(names, dtype=object).astype(str)
    tested = labels == test
    split = Split(np.flatnonzero((labels != "") & ~tested), np.flatnonzero(tested))
    if not len(split.test) or not len(split.train):
        raise ModelError(
            f'The split column names {len(split.test)} clips "{test}" and {len(split.train)} others; '
            "choose a name that some, but not all, clips bear."
        )
    return split


def group_sample(groups: npt.ArrayLike, n: int, seed: int = 0) -> IntArray:
    """Ascending rows of whole groups drawn at random until at least n rows are reached (or all are taken).

    Used to match training sizes without cutting groups.
    """
    _, codes = np.unique(np.asarray(groups), return_inverse=True)
    sizes = np.bincount(codes)
    order = np.random.default_rng(seed).permutation(len(sizes))
    n_taken = int(np.searchsorted(np.cumsum(sizes[order]), n)) + 1
    return np.flatnonzero(np.isin(codes, order[:n_taken]))
