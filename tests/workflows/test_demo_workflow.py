"""The demo project from an empty folder to predictions, interrupted, repeated, and beside what is not its own."""

import json

import pytest

from merdesk.datasets.demo.catalogue import SHARED_CLIPS
from merdesk.errors import Cancelled, ProjectError
from merdesk.project import columns, datasets, history, models
from merdesk.project.project import Project
from merdesk.workflows.demo import AUDIO, LOADER, MARKER, MODEL, DemoSettings, Synthesise, build_demo
from merdesk.workflows.evaluate import EvaluateModels, latest
from merdesk.workflows.extract import ExtractFeatures
from merdesk.workflows.import_dataset import ImportDataset
from merdesk.workflows.report import BuildReport
from merdesk.workflows.train import TrainModel
from merdesk.workflows.workflow import run_here

TINY = DemoSettings(seed=1, n_per_dataset=6)


class Watched:
    """Runs workflows and remembers them; stops before the one whose place is given, as if killed there."""

    def __init__(self, stop_before=None):
        self.ran = []
        self.stop_before = stop_before

    def __call__(self, workflow):
        if len(self.ran) == self.stop_before:
            raise Cancelled
        self.ran.append(type(workflow))
        return run_here(workflow)


def bytes_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "tiny.merdesk"
    run = Watched()
    summary = build_demo(path, run=run, workers=1, settings=TINY)
    return path, run, summary


def test_the_demo_is_five_datasets_with_audio_features_and_predictions_for_all(demo):
    path, run, summary = demo
    assert (summary.n_datasets, summary.n_clips, summary.n_predicted) == (5, 30, 30)
    assert "30 synthetic clips in 5 datasets, 30 with predictions" in summary.sentence
    assert run.ran.count(ImportDataset) == 5
    with Project.open(path, read_only=True) as project:
        rows = datasets.all(project)
        assert [row.info.name for row in rows] == ["Aurora", "Boreal", "Cascade", "Delta", "Ember"]
        assert {row.loader for row in rows} == {LOADER}
        for row in rows:
            for text in (row.info.title, row.info.description, row.info.licence):
                assert "synthetic" in text.lower()
        loaded = columns.load(project)
        assert loaded.annotated.all()
        assert loaded.predicted.all()
        assert set(loaded.genre_names) == {"Classical", "Jazz", "Rock", "Electronic"}
        assert models.current(project).name == MODEL
        assert len(history.steps(project)) >= 5


def test_a_report_can_be_made_of_it(demo):
    path, _, _ = demo
    with Project.open(path, read_only=True) as project:
        report = run_here(BuildReport(project))
    assert report["data"]["totals"]["n_scored"] == 30
    assert report["model"]["training_datasets"] == ["Aurora", "Ember"]


def test_its_matrix_is_there_and_finds_the_copies_that_were_encoded_again(demo):
    path, _, _ = demo
    with Project.open(path, read_only=True) as project:
        found = latest(project)
    contaminated = {
        (one.cell.train, one.cell.test)
        for one in found.cells
        if len(one.cell.train) == 1 and one.cell.n_contaminated
    }
    assert contaminated == {(("Aurora",), "Boreal"), (("Boreal",), "Aurora")}
    assert found.find(("Aurora",), "Boreal").cell.n_contaminated == round(SHARED_CLIPS * TINY.n_per_dataset)
    assert len(found.cells) == 30


def test_a_second_call_finds_it_complete_and_changes_nothing(demo):
    path, _, summary = demo
    before = bytes_of(path / AUDIO)
    run = Watched()
    again = build_demo(path, run=run, settings=TINY)
    assert run.ran == []
    assert not again.new
    assert summary.new
    assert "was there already" in again.sentence
    assert again.n_clips == summary.n_clips
    assert bytes_of(path / AUDIO) == before


@pytest.mark.parametrize("stop_before", [0, 1, 3])
def test_an_interrupted_demo_goes_on_where_it_stopped(tmp_path, demo, stop_before):
    whole, _, _ = demo
    path = tmp_path / "stopped.merdesk"
    with pytest.raises(Cancelled):
        build_demo(path, run=Watched(stop_before), settings=TINY)
    # Up to extraction, which starts processes; it has a test of its own below.
    left = 1 + 5 - max(stop_before - 1, 0)
    run = Watched(left)
    with pytest.raises(Cancelled):
        build_demo(path, run=run, settings=TINY)
    assert run.ran == [Synthesise] + [ImportDataset] * (left - 1)
    assert bytes_of(path / AUDIO) == bytes_of(whole / AUDIO)
    with Project.open(path, read_only=True) as project:
        assert [row.n_annotated for row in datasets.all(project)] == [6] * 5


def test_a_demo_that_was_stopped_before_training_is_completed(tmp_path, demo):
    _, _, summary = demo
    path = tmp_path / "stopped.merdesk"
    with pytest.raises(Cancelled):
        build_demo(path, run=Watched(7), workers=1, settings=TINY)
    run = Watched()
    assert build_demo(path, run=run, workers=1, settings=TINY) == summary
    assert run.ran == [Synthesise, ExtractFeatures, TrainModel, EvaluateModels]


def test_music_that_is_missing_is_written_and_what_is_there_stays(tmp_path, demo):
    path = tmp_path / "stopped.merdesk"
    with pytest.raises(Cancelled):
        build_demo(path, run=Watched(1), settings=TINY)
    whole = bytes_of(path / AUDIO)
    files = sorted(file for file in (path / AUDIO).rglob("*") if file.is_file())
    files[0].unlink()
    # What a kill leaves of a file that was being written.
    files[0].with_name(f".{files[0].name}.part").write_bytes(b"half")
    times = {file: file.stat().st_mtime_ns for file in files[1:]}
    with pytest.raises(Cancelled):
        build_demo(path, run=Watched(1), settings=TINY)
    assert bytes_of(path / AUDIO) == whole
    assert {file: file.stat().st_mtime_ns for file in files[1:]} == times


@pytest.mark.parametrize("content", ["notes.txt", "project.sqlite", MARKER])
def test_a_folder_that_is_no_demo_is_never_touched(tmp_path, content):
    path = tmp_path / "mine"
    path.mkdir()
    (path / content).write_text("mine")
    before = bytes_of(path)
    with pytest.raises(ProjectError, match="is no demo; choose another name"):
        build_demo(path, settings=TINY)
    assert bytes_of(path) == before
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]


def test_neither_a_project_of_ones_own_nor_a_file_is_touched(tmp_path):
    Project.create(tmp_path / "own.merdesk").close()
    (tmp_path / "file").write_text("mine")
    for name in ("own.merdesk", "file"):
        with pytest.raises(ProjectError, match="is no demo"):
            build_demo(tmp_path / name, settings=TINY)
    with Project.open(tmp_path / "own.merdesk", read_only=True) as project:
        assert datasets.all(project) == []


def test_another_demo_is_left_as_it_is(tmp_path):
    path = tmp_path / "demo.merdesk"
    with pytest.raises(Cancelled):
        build_demo(path, run=Watched(0), settings=TINY)
    with pytest.raises(ProjectError, match=r"holds another demo \(seed 1, 6 clips a dataset, version 1\)"):
        build_demo(path, settings=DemoSettings(seed=2, n_per_dataset=6))
    assert json.loads((path / MARKER).read_text())["seed"] == 1


def test_a_demo_that_another_window_writes_is_not_continued(tmp_path):
    path = tmp_path / "demo.merdesk"
    with pytest.raises(Cancelled):
        build_demo(path, run=Watched(0), settings=TINY)
    with Project.open(path), pytest.raises(ProjectError, match="open in another window"):
        build_demo(path, settings=TINY)


def test_an_empty_folder_becomes_the_demo_and_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "empty").mkdir()
    run = Watched(1)
    with pytest.raises(Cancelled):
        build_demo(tmp_path / "empty", run=run, settings=TINY)
    assert run.ran == [Synthesise]
    assert [file.name for file in tmp_path.iterdir()] == ["empty"]
    with pytest.raises(ProjectError, match="could not be made"):
        build_demo(tmp_path / "empty" / MARKER / "below", settings=TINY)


def test_extraction_comes_after_all_imports(demo):
    _, run, _ = demo
    assert run.ran.index(ExtractFeatures) == 6
