"""The matrix, its decomposition and the gap in every rendering of a report."""

import csv
import io
import json
import re

import numpy as np
import pytest
from helpers.page_numbers import shown_and_known
from helpers.study import FEATURES, make_study

from merdesk.features import imported
from merdesk.features.store import FeatureStore
from merdesk.progress import Progress
from merdesk.project import clips, datasets
from merdesk.project.project import Project
from merdesk.reports.carrying import rows_of
from merdesk.reports.export import json_text
from merdesk.reports.html import render
from merdesk.reports.tables import csv_text, tables
from merdesk.resources import resource
from merdesk.workflows.evaluate import EvaluateModels, EvaluateRequest
from merdesk.workflows.gap import MeasureGap
from merdesk.workflows.report import BuildReport
from merdesk.workflows.workflow import run_here

OTHERS = "noise"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    path = make_study(tmp_path_factory.mktemp("study") / "s.merdesk", n_groups=20, shift=0.4, n_copied=10)
    with Project.open(path) as project:
        with FeatureStore.open(project.features_dir) as store:
            ids = [place.clip_id for place in clips.locations(project)]
            noise = np.random.default_rng(0).normal(size=(len(ids), 2))
            imported.write(store, OTHERS, ["x", "y"], dict(zip(ids, noise, strict=True)), replace=False)
        run_here(EvaluateModels(project, EvaluateRequest((FEATURES, OTHERS))))
        run_here(MeasureGap(project, (FEATURES, OTHERS)))
        yield project


@pytest.fixture(scope="module")
def report(study):
    return BuildReport(study).run(Progress())


def table(report, name):
    text = next(csv_text(one) for one in tables(report) if one.name == name)
    return list(csv.DictReader(io.StringIO(text)))


def test_the_report_fits_the_schema(report):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(resource("report", "report.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(report)] == []
    assert json.loads(json_text(report)) == report


def test_rows_are_datasets_first_and_all_others_last(report):
    rows = rows_of(report["carrying"])
    assert [row["name"] for row in rows] == ["Ash", "Birch", "Cedar", "All others"]
    assert all(cell is not None for row in rows for cell in row["cells"])


def test_the_page_shows_matrix_decomposition_and_gap(report):
    page = render(report)
    for words in (
        "From dataset to dataset",
        "Valence, R² from dataset to dataset",
        "Why they carry no further",
        "How far datasets lie apart",
        "What features give away",
        "Ash and Birch 10",
        "What the mix of genres changes",
        "Ceilings, and what genre explains",
        "Which block of features differs",
        "How much of a score is genre",
        "Ash + Birch on Cedar, valence: R² drops by",
        "Cedar: genre explains",
    ):
        assert words in page


def test_the_tables_have_every_cell_and_every_distance(report):
    assert len(table(report, "matrix")) == 24
    cell = next(
        row
        for row in table(report, "matrix")
        if (row["trained_on"], row["tested_on"], row["dimension"]) == ("Ash", "Cedar", "Valence")
    )
    assert float(cell["bias"]) == pytest.approx(-0.4, abs=0.06)
    drop = next(
        row
        for row in table(report, "decomposition")
        if (row["trained_on"], row["tested_on"], row["dimension"]) == ("Ash", "Cedar", "Valence")
    )
    assert float(drop["offset_low"]) > 0
    assert len(table(report, "gap")) == 30


def test_the_tables_have_mixes_blocks_and_ceilings(report):
    mixed = next(row for row in table(report, "mixes") if row["tested_on"] == "Cedar")
    cell = next(
        cell for cell in report["carrying"]["cells"] if cell["test"] == "Cedar" and cell["mix"] is not None
    )
    valence = cell["mix"]["Valence"]
    assert float(mixed["r2_change_low"]) == valence["changes"]["r2"]["low"]
    assert float(mixed["trained_association_change"]) == valence["retrained"]["association_change"]["value"]
    assert {row["block"] for row in table(report, "blocks")} == {FEATURES, OTHERS}
    ash = table(report, "ceilings")[0]
    share = report["gap"]["datasets"][0]["genre_eta2"]["Valence"]
    assert (float(ash["genre_eta2"]), float(ash["genre_eta2_p_holm"])) == (share["value"], share["p_holm"])


def test_every_number_of_matrix_and_gap_is_one_of_report_json(report):
    shown, known = shown_and_known(report)
    assert len(shown) > 400
    assert shown - known == set()


def test_the_first_page_says_how_far_models_carry(report):
    said = next(claim["text"] for claim in report["verdict"] if claim["about"] == "carrying")
    score = r"−?\d\.\d\d \[−?\d+\.\d\d, −?\d+\.\d\d\]"
    assert re.search(rf"valence R² from {score} \(Cedar\) to {score} \(\w+\)", said)


def test_limits_speak_of_what_was_measured(report):
    said = " ".join(report["limits"])
    assert "Not covered" not in said
    assert "none corrected for the others" in said
    assert "before calling a difference of features one of music" in said


def test_an_evaluation_that_no_longer_fits_is_left_out(study):
    datasets.remove(study, datasets.all(study)[0].id)
    report = BuildReport(study).run(Progress())
    assert report["carrying"] is None
    assert report["gap"] is None
    assert "From dataset to dataset" not in render(report)
    assert "cross-dataset matrix" in " ".join(report["limits"])
    assert not [one for one in tables(report) if one.name in ("matrix", "decomposition", "gap")]
