"""Each problem of the environment is one sentence that says what to do."""

import apsw
import pytest
from helpers.project_rows import assert_whole, clip_ids, dataset_info, fill, source_clip

from merdesk.domain.affect import Affect
from merdesk.errors import ProjectError
from merdesk.project import annotations, annotators, history
from merdesk.project.batches import Batch
from merdesk.project.database import SENTENCES, Database, sentences
from merdesk.project.project import Project


def _told(path):
    with pytest.raises(ProjectError) as told, Project.open(path):
        pass
    return str(told.value)


def _fill_disk(project):
    """No page more than there are."""
    pages = project.database.value("PRAGMA page_count")
    project.database.execute(f"PRAGMA max_page_count = {pages}")


def test_a_folder_without_a_project_is_named(tmp_path):
    assert _told(tmp_path) == f"{tmp_path} is no merdesk project; choose a folder that holds project.sqlite."


def test_another_programs_file_is_left_alone(project):
    project.database.execute("PRAGMA application_id = 1")
    project.close()
    file = project.path / "project.sqlite"
    assert _told(project.path) == (
        f"{file} was not made by merdesk; choose a folder that `merdesk new` or File > New made."
    )


def test_a_newer_project_asks_for_an_update(project):
    knows = project.database.value("PRAGMA user_version")
    project.database.execute("PRAGMA user_version = 99")
    project.close()
    assert (
        f"was written by a newer merdesk (version 99 of the format, this one knows {knows}); update merdesk"
        in _told(project.path)
    )


def test_a_file_that_is_no_database_is_named(project):
    project.close()
    (project.path / "project.sqlite").write_bytes(b"not a database at all" * 1000)
    assert "is no merdesk project, or is damaged beyond reading; put back a copy" in _told(project.path)


def test_a_damaged_file_is_told_when_it_is_met(project):
    fill(project, 500)
    project.close()
    file = project.path / "project.sqlite"
    content = bytearray(file.read_bytes())
    content[3 * 4096 : -4096] = b"\xff" * (len(content) - 4 * 4096)
    file.write_bytes(content)

    def read():
        with Project.open(project.path, read_only=True) as opened:
            clip_ids(opened)

    with pytest.raises(ProjectError, match="is damaged; put back a copy from your own backup"):
        read()


def test_a_full_disk_takes_an_edit_back_and_says_so(project):
    fill(project, 3)
    ann = annotators.named(project, "Ann")
    _fill_disk(project)

    def rate_until_full():
        for n in range(100_000):
            annotations.rate(
                project, clip_id=1 + n % 3, annotator_id=ann, unit=Affect((n % 101 - 50) / 50, 0.0)
            )

    with pytest.raises(ProjectError, match=r"The disk that holds .*project\.sqlite is full; free some space"):
        rate_until_full()
    n_steps = len(history.steps(project))
    project.database.execute("PRAGMA max_page_count = 100000")
    annotations.rate(project, clip_id=1, annotator_id=ann, unit=Affect(0.123, 0.0))
    assert len(history.steps(project)) == n_steps + 1
    assert_whole(project)


def test_an_import_goes_on_after_a_full_disk(project):
    batch = Batch.begin(project, "Import", keep_partial=True)
    dataset_id = batch.dataset(dataset_info(), loader="folder")
    batch.add(dataset_id, [source_clip(n) for n in range(5)])
    _fill_disk(project)
    more = [source_clip(n) for n in range(5, 400)]
    with pytest.raises(ProjectError, match="is full"):
        batch.add(dataset_id, more)
    assert len(clip_ids(project)) == 5
    project.database.execute("PRAGMA max_page_count = 100000")
    batch.add(dataset_id, more)
    assert len(clip_ids(project)) == 400
    assert_whole(project)


def test_a_file_that_another_program_holds_is_named(project):
    other = apsw.Connection(str(project.database.path))
    other.execute("BEGIN IMMEDIATE")
    project.database.connection.set_busy_timeout(1)
    with pytest.raises(ProjectError, match="is in use by another program; close that program"):
        annotators.named(project, "Ann")
    other.close()
    annotators.named(project, "Ann")


def test_a_database_that_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(ProjectError, match="cannot be opened; check that it exists"):
        Database(tmp_path / "nowhere" / "project.sqlite")


def test_writing_through_a_reader_is_a_sentence_too(project):
    reader = Database(project.database.path, read_only=True)
    with pytest.raises(ProjectError, match="cannot be written to; make its folder writable"):
        reader.execute("DELETE FROM clip")
    reader.close()


@pytest.mark.parametrize(("kind", "sentence"), SENTENCES, ids=lambda value: getattr(value, "__name__", ""))
def test_every_sentence_names_the_file_and_ends(tmp_path, kind, sentence):
    with pytest.raises(ProjectError) as told, sentences(tmp_path / "project.sqlite"):
        raise kind("database says no")
    assert str(tmp_path / "project.sqlite") in str(told.value)
    assert str(told.value).endswith(".")
    assert told.value.__cause__ is not None


def test_a_defect_of_ours_is_not_dressed_up(project):
    with pytest.raises(apsw.SQLError):
        project.database.execute("SELECT nonsense FROM nowhere")
