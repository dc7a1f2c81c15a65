"""Answers with their circumstances, comparisons of pairs, and drafts of traces."""

import subprocess
import sys

import numpy as np
import pytest
from helpers.project_rows import assert_whole, fill

from merdesk.domain.affect import UNIT_SCALE, Affect
from merdesk.domain.rating import Circumstances, Comparison, Rating
from merdesk.domain.source import SourceTrace
from merdesk.errors import ProjectError
from merdesk.project import (
    annotations,
    annotators,
    columns,
    comparisons,
    drafts,
    forget,
    history,
    ratings,
    said,
)
from merdesk.project.project import Project

HEARD = Circumstances(-3.5, True, frozenset({"title", "artist"}), False, "figures", 12.5, 2)
TRACE = SourceTrace(np.arange(3.0), np.array([[0.1, 0.2], [0.3, np.nan], [0.5, 0.6]]), UNIT_SCALE)


@pytest.fixture
def ann(project):
    fill(project, 3)
    return annotators.named(project, "Ann")


def test_an_answer_keeps_how_it_was_given(project, ann):
    rating = Rating(Affect(0.5, -0.25), 4, ("warm", "night drive"), "the second half", HEARD)
    changes = ratings.give(project, clip_id=1, annotator_id=ann, rating=rating)
    assert changes.ids("clip") == {1}
    given = ratings.of_clip(project, 1, ann)
    assert given.rating == rating
    assert not given.cannot_say
    assert np.isnan(given.lag_s)


def test_a_second_answer_replaces_the_first_and_undo_brings_it_back(project, ann):
    first, second = Rating(Affect(0.5, 0.5), 2, note="a"), Rating(Affect(-0.5, 0.0), 5, note="b")
    for rating in (first, second):
        ratings.give(project, clip_id=1, annotator_id=ann, rating=rating)
    assert [one.rating for one in ratings.all(project)] == [second]
    history.undo(project)
    assert ratings.of_clip(project, 1, ann).rating == first
    history.undo(project)
    assert ratings.all(project) == []
    history.redo(project)
    assert said.said_by(project, 1, "Ann") == Affect(0.5, 0.5)


def test_cannot_say_is_an_answer_without_a_value(project, ann):
    ratings.give(project, clip_id=1, annotator_id=ann, rating=Rating(Affect(0.5, 0.5)))
    before = columns.load(project).affect[1].tolist()
    ratings.give(project, clip_id=1, annotator_id=ann, rating=Rating(None, note="no idea"))
    ratings.give(project, clip_id=2, annotator_id=ann, rating=Rating(None))
    assert ratings.of_clip(project, 1, ann).cannot_say
    assert said.rated_by(project, "Ann") == {1, 2}
    assert said.said_by(project, 1, "Ann") is None
    assert columns.load(project).affect[1].tolist() == before


def test_answers_survive_closing_and_can_be_undone_after_it(project, ann):
    ratings.give(project, clip_id=1, annotator_id=ann, rating=Rating(Affect(0.5, 0.5), 3))
    project.close()
    with Project.open(project.path) as again:
        assert ratings.of_clip(again, 1, ann).rating.confidence == 3
        history.undo(again)
        assert ratings.all(again) == []
        assert_whole(again)


def test_removing_a_rating_takes_what_was_said_about_it(project, ann):
    ratings.give(project, clip_id=1, annotator_id=ann, rating=Rating(None))
    annotations.remove(project, clip_id=1, annotator_id=ann)
    assert said.rated_by(project, "Ann") == frozenset()


@pytest.mark.parametrize(
    ("affect", "confidence"), [(Affect(1.01, 0), None), (Affect(0, float("nan")), None), (None, 6)]
)
def test_an_answer_outside_its_range_is_refused(affect, confidence):
    with pytest.raises(ValueError, match=r"within -1\.\.1|1 to 5"):
        Rating(affect, confidence)


def test_a_filed_trace_keeps_its_rate_and_lag_and_ends_its_draft(project, ann):
    drafts.keep(project, 1, ann, TRACE.time_s, TRACE.affect)
    rating = Rating(None, circumstances=HEARD)
    ratings.give_trace(
        project, clip_id=1, annotator_id=ann, trace=TRACE, rating=rating, rate_hz=10, lag_s=1.5
    )
    given = ratings.of_clip(project, 1, ann, "trace")
    assert (given.rate_hz, given.lag_s, given.cannot_say) == (10, 1.5, False)
    assert given.rating.circumstances == HEARD
    assert drafts.of_annotator(project, ann) == []
    assert said.traced_by(project, "Ann") == {1}
    np.testing.assert_array_equal(annotations.source_traces(project, 1)[-1][1].affect, TRACE.affect)
    history.undo(project)
    assert said.traced_by(project, "Ann") == frozenset()
    assert ratings.all(project) == []


def test_a_draft_is_replaced_and_given_up_and_is_no_step(project, ann):
    drafts.keep(project, 1, ann, np.arange(2.0), np.zeros((2, 2)))
    drafts.keep(project, 1, ann, TRACE.time_s, TRACE.affect)
    (draft,) = drafts.of_annotator(project, ann)
    assert draft.time_s.tolist() == [0.0, 1.0, 2.0]
    np.testing.assert_array_equal(draft.affect, TRACE.affect)
    assert history.undo_label(project) == "Import EmoMusic"
    drafts.discard(project, 1, ann)
    assert drafts.of_annotator(project, ann) == []


SCRIBE = """
import sys
from pathlib import Path
import numpy as np
from merdesk.project import drafts
from merdesk.project.project import Project
with Project.open(Path(sys.argv[1])) as project:
    for n in range(1, 10_000):
        drafts.keep(project, 1, int(sys.argv[2]), np.arange(n) / 10, np.zeros((n, 2)))
        print(n, flush=True)
"""


def test_a_draft_outlives_a_program_that_is_killed(project, ann):
    project.close()
    scribe = subprocess.Popen(
        [sys.executable, "-c", SCRIBE, str(project.path), str(ann)], stdout=subprocess.PIPE, text=True
    )
    kept = 0
    for line in scribe.stdout:
        kept = int(line)
        if kept == 20:
            break
    scribe.kill()
    scribe.wait()
    scribe.stdout.close()
    with Project.open(project.path) as again:
        (draft,) = drafts.of_annotator(again, ann)
        assert len(draft.time_s) >= kept
        assert_whole(again)


def test_a_comparison_is_one_step_for_both_dimensions(project, ann):
    answers = [Comparison(1, 2, "valence", 1), Comparison(1, 2, "arousal", 0)]
    comparisons.add(project, answers, annotator_id=ann, circumstances=HEARD, second_gain_db=-1.0)
    assert [one.comparison for one in comparisons.all(project, ann)] == answers
    assert history.undo_label(project) == "Compare Song 0 and Song 1"
    history.undo(project)
    assert comparisons.all(project) == []
    history.redo(project)
    assert len(comparisons.all(project)) == 2


def test_what_is_no_pair_is_refused():
    with pytest.raises(ValueError, match="with itself"):
        Comparison(1, 1, "valence", 1)
    with pytest.raises(ValueError, match="-1, 0 or 1"):
        Comparison(1, 2, "valence", 2)


def test_a_pair_whose_clip_went_away_cannot_be_compared(project, ann):
    history.undo(project)
    with pytest.raises(ProjectError, match="no longer in the project"):
        comparisons.add(project, [Comparison(1, 2, "valence", 1)], annotator_id=ann, circumstances=HEARD)


def test_clips_that_are_purged_take_answers_comparisons_and_drafts_along(project, ann):
    ratings.give(project, clip_id=1, annotator_id=ann, rating=Rating(None))
    comparisons.add(project, [Comparison(1, 2, "valence", 1)], annotator_id=ann, circumstances=HEARD)
    drafts.keep(project, 1, ann, TRACE.time_s, TRACE.affect)
    for _ in range(3):
        history.undo(project)
    annotators.rename(project, ann, "Bea")  # what was undone cannot come back now
    while project.tidy(1.0):
        pass
    for table in ("rating", "comparison", "trace_draft", "clip"):
        assert project.database.value(f"SELECT count(*) FROM {table}") == 0
    assert_whole(project)


def test_forgetting_an_annotator_takes_every_kind_of_answer(project, ann):
    ratings.give(project, clip_id=1, annotator_id=ann, rating=Rating(None, note="secret"))
    comparisons.add(project, [Comparison(1, 2, "valence", 1)], annotator_id=ann, circumstances=HEARD)
    drafts.keep(project, 1, ann, TRACE.time_s, TRACE.affect)
    forget.forget(project, ann)
    for table in ("rating", "comparison", "trace_draft"):
        assert project.database.value(f"SELECT count(*) FROM {table}") == 0
