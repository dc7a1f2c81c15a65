"""Which of the other datasets to train on for this one, and what each of them brings.

The paper's finding (EmoMusic + PMEmo + WTC generalise best) as a question that can be asked of any data. Every union of
the others is tried; the best of many looks better than it is, so what counts is what a dataset adds, with its interval.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.errors import ModelError
from merdesk.evaluation.bootstrap import Interval, interval_of, resampled_sums
from merdesk.evaluation.cells import ClipTable, Fit, Protocol
from merdesk.evaluation.metrics import DIMENSIONS
from merdesk.evaluation.moments import moment_columns, scores_of
from merdesk.progress import Progress

MOST_OTHERS = 5
"""Up to so many other datasets all unions are tried (31 of five); beyond, only single sets, all, and all but one."""


@dataclass(frozen=True, slots=True)
class Union:
    """One training set: names of its datasets, clips, and its score on the target by dimension."""

    train: tuple[str, ...]
    n_train: int
    scores: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class Added:
    """What a dataset adds to all others together: score with it minus score without, paired, by dimension."""

    dataset: str
    gain: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Unions from the best to the worst (mean over valence and arousal), and what each dataset adds."""

    target: str
    metric: str
    unions: tuple[Union, ...]
    added: tuple[Added, ...]
    note: str = "the best of several unions is chosen on the target's own clips and flatters itself"


def recommend(
    table: ClipTable,
    fit: Fit,
    target: int,
    *,
    metric: str = "r2",
    protocol: Protocol | None = None,
    progress: Progress | None = None,
) -> Recommendation:
    """Try unions of the other datasets on dataset `target`; clips of theirs that duplicate the target's do not train.

    Parameters
    ----------
    metric
        One of `moments.MOMENT_METRICS` that is to maximise: "r2", "pearson", "ccc".

    Raises
    ------
    ModelError
        When there is no other dataset.
    """
    protocol = protocol or Protocol()
    rows = table.rows([target])
    doubled = table.duplicates_of(rows)
    parts = {
        code: np.setdiff1d(table.rows([code]), doubled)
        for code in range(len(table.dataset_names))
        if code != target
    }
    others = tuple(code for code, part in parts.items() if len(part))
    if not others or not len(rows):
        raise ModelError(
            f"There is no dataset besides {table.dataset_names[target]} to train on; load another one with the same features."
        )
    predictions = _predictions(table, fit, rows, parts, list(_unions(others)), progress)
    scored = _Scored(table, rows, metric, protocol)
    draws = {union: scored.draws(prediction) for union, prediction in predictions.items()}
    unions = [
        Union(_names(table, union), sum(len(parts[code]) for code in union), scored.intervals(draws[union]))
        for union in predictions
    ]
    unions.sort(key=lambda union: -float(np.mean([score.value for score in union.scores.values()])))
    added = [
        Added(table.dataset_names[code], scored.intervals(draws[others] - draws[_without(others, code)]))
        for code in others
        if len(others) > 1
    ]
    return Recommendation(table.dataset_names[target], metric, tuple(unions), tuple(added))


def _predictions(
    table: ClipTable,
    fit: Fit,
    rows: IntArray,
    parts: dict[int, IntArray],
    tried: list[tuple[int, ...]],
    progress: Progress | None,
) -> dict[tuple[int, ...], FloatArray]:
    """Predictions [n, 2] of the target's rows by a model of each union."""
    if progress:
        progress.begin("Trying unions of datasets", len(tried))
    found = {}
    for union in tried:
        train = np.sort(np.concatenate([parts[code] for code in union]))
        found[union] = fit(train).predict(table.features[rows])
        if progress:
            progress.advance()
    return found


def _unions(others: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    sizes = (
        range(1, len(others) + 1) if len(others) <= MOST_OTHERS else sorted({1, len(others) - 1, len(others)})
    )
    for size in sizes:
        yield from combinations(others, size)


def _without(others: tuple[int, ...], code: int) -> tuple[int, ...]:
    return tuple(other for other in others if other != code)


def _names(table: ClipTable, codes: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(table.dataset_names[code] for code in codes)


class _Scored:
    """Scores of predictions of the target's clips: the value, then its resamples, which all unions share."""

    def __init__(self, table: ClipTable, rows: IntArray, metric: str, protocol: Protocol) -> None:
        self._truth, self._metric, self._protocol = table.affect[rows], metric, protocol
        self._codes = np.unique(table.groups[rows], return_inverse=True)[1]

    def draws(self, prediction: FloatArray) -> FloatArray:
        """Shape (2, 1 + n_resamples)."""
        found = []
        for column in range(2):
            moments = moment_columns(self._truth[:, column], prediction[:, column])
            sums = resampled_sums(
                moments, self._codes, n_resamples=self._protocol.n_resamples, seed=self._protocol.seed
            )
            found.append(scores_of(np.concatenate([moments.sum(axis=0)[None], sums]))[self._metric])
        return np.stack(found)

    def intervals(self, draws: FloatArray) -> dict[str, Interval]:
        """By dimension."""
        n, n_clusters = len(self._codes), int(self._codes.max()) + 1
        return {
            dimension: interval_of(float(values[0]), values[1:], n=n, n_clusters=n_clusters)
            for dimension, values in zip(DIMENSIONS, draws, strict=True)
        }
