"""A datasheet of what people rated: who, when, how it was played and answered, and how far they agree."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from merdesk.domain.rating import DIMENSIONS, Circumstances
from merdesk.domain.words import counted
from merdesk.evaluation.agreement import agreement
from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.raters import Pooling
from merdesk.project.comparisons import Compared
from merdesk.project.ratings import Given
from merdesk.workflows.pair_quality import Paired
from merdesk.workflows.rating_consensus import WORDS
from merdesk.workflows.rating_tables import Answers


def datasheet(title: str, answers: Answers, how: Pooling = "mean", paired: Sequence[Paired] = ()) -> str:
    """The datasheet of a project's ratings in Markdown; `how` says by what the consensus was made."""
    parts = [
        [f"# Ratings of {inline(title)}", "", _summary(answers)],
        ["## Who and when", "", *_people(answers)],
        ["## How it was played and answered", "", *_circumstances(answers.given)],
        ["## Studies", "", *study_lines(answers)],
        ["## Agreement", "", *_agreement(answers)],
        ["## Agreement about pairs", "", *_pairs(paired)],
        ["## Consensus", "", f"One point a clip is the {WORDS[how]} of all annotators' ratings on [-1, 1]."],
        ["## Files", "", *_files()],
    ]
    return "\n".join(line for part in parts for line in (*part, "")).rstrip() + "\n"


def _summary(answers: Answers) -> str:
    points = [one for one in answers.given if one.kind == "point"]
    n_clips = len({one.clip_id for one in answers.given})
    n_traces = sum(one.kind == "trace" for one in answers.given)
    n_cannot = sum(one.cannot_say for one in points)
    words = [
        f"{counted(len(points), 'rating')} ({n_cannot:,} of them “can't say”)",
        counted(n_traces, "trace"),
        counted(len(answers.compared), "comparison"),
    ]
    return f"{', '.join(words)} of {counted(n_clips, 'clip')}, valence before arousal."


def _people(answers: Answers) -> Iterable[str]:
    yield from ("| annotator | ratings | traces | comparisons | first | last |", "|---|---|---|---|---|---|")
    compared = Counter(one.annotator_id for one in answers.compared)
    everything: list[Given | Compared] = [*answers.given, *answers.compared]
    for who in sorted({one.annotator_id for one in everything}):
        own = [one for one in answers.given if one.annotator_id == who]
        days = [one.given_at for one in everything if one.annotator_id == who]
        n_points = sum(one.kind == "point" for one in own)
        cells = (inline(answers.names[who]), n_points, len(own) - n_points, compared[who])
        yield _row((*cells, min(days)[:10], max(days)[:10]))


def _circumstances(given: Sequence[Given]) -> Iterable[str]:
    how = [one.rating.circumstances for one in given]
    if not how:
        yield "Nothing was rated clip by clip."
        return
    matched = sum(one.loudness_matched for one in how)
    gains = [one.gain_db for one in how if one.gain_db is not None]
    yield f"- Answers given at one loudness for all clips: {_share(matched, len(how))}; the others as published."
    if gains:
        yield f"- Gain while it played: {min(gains):+.1f} to {max(gains):+.1f} dB (n = {len(gains):,}), without the volume control."
    yield f"- Blinded, in a study: {_share(sum(one.blinded for one in how), len(how))}."
    yield f"- In sight: {_counts(' and '.join(sorted(one.visible)) or 'nothing' for one in how)}."
    yield f"- Answered with: {_counts(one.tool for one in how)}."
    yield _heard(how)


def _heard(how: Sequence[Circumstances]) -> str:
    heard_s = np.array([one.heard_s for one in how])
    low, middle, high = np.percentile(heard_s, (5, 50, 95))
    plays = np.mean([one.n_plays for one in how])
    unheard = int(np.count_nonzero(heard_s == 0))
    return (
        f"- Heard before an answer: median {middle:.1f} s (5 % under {low:.1f} s, 5 % over {high:.1f} s), "
        f"{plays:.1f} plays on average; {_share(unheard, len(how))} without listening."
    )


def _agreement(answers: Answers) -> Iterable[str]:
    clip_ids, people, table = answers.unit_table()
    if len(people) < 2 or len(clip_ids) < 2:
        yield "Agreement needs two annotators of the same two clips."
        return
    yield "On [-1, 1], with 95 % intervals from resampled clips; n counts the clips behind a figure."
    yield ""
    yield "| | ICC(1,1) | ICC(A,1) | ICC(A,k) | Krippendorff's alpha |"
    yield "|---|---|---|---|---|"
    for axis, dimension in enumerate(DIMENSIONS):
        found = agreement(table[:, :, axis])
        figures = (found.icc_1_1, found.icc_a_1, found.icc_a_k, found.alpha)
        yield _row((dimension, *map(figure, figures)))
    yield ""
    yield f"ICC(A,1) and ICC(A,k) count clips that all {len(people)} annotators rated; the others every clip with two ratings."


def _pairs(paired: Sequence[Paired]) -> Iterable[str]:
    if not paired:
        yield "Nobody compared pairs."
        return
    yield "Shares of equal answers: to a pair that came twice, and among others' answers to the same pairs."
    yield ""
    yield from ("| annotator | dimension | pairs | when repeated | as others |", "|---|---|---|---|---|")
    for one in paired:
        again, others = (
            f"{value:.2f} (n = {n:,})" if n else "none"
            for value, n in ((one.retest, one.n_retests), (one.with_others, one.n_shared))
        )
        yield _row((inline(one.name), one.dimension, one.n, again, others))


def study_lines(answers: Answers) -> Iterable[str]:
    """Each study with the choices that its plan fixed for everybody."""
    if not answers.studies:
        yield "No study."
    for study in answers.studies:
        plan = study.plan
        loudness = "all clips at one loudness" if plan.gain == "matched" else "clips as published"
        seen = " and ".join(plan.visible) or "nothing of a clip"
        people = len({one["annotator_id"] for one in study.answers})
        words = [
            f"{counted(len(study.answers), 'answer')} by {counted(people, 'person', 'people')}",
            f"{counted(len(plan.clips), 'clip')}, tasks {', '.join(plan.tasks)}",
            f"played {loudness}",
            f"in sight {seen}; predictions and others' ratings never",
            f"{plan.n_repeats:,} once more, {counted(len(plan.anchors), 'anchor')}",
            f"at least {plan.least_s:g} s heard" if plan.least_s else "no minimum of listening",
        ]
        about = f"(study `{inline(plan.uid)}`, plan {study.version}, seed {plan.seed})"
        yield f"- {inline(plan.title)} {about}: {'; '.join(words)}."


def _files() -> Iterable[str]:
    yield "- `ratings.csv`: a row an answer; values on the dataset's scale and on [-1, 1], both as they are kept."
    yield "- `ratings-wide.csv`: a row a clip, two columns an annotator, on the dataset's scale."
    yield "- `recordings.csv`, `samples.csv`: how each trace was recorded, and its samples on [-1, 1]; `lag_s` is by how much it was moved earlier."
    yield "- `consensus.csv`: one point a clip on [-1, 1], by the choice above; deviations with n - 1."
    yield "- `study-answers.csv`: every answer of studies at its place in the person's order, practice, repeats and anchors included; of pairs, `more_valence` is 1 where the first has more, -1 where the second has."
    yield "- `study-people.csv`: when people agreed, and what they told of themselves; not in an anonymous export."
    yield "- `comparisons.csv`: outcome 1 says that the first has more of the dimension, -1 the second, 0 neither."


def figure(interval: Interval) -> str:
    """A number with its interval and n, for a table; why there is none where there is none.

    Examples
    --------
    >>> figure(Interval(0.5, 0.25, 0.7, 30, 30))
    '.50 [.25, .70], n = 30'
    """
    if not np.isfinite(interval.value):
        return f"none: {interval.note or 'too few ratings'}"
    number = [f"{value:.2f}".replace("0.", ".", 1) for value in (interval.value, interval.low, interval.high)]
    return f"{number[0]} [{number[1]}, {number[2]}], n = {interval.n:,}"


def inline(text: str) -> str:
    """Text from a file or a person within a line of Markdown: nothing in it is markup."""
    kept = " ".join(text.split())
    return "".join(f"\\{mark}" if mark in "\\`*_{}[]()<>#|!" else mark for mark in kept)


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _share(n: int, of: int) -> str:
    return f"{n:,} of {of:,}"


def _counts(words: Iterable[str]) -> str:
    return ", ".join(f"{word} ({n:,})" for word, n in Counter(words).most_common())
