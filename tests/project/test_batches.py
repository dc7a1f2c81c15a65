"""Imports: in slices, shown at once or at the end, undone in an instant, gone for good in the background."""

import pytest
from helpers.project_rows import assert_whole, clip_ids, dataset_info, fill, seen, source_clip

from merdesk.domain.affect import Affect
from merdesk.domain.source import LeftOut, SourceRating
from merdesk.errors import Cancelled, ProjectError
from merdesk.project import annotations, annotators, clips, columns, datasets, history, problems
from merdesk.project.batches import SLICE_MAX, Batch
from merdesk.project.project import Project


def _count(project, table="clip"):
    return project.database.value(f"SELECT count(*) FROM {table}")


def _purge(project):
    while project.tidy(1.0):
        pass


def _begin(project, *, keep_partial=False, loader="table", name="set"):
    batch = Batch.begin(project, f"Import {name}", keep_partial=keep_partial)
    return batch, batch.dataset(dataset_info(name), loader=loader)


def test_nobody_sees_a_dataset_before_it_is_finished(project):
    batch, dataset_id = _begin(project)
    assert not batch.add(dataset_id, [source_clip(1)])
    assert datasets.all(project) == []
    assert clip_ids(project) == []
    assert len(columns.load(project)) == 0
    assert history.steps(project) == []
    changes = batch.finish()
    assert changes.ids("clip") == {1}
    assert clip_ids(project) == [1]


def test_an_import_is_one_step(project):
    fill(project, 1200)
    assert [step.label for step in history.steps(project)] == ["Import EmoMusic"]
    history.undo(project)
    assert clip_ids(project) == []
    assert datasets.all(project) == []
    history.redo(project)
    assert len(clip_ids(project)) == 1200


def test_a_folder_is_shown_as_it_arrives(project):
    batch, dataset_id = _begin(project, keep_partial=True)
    assert clip_ids(project) == []
    first = batch.add(dataset_id, [source_clip(1)])
    assert first.ids("clip") == {1}
    assert clip_ids(project) == [1]
    second = batch.add(dataset_id, [source_clip(2), source_clip(3)])
    assert second.ids("clip") == {2, 3}
    assert not batch.finish()
    assert len(history.steps(project)) == 1


def test_a_clip_of_a_growing_folder_can_be_rated_and_all_of_it_undone(project):
    batch, dataset_id = _begin(project, keep_partial=True)
    batch.add(dataset_id, [source_clip(1)])
    ann = annotators.named(project, "Ann")
    annotations.rate(project, clip_id=1, annotator_id=ann, unit=Affect(0, 0))
    batch.add(dataset_id, [source_clip(2)])
    batch.finish()
    everything = seen(project)
    history.undo(project)
    history.undo(project)
    assert clip_ids(project) == []
    history.redo(project)
    history.redo(project)
    assert seen(project) == everything
    assert_whole(project)


def test_a_folder_that_was_undone_while_it_grew_comes_back_whole(project):
    batch, dataset_id = _begin(project, keep_partial=True)
    batch.add(dataset_id, [source_clip(1)])
    history.undo(project)
    assert not batch.add(dataset_id, [source_clip(2)])
    assert not batch.finish()
    assert clip_ids(project) == []
    history.redo(project)
    assert clip_ids(project) == [1, 2]


def test_a_folder_that_was_undone_for_good_stops_its_import(project):
    batch, dataset_id = _begin(project, keep_partial=True)
    batch.add(dataset_id, [source_clip(1)])
    history.undo(project)
    fill(project, 1)
    _purge(project)
    with pytest.raises(Cancelled):
        batch.add(dataset_id, [source_clip(2)])
    with pytest.raises(Cancelled):
        batch.finish()
    assert_whole(project)


def test_a_second_batch_adds_to_a_dataset_that_is_there(project):
    dataset_id = fill(project, 2, loader="folder", keep_partial=True)
    batch = Batch.begin(project, "Drop more", keep_partial=True)
    batch.add(dataset_id, [source_clip(7)])
    batch.finish()
    assert [row.n_clips for row in datasets.all(project)] == [3]
    history.undo(project)
    assert [row.n_clips for row in datasets.all(project)] == [2]


def test_both_batches_of_a_dataset_are_purged(project):
    dataset_id = fill(project, 2, loader="folder")
    batch = Batch.begin(project, "Drop more", keep_partial=True)
    batch.add(dataset_id, [source_clip(7)])
    history.undo(project)
    history.undo(project)
    fill(project, 1, name="Other", first=50)
    _purge(project)
    assert _count(project) == _count(project, "track") == _count(project, "audio_file") == 1
    assert _count(project, "dataset") == _count(project, "import_batch") == 1
    assert_whole(project)


def test_a_batch_into_a_dataset_that_goes_away_stops(project):
    dataset_id = fill(project, 2)
    batch = Batch.begin(project, "More", keep_partial=False)
    batch.add(dataset_id, [source_clip(7)])
    history.undo(project)
    fill(project, 1, name="Other")
    _purge(project)
    with pytest.raises(Cancelled):
        batch.add(dataset_id, [source_clip(8)])


def test_a_discarded_import_is_gone_at_once_and_leaves_no_step(project):
    batch, dataset_id = _begin(project)
    batch.add(dataset_id, [source_clip(1)])
    batch.discard()
    assert history.steps(project) == []
    _purge(project)
    assert _count(project) == _count(project, "import_batch") == 0


def test_discarding_what_is_shown_can_be_undone(project):
    batch, dataset_id = _begin(project, keep_partial=True)
    batch.add(dataset_id, [source_clip(1)])
    assert batch.discard().ids("clip") == {1}
    assert clip_ids(project) == []
    _purge(project)
    history.undo(project)
    assert clip_ids(project) == [1]


def test_undone_rows_stay_while_redo_can_bring_them_back(project):
    fill(project, 5)
    history.undo(project)
    _purge(project)
    assert _count(project) == 5
    history.redo(project)
    assert len(clip_ids(project)) == 5


def test_ids_of_purged_clips_are_not_given_again(project):
    fill(project, 5)
    history.undo(project)
    fill(project, 5)
    _purge(project)
    assert clip_ids(project) == [6, 7, 8, 9, 10]


def test_purging_goes_in_slices(project):
    fill(project, 1200)
    history.undo(project)
    fill(project, 1, name="Other")
    assert project.tidy(0.0)
    assert 700 <= _count(project) < 1201
    _purge(project)
    assert _count(project) == 1


def test_a_removed_dataset_is_purged_when_its_removal_cannot_be_undone_any_more(project, monkeypatch):
    dataset_id = fill(project, 5)
    fill(project, 1, name="Other", first=50)
    datasets.remove(project, dataset_id)
    _purge(project)
    assert _count(project) == 6
    monkeypatch.setattr(history, "STEPS_KEPT", 1)
    datasets.rename(project, 2, "Another")
    _purge(project)
    assert _count(project) == _count(project, "dataset") == 1
    assert_whole(project)


def test_an_unfinished_dataset_is_let_go_at_the_next_opening(project):
    batch, dataset_id = _begin(project)
    batch.add(dataset_id, [source_clip(1)])
    project.close()
    with Project.open(project.path) as again:
        assert clip_ids(again) == []
        _purge(again)
        assert _count(again) == _count(again, "dataset") == 0


def test_an_unfinished_folder_is_kept_as_far_as_it_got(project):
    batch, dataset_id = _begin(project, keep_partial=True)
    batch.add(dataset_id, [source_clip(1)])
    batch.add(dataset_id, [source_clip(2)])
    project.close()
    with Project.open(project.path) as again:
        assert clip_ids(again) == [1, 2]
        assert history.undo_label(again) == "Import set"


def test_a_name_that_is_taken_gets_a_number(project):
    for _ in range(3):
        fill(project, 1)
    assert [row.info.name for row in datasets.all(project)] == ["EmoMusic", "EmoMusic 2", "EmoMusic 3"]


def test_a_removed_datasets_name_is_free(project):
    datasets.remove(project, fill(project, 1))
    fill(project, 1)
    assert [row.info.name for row in datasets.all(project)] == ["EmoMusic"]


def test_clips_of_one_file_share_its_track(project):
    batch, dataset_id = _begin(project)
    batch.add(dataset_id, [source_clip(1, source_id="a"), source_clip(1, source_id="b", onset_s=60.0)])
    batch.finish()
    first, second = clips.locations(project)
    assert first.track_id == second.track_id
    assert (first.onset_s, second.onset_s) == (0.0, 60.0)


def test_people_and_the_published_summary_are_different_annotators(project):
    batch, dataset_id = _begin(project)
    said = (
        SourceRating(5, 5, n_raters=10),
        SourceRating(4, 4, annotator="w1"),
        SourceRating(6, 6, annotator="w2"),
    )
    batch.add(dataset_id, [source_clip(1, ratings=said), source_clip(2, ratings=said[:2])])
    batch.finish()
    assert [(one.name, one.kind) for one in annotators.all(project)] == [
        ("set (published)", "published"),
        ("set: w1", "person"),
        ("set: w2", "person"),
    ]


def test_ratings_of_clips_that_are_there_are_one_step(project):
    fill(project, 3)
    batch = Batch.begin(project, "Import ratings", keep_partial=False)
    ratings = [(clip_id, SourceRating(9, 1, annotator="w1")) for clip_id in clip_ids(project)]
    assert not batch.rate(ratings, source="study")
    assert columns.load(project).n_raters.tolist() == [10, 10, 10]
    batch.finish()
    assert columns.load(project).n_raters.tolist() == [11, 11, 11]
    assert [one.name for one in annotators.all(project, "study")] == ["study: w1"]
    history.undo(project)
    assert columns.load(project).n_raters.tolist() == [10, 10, 10]
    datasets.rename(project, 1, "Other")
    _purge(project)
    assert _count(project, "annotation") == 3
    assert_whole(project)


def test_a_slice_has_a_size(project):
    batch, dataset_id = _begin(project)
    with pytest.raises(ValueError, match="at most 500 clips, not 501"):
        batch.add(dataset_id, [source_clip(n) for n in range(SLICE_MAX + 1)])


def test_an_empty_slice_is_nothing(project):
    batch, dataset_id = _begin(project, keep_partial=True)
    assert not batch.add(dataset_id, [])
    assert batch.state == "loading"


def test_a_reader_cannot_import(project):
    with Project.open(project.path) as reader, pytest.raises(ProjectError, match="another window"):
        Batch.begin(reader, "Import", keep_partial=False)


def test_what_was_left_out_is_kept_until_it_is_cleared(project):
    batch, _ = _begin(project)
    problems.add(
        project, batch.id, [LeftOut("a.csv", 3, "no valence"), LeftOut("b\udcff.mp3", None, "no audio")]
    )
    assert [str(one) for one in problems.all(project)] == ["a.csv, line 3: no valence", "b?.mp3: no audio"]
    batch.discard()
    assert problems.all(project) == []
    _purge(project)
    assert _count(project, "problem") == 0
    problems.add(project, None, [LeftOut("c.csv", None, "empty")])
    problems.clear(project)
    assert problems.all(project) == []
