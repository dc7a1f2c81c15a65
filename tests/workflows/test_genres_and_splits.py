"""Genres and splits by table: what fits is set in one step, what does not is named with its line."""

import pytest
from helpers.dataset_layouts import write, write_deam, write_emomusic

from merdesk.errors import DatasetError
from merdesk.project import columns, history
from merdesk.project.project import Project
from merdesk.workflows import genres
from merdesk.workflows.export import Export, ExportOptions
from merdesk.workflows.import_any import importer
from merdesk.workflows.splits import import_splits
from merdesk.workflows.workflow import run_here


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "p.merdesk") as made:
        run_here(importer(made, write_emomusic(tmp_path / "emomusic")))
        run_here(importer(made, write_deam(tmp_path / "deam")))
        yield made


def split_names(project):
    loaded = columns.load(project)
    return [loaded.split_names[code] if code >= 0 else "" for code in loaded.split]


def test_rows_tell_all_labels_and_counts(project):
    rows = {(row.dataset, row.raw): row for row in genres.genre_rows(project)}
    multi = rows["DEAM", "Hip-Hop-Electronic"]
    assert (multi.labels, multi.primary, multi.n_clips) == (("Hip-Hop", "Electronic"), "Hip-Hop", 1)
    assert rows["EmoMusic", "Blues"].n_clips == 2
    assert genres.primaries(list(rows.values()))[:2] == ["Blues", "Folk"]


def test_the_mapping_goes_out_and_comes_back(project, tmp_path):
    rows = genres.genre_rows(project)
    path = write(tmp_path / "genres.csv", genres.as_table(rows))
    assert genres.read_mapping(rows, path) == ({}, ())
    edited = genres.as_table(rows).replace("Hip-Hop-Electronic,Hip-Hop", "Hip-Hop-Electronic,Electronic")
    wanted, left_out = genres.read_mapping(rows, write(tmp_path / "genres.csv", edited))
    assert left_out == ()
    genres.set_mapping(project, wanted)
    assert "Electronic" in columns.load(project).genre_names
    history.undo(project)
    assert "Electronic" not in columns.load(project).genre_names


def test_a_row_without_a_dataset_is_about_all_of_them(project, tmp_path):
    table = write(tmp_path / "m.csv", "raw,primary\nBlues,Roots\nGrunge,Rock\n")
    wanted, left_out = genres.read_mapping(genres.genre_rows(project), table)
    assert list(wanted.values()) == ["Roots", "Roots"]
    assert [(left.line, left.reason) for left in left_out] == [(3, "no clip has the genre 'Grunge'")]


def test_splits_are_set_as_one_step(project, tmp_path):
    before = split_names(project)
    table = write(
        tmp_path / "s.csv",
        "dataset,id,split\nEmoMusic,2,test\nEmoMusic,10.mp3,train\n,1001,train\nEmoMusic,99,test\n",
    )
    summary = import_splits(project, table)
    assert summary.counts == {"test": 1, "train": 2}
    assert [(left.line, left.reason) for left in summary.left_out] == [
        (5, "no clip of EmoMusic has the id '99'")
    ]
    assert split_names(project).count("train") == 2
    history.undo(project)
    assert split_names(project) == before


def test_an_id_of_two_datasets_needs_the_dataset(project, tmp_path):
    table = write(tmp_path / "s.csv", "id,split\n2,test\n")
    with pytest.raises(DatasetError, match="names 2 clips; add a column dataset"):
        import_splits(project, table)


def test_exported_splits_import_again(project, tmp_path):
    run_here(Export(project, tmp_path / "out", ExportOptions("splits")))
    before = split_names(project)
    summary = import_splits(project, tmp_path / "out" / "splits.csv")
    assert summary.left_out == ()
    assert split_names(project) == before


@pytest.mark.parametrize(
    ("text", "words"), [("id,split\n", "it has no row"), ("song,part\n1,2\n", "has no column 'id'")]
)
def test_what_is_no_table_of_splits_is_said(project, tmp_path, text, words):
    with pytest.raises(DatasetError, match=words):
        import_splits(project, write(tmp_path / "s.csv", text))
    with pytest.raises(DatasetError, match="There is no file"):
        import_splits(project, tmp_path / "none.csv")
