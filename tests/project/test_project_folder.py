"""Opening, closing, and who may write."""

import os
import shutil
import sys
import threading

import pytest
from helpers.project_rows import clip_ids, fill

from merdesk.domain.changes import Changes
from merdesk.errors import ProjectError
from merdesk.project import annotators
from merdesk.project import project as project_module
from merdesk.project.project import Project


def test_a_new_project_is_a_folder_with_its_rooms(tmp_path):
    with Project.create(tmp_path / "My songs.merdesk") as project:
        assert project.title == "My songs"
        assert not project.read_only
        assert project.path == tmp_path / "My songs.merdesk"
        for folder in (project.features_dir, project.models_dir, project.cache_dir):
            assert folder.is_dir()
        assert (project.path / "project.sqlite").is_file()
        assert project.database.value("PRAGMA journal_mode") == "wal"


def test_create_leaves_what_is_there_alone(tmp_path):
    (tmp_path / "file.txt").write_text("mine")
    with pytest.raises(ProjectError, match="is there already; choose another name"):
        Project.create(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.txt"]


def test_create_takes_an_empty_folder(tmp_path):
    (tmp_path / "empty").mkdir()
    with Project.create(tmp_path / "empty") as project:
        assert clip_ids(project) == []


def test_create_where_no_folder_can_be_made_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ProjectError, match=r"could not be made .*; choose a folder that you may write to"):
        Project.create(tmp_path / "file" / "p.merdesk")


def test_what_was_written_is_there_after_opening_again(tmp_path):
    with Project.create(tmp_path / "p.merdesk") as project:
        fill(project, 3)
        version = project.data_version
    with Project.open(tmp_path / "p.merdesk") as project:
        assert len(clip_ids(project)) == 3
        assert project.data_version == version


def test_closing_folds_the_log_into_the_file(tmp_path):
    with Project.create(tmp_path / "p.merdesk") as project:
        fill(project, 3)
    assert not (tmp_path / "p.merdesk" / "project.sqlite-wal").exists()


def test_closing_twice_is_no_harm(project):
    project.close()
    project.close()


def test_a_second_window_reads_and_sees_what_the_first_writes(project):
    with Project.open(project.path) as second:
        assert second.read_only
        before = second.data_version
        fill(project, 4)
        assert len(clip_ids(second)) == 4
        assert second.data_version > before


def test_a_second_window_says_why_it_does_not_write(project):
    with Project.open(project.path) as second, pytest.raises(ProjectError) as told:
        annotators.named(second, "Ann")
    assert str(told.value) == (
        f"{project.path} is open in another window; close that window, then open the project again to change it."
    )


def test_the_lock_goes_with_the_window(tmp_path):
    first = Project.create(tmp_path / "p.merdesk")
    first.close()
    with Project.open(tmp_path / "p.merdesk") as second:
        assert not second.read_only


def test_a_reader_does_not_keep_a_writer_out(project):
    project.close()
    with Project.open(project.path, read_only=True) as reader, Project.open(project.path) as writer:
        assert reader.read_only
        assert not writer.read_only
        with pytest.raises(ProjectError, match="was opened for reading only"):
            reader.check_writable()


def test_a_folder_that_cannot_be_written_opens_for_reading(project, monkeypatch):
    fill(project, 2)
    project.close()
    monkeypatch.setattr(project_module.os, "access", lambda path, mode: False)
    with Project.open(project.path) as reader:
        assert reader.read_only
        assert reader.why_read_only == (
            f"{project.path} cannot be written to; make it writable, or copy the project to a place that is."
        )
        assert not reader.tidy()
        assert len(clip_ids(reader)) == 2


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="the administrator may write everywhere"
)
def test_a_write_protected_folder_is_read_without_a_log(project):
    fill(project, 2)
    project.close()
    project.path.chmod(0o500)
    (project.path / "project.sqlite").chmod(0o400)
    try:
        with Project.open(project.path) as reader:
            assert len(clip_ids(reader)) == 2
    finally:
        project.path.chmod(0o700)


def test_only_the_thread_that_opened_it_may_use_it(project):
    raised = []

    def use():
        try:
            clip_ids(project)
        except RuntimeError as error:
            raised.append(str(error))

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert raised == [f"{project.database.path} belongs to the thread that opened it"]


def test_transactions_do_not_nest(project):
    with project.write(), pytest.raises(RuntimeError, match="do not nest"), project.write():
        pass


def test_a_project_can_be_copied_with_its_folder(project, tmp_path):
    fill(project, 2)
    project.close()
    shutil.copytree(project.path, tmp_path / "copy")
    with Project.open(tmp_path / "copy") as copy:
        assert len(clip_ids(copy)) == 2
        assert isinstance(copy.tidy(), bool)
        assert not Changes()
