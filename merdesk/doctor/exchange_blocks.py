"""Contiguous blocks of clips whose valence and arousal are exchanged against a second source of the same two.

What an exchange does is visible without knowing where it is: the difference valence - arousal of the filed values runs
against that of the second source (means of traces, or another dataset's values of the same clips).

Method: each clip has a log-likelihood ratio of "as named" against "exchanged" under one linear map from trace means to
static values (fitted to the clips as currently sorted, residuals Gaussian, the ratio cut at `MOST_PER_CLIP` so that no
outlier decides). Viterbi's algorithm finds the blocks; a switch costs less where ids pass a round number, because
exchanges come from files that were joined. A block is reported when it has `MIN_CLIPS`, both exchanged correlations
exceed both straight ones, and the correlation of the two differences is negative beyond chance after Bonferroni's
correction for all n(n+1)/2 blocks that could have been chosen.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray

MIN_CLIPS = 20
"""Fewer clips in a dataset or block say nothing."""
ALPHA = 1e-3
"""Chance, over all blocks of a dataset, of calling an exchange that is none."""
MOST_PER_CLIP = 4.0
"""Bound of one clip's log-likelihood ratio, in nats."""
SWITCH_COST = 10.0
ROUND_DISCOUNT = {1000: 6.0, 500: 4.0, 100: 3.0}
"""How much less a switch costs, in nats, where ids pass a multiple of this."""
_ITERATIONS = 10


@dataclass(frozen=True, slots=True)
class Block:
    """Correlations within rows start..stop-1 of the clips that have both kinds of annotation.

    `r_*` name the filed column first, the trace second; `r_difference` correlates valence - arousal of both.
    `log10_p` is the corrected probability of so negative an `r_difference` if nothing was exchanged.
    """

    start: int
    stop: int
    r_valence_valence: float
    r_valence_arousal: float
    r_arousal_arousal: float
    r_arousal_valence: float
    r_difference: float
    log10_p: float

    @property
    def n(self) -> int:
        """Number of clips."""
        return self.stop - self.start

    @property
    def exchanged(self) -> bool:
        """True where the evidence suffices."""
        crossed = min(self.r_valence_arousal, self.r_arousal_valence)
        straight = max(self.r_valence_valence, self.r_arousal_arousal)
        return self.n >= MIN_CLIPS and crossed > straight and self.log10_p < math.log10(ALPHA)

    @property
    def evidence(self) -> dict[str, float]:
        """The numbers by name."""
        return {
            "clips": float(self.n),
            "r(filed valence, trace valence)": self.r_valence_valence,
            "r(filed valence, trace arousal)": self.r_valence_arousal,
            "r(filed arousal, trace arousal)": self.r_arousal_arousal,
            "r(filed arousal, trace valence)": self.r_arousal_valence,
            "r(filed valence - arousal, trace valence - arousal)": self.r_difference,
            "log10 p, corrected": self.log10_p,
        }


def find_blocks(static: FloatArray, dynamic: FloatArray, ids: Sequence[str]) -> list[Block]:
    """Divide clips into blocks that are as named or exchanged, in the order given.

    Parameters
    ----------
    static, dynamic
        Filed values and means of traces on [-1, 1], valence first, shape (n, 2), no NaN.
    ids
        Source ids, length n: switches are cheaper where they pass a round number.

    Returns
    -------
    list of Block
        Adjacent blocks that cover all clips; a single one without any exchange; empty under `MIN_CLIPS` clips or
        where a column does not vary.
    """
    n = len(static)
    if n < MIN_CLIPS or min(static.std(axis=0).min(), dynamic.std(axis=0).min()) < 1e-9:
        return []
    costs = switch_costs(ids)
    crossed = _viterbi(_first_ratio(static, dynamic), costs)
    for _ in range(_ITERATIONS):
        again = _viterbi(_ratio(static, dynamic, crossed), costs)
        if np.array_equal(again, crossed):
            break
        crossed = again
    edges = [0, *(np.flatnonzero(np.diff(crossed.astype(int))) + 1), n]
    return [_block(static, dynamic, int(start), int(stop)) for start, stop in itertools.pairwise(edges)]


def switch_costs(ids: Sequence[str]) -> FloatArray:
    """Cost in nats of a switch before each clip but the first, shape (n - 1,)."""
    numbers = np.array(
        [int(text[:15]) if text.isascii() and text.isdecimal() else 0 for text in ids], dtype=np.int64
    )
    costs = np.full(max(len(ids) - 1, 0), SWITCH_COST)
    for step, discount in sorted(ROUND_DISCOUNT.items(), key=lambda item: item[1]):
        # ids 1..1000 belong together, so a step ends with its round number.
        passed = np.diff((numbers - 1) // step) > 0
        costs[passed] = SWITCH_COST - discount
    return costs


def _first_ratio(static: FloatArray, dynamic: FloatArray) -> FloatArray:
    """Ratio before any map is known: the product of both standardised differences, positive for "as named"."""
    filed, traced = static[:, 0] - static[:, 1], dynamic[:, 0] - dynamic[:, 1]
    scale = max(float(filed.std() * traced.std()), 1e-12)
    return np.asarray(
        np.clip((filed - filed.mean()) * (traced - traced.mean()) / scale, -MOST_PER_CLIP, MOST_PER_CLIP)
    )


def _ratio(static: FloatArray, dynamic: FloatArray, crossed: BoolArray) -> FloatArray:
    """Log-likelihood ratio of "as named" against "exchanged" of each clip, given how the clips are sorted now."""
    straight = np.where(crossed[:, None], static[:, ::-1], static)
    design = np.column_stack([np.ones(len(dynamic)), dynamic])
    weights, *_ = np.linalg.lstsq(design, straight, rcond=None)
    expected = design @ weights
    residual = straight - expected
    covariance = residual.T @ residual / len(residual) + 1e-6 * np.eye(2)
    precision = np.linalg.inv(covariance)
    as_named, exchanged = static - expected, static[:, ::-1] - expected
    ratio = 0.5 * (_squares(exchanged, precision) - _squares(as_named, precision))
    return np.asarray(np.clip(ratio, -MOST_PER_CLIP, MOST_PER_CLIP))


def _squares(rows: FloatArray, precision: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("ni,ij,nj->n", rows, precision, rows))


def _viterbi(ratio: FloatArray, costs: FloatArray) -> BoolArray:
    """Most likely sequence of as named (False) and exchanged (True)."""
    n = len(ratio)
    came_from = np.zeros((n, 2), dtype=np.int64)
    score = [float(ratio[0]) / 2, -float(ratio[0]) / 2]
    for row in range(1, n):
        cost = float(costs[row - 1])
        came_from[row] = [score[1] - cost > score[0], score[1] >= score[0] - cost]
        half = float(ratio[row]) / 2
        score = [max(score[0], score[1] - cost) + half, max(score[1], score[0] - cost) - half]
    states = np.zeros(n, dtype=bool)
    state = int(score[1] > score[0])
    for row in range(n - 1, -1, -1):
        states[row] = bool(state)
        state = int(came_from[row, state])
    return states


def _block(static: FloatArray, dynamic: FloatArray, start: int, stop: int) -> Block:
    filed, traced = static[start:stop], dynamic[start:stop]
    r_difference = correlation(filed[:, 0] - filed[:, 1], traced[:, 0] - traced[:, 1])
    return Block(
        start,
        stop,
        r_valence_valence=correlation(filed[:, 0], traced[:, 0]),
        r_valence_arousal=correlation(filed[:, 0], traced[:, 1]),
        r_arousal_arousal=correlation(filed[:, 1], traced[:, 1]),
        r_arousal_valence=correlation(filed[:, 1], traced[:, 0]),
        r_difference=r_difference,
        log10_p=_log10_p(r_difference, stop - start, len(static)),
    )


def correlation(x: FloatArray, y: FloatArray) -> float:
    """Pearson's r of two columns [n]; 0 where one of them does not vary, because then nothing is known."""
    if len(x) < 3 or min(x.std(), y.std()) < 1e-9:
        return 0.0
    return float(np.corrcoef(x, y)[0, 1])


def _log10_p(r: float, n: int, n_all: int) -> float:
    """One-sided corrected probability of r or less without any association, by Fisher's z."""
    if n < 4:
        return 0.0
    z = math.atanh(max(-0.999999, min(0.999999, r))) * math.sqrt(n - 3)
    # Beyond z = -37 erfc underflows; there its leading term serves.
    tail = 0.5 * math.erfc(-z / math.sqrt(2))
    log_tail = (
        math.log10(tail)
        if tail > 0
        else -(z * z) / 2 / math.log(10) - math.log10(-z * math.sqrt(2 * math.pi))
    )
    return min(0.0, log_tail + math.log10(n_all * (n_all + 1) / 2))
