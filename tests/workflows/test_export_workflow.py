"""What gets out of a project can be read again, by merdesk and by others, and starts nothing in a spreadsheet."""

import csv
import hashlib
import io
import json

import numpy as np
import pytest
from helpers.dataset_layouts import WRITERS, write
from helpers.music import write_music, write_ratings
from helpers.planted import write_planted_deam
from helpers.real_datasets import REAL, needs_real_files

from merdesk.datasets.export import neutral
from merdesk.datasets.layouts import LAYOUTS
from merdesk.datasets.parsing import parse_text
from merdesk.domain.affect import Affect
from merdesk.errors import DatasetError
from merdesk.project import annotations, annotators, columns, datasets
from merdesk.project.project import Project
from merdesk.workflows import diagnose
from merdesk.workflows.export import FORMATS_OF, Export, ExportOptions
from merdesk.workflows.extract import ExtractFeatures
from merdesk.workflows.import_any import TableOptions, importer
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here

PUBLISHED = [key for key in LAYOUTS if key != "table"]
HOSTILE = ("=cmd|'/c calc'!A1", "+1+1", "-1+1", "@SUM(A1)", " =1+1")


def export(project, folder, what="annotations", file_format="csv", **options):
    return run_here(Export(project, folder, ExportOptions(what, file_format, **options)))


def seen(project):
    """What a project says of its clips: ids, ratings and traces as they are read, texts."""
    loaded = columns.load(project)
    said = []
    for clip_id in loaded.ids.tolist():
        trace = annotations.trace_of_clip(project, clip_id)
        ratings = [
            (r.valence, r.arousal, repr(r.valence_std), repr(r.arousal_std), r.n_raters)
            for r in annotations.of_clip(project, clip_id)
        ]
        said.append(
            (ratings, None if trace is None else (trace.time_s.tolist(), repr(trace.affect.tolist())))
        )
    return (
        said,
        repr(loaded.affect.tolist()),
        repr(loaded.spread.tolist()),
        loaded.genre_names,
        loaded.split_names,
    )


@pytest.mark.parametrize("key", PUBLISHED)
def test_an_export_in_the_sources_layout_imports_again_with_identical_values(tmp_path, key):
    with Project.create(tmp_path / "a.merdesk") as first, Project.create(tmp_path / "b.merdesk") as second:
        run_here(importer(first, WRITERS[key](tmp_path / "in")))
        summary = export(first, tmp_path / "out", file_format="source")
        (name,) = [row.info.name for row in datasets.all(first)]
        run_here(importer(second, tmp_path / "out" / name))
        assert seen(second) == seen(first)
    assert tmp_path / "out" / "references.bib" in summary.files


@needs_real_files
@pytest.mark.parametrize("folder", ["emomusic", pytest.param("DEAM", marks=pytest.mark.slow), "WCMED"])
def test_the_published_sets_go_out_and_come_back(tmp_path, folder):
    with Project.create(tmp_path / "a.merdesk") as first, Project.create(tmp_path / "b.merdesk") as second:
        run_here(importer(first, REAL / folder))
        export(first, tmp_path / "out", file_format="source")
        run_here(importer(second, tmp_path / "out"))
        assert seen(second) == seen(first)


def test_an_export_as_csv_imports_again_as_a_table(tmp_path):
    with Project.create(tmp_path / "a.merdesk") as first, Project.create(tmp_path / "b.merdesk") as second:
        run_here(importer(first, WRITERS["emomusic"](tmp_path / "in")))
        clip = int(columns.load(first).ids[0])
        rater = annotators.named(first, "carla")
        annotations.rate(first, clip_id=clip, annotator_id=rater, unit=Affect(0.25, -0.75))
        export(first, tmp_path / "out")
        options = TableOptions(valence=(1, 9), arousal=(1, 9), name="EmoMusic")
        run_here(
            importer(second, tmp_path / "out" / "EmoMusic" / "annotations.csv", kind="table", table=options)
        )
        assert np.array_equal(columns.load(second).affect, columns.load(first).affect)
        again = annotations.of_clip(second, int(columns.load(second).ids[0]))
        assert [(a.valence, a.arousal, a.n_raters) for a in again] == [
            (a.valence, a.arousal, a.n_raters) for a in annotations.of_clip(first, clip)
        ]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_a_spreadsheet_would_run_is_neutralised_and_read_back(text):
    written = neutral(text)
    assert written == f"'{text}"
    assert parse_text(f"id\n{written}\n".encode(), "t.csv").rows == ((text.strip(),),)


@pytest.mark.parametrize("text", ["-0.5", "+1e-7", "Pop", "", "'Round Midnight", "1=1"])
def test_numbers_and_plain_text_stay_as_they_are(text):
    assert neutral(text) == text
    assert parse_text(f"id,x\n{text},1\n".encode(), "t.csv").rows[0][0] == text


@pytest.mark.parametrize("file_format", ["csv", "source"])
def test_a_hostile_title_starts_nothing(tmp_path, file_format):
    folder = WRITERS["emomusic"](tmp_path / "in")
    info = folder / "songs_info.csv"
    write(info, info.read_text(encoding="utf-8").replace("First", HOSTILE[0]))
    with Project.create(tmp_path / "a.merdesk") as project:
        run_here(importer(project, folder))
        summary = export(project, tmp_path / "out", file_format=file_format)
    cells = [
        cell
        for path in summary.files
        if path.suffix == ".csv"
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
        for cell in row
    ]
    assert f"'{HOSTILE[0]}" in cells
    assert HOSTILE[0] not in cells


def test_repairs_are_in_exports_and_can_be_left_out(tmp_path):
    with Project.create(tmp_path / "a.merdesk") as project:
        run_here(importer(project, write_planted_deam(tmp_path / "in")))
        diagnosis = run_here(diagnose.Diagnose(project))
        diagnose.apply(project, diagnosis.found[0])
        export(project, tmp_path / "repaired")
        export(project, tmp_path / "filed", as_filed=True)

    def read(name):
        table = parse_text((tmp_path / name / "DEAM" / "annotations.csv").read_bytes(), "t.csv")
        said = json.loads((tmp_path / name / "DEAM" / "dataset.json").read_text(encoding="utf-8"))
        return table.numbers(table.column("valence")), table.numbers(table.column("arousal")), said["repairs"]

    repaired, filed = read("repaired"), read("filed")
    assert np.array_equal(repaired[0][:40], filed[1][:40])
    assert np.array_equal(repaired[0][40:], filed[0][40:])
    assert repaired[2] == ["Exchange valence and arousal of 40 clips of DEAM"]
    assert filed[2] == []
    assert "Repair: Exchange" in (tmp_path / "repaired" / "README.txt").read_text(encoding="utf-8")
    assert "as filed" in (tmp_path / "filed" / "README.txt").read_text(encoding="utf-8")


def test_croissant_describes_the_files_as_they_lie_there(tmp_path):
    with Project.create(tmp_path / "a.merdesk") as project:
        run_here(importer(project, WRITERS["emomusic"](tmp_path / "in")))
        export(project, tmp_path / "out", file_format="croissant")
    folder = tmp_path / "out" / "EmoMusic"
    described = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    digests = {entry["contentUrl"]: entry["sha256"] for entry in described["distribution"]}
    assert set(digests) == {"annotations.csv", "traces.csv"}
    for name, digest in digests.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_jams_holds_every_annotated_clip(tmp_path):
    with Project.create(tmp_path / "a.merdesk") as project:
        run_here(importer(project, WRITERS["emomusic"](tmp_path / "in")))
        export(project, tmp_path / "out", file_format="jams")
    documents = sorted(path.name for path in (tmp_path / "out" / "EmoMusic").glob("*.jams"))
    assert documents == ["10.jams", "2.jams", "3.jams"]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    write_music(folder / "album", 6)
    with Project.create(folder / "s.merdesk") as project:
        run_here(importer(project, folder / "album"))
        run_here(importer(project, write_ratings(folder / "ratings.csv", 5)))
        run_here(ExtractFeatures(project, ("basic",), workers=1))
        run_here(TrainModel(project, TrainRequest("../first", ("basic",), ("My music",))))
        yield project


def table_of(path):
    if path.suffix == ".csv":
        table = parse_text(path.read_bytes(), path.name)
        return {name: table.cells(table.column(name)) for name in table.columns}
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name].tolist() for name in arrays.files}
    parquet = pytest.importorskip("pyarrow.parquet", reason="parquet needs pyarrow")
    return parquet.read_table(path).to_pydict()


ROWS = {"annotations": 10, "features": 6, "predictions": 6, "splits": 6}
"""At least so many rows of the study; what needs answers or marks is tested where those are."""


@pytest.mark.parametrize(
    ("what", "file_format"), [(what, name) for what in ROWS for name in ("csv", "npz", "parquet")]
)
def test_every_table_reads_back(study, tmp_path, what, file_format):
    summary = export(study, tmp_path / "out", what, file_format)
    for path in summary.files:
        assert tmp_path / "out" in path.parents
    tables = [path for path in summary.files if path.suffix == f".{file_format}"]
    table = table_of(tables[0])
    assert len(table["id"]) >= ROWS[what]
    assert "written to" in summary.sentence


def test_predictions_stand_beside_annotations(study, tmp_path):
    (path,) = export(study, tmp_path / "out", "predictions", "npz").files
    assert path.name == "predictions-first.npz"
    table = table_of(path)
    held_out = [v for v, out in zip(table["valence_annotated"], table["held_out"], strict=True) if out]
    assert np.isfinite(held_out).any()


def test_features_have_a_name_for_each_column(study, tmp_path):
    (path,) = export(study, tmp_path / "out", "features", "npz").files
    table = table_of(path)
    assert np.shape(table["values"]) == (6, len(table["names"]))


@pytest.mark.parametrize(
    ("what", "file_format", "words"),
    [("songs", "csv", "--what songs is not known"), ("splits", "jams", "cannot be written as jams")],
)
def test_what_cannot_be_is_said(what, file_format, words):
    with pytest.raises(DatasetError, match=words):
        ExportOptions(what, file_format)


def test_an_empty_project_says_what_to_do(tmp_path):
    with Project.create(tmp_path / "e.merdesk") as project:
        for what in FORMATS_OF:
            with pytest.raises(DatasetError, match="first"):
                export(project, tmp_path / "out", what)


def test_a_folder_that_cannot_be_written_is_named(study, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DatasetError, match="could not be written"):
        export(study, tmp_path / "file" / "out", "splits")


def test_a_rating_made_in_the_window_is_no_part_of_the_published_layout(tmp_path):
    with Project.create(tmp_path / "a.merdesk") as project:
        run_here(importer(project, WRITERS["emomusic"](tmp_path / "in")))
        export(project, tmp_path / "before", file_format="source")
        rater = annotators.named(project, "carla")
        for clip in columns.load(project).ids.tolist():
            annotations.rate(project, clip_id=clip, annotator_id=rater, unit=Affect(0.25, -0.75))
        export(project, tmp_path / "after", file_format="source")
        export(project, tmp_path / "tables", file_format="npz")
    name = "EmoMusic/static_annotations.csv"
    assert (tmp_path / "after" / name).read_bytes() == (tmp_path / "before" / name).read_bytes()
    assert table_of(tmp_path / "tables" / "annotations.npz")["annotator"].count("carla") == 3
