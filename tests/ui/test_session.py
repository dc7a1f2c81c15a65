"""The state that all views share: filters, selection, colouring, the annotator, undo."""

import numpy as np
import pytest

from merdesk.domain.affect import Affect
from merdesk.domain.changes import Changes
from merdesk.errors import ProjectError
from merdesk.project import annotations
from merdesk.project.project import Project
from merdesk.ui.session import NO_GENRE, Filter, Session


def ids(session):
    return session.columns.ids.tolist()


def counts(signal):
    """A list that grows by one with every emission."""
    seen = []
    signal.connect(lambda *told: seen.append(told))
    return seen


@pytest.mark.parametrize(
    ("chosen", "n"),
    [
        (Filter(), 6),
        (Filter(is_annotated=True), 5),
        (Filter(has_audio=True), 6),
        (Filter(is_predicted=True), 0),
        (Filter(hidden_datasets=frozenset({"My music"})), 0),
        (Filter(hidden_genres=frozenset({NO_GENRE})), 0),
        (Filter(search="tune-3"), 1),
        (Filter(search="nothing of that name"), 0),
        (Filter(search="  "), 6),
        (Filter(search="tune", is_annotated=True), 5),
    ],
)
def test_a_filter_lets_pass_what_it_names(session, chosen, n):
    session.set_filter(chosen)
    assert session.visible.sum() == n


def test_the_same_filter_twice_tells_once(session):
    told = counts(session.visible_changed)
    session.set_filter(Filter(is_annotated=True))
    session.set_filter(Filter(is_annotated=True))
    assert len(told) == 1


def test_the_first_of_a_selection_is_the_current_clip(session):
    told = counts(session.selection_changed)
    first, second = ids(session)[:2]
    session.select([second, first, second])
    assert session.selection == (second, first)
    assert session.current == second
    session.select([second, first])
    assert len(told) == 1
    session.select(())
    assert session.current is None


def test_colouring_and_playing_are_told_once_for_each_change(session):
    coloured, played = counts(session.colouring_changed), counts(session.playing_changed)
    for _ in range(2):
        session.set_colouring("dataset")
        session.set_playing(ids(session)[0])
    assert (len(coloured), len(played)) == (1, 1)


def test_a_rating_needs_an_annotator(session):
    with pytest.raises(ProjectError, match="enter your name"):
        session.rate(ids(session)[0], Affect(0, 0))


def test_a_rating_is_filed_under_the_annotator_and_can_be_undone(session):
    told = counts(session.columns_changed)
    clip_id = ids(session)[5]
    session.set_annotator("  carla ")
    assert session.annotator == "carla"
    session.rate(clip_id, Affect(-0.25, 0.75))
    assert session.columns.affect[5].tolist() == pytest.approx([-0.25, 0.75])
    assert session.undo_label().startswith("Rate")
    session.undo()
    assert np.isnan(session.columns.affect[5]).all()
    assert session.redo_label().startswith("Rate")
    session.redo()
    assert session.columns.affect[5].tolist() == pytest.approx([-0.25, 0.75])
    assert session.redo_label() is None
    assert len(told) == 3


def test_the_annotator_is_remembered_by_the_project(extracted_copy, qapp):
    with Project.open(extracted_copy) as project:
        Session(project).set_annotator("carla")
    with Project.open(extracted_copy) as project:
        assert Session(project).annotator == "carla"


def test_the_consensus_of_two_annotators_is_their_mean_with_spread(session):
    clip_id = ids(session)[5]
    for name, valence in (("carla", 0.2), ("dan", 0.6)):
        session.set_annotator(name)
        session.rate(clip_id, Affect(valence, 0.0))
    assert session.columns.affect[5, 0] == pytest.approx(0.4)
    assert session.columns.spread[5, 0] > 0
    assert len(annotations.of_clip(session.project, clip_id)) == 2


def test_clips_that_go_leave_the_selection(session):
    session.select(ids(session)[:2])
    while session.undo_label() is not None:
        session.undo()
    assert ids(session) == []
    assert session.selection == ()
    assert len(session.visible) == 0


def test_a_search_follows_what_an_edit_brings_back(session):
    session.set_filter(Filter(search="tune-3"))
    while session.undo_label() is not None:
        session.undo()
    while session.redo_label() is not None:
        session.redo()
    assert session.visible.sum() == 1


def test_changes_of_other_tables_leave_the_columns_alone(session):
    columns, told = counts(session.columns_changed), counts(session.changed)
    session.refresh(Changes.of("problem"))
    assert columns == []
    assert len(told) == 1
    session.refresh(Changes())
    assert len(told) == 1


def test_a_read_only_session_takes_a_name_without_writing(extracted_copy, qapp):
    with Project.open(extracted_copy, read_only=True) as project:
        session = Session(project)
        version = project.data_version
        session.set_annotator("carla")
        assert project.data_version == version
