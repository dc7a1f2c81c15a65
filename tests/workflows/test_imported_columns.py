"""What a table says beside ratings is kept with its clips: one step of the history, undone as one."""

from functools import partial

import numpy as np
import pytest

from merdesk.datasets.export import as_csv
from merdesk.project import columns, datasets, history, imported_columns, published, purge
from merdesk.project.project import Project
from merdesk.workflows import imported_columns as columns_of_tables
from merdesk.workflows.import_any import importer
from merdesk.workflows.import_dataset import ImportDataset
from merdesk.workflows.tables import TableFile
from merdesk.workflows.workflow import run_here

TABLE = (
    "id,valence,arousal,Weather,BPM,Remark\n"
    "b,5,5,calm,90,a long way home\na,1,9,wild,120.5,none at all\nc,2,2,calm,,nothing to say\n"
)


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "p.merdesk") as made:
        yield made


def importing(project, tmp_path, text=TABLE, name="said.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    file = TableFile.open(path)
    mapping = file.proposed_mapping()
    load = partial(file.load, mapping, (1, 9, 1, 9), name="Said", further=file.proposed_further(mapping))
    return ImportDataset(project, path, "table", load=load)


def test_numbers_and_groups_are_read_for_the_clips_that_have_them(project, tmp_path):
    run_here(importing(project, tmp_path))
    assert columns_of_tables.names_of(project) == ("Weather", "BPM")
    ids = columns.load(project).ids
    weather, bpm = (columns_of_tables.read(project, name) for name in ("Weather", "BPM"))
    assert weather.names == ("calm", "wild")
    # Clips stand in the order of their ids: a, b, c.
    assert np.array_equal(weather.ids, ids)
    assert weather.values.tolist() == [1, 0, 0]
    assert (bpm.ids.tolist(), bpm.values.tolist(), bpm.names) == (ids[:2].tolist(), [120.5, 90], ())


def test_undo_takes_columns_back_and_redo_brings_them(project, tmp_path):
    run_here(importing(project, tmp_path))
    history.undo(project)
    assert imported_columns.names(project) == ()
    history.redo(project)
    assert imported_columns.names(project) == ("Weather", "BPM")


def test_an_undone_import_whose_step_is_gone_leaves_no_column(project, tmp_path):
    run_here(importing(project, tmp_path))
    history.undo(project)
    with project.write():
        project.database.execute("DELETE FROM history")
    while purge.purge(project.database, 1.0):
        pass
    assert project.database.value("SELECT count(*) FROM imported_column") == 0


def test_a_removed_dataset_takes_its_columns_along_for_good(project, tmp_path):
    run_here(importing(project, tmp_path))
    datasets.remove(project, published.rated(project)[0])
    assert imported_columns.names(project) == ()
    with project.write():
        project.database.execute("DELETE FROM history")
    while purge.purge(project.database, 1.0):
        pass
    assert project.database.value("SELECT count(*) FROM imported_column") == 0


def test_a_table_of_clips_that_are_here_brings_columns_to_them(project, tmp_path):
    run_here(importing(project, tmp_path))
    path = tmp_path / "more.csv"
    path.write_text("id,Weather,Tempo\na,mild,slow\nb,mild,fast\nc,calm,fast\n", encoding="utf-8")
    summary = run_here(importer(project, path, kind="table"))
    assert summary.sentence == "Weather, Tempo imported from more.csv."
    assert columns_of_tables.names_of(project) == ("Weather", "BPM", "Tempo")
    assert columns_of_tables.read(project, "Weather").names == ("calm", "mild")
    history.undo(project)
    assert columns_of_tables.names_of(project) == ("Weather", "BPM")
    assert columns_of_tables.read(project, "Weather").names == ("calm", "wild")


def test_what_tells_no_clip_from_another_is_not_proposed(project, tmp_path):
    text = "id,valence,arousal,annotator,Age,Year,Same\na,1,1,x,20,1999,k\na,2,2,y,30,1999,k\nb,3,3,x,20,2001,k\n"
    run_here(importing(project, tmp_path, text))
    assert columns_of_tables.names_of(project) == ("Year",)


def test_columns_go_out_with_the_annotations_and_come_back(project, tmp_path):
    run_here(importing(project, tmp_path))
    dataset_id = published.rated(project)[0]
    source = published.read(project, dataset_id).source_dataset()
    folder = tmp_path / "out"
    folder.mkdir()
    for name, text in as_csv(source).items():
        (folder / name).write_text(text, encoding="utf-8")
    with Project.create(tmp_path / "q.merdesk") as other:
        run_here(ImportDataset(other, folder, "exported"))
        assert columns_of_tables.names_of(other) == ("Weather", "BPM")
        assert columns_of_tables.read(other, "BPM").values.tolist() == [120.5, 90]
