"""Which import fits what lies at a path, and how a dataset comes in whole or not at all."""

import re

import pytest
from helpers.dataset_layouts import write_deam, write_emomusic, write_pmemo
from helpers.music import write_music, write_ratings

from merdesk.errors import Cancelled, DatasetError
from merdesk.project import clips, columns, datasets, history, problems
from merdesk.project.project import Project
from merdesk.workflows.import_any import TableOptions, importer, recognised, table_and_audio
from merdesk.workflows.import_dataset import ImportDataset
from merdesk.workflows.import_files import ImportFiles
from merdesk.workflows.import_ratings import ImportRatings
from merdesk.workflows.look_at import LookAt
from merdesk.workflows.workflow import Delivering, run_here


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "p.merdesk") as made:
        yield made


@pytest.fixture
def emomusic(tmp_path):
    return write_emomusic(tmp_path / "emomusic")


@pytest.fixture
def music(tmp_path):
    write_music(tmp_path / "music", 3, seconds=0.5)
    return tmp_path / "music"


def test_content_decides_what_a_path_is(emomusic, music, tmp_path):
    table = write_ratings(tmp_path / "said.csv", 3)
    assert [recognised(path) for path in (emomusic, music, table, music / "tune-0.wav")] == [
        ("emomusic",),
        ("folder",),
        ("table",),
        ("folder",),
    ]


def test_a_folder_of_two_datasets_is_both_and_importing_one_needs_a_choice(project, tmp_path):
    write_deam(tmp_path / "both" / "a")
    write_pmemo(tmp_path / "both" / "b")
    assert recognised(tmp_path / "both") == ("deam", "pmemo")
    with pytest.raises(DatasetError, match="holds several datasets; choose which of them it is: deam, pmemo"):
        importer(project, tmp_path / "both")
    run_here(importer(project, tmp_path / "both", kind="pmemo"))
    assert [row.info.name for row in datasets.all(project)] == ["PMEmo"]


def test_a_folder_with_nothing_to_import_is_refused_in_a_sentence(project, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match="empty holds no audio, no table of ratings"):
        importer(project, tmp_path / "empty")
    looked = run_here(LookAt([tmp_path / "empty"]))
    assert (looked.previews, looked.others) == ((), ())
    assert "empty holds no audio" in looked.unsupported[0]


def test_tables_and_audio_that_are_dropped_together_are_told_apart(music, tmp_path):
    table = write_ratings(tmp_path / "said.csv", 3)
    assert table_and_audio([music, table]) == ([table], [music])


def test_a_table_of_known_clips_adds_ratings_and_any_other_is_a_dataset(project, music, tmp_path):
    table = write_ratings(tmp_path / "said.csv", 3)
    assert isinstance(importer(project, table), ImportDataset)
    run_here(ImportFiles(project, [music]))
    assert isinstance(importer(project, table), ImportRatings)
    assert isinstance(importer(project, table, table=TableOptions(name="Pilot")), ImportDataset)


@pytest.mark.parametrize(
    ("mapping", "scale", "words"),
    [
        ("valence", "", "not of the form valence=COLUMN"),
        ("", "9:1", "not of the form MIN:MAX"),
        ("", "one:nine", "not of the form MIN:MAX"),
        ("", "5", "not of the form MIN:MAX"),
    ],
)
def test_options_that_cannot_be_read_are_told(mapping, scale, words):
    with pytest.raises(DatasetError) as told:
        TableOptions.parse(mapping, scale, "", "")
    assert words in str(told.value)


def test_options_are_read():
    found = TableOptions.parse("file=Song, valence=V", "1:9", "-1:1", "Pilot")
    assert found == TableOptions((("file", "Song"), ("valence", "V")), (1, 9), (-1, 1), "Pilot")


def test_nothing_at_a_path_is_told(project, tmp_path):
    with pytest.raises(DatasetError, match="There is nothing at"):
        importer(project, tmp_path / "gone")


def test_a_dataset_comes_in_as_one_step_with_its_audio(project, emomusic):
    write_music(emomusic / "clips_45seconds", 1, seconds=0.5)
    (emomusic / "clips_45seconds" / "tune-0.wav").rename(emomusic / "clips_45seconds" / "2.wav")
    summary = run_here(importer(project, emomusic))
    assert (summary.name, summary.n_clips, summary.n_with_audio) == ("EmoMusic", 3, 1)
    assert columns.load(project).annotated.sum() == 3
    assert history.undo_label(project) == "Import emomusic"
    history.undo(project)
    assert datasets.all(project) == []


def test_audio_may_lie_elsewhere_and_broken_files_are_named(project, emomusic, tmp_path):
    audio = tmp_path / "elsewhere"
    audio.mkdir()
    (audio / "3.wav").write_bytes(b"RIFFnothing")
    summary = run_here(importer(project, emomusic, audio=audio))
    assert summary.n_with_audio == 0
    (told,) = problems.all(project)
    assert told.file == str(audio / "3.wav")


def test_a_cancelled_dataset_leaves_nothing(project, emomusic, monkeypatch):
    monkeypatch.setattr("merdesk.workflows.import_dataset.SLICE", 1)
    work = importer(project, emomusic)

    class Impatient(Delivering):
        n_parts = 0

        def deliver(self, part):
            super().deliver(part)
            self.n_parts += 1
            if self.n_parts == 2:
                self.cancel()

    with pytest.raises(Cancelled):
        run_here(work, Impatient(work))
    assert datasets.all(project) == []
    assert clips.locations(project) == []
    assert history.undo_label(project) is None


def test_looking_tells_datasets_from_music_and_writes_nothing(project, emomusic, music):
    version = project.data_version
    looked = run_here(LookAt([emomusic, music]))
    (preview,) = looked.previews
    assert preview.recognition.key == "emomusic"
    assert len(preview.dataset.clips) == 3
    assert looked.others == (music,)
    assert looked.unsupported == ()
    assert project.data_version == version


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("", "said.csv has no row that can be imported."),
        ("a,0,5,0,25\n", "imported, said.csv, line 2 for one has 5 cells for 3 columns; put"),
    ],
)
def test_a_table_without_one_usable_row_is_refused(project, tmp_path, rows, words):
    (tmp_path / "said.csv").write_text("id,valence,arousal\n" + rows, encoding="utf-8")
    with pytest.raises(DatasetError, match=re.escape(words)):
        importer(project, tmp_path / "said.csv")
