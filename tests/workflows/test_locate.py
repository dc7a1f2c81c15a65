"""Audio is found again wherever it lies, and never given to the wrong dataset because of a number."""

import shutil

import pytest
from helpers.dataset_layouts import write_emomusic
from helpers.music import write_music
from helpers.planted import write_planted_deam

from merdesk.domain.columns import ClipFlag
from merdesk.errors import DatasetError
from merdesk.project import clips, columns, history
from merdesk.project.project import Project
from merdesk.workflows.import_any import importer
from merdesk.workflows.locate import LocateAudio
from merdesk.workflows.workflow import run_here


@pytest.fixture(scope="module")
def tunes(tmp_path_factory):
    return write_music(tmp_path_factory.mktemp("tunes"), 4)


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "p.merdesk") as made:
        yield made


def locate(project, folder, **options):
    return run_here(LocateAudio(project, folder, **options)).summary


def n_with_audio(project):
    return int(columns.load(project).flagged(ClipFlag.HAS_AUDIO).sum())


def numbered(folder, tunes, numbers):
    folder.mkdir(parents=True)
    for number, tune in zip(numbers, tunes, strict=False):
        shutil.copy(tune, folder / f"{number}.wav")
    return folder


def test_clips_without_audio_find_it_by_id_as_one_step(project, tmp_path, tunes):
    run_here(importer(project, write_emomusic(tmp_path / "emomusic")))
    summary = locate(project, numbered(tmp_path / "anywhere" / "deep", tunes, (2, 10, 77)))
    assert (summary.n_wanted, summary.n_by_name, summary.n_by_content) == (3, 2, 0)
    assert summary.missing == (("EmoMusic", "3"),)
    assert [path.rpartition("/")[2] for path in summary.unmatched] == ["77.wav"]
    assert "2 of 3 clips located; 1 still without (EmoMusic 1); 1 file of no clip" in summary.sentence
    assert n_with_audio(project) == 2
    assert history.undo_label(project) == "Locate 2 files"
    history.undo(project)
    assert n_with_audio(project) == 0


def test_moved_and_renamed_files_are_known_by_their_content(project, tmp_path, tunes):
    album = tmp_path / "album"
    album.mkdir()
    for tune in tunes:
        shutil.copy(tune, album)
    run_here(importer(project, album))
    moved = tmp_path / "moved"
    moved.mkdir()
    for number, path in enumerate(sorted(album.iterdir())):
        path.rename(moved / f"song {9 - number}.wav")
    summary = locate(project, moved)
    assert (summary.n_wanted, summary.n_by_content, summary.n_by_name) == (4, 4, 0)
    names = [place.path.rpartition(b"/")[2] for place in clips.locations(project)]
    assert names == [b"song 9.wav", b"song 8.wav", b"song 7.wav", b"song 6.wav"]
    assert locate(project, moved).sentence == "All audio is where it was; nothing to locate."


def test_a_number_that_two_datasets_have_gives_no_clip_a_wrong_file(project, tmp_path, tunes):
    run_here(importer(project, write_emomusic(tmp_path / "emomusic")))
    run_here(importer(project, write_planted_deam(tmp_path / "deam")))
    folder = numbered(tmp_path / "audio", tunes, (2, 3, 10, 50))
    summary = locate(project, folder)
    assert summary.n_by_name == 3
    assert summary.doubtful == (("DEAM", 4),)
    assert "DEAM has these numbers too: 4 files" in summary.sentence
    assert {label.dataset for label in clips.labels(project, _with_audio(project))} == {"EmoMusic"}
    assert locate(project, folder, dataset="DEAM").n_by_name == 4


def _with_audio(project):
    return [place.clip_id for place in clips.locations(project) if place.path is not None]


def test_a_folder_named_like_the_dataset_is_its_own(project, tmp_path, tunes):
    run_here(importer(project, write_emomusic(tmp_path / "emomusic")))
    run_here(importer(project, write_planted_deam(tmp_path / "deam")))
    numbered(tmp_path / "all" / "DEAM_audio" / "MEMD_audio", tunes, [2, 3])
    numbered(tmp_path / "all" / "EmoMusic" / "clips_45seconds", tunes[2:], [2, 3])
    locate(project, tmp_path / "all")
    for place, label in zip(clips.locations(project), clips.labels(project), strict=True):
        if place.path is not None:
            assert f"/{label.dataset}".encode() in place.path
    assert len(_with_audio(project)) == 4


def test_a_broken_file_is_named_and_left(project, tmp_path):
    run_here(importer(project, write_emomusic(tmp_path / "emomusic")))
    folder = tmp_path / "audio"
    folder.mkdir()
    (folder / "2.mp3").write_bytes(b"no music")
    summary = locate(project, folder)
    assert [left.file.rpartition("/")[2] for left in summary.left_out] == ["2.mp3"]
    assert n_with_audio(project) == 0
    assert history.undo_label(project) == "Import emomusic"


def test_what_is_not_there_is_said(project, tmp_path):
    with pytest.raises(DatasetError, match="There is no folder"):
        LocateAudio(project, tmp_path / "nowhere")
    with pytest.raises(DatasetError, match="There is no dataset DEAM"):
        LocateAudio(project, tmp_path, dataset="DEAM")
