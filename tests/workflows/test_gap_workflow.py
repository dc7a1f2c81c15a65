"""The distribution gap of a project: what was planted is found, what was not is not claimed."""

import json

import pytest
from helpers.study import FEATURES, make_study

from merdesk.project import columns
from merdesk.project import datasets as project_datasets
from merdesk.project.project import Project
from merdesk.resources import resource
from merdesk.workflows.gap import MeasureGap, latest_gap
from merdesk.workflows.workflow import run_here


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    with Project.open(make_study(tmp_path_factory.mktemp("gap") / "s.merdesk", shift=0.4)) as project:
        yield project


@pytest.fixture(scope="module")
def found(study):
    return run_here(MeasureGap(study, (FEATURES,)))


def claimed(found, a, b, kind, name):
    pair = next(pair for pair in found["pairs"] if (pair["a"], pair["b"]) == (a, b))
    return next(value for value in pair[kind] if value["name"] == name)


def test_a_shift_of_annotations_is_found_and_nothing_else(found):
    assert claimed(found, "Ash", "Cedar", "labels", "energy")["p_holm"] <= 0.05
    assert claimed(found, "Ash", "Birch", "labels", "energy")["p_holm"] > 0.05
    assert claimed(found, "Ash", "Cedar", "features", "mmd2")["p_holm"] > 0.05
    assert claimed(found, "Ash", "Cedar", "labels", "valence_w1")["value"] == pytest.approx(0.4, abs=0.06)


def test_every_distance_stands_beside_its_null_and_its_halves(found):
    for pair in found["pairs"]:
        for value in (*pair["labels"], *pair["features"]):
            assert value["null_high"] is not None
            assert len(value["halves"]) == 2


def test_words_carry_no_more_than_the_evidence(found):
    said = " ".join(found["sentences"])
    assert "Ash and Cedar, annotations: energy distance" in said
    assert said.count("further apart than chance") == 2
    assert "no evidence of a difference" in said
    assert "names the dataset" in said
    assert "before calling a difference of features one of music" in said


def test_the_gap_is_kept_until_annotations_change(study, found):
    assert latest_gap(study, columns.load(study)) == found
    json.dumps(found, allow_nan=False)


def test_one_dataset_has_no_gap(tmp_path):
    with Project.open(make_study(tmp_path / "one.merdesk", n_datasets=1)) as project:
        said = run_here(MeasureGap(project, (FEATURES,)))["sentences"]
    assert "no gap can be measured" in said[0]


def test_a_removed_dataset_outdates_the_gap(tmp_path):
    with Project.open(make_study(tmp_path / "two.merdesk", n_datasets=2, n_groups=12)) as project:
        run_here(MeasureGap(project, (FEATURES,)))
        assert latest_gap(project, columns.load(project)) is not None
        project_datasets.remove(project, project_datasets.all(project)[0].id)
        assert latest_gap(project, columns.load(project)) is None


def test_the_gap_fits_its_schema(found, tmp_path):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(resource("schema", "gap.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    with Project.open(make_study(tmp_path / "one.merdesk", n_datasets=1)) as project:
        alone = run_here(MeasureGap(project, (FEATURES,)))
    for one in (found, alone):
        assert list(jsonschema.Draft202012Validator(schema).iter_errors(one)) == []
