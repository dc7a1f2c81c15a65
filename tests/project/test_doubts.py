"""Marks on labels that somebody doubts: undone and redone, one a clip, gone with their clip."""

from helpers.study import make_study

from merdesk.project import columns, doubts, history, same_music
from merdesk.project.project import Project
from merdesk.project.purge import delete_clips


def opened(tmp_path, **options):
    make_study(tmp_path / "s.merdesk", n_datasets=2, n_groups=4, **options)
    return Project.open(tmp_path / "s.merdesk")


def test_a_mark_is_undone_and_redone(tmp_path):
    with opened(tmp_path) as project:
        clip_id = int(columns.load(project).ids[3])
        assert "label_doubt" in doubts.mark(project, clip_id, " the file is cut ")
        assert doubts.of_clip(project, clip_id).reason == "the file is cut"
        assert history.undo_label(project).startswith("Mark label of")
        history.undo(project)
        assert doubts.of_clip(project, clip_id) is None
        history.redo(project)
        assert [mark.clip_id for mark in doubts.all(project)] == [clip_id]


def test_a_second_mark_takes_the_place_of_the_first_and_can_be_taken_away(tmp_path):
    with opened(tmp_path) as project:
        clip_id = int(columns.load(project).ids[0])
        doubts.mark(project, clip_id, "one")
        doubts.mark(project, clip_id, "two")
        assert [mark.reason for mark in doubts.all(project)] == ["two"]
        doubts.clear(project, clip_id)
        assert doubts.all(project) == []


def test_marks_go_with_their_clips(tmp_path):
    with opened(tmp_path) as project:
        clip_id = int(columns.load(project).ids[0])
        doubts.mark(project, clip_id, "")
        delete_clips(project.database, [clip_id])
        assert project.database.value("SELECT count(*) FROM label_doubt") == 0


def test_the_same_music_is_known_by_its_audio(tmp_path):
    with opened(tmp_path, n_copied=2) as project:
        ids = columns.load(project).ids
        found = dict(same_music.others(project, int(ids[0])))
        assert found[int(ids[8])] == "the same audio"
        assert int(ids[0]) in dict(same_music.others(project, int(ids[8])))
        assert "the same audio" not in dict(same_music.others(project, int(ids[5]))).values()
