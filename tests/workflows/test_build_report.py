"""The report as a workflow: whose predictions it judges, what it says on its first page, what it writes."""

import json
import shlex
import shutil

import numpy as np
import pytest
from helpers.study import make_study

from merdesk.cli import main
from merdesk.errors import ModelError
from merdesk.project import columns, provenance, repairs
from merdesk.project.project import Project
from merdesk.reports.export import json_text, load
from merdesk.workflows.evaluate import EvaluateModels, EvaluateRequest
from merdesk.workflows.info import project_info, text_of
from merdesk.workflows.report import BuildReport, ReportOptions
from merdesk.workflows.train import TrainModel, TrainRequest
from merdesk.workflows.workflow import run_here
from merdesk.workflows.write_report import WriteReport


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    path = make_study(tmp_path_factory.mktemp("study") / "study.merdesk", n_datasets=2, n_groups=8)
    with Project.open(path) as project:
        run_here(TrainModel(project, TrainRequest("first", ("made",), ("Ash",))))
        run_here(TrainModel(project, TrainRequest("second", ("made",), ("Birch",))))
    return path


@pytest.fixture
def project(trained, tmp_path):
    shutil.copytree(trained, tmp_path / "copy.merdesk")
    with Project.open(tmp_path / "copy.merdesk") as opened:
        yield opened


def test_the_model_in_use_is_judged_by_what_it_was_not_fitted_on(project):
    built = BuildReport(project)
    assert built.input.model.name == "second"
    assert built.input.held_out.all()
    assert np.array_equal(built.input.columns.prediction, columns.load(project).prediction, equal_nan=True)


def test_what_stands_on_the_first_page_is_taken_over(project):
    options = ReportOptions(title="Gap", author="Carla", notes="Draft", seed=3)
    report = run_here(BuildReport(project, options))
    assert (report["title"], report["author"], report["notes"]) == ("Gap", "Carla", "Draft")
    assert report["model"]["name"] == "second"
    assert report["data"]["totals"]["n_scored"] == 32


def test_an_unknown_model_is_told_with_those_there_are(project):
    with pytest.raises(ModelError, match="no model named third here; this project has first, second"):
        BuildReport(project, ReportOptions(model="third"))


def test_the_chosen_formats_are_written_and_nothing_else(project, tmp_path):
    report = run_here(BuildReport(project))
    written = run_here(WriteReport(project, report, tmp_path / "out", ("json",)))
    assert [path.name for path in written] == ["report.json"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["report.json"]
    assert json.loads(written[0].read_text(encoding="utf-8"))["model"]["name"] == "second"


def test_the_same_seed_gives_the_same_numbers(project):
    first, second = (run_here(BuildReport(project, ReportOptions(seed=7))) for _ in range(2))
    assert first["scores"] == second["scores"]
    assert first["genres"] == second["genres"]


def test_information_counts_what_there_is_and_what_is_to_do(project):
    info = project_info(project)
    assert (info["clips"], info["clips_with_audio"]) == (32, 32)
    assert [(row["name"], row["clips"], row["annotated"]) for row in info["datasets"]] == [
        ("Ash", 16, 16),
        ("Birch", 16, 16),
    ]
    assert info["features"]["chroma"] == {"clips": 0, "of": 32}
    assert [row["name"] for row in info["models"]] == ["first", "second"]
    assert json.loads(json.dumps(info)) == info
    text = text_of(info)
    for words in ("32 clips, 32 with audio", "Ash: 16 clips, 16 rated", "chroma: 0 of 32 clips, 32 to"):
        assert words in text


def test_clips_that_a_repair_leaves_out_move_no_row_of_another(project):
    ids = columns.load(project).ids.tolist()
    provenance.add(project, title="Leave out", kind=repairs.LEAVE_OUT, dataset_id=1, clip_ids=ids[:3])
    kept = columns.load(project)
    evaluated = run_here(EvaluateModels(project, EvaluateRequest(("made",))))
    rows = np.concatenate([one.cell.rows for one in evaluated.cells if one.cell.kind == "in-domain"])
    assert np.array_equal(np.sort(rows), np.flatnonzero(kept.annotated))
    report = run_here(BuildReport(project, ReportOptions(model="first")))
    assert report["data"]["totals"]["n_clips"] == len(ids) - 3
    assert report["reproducibility"]["n_refits"] > 0


def test_the_commands_of_a_report_make_the_same_report_again(project, tmp_path):
    run_here(EvaluateModels(project, EvaluateRequest(("made",), seed=4)))
    said = ReportOptions(
        title="Gap; and 'more'", author="Carla", notes="two\nlines", seed=3, without=("gap",)
    )
    report = run_here(BuildReport(project, said))
    redo = report["reproducibility"]
    (measure,) = redo["measured_by"]
    assert measure == "merdesk evaluate copy.merdesk --features made --model ridge --seed 4"
    project.close()
    shutil.rmtree(tmp_path / "copy.merdesk" / "cache")
    for line in (measure, redo["command"]):
        words = [
            str(tmp_path / word) if word in ("copy.merdesk", "DIR") else word for word in shlex.split(line)
        ]
        assert main(words[1:]) == 0
    again = load(tmp_path / "DIR" / "report.json")
    assert json_text({**again, "created": ""}) == json_text({**report, "created": ""})
