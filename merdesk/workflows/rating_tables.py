"""What people answered in the window as tables: one row an answer, one row a clip, samples of traces, and pairs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from merdesk.domain.affect import UNIT_SCALE
from merdesk.domain.arrays import FloatArray
from merdesk.domain.rating import Circumstances
from merdesk.domain.source import SourceTrace
from merdesk.project import annotations, annotators, clips, comparisons, ratings, studies, study_rows
from merdesk.project.clips import ClipLabel
from merdesk.project.comparisons import Compared
from merdesk.project.project import Project
from merdesk.project.ratings import Given
from merdesk.workflows.flat_tables import Columns
from merdesk.workflows.study_tables import StudyAnswers, study_tables

ANSWER = (
    "dataset", "id", "title", "annotator_id", "annotator", "valence", "arousal", "valence_unit", "arousal_unit",
    "cannot_say", "confidence", "categories", "tags", "note", "tool", "visible", "blinded", "gain_db",
    "loudness_matched", "heard_s", "n_plays", "given_at", "study", "plan", "position",
)  # fmt: skip
TRACE = (
    "dataset", "id", "title", "annotator_id", "annotator", "n_samples", "rate_hz", "lag_s", "tool", "visible",
    "blinded", "gain_db", "loudness_matched", "heard_s", "n_plays", "given_at", "study", "plan", "position",
)  # fmt: skip
SAMPLE = ("dataset", "id", "annotator_id", "annotator", "time_s", "valence", "arousal")
PAIR = (
    "first_dataset", "first_id", "second_dataset", "second_id", "annotator_id", "annotator", "dimension", "outcome",
    "visible", "blinded", "gain_db", "second_gain_db", "loudness_matched", "heard_s", "n_plays", "given_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that was answered in the window.

    Attributes
    ----------
    native
        Valence and arousal on the dataset's scale by clip and annotator, to the bit as they are kept.
    traces
        By clip and annotator.
    names
        Of annotators, by id.
    studies
        What studies asked and every answer of theirs, those that count for no clip included.
    places
        Study, by its number in `studies`, and position, from 0, of what was rated in one; by clip, annotator and kind.
    """

    given: tuple[Given, ...]
    native: Mapping[tuple[int, int], tuple[float, float]]
    traces: Mapping[tuple[int, int], SourceTrace]
    compared: tuple[Compared, ...]
    names: Mapping[int, str]
    labels: Mapping[int, ClipLabel]
    studies: tuple[StudyAnswers, ...] = ()
    places: Mapping[tuple[int, int, str], tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project, *, anonymous: bool = False) -> "Answers":
        """Read them; `anonymous` calls people by their number and leaves their notes and tags out."""
        given, compared = tuple(ratings.all(project)), tuple(comparisons.all(project))
        people = annotators.all(project, annotators.WINDOW)
        names: dict[int, str] = {one.id: f"annotator {one.id}" if anonymous else one.name for one in people}
        if anonymous:
            given = tuple(ratings.without_words(one) for one in given)
        traced = {one.clip_id for one in given if one.kind == "trace"}
        traces: dict[tuple[int, int], SourceTrace] = {
            (clip_id, who): trace
            for clip_id in sorted(traced)
            for who, trace in annotations.source_traces(project, clip_id)
        }
        labels: dict[int, ClipLabel] = {label.id: label for label in clips.labels(project)}
        kept = studies.all(project)
        numbers = {study.id: number for number, study in enumerate(kept)}
        places = {key: (numbers[at[0]], at[1]) for key, at in study_rows.places(project).items()}
        asked = tuple(StudyAnswers.of(project, study, anonymous=anonymous) for study in kept)
        return cls(given, ratings.native(project), traces, compared, names, labels, asked, places)

    @classmethod
    def none(cls) -> "Answers":
        """Nobody has answered anything."""
        return cls((), {}, {}, (), {}, {})

    @property
    def empty(self) -> bool:
        """True while nobody has answered anything."""
        return not (self.given or self.compared or any(study.answers for study in self.studies))

    def place(self, one: Given) -> tuple[str, str, float]:
        """Study, version of its plan, and position from 1 of an answer; empty and NaN outside of a study."""
        at = self.places.get((one.clip_id, one.annotator_id, one.kind))
        if at is None:
            return "", "", np.nan
        study = self.studies[at[0]]
        return study.plan.uid, study.version, at[1] + 1.0

    def unit_table(self) -> tuple[list[int], list[int], FloatArray]:
        """Clips, annotators, and ratings on [-1, 1] of shape (n_clips, n_annotators, 2), NaN where there is none."""
        points = [one for one in self.given if one.rating.affect is not None]
        clip_ids = sorted({int(one.clip_id) for one in points})
        people = sorted({int(one.annotator_id) for one in points})
        table = np.full((len(clip_ids), len(people), 2), np.nan)
        for one in points:
            affect = one.rating.affect
            assert affect is not None
            at = clip_ids.index(one.clip_id), people.index(one.annotator_id)
            table[at] = affect.valence, affect.arousal
        return clip_ids, people, table


def answer_tables(answers: Answers) -> dict[str, Columns]:
    """Tables by name; one that would be empty is left out."""
    makers: dict[str, Callable[[Answers], Columns]] = {
        "ratings": _long,
        "ratings-wide": _wide,
        "recordings": _recordings,
        "samples": _samples,
        "comparisons": _comparisons,
    }
    made = {name: make(answers) for name, make in makers.items()}
    made |= study_tables(answers.studies, answers.names, answers.labels)
    return {name: table for name, table in made.items() if len(next(iter(table.values())))}


def _long(answers: Answers) -> Columns:
    rows = []
    for one in answers.given:
        if one.kind == "point":
            rating = one.rating
            unit = (
                (np.nan, np.nan) if rating.affect is None else (rating.affect.valence, rating.affect.arousal)
            )
            native = (
                (np.nan, np.nan)
                if one.cannot_say
                else answers.native.get((one.clip_id, one.annotator_id), (np.nan, np.nan))
            )
            confidence = np.nan if rating.confidence is None else rating.confidence
            words = (", ".join(rating.categories), ", ".join(rating.tags), rating.note)
            rows.append(
                (
                    *_about(answers, one),
                    *native,
                    *unit,
                    one.cannot_say,
                    confidence,
                    *words,
                    *_how(one),
                    *answers.place(one),
                )
            )
    return _columns(ANSWER, rows)


def _wide(answers: Answers) -> Columns:
    clip_ids, people, table = answers.unit_table()
    labels = [answers.labels[clip_id] for clip_id in clip_ids]
    found: dict[str, Any] = {
        "dataset": [label.dataset for label in labels],
        "id": [label.source_id for label in labels],
        "title": [label.title for label in labels],
    }
    for column, who in enumerate(people):
        native = np.array([answers.native.get((clip_id, who), (np.nan, np.nan)) for clip_id in clip_ids])
        native = np.where(np.isfinite(table[:, column]), native.reshape(-1, 2), np.nan)
        # The number keeps two people of one name apart.
        found[f"valence {answers.names[who]} ({who})"] = native[:, 0]
        found[f"arousal {answers.names[who]} ({who})"] = native[:, 1]
    return found


def _recordings(answers: Answers) -> Columns:
    rows = []
    for one in answers.given:
        trace = answers.traces.get((one.clip_id, one.annotator_id))
        if one.kind == "trace" and trace is not None:
            how = (len(trace.time_s), one.rate_hz, one.lag_s)
            rows.append((*_about(answers, one), *how, *_how(one), *answers.place(one)))
    return _columns(TRACE, rows)


def _samples(answers: Answers) -> Columns:
    rows: list[tuple[Any, ...]] = []
    for one in answers.given:
        trace = answers.traces.get((one.clip_id, one.annotator_id))
        if one.kind == "trace" and trace is not None:
            dataset, clip, _, *who = _about(answers, one)
            unit = trace.affect
            if trace.scale != UNIT_SCALE:
                unit = trace.scale.to_unit(trace.affect).astype("f4")
            # Shortest text of a single precision number, so that it reads back as itself.
            rows += [
                (dataset, clip, *who, time_s, *affect)
                for time_s, affect in zip(trace.time_s, unit, strict=True)
            ]
    return _columns(SAMPLE, rows)


def _comparisons(answers: Answers) -> Columns:
    rows = []
    for one in answers.compared:
        pair = one.comparison
        first, second = answers.labels[pair.first], answers.labels[pair.second]
        who = (one.annotator_id, answers.names[one.annotator_id])
        how = one.circumstances
        gains = (_known(how.gain_db), _known(one.second_gain_db), how.loudness_matched)
        heard = (how.heard_s, how.n_plays, one.given_at)
        said = (pair.dimension, pair.outcome, " ".join(sorted(how.visible)), how.blinded, *gains, *heard)
        rows.append((first.dataset, first.source_id, second.dataset, second.source_id, *who, *said))
    return _columns(PAIR, rows)


def _about(answers: Answers, one: Given) -> tuple[Any, ...]:
    label = answers.labels[one.clip_id]
    return label.dataset, label.source_id, label.title, one.annotator_id, answers.names[one.annotator_id]


def _how(one: Given) -> tuple[Any, ...]:
    how: Circumstances = one.rating.circumstances
    gain_db = _known(how.gain_db)
    seen = " ".join(sorted(how.visible))
    heard = (how.loudness_matched, how.heard_s, how.n_plays, one.given_at)
    return how.tool, seen, how.blinded, gain_db, *heard


def _known(value: float | None) -> float:
    return np.nan if value is None else value


def _columns(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Columns:
    return {name: [row[n] for row in rows] for n, name in enumerate(head)}
