"""Steps, labels, gestures and what an edit says it changed."""

import pytest
from helpers.project_rows import clip_ids, fill, seen

from merdesk.domain.affect import Affect
from merdesk.errors import ProjectError
from merdesk.project import annotations, annotators, columns, datasets, genres, history
from merdesk.project.project import Project


@pytest.fixture
def rated(project):
    """A project with three clips and somebody who rates."""
    fill(project, 3)
    project.ann = annotators.named(project, "Ann")
    return project


def _rate(project, clip_id, valence, gesture=None):
    return annotations.rate(
        project, clip_id=clip_id, annotator_id=project.ann, unit=Affect(valence, 0.5), gesture=gesture
    )


def _valence(project, clip_id):
    return [
        said.valence for said in annotations.of_clip(project, clip_id) if said.annotator_id == project.ann
    ]


def test_a_new_project_has_nothing_to_undo(project):
    assert history.undo(project) is None
    assert history.redo(project) is None
    assert history.undo_label(project) is None
    assert history.redo_label(project) is None
    assert history.steps(project) == []


def test_labels_say_what_would_be_undone_and_redone(rated):
    _rate(rated, 2, 0.5)
    assert history.undo_label(rated) == "Rate Song 1"
    history.undo(rated)
    assert history.undo_label(rated) == "Import EmoMusic"
    assert history.redo_label(rated) == "Rate Song 1"
    assert [(step.label, step.undone) for step in history.steps(rated)] == [
        ("Import EmoMusic", False),
        ("Rate Song 1", True),
    ]


def test_undo_takes_back_what_was_replaced(rated):
    _rate(rated, 1, 0.5)
    _rate(rated, 1, -0.5)
    assert _valence(rated, 1) == [3.0]
    history.undo(rated)
    assert _valence(rated, 1) == [7.0]
    history.redo(rated)
    assert _valence(rated, 1) == [3.0]


def test_the_history_outlives_the_window(rated):
    _rate(rated, 1, 0.5)
    _rate(rated, 1, 1.0)
    history.undo(rated)
    rated.close()
    with Project.open(rated.path) as project:
        project.ann = rated.ann
        assert _valence(project, 1) == [7.0]
        history.redo(project)
        assert _valence(project, 1) == [9.0]
        history.undo(project)
        history.undo(project)
        assert _valence(project, 1) == []


def test_a_new_edit_ends_the_chance_to_redo(rated):
    _rate(rated, 1, 0.5)
    history.undo(rated)
    _rate(rated, 2, 0.5)
    assert history.redo(rated) is None
    assert [step.label for step in history.steps(rated)] == ["Import EmoMusic", "Rate Song 1"]


def test_an_edit_that_changes_nothing_leaves_redo_alone(rated):
    _rate(rated, 1, 0.5)
    _rate(rated, 1, 1.0)
    history.undo(rated)
    assert not _rate(rated, 1, 0.5)
    assert history.redo_label(rated) == "Rate Song 0"


def test_a_gesture_is_one_step(rated):
    _rate(rated, 1, 0.1)
    for valence in (0.2, 0.3, 0.4):
        _rate(rated, 1, valence, gesture="drag 1")
    assert len(history.steps(rated)) == 3
    history.undo(rated)
    assert _valence(rated, 1) == pytest.approx([5.4])


def test_two_gestures_are_two_steps(rated):
    _rate(rated, 1, 0.2, gesture="drag 1")
    _rate(rated, 1, 0.3, gesture="drag 2")
    history.undo(rated)
    assert _valence(rated, 1) == pytest.approx([5.8])


def test_a_gesture_that_comes_back_to_where_it_began_leaves_no_step(rated):
    _rate(rated, 1, 0.5)
    for valence in (0.2, 0.3, 0.5):
        _rate(rated, 1, valence, gesture="drag 1")
    assert [step.label for step in history.steps(rated)] == ["Import EmoMusic", "Rate Song 0"]


def test_a_gesture_does_not_join_one_that_was_undone(rated):
    _rate(rated, 1, 0.2, gesture="drag 1")
    _rate(rated, 1, 0.3)
    history.undo(rated)
    _rate(rated, 1, 0.4, gesture="drag 1")
    assert len(history.steps(rated)) == 3


def test_a_gesture_of_another_day_is_another_gesture(rated):
    _rate(rated, 1, 0.2, gesture="drag 1")
    rated.close()
    with Project.open(rated.path) as project:
        project.ann = rated.ann
        _rate(project, 1, 0.3, gesture="drag 1")
        assert len(history.steps(project)) == 3


def test_an_edit_that_raises_leaves_nothing(rated):
    before = seen(rated)

    def fail():
        with history.edit(rated, "Fails"):
            rated.database.execute("DELETE FROM annotation")
            raise KeyError("on purpose")

    with pytest.raises(KeyError):
        fail()
    assert seen(rated) == before
    assert len(history.steps(rated)) == 1


def test_edits_do_not_nest(rated):
    with history.edit(rated, "Outer"), pytest.raises(RuntimeError, match="do not nest"):
        _rate(rated, 1, 0.5)


def test_a_reader_cannot_undo(rated):
    with Project.open(rated.path) as reader, pytest.raises(ProjectError, match="open in another window"):
        history.undo(reader)


def test_rating_says_which_annotation_and_which_clip(rated):
    said = _rate(rated, 2, 0.5)
    (annotation,) = said.ids("annotation")
    assert said.ids("clip") == {2}
    assert set(said.tables) == {"annotation", "clip"}
    again = _rate(rated, 2, 0.7)
    assert again.ids("annotation") == {annotation}
    assert again.ids("clip") == {2}


def test_undo_and_redo_say_the_same_as_the_edit(rated):
    said = _rate(rated, 2, 0.5)
    assert history.undo(rated) == said
    assert history.redo(rated) == said


def test_removing_a_rating_says_which_clip(rated):
    _rate(rated, 3, 0.5)
    assert annotations.remove(rated, clip_id=3, annotator_id=rated.ann).ids("clip") == {3}


def test_an_edit_of_a_dataset_may_show_in_every_clip(rated):
    said = datasets.rename(rated, 1, "Other")
    assert said.ids("dataset") == {1}
    assert "clip" in said
    assert said.ids("clip") is None


def test_undo_restores_what_hangs_on_what_was_removed(rated):
    _rate(rated, 1, 0.5)
    genres.set_mapping(rated, {(1, "Rock"): "Loud"})
    before = columns.load(rated)
    datasets.remove(rated, 1)
    assert clip_ids(rated) == []
    history.undo(rated)
    after = columns.load(rated)
    assert after.affect.tolist() == before.affect.tolist()
    assert after.genre_names == before.genre_names


def test_old_steps_are_forgotten_and_what_they_did_stays(rated, monkeypatch):
    monkeypatch.setattr(history, "STEPS_KEPT", 3)
    for valence in (0.1, 0.2, 0.3, 0.4, 0.5):
        _rate(rated, 1, valence)
    assert len(history.steps(rated)) == 3
    while history.undo(rated):
        pass
    assert _valence(rated, 1) == pytest.approx([5.8])
    assert len(clip_ids(rated)) == 3
