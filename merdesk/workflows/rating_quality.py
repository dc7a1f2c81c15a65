"""How good ratings are: agreement as a whole, by dataset and by genre, each rater, repeats, anchors, what stands out."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.clip import ClipId
from merdesk.domain.rating import DIMENSIONS, Dimension
from merdesk.domain.source import SourceTrace
from merdesk.evaluation.agreement import Agreement, agreement
from merdesk.evaluation.lag import estimate_lag
from merdesk.evaluation.raters import Pooling, Rater, cronbach_alpha, of_raters, outlying, pairwise_ccc
from merdesk.project import columns, studies
from merdesk.project.project import Project
from merdesk.workflows.pair_quality import Paired, pair_quality
from merdesk.workflows.rating_consensus import WAYS, Consensus, chosen
from merdesk.workflows.rating_tables import Answers
from merdesk.workflows.study_plans import resolve

RATE_HZ = 2.0
"""Samples a second at which traces are compared, as datasets publish them."""
LEAST_CLIPS = 5
"""Groups of fewer clips are not told apart."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """Agreement about some clips in one dimension; intervals come from resampled artists or groups."""

    group: str
    dimension: Dimension
    n_clips: int
    found: Agreement


@dataclass(frozen=True, slots=True)
class Rated:
    """One rater in one dimension.

    `retest` is the mean absolute difference between two answers about one clip, `anchor_error` that from the known
    answer; NaN without any, and the numbers behind them are `n_retests` and `n_anchors`.
    """

    name: str
    dimension: Dimension
    rater: Rater
    retest: float
    n_retests: int
    anchor_error: float
    n_anchors: int


@dataclass(frozen=True, slots=True)
class StandsOut:
    """A rating far from what others said about the clip."""

    clip_id: ClipId
    title: str
    name: str
    dimension: Dimension
    value: float
    others: float


@dataclass(frozen=True, slots=True)
class Traced:
    """How alike the traces of one clip are once each is moved by its lag behind their mean, at 2 Hz.

    `ccc` is the mean concordance of every two, `alpha` Cronbach's.
    """

    title: str
    dimension: Dimension
    n_raters: int
    ccc: float
    alpha: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Everything that a project's ratings say about themselves.

    `consensus` holds each way to one point a clip, `chosen` names the project's; `titles` are of the rated clips.
    """

    agreed: tuple[Agreed, ...]
    raters: tuple[Rated, ...]
    standing_out: tuple[StandsOut, ...]
    traced: tuple[Traced, ...] = ()
    paired: tuple[Paired, ...] = ()
    consensus: tuple[Consensus, ...] = ()
    chosen: Pooling = "mean"
    titles: Mapping[int, str] = field(default_factory=dict)


def quality(project: Project) -> Quality:
    """Look at all ratings that were given in the window."""
    answers = Answers.of(project)
    clip_ids, people, table = answers.unit_table()
    if not clip_ids:
        return Quality((), (), (), _traced(answers), pair_quality(project, answers))
    loaded = columns.load(project)
    rows = loaded.rows_of(np.asarray(clip_ids, dtype=np.int64))
    clusters: IntArray = np.asarray(loaded.group)[rows]
    # A clip without a group stands for itself.
    clusters = np.where(clusters < 0, -1 - np.arange(len(rows)), clusters)
    groups = {"All clips": np.ones(len(rows), dtype=bool)}
    datasets, genres = np.asarray(loaded.dataset)[rows], np.asarray(loaded.genre)[rows]
    for codes, names in ((datasets, loaded.dataset_names), (genres, loaded.genre_names)):
        present = [code for code in np.unique(codes[codes >= 0]) if (codes == code).sum() >= LEAST_CLIPS]
        groups |= {names[code]: codes == code for code in present} if len(present) > 1 else {}
    agreed = tuple(
        Agreed(group, dimension, int(kept.sum()), agreement(table[kept][:, :, axis], clusters[kept]))
        for group, kept in groups.items()
        for axis, dimension in enumerate(DIMENSIONS)
        if len(people) > 1
    )
    raters = _raters(project, answers, people, clip_ids, table)
    return Quality(
        agreed,
        raters,
        _outlying(answers, table),
        _traced(answers),
        pair_quality(project, answers),
        tuple(Consensus.of(answers, how) for how in WAYS),
        chosen(project),
        {clip_id: answers.labels[clip_id].title for clip_id in clip_ids},
    )


def _raters(
    project: Project, answers: Answers, people: Sequence[int], clip_ids: Sequence[int], table: FloatArray
) -> tuple[Rated, ...]:
    order = np.full(table.shape[:2], np.nan)
    n_given: dict[int, int] = defaultdict(int)
    for one in answers.given:
        if one.rating.affect is not None:
            place = clip_ids.index(one.clip_id), people.index(one.annotator_id)
            order[place] = n_given[one.annotator_id]
            n_given[one.annotator_id] += 1
    retests, anchors = _checks(project)
    found = []
    for axis, dimension in enumerate(DIMENSIONS):
        for who, rater in zip(people, of_raters(table[:, :, axis], order), strict=True):
            again, known = retests.get(who, []), anchors.get(who, [])
            name = answers.names[who]
            checks = (_mean(again, axis), len(again), _mean(known, axis), len(known))
            found.append(Rated(name, dimension, rater, *checks))
    return tuple(found)


def _mean(differences: Sequence[tuple[float, float]], axis: int) -> float:
    return float(np.mean([one[axis] for one in differences])) if differences else math.nan


Differences = dict[int, list[tuple[float, float]]]


def _checks(project: Project) -> tuple[Differences, Differences]:
    """Absolute differences of repeats and from anchors, by annotator, over all studies."""
    retests: Differences = defaultdict(list)
    anchors: Differences = defaultdict(list)
    for study in studies.all(project):
        here = resolve(project, study.plan)
        known = {here[one.clip]: one for one in study.plan.anchors if one.clip in here}
        first = {}
        for one in studies.answered(project, study):
            if one.affect is None:
                continue
            key, said = (one.annotator_id, one.clip_id), one.affect
            if one.part == "item":
                first[key] = said
            elif one.part == "repeat" and key in first:
                before = first[key]
                gaps = abs(said.valence - before.valence), abs(said.arousal - before.arousal)
                retests[one.annotator_id].append(gaps)
            elif one.part == "anchor" and one.clip_id in known:
                right = known[one.clip_id]
                gaps = abs(said.valence - right.valence), abs(said.arousal - right.arousal)
                anchors[one.annotator_id].append(gaps)
    return retests, anchors


def _outlying(answers: Answers, table: FloatArray) -> tuple[StandsOut, ...]:
    clip_ids, people, _ = answers.unit_table()
    found = []
    for axis, dimension in enumerate(DIMENSIONS):
        for row, rater in outlying(table[:, :, axis]).tolist():
            others = float(np.nanmean(np.delete(table[row, :, axis], rater)))
            label, name = answers.labels[clip_ids[row]], answers.names[people[rater]]
            value = float(table[row, rater, axis])
            found.append(StandsOut(label.id, label.title, name, dimension, value, others))
    return tuple(found)


def _traced(answers: Answers) -> tuple[Traced, ...]:
    by_clip: dict[int, list[SourceTrace]] = defaultdict(list)
    for one in answers.given:
        trace = answers.traces.get((one.clip_id, one.annotator_id))
        if one.kind == "trace" and trace is not None and len(trace.time_s):
            by_clip[one.clip_id].append(trace)
    found = []
    for clip_id, traces in by_clip.items():
        if len(traces) > 1:
            table = aligned(traces)
            title = answers.labels[ClipId(clip_id)].title
            for axis, dimension in enumerate(DIMENSIONS):
                values = table[:, :, axis]
                found.append(
                    Traced(title, dimension, len(traces), pairwise_ccc(values), cronbach_alpha(values))
                )
    return tuple(found)


def aligned(traces: Sequence[SourceTrace]) -> FloatArray:
    """Traces of one clip on [-1, 1] at common times, each earlier by its lag behind their mean: (n, n_times, 2).

    NaN where a trace says nothing; a lag that cannot be estimated counts as none.
    """
    end_s = max(float(trace.time_s[-1]) for trace in traces)
    times = np.arange(0.0, end_s + 0.5 / RATE_HZ, 1 / RATE_HZ)
    table = np.stack([_sampled(trace, times, 0.0) for trace in traces])
    # Against the mean of all, itself included: two that were each moved towards the other would swap places.
    with np.errstate(invalid="ignore"):
        mean = np.nansum(table, axis=0) / np.isfinite(table).sum(axis=0)
    moved = []
    for number, trace in enumerate(traces):
        lag = estimate_lag(times, table[number], times, mean)
        moved.append(_sampled(trace, times, 0.0 if lag is None else lag.lag_s))
    return np.stack(moved)


def _sampled(trace: SourceTrace, times: FloatArray, lag_s: float) -> FloatArray:
    affect, at = trace.scale.to_unit(trace.affect), times + lag_s
    columns = []
    for axis in range(2):
        known = np.isfinite(affect[:, axis])
        if known.any():
            values = np.interp(at, trace.time_s[known], affect[known, axis], left=math.nan, right=math.nan)
        else:
            values = np.full(len(times), math.nan)
        columns.append(values)
    return np.stack(columns, axis=1)
