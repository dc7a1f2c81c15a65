"""Answers of a study: none replaces another, what counts becomes a rating, and a person can be taken out whole."""

import numpy as np
import pytest
from helpers.project_rows import fill

from merdesk.domain.affect import UNIT_SCALE, Affect
from merdesk.domain.rating import Circumstances, Rating
from merdesk.domain.source import SourceTrace
from merdesk.domain.study import ClipRef, Item, StudyPlan
from merdesk.errors import ProjectError
from merdesk.project import (
    annotations,
    annotators,
    comparisons,
    forget,
    history,
    ratings,
    said,
    studies,
    study_pairs,
)
from merdesk.project.studies import Asked

CLIP = ClipRef("EmoMusic", "0")
PLAN = StudyPlan(uid="u", title="Moods", clips=(CLIP,), consent="Agree?")
SAID = Affect(0.5, -0.5)
BLIND = Circumstances(0.0, False, frozenset(), True, "keys", 5.0, 1)


@pytest.fixture
def study(project):
    fill(project, 3)
    return studies.add(project, PLAN)


@pytest.fixture
def ann(project, study):
    return annotators.named(project, "Ann")


def answer(project, study, who, *, position=0, part="item", affect=SAID):
    asked = Asked(study, Item(position, "point", part, CLIP), 1, who, "Headphones")
    return studies.answer(project, asked, Rating(affect, circumstances=BLIND))


def test_a_study_is_kept_with_its_whole_plan_once(project, study):
    assert studies.all(project) == [study]
    with pytest.raises(ProjectError, match="in this project already"):
        studies.add(project, PLAN)


def test_an_answer_that_counts_is_the_clips_rating_in_the_same_step(project, study, ann):
    answer(project, study, ann)
    assert said.said_by(project, 1, "Ann") == SAID
    assert ratings.of_clip(project, 1, ann).rating.circumstances.blinded
    history.undo(project)
    assert studies.answered(project, study) == []
    assert said.said_by(project, 1, "Ann") is None
    history.redo(project)
    assert [one.affect for one in studies.answered(project, study)] == [SAID]


@pytest.mark.parametrize("part", ["practice", "anchor", "repeat"])
def test_what_does_not_count_stays_with_the_study(project, study, ann, part):
    answer(project, study, ann)
    answer(project, study, ann, position=1, part=part, affect=Affect(-1.0, 1.0))
    assert said.said_by(project, 1, "Ann") == SAID
    assert [one.part for one in studies.answered(project, study, ann)] == ["item", part]


def test_the_first_answer_at_a_position_stands(project, study, ann):
    answer(project, study, ann, part="repeat")
    answer(project, study, ann, part="repeat", affect=Affect(0.0, 0.0))
    assert [one.affect for one in studies.answered(project, study)] == [SAID]


def test_cannot_say_is_an_answer_of_a_study(project, study, ann):
    answer(project, study, ann, affect=None)
    assert [one.affect for one in studies.answered(project, study)] == [None]


def test_a_trace_is_kept_with_the_study_and_as_the_clips_trace(project, study, ann):
    trace = SourceTrace(np.arange(3) / 10, np.array([[0.1, 0.2], [0.3, np.nan], [0.5, 0.6]]), UNIT_SCALE)
    asked = Asked(study, Item(0, "trace", "item", CLIP), 1, ann)
    studies.answer_trace(project, asked, trace, Rating(None, circumstances=BLIND), rate_hz=10)
    kept = project.database.value("SELECT affect FROM study_answer")
    assert np.array_equal(np.frombuffer(kept, np.float32).reshape(-1, 2), trace.affect, equal_nan=True)
    assert [who for who, _ in annotations.source_traces(project, 1)] == [ann]


def test_consent_is_kept_with_what_was_told(project, study, ann):
    studies.enrol(project, study, ann, {"Age": "31", "Town": " "})
    assert studies.is_enrolled(project, study, ann)
    agreed, told = project.database.row("SELECT agreed_at, background FROM study_person")
    assert agreed
    assert told == '{"Age": "31"}'


def test_a_removed_study_comes_back_by_undo_and_its_ratings_stay(project, study, ann):
    answer(project, study, ann)
    studies.remove(project, study)
    assert studies.all(project) == []
    assert said.said_by(project, 1, "Ann") == SAID
    history.undo(project)
    assert studies.all(project) == [study]


def compare(project, study, who, *, position=0, part="item", outcomes=(1, -1)):
    item = Item(position, "pairs", part, CLIP, ClipRef("EmoMusic", "1"))
    asked = Asked(study, item, 1, who, "Headphones", 2)
    said = dict(zip(("valence", "arousal"), outcomes, strict=True))
    return study_pairs.answer(project, asked, said, BLIND, -3.0)


def test_a_pair_that_counts_is_a_comparison_in_the_same_step(project, study, ann):
    compare(project, study, ann)
    assert [one.outcomes for one in study_pairs.answered(project, study)] == [(1, -1)]
    said_of = [one.comparison for one in comparisons.all(project)]
    assert [(one.first, one.second, one.dimension, one.outcome) for one in said_of] == [
        (1, 2, "valence", 1),
        (1, 2, "arousal", -1),
    ]
    assert comparisons.all(project)[0].second_gain_db == -3.0
    assert comparisons.all(project)[0].circumstances.blinded
    history.undo(project)
    assert study_pairs.answered(project, study) == comparisons.all(project) == []
    history.redo(project)
    assert len(study_pairs.answered(project, study)) == 1


def test_a_pair_that_comes_again_stays_with_the_study(project, study, ann):
    compare(project, study, ann)
    compare(project, study, ann, position=1, part="repeat", outcomes=(0, 0))
    compare(project, study, ann, position=1, part="repeat", outcomes=(1, 1))
    assert [one.outcomes for one in study_pairs.answered(project, study)] == [(1, -1), (0, 0)]
    assert len(comparisons.all(project)) == 2


def test_a_forgotten_person_is_in_no_study_any_more(project, study, ann):
    studies.enrol(project, study, ann, {"Age": "a very particular answer"})
    answer(project, study, ann)
    compare(project, study, ann, position=1)
    forget.forget(project, ann)
    assert studies.answered(project, study) == study_pairs.answered(project, study) == []
    assert b"a very particular answer" not in project.database.path.read_bytes()
