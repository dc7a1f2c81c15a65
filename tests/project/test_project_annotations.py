"""Ratings, traces, people, and forgetting them."""

import numpy as np
import pytest
from helpers.project_rows import assert_whole, clip_ids, dataset_info, fill, source_clip

from merdesk.domain.affect import Affect, AffectScale
from merdesk.domain.source import SourceTrace
from merdesk.errors import ProjectError
from merdesk.project import annotations, annotators, columns, datasets, forget, history, values
from merdesk.project.batches import Batch
from merdesk.project.project import Project

UNIT = AffectScale(-1, 1, -1, 1)
TRACE = SourceTrace(np.array([15.0, 15.5]), np.array([[0.0, 1.0], [-1.0, 0.5]]), UNIT, np.full((2, 2), 0.5))


def _traced(project):
    batch = Batch.begin(project, "Import", keep_partial=False)
    batch.add(batch.dataset(dataset_info(), loader="table"), [source_clip(1, trace=TRACE), source_clip(2)])
    batch.finish()


def test_a_rating_is_kept_on_the_datasets_scale(project):
    fill(project, 1)
    ann = annotators.named(project, "Ann")
    annotations.rate(project, clip_id=1, annotator_id=ann, unit=Affect(-1, 0.5))
    published, own = annotations.of_clip(project, 1)
    assert (own.annotator_id, own.valence, own.arousal, own.n_raters) == (ann, 1.0, 7.0, 1)
    assert np.isnan(own.valence_std)
    assert (published.valence, published.valence_std, published.n_raters) == (1.0, 1.0, 10)
    assert annotations.scale_of(project, 1) == AffectScale(1, 9, 1, 9)


def test_a_second_rating_replaces_the_first_of_the_same_person_only(project):
    fill(project, 1)
    ann, bea = annotators.named(project, "Ann"), annotators.named(project, "Bea")
    for who, valence in ((ann, 0.0), (bea, 0.5), (ann, 1.0)):
        annotations.rate(project, clip_id=1, annotator_id=who, unit=Affect(valence, 0))
    said = {one.annotator_id: one.valence for one in annotations.of_clip(project, 1)[1:]}
    assert said == {ann: 9.0, bea: 7.0}


@pytest.mark.parametrize("unit", [Affect(1.01, 0), Affect(0, -2), Affect(float("nan"), 0)])
def test_a_rating_outside_the_plane_is_refused(project, unit):
    fill(project, 1)
    with pytest.raises(ValueError, match=r"within -1\.\.1"):
        annotations.rate(project, clip_id=1, annotator_id=annotators.named(project, "Ann"), unit=unit)


def test_a_clip_that_went_away_cannot_be_rated(project):
    fill(project, 1)
    ann = annotators.named(project, "Ann")
    history.undo(project)
    with pytest.raises(ProjectError, match="no longer in the project; choose another one"):
        annotations.rate(project, clip_id=1, annotator_id=ann, unit=Affect(0, 0))


def test_published_values_cannot_be_removed_by_hand(project):
    fill(project, 1)
    (published,) = annotations.of_clip(project, 1)
    assert not annotations.remove(project, clip_id=1, annotator_id=published.annotator_id)
    assert len(annotations.of_clip(project, 1)) == 1


def test_a_published_trace_comes_back_on_the_datasets_scale(project):
    _traced(project)
    trace = annotations.trace_of_clip(project, 1)
    assert trace.time_s.tolist() == [15.0, 15.5]
    assert trace.affect.tolist() == [[5.0, 9.0], [1.0, 7.0]]
    assert trace.spread.tolist() == [[2.0, 2.0], [2.0, 2.0]]
    ((who, given),) = annotations.source_traces(project, 1)
    assert (who, given.scale) == (trace.annotator_id, UNIT)
    assert given.affect.tolist() == TRACE.affect.tolist()
    assert annotations.trace_of_clip(project, 2) is None


def test_a_trace_drawn_in_the_window_is_a_step_and_replaces_the_earlier_one(project):
    _traced(project)
    ann = annotators.named(project, "Ann")
    drawn = SourceTrace(np.arange(3.0), np.zeros((3, 2)), UNIT)
    said = annotations.put_trace(project, clip_id=1, annotator_id=ann, trace=drawn)
    assert said.ids("clip") == {1}
    annotations.put_trace(project, clip_id=1, annotator_id=ann, trace=TRACE)
    assert len(annotations.source_traces(project, 1)) == 2
    history.undo(project)
    own = annotations.trace_of_clip(project, 1, ann)
    assert own.affect.tolist() == [[5.0, 5.0]] * 3
    assert own.spread is None
    annotations.remove(project, clip_id=1, annotator_id=ann)
    assert annotations.trace_of_clip(project, 1, ann) is None


def test_a_name_is_one_person(project):
    ann = annotators.add(project, " Ann ")
    assert annotators.named(project, "Ann") == ann
    with pytest.raises(ProjectError, match="There is an annotator named Ann already"):
        annotators.add(project, "Ann")
    with pytest.raises(ProjectError, match="needs a name"):
        annotators.named(project, " ")
    assert annotators.get(project, ann).name == "Ann"
    with pytest.raises(KeyError, match="no annotator 99"):
        annotators.get(project, 99)


def test_a_persons_renaming_can_be_undone_beside_a_namesake(project):
    ann = annotators.add(project, "Ann")
    annotators.rename(project, ann, "Bea")
    other = annotators.add(project, "Ann")
    history.undo(project)
    assert {one.id for one in annotators.all(project, annotators.WINDOW) if one.name == "Ann"} == {ann, other}
    with pytest.raises(ProjectError, match="already"):
        annotators.rename(project, annotators.add(project, "Cid"), "Ann")


def test_forgetting_leaves_no_byte_behind(project):
    fill(project, 3)
    secret = "Annabelle Q. Unforgettable"
    ann = annotators.named(project, secret)
    values.set(project, "annotator", ann)
    marked = Affect(0.123456789, -0.987654321)
    annotations.rate(project, clip_id=1, annotator_id=ann, unit=marked)
    annotations.rate(project, clip_id=2, annotator_id=ann, unit=marked)
    annotations.put_trace(project, clip_id=1, annotator_id=ann, trace=TRACE)
    annotators.rename(project, ann, secret + " II")
    history.undo(project)
    columns.column_cache.save(project.cache_dir, 1, columns.load(project))
    (project.cache_dir / "folder").mkdir()
    (project.cache_dir / "folder" / "cached").write_text(secret)
    (project.backups_dir / "project-v1-old.sqlite").write_text(secret)
    value = np.array(annotations.of_clip(project, 1)[-1].valence, dtype=">f8").tobytes()
    assert _found(project.path, secret.encode())
    assert _found(project.path, value)
    changes = forget.forget(project, ann)
    assert changes.ids("clip") is None
    assert not _found(project.path, secret.encode())
    assert not _found(project.path, value)
    assert values.get(project, "annotator") is None
    assert history.steps(project) == []
    assert len(clip_ids(project)) == 3
    assert [one.n_raters for one in annotations.of_clip(project, 1)] == [10]
    assert_whole(project)


def _found(folder, what):
    return any(what in file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_forgetting_ends_what_could_have_come_back(project):
    fill(project, 2)
    datasets.remove(project, fill(project, 2, name="Removed", first=10))
    fill(project, 2, name="Undone", first=20)
    history.undo(project)
    forget.forget(project, annotators.named(project, "Ann"))
    assert project.database.value("SELECT count(*) FROM clip") == 2
    assert [row.info.name for row in datasets.all(project)] == ["EmoMusic"]


def test_a_reader_cannot_forget(project):
    ann = annotators.named(project, "Ann")
    with Project.open(project.path) as reader, pytest.raises(ProjectError, match="another window"):
        forget.forget(reader, ann)


def test_a_copy_that_cannot_be_deleted_is_named(project):
    project.backups_dir.rmdir()
    with pytest.raises(ProjectError, match=r"The annotator is forgotten, but .*backups still holds copies"):
        forget.forget(project, annotators.named(project, "Ann"))
