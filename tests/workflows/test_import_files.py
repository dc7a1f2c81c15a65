"""Music into the library: what is new, changed, moved or a copy, and what cannot be read."""

import os
import shutil
from pathlib import Path

import pytest
from helpers.music import write_music

from merdesk.errors import Cancelled
from merdesk.project import clips, datasets, history, problems
from merdesk.project.project import Project
from merdesk.workflows import probing
from merdesk.workflows.import_files import ImportFiles
from merdesk.workflows.workflow import Delivering, run_here


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "p.merdesk") as made:
        yield made


@pytest.fixture
def music(tmp_path):
    write_music(tmp_path / "music", 5, seconds=0.5)
    return tmp_path / "music"


def imported(project, *paths):
    return run_here(ImportFiles(project, paths))


def places(project):
    return [place.path.decode() for place in clips.locations(project)]


def test_a_folder_becomes_clips_of_the_library_in_one_step(project, music):
    summary = imported(project, music)
    assert summary.sentence == "5 of 5 audio files imported."
    assert places(project) == [str(music / f"tune-{n}.wav") for n in range(5)]
    assert history.undo_label(project) == "Import music"
    history.undo(project)
    assert places(project) == []


def test_dropped_again_nothing_is_read(project, music, monkeypatch):
    imported(project, music)
    monkeypatch.setattr(probing, "MAKER", "nothing:make")
    assert imported(project, music).sentence == "0 of 5 audio files imported, 5 there already."
    assert history.undo_label(project) == "Import music"
    assert len(history.steps(project)) == 1


def test_only_what_is_new_is_added(project, music):
    imported(project, music)
    write_music(music, 7, seconds=0.6)
    summary = imported(project, music / "tune-5.wav", music)
    assert summary.n_imported == 2
    assert summary.n_changed == 5
    assert len(datasets.all(project)) == 1
    assert len(places(project)) == 7
    assert {place.quick_key for place in clips.locations(project)} == {
        known.quick_key for known in clips.known_files(project).values()
    }


def test_a_copy_is_named_and_imported_once(project, music):
    shutil.copytree(music, music / "again")
    summary = imported(project, music)
    assert summary.sentence == "5 of 10 audio files imported, 5 likely copies left out."
    assert len(places(project)) == 5
    told = problems.all(project)
    assert len(told) == 5
    assert f"likely a copy of {music / 'tune-0.wav'}" in str(told[0])
    later = music.with_name("later")
    shutil.copytree(music / "again", later)
    assert imported(project, later).n_copies == 5


def test_music_that_was_moved_is_found_again_and_keeps_its_clips(project, music):
    imported(project, music)
    before = [place.clip_id for place in clips.locations(project)]
    moved = music.rename(music.with_name("elsewhere"))
    summary = imported(project, moved)
    assert summary.sentence == "0 of 5 audio files imported, 5 moved and found again."
    assert places(project) == [str(moved / f"tune-{n}.wav") for n in range(5)]
    assert [place.clip_id for place in clips.locations(project)] == before
    history.undo(project)
    assert places(project) == [str(music / f"tune-{n}.wav") for n in range(5)]


def test_a_file_that_crashes_its_prober_is_among_the_problems(project, music, monkeypatch):
    monkeypatch.setattr(probing, "MAKER", "odd_probers:make")
    (music / "tune-2.wav").rename(music / "crash.wav")
    summary = imported(project, music)
    assert summary.sentence == "4 of 5 audio files imported, 1 could not be read."
    (told,) = problems.all(project)
    assert "crash.wav was left out because two processes died over it" in str(told)


def test_what_was_imported_before_a_cancel_stays_as_one_step(project, music, monkeypatch):
    monkeypatch.setattr("merdesk.workflows.import_files.SLICE", 2)
    work = ImportFiles(project, [music])

    class Impatient(Delivering):
        def deliver(self, part):
            super().deliver(part)
            self.cancel()

    with pytest.raises(Cancelled):
        run_here(work, Impatient(work))
    kept = places(project)
    assert 0 < len(kept) < 5
    assert history.undo_label(project) == "Import music"
    assert imported(project, music).n_known == len(kept)
    assert len(places(project)) == 5


def test_broken_files_are_named_and_the_rest_is_imported(project, music):
    (music / "broken.wav").write_bytes(b"RIFFnothing")
    (music / "empty.mp3").touch()
    (music / "notes.txt").write_text("no music", encoding="utf-8")
    assert imported(project, music).sentence == "5 of 7 audio files imported, 2 could not be read."
    told = problems.all(project)
    assert {found.file for found in told} == {str(music / "broken.wav"), str(music / "empty.mp3")}
    assert all(found.reason.endswith(".") for found in told)


def test_a_file_that_may_be_cut_is_imported_and_named(project, music):
    whole = (music / "tune-1.wav").read_bytes()
    (music / "tune-1.wav").write_bytes(whole[: len(whole) * 9 // 10])
    assert imported(project, music).sentence == "5 of 5 audio files imported, 1 of them may be cut."
    (told,) = problems.all(project)
    assert told.file == str(music / "tune-1.wav")
    assert told.reason.startswith("may be cut: only 90% of it is there; it is imported as it is")
    assert imported(project, music).left_out == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_links_to_nothing_and_pipes_are_named(project, music):
    (music / "gone.wav").symlink_to(music / "nowhere.wav")
    (music / "loop.wav").symlink_to(music / "loop.wav")
    (music / "notes").symlink_to(music / "nowhere")
    os.mkfifo(music / "pipe.wav")
    told = {Path(left.file).name: left.reason for left in imported(project, music).left_out}
    assert told.keys() == {"gone.wav", "loop.wav", "pipe.wav"}
    assert told["gone.wav"] == told["loop.wav"]
    assert "a link to a file that is not there" in told["gone.wav"]
    assert "a pipe and no file" in told["pipe.wav"]


def test_names_that_would_write_to_a_terminal_are_told_without_their_codes(project, music):
    (music / "tune-1.wav").rename(music / "\x1b[31mred\n.wav")
    (music / "copy.wav").write_bytes((music / "\x1b[31mred\n.wav").read_bytes())
    (music / "\x1b[2J.mp3").touch()
    told = imported(project, music).left_out
    assert len(told) == 2
    assert all(str(left).isprintable() for left in told)
