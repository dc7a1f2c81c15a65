"""The distribution gap of a project: what was planted is found, what was not is not claimed."""

import json

import numpy as np
import pytest
from helpers.study import FEATURES, make_study

from merdesk.features import imported
from merdesk.features.store import FeatureStore
from merdesk.project import columns, genres
from merdesk.project import datasets as project_datasets
from merdesk.project.project import Project
from merdesk.resources import resource
from merdesk.workflows.gap import MeasureGap, latest_gap
from merdesk.workflows.gap_text import text
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


def test_without_features_annotations_are_compared_and_the_lack_is_told(study, found):
    bare = run_here(MeasureGap(study, ("chroma",)))
    assert "extract or import them first" in bare["sentences"][0]
    values = [[[one["value"] for one in pair["labels"]] for pair in gap["pairs"]] for gap in (bare, found)]
    assert values[0] == values[1]
    assert not any(one["features"] for one in bare["pairs"])
    assert "Valence, Wasserstein-1" in text(bare)


def test_columns_that_differ_most_are_named_beside_chance(tmp_path):
    with Project.open(make_study(tmp_path / "two.merdesk", n_datasets=2, n_groups=12)) as project:
        loaded = columns.load(project)
        rng = np.random.default_rng(0)
        values = rng.normal(size=(len(loaded), 4)) + 3.0 * np.outer(loaded.dataset, [0, 0, 1, 0])
        rows = dict(zip(loaded.ids.tolist(), values, strict=True))
        with FeatureStore.open(project.features_dir) as store:
            imported.write(store, "moved", ["a", "b", "bright", "c"], rows, replace=False)
        found = run_here(MeasureGap(project, (FEATURES, "moved")))
    first = found["columns"][0]
    assert first["column"] == "bright"
    assert first["value"] > 2
    assert first["value"] > first["null_high"] > 0
    assert "Ash and Birch differ most in bright" in " ".join(found["sentences"])
    assert {one["block"]: one["p"] <= 0.05 for one in found["blocks"]} == {FEATURES: False, "moved": True}


def test_copies_are_left_out_of_one_of_two_datasets(tmp_path):
    path = make_study(tmp_path / "copied.merdesk", n_datasets=2, n_groups=12, n_copied=10)
    with Project.open(path) as project:
        found = run_here(MeasureGap(project, ("chroma",)))
    pair = found["pairs"][0]
    assert pair["n_left_out"] == 10
    assert sum(pair["labels"][0]["n"]) == 2 * 24 - 10
    assert "hold the same music: 10 clips of" in " ".join(found["sentences"])


def test_genre_and_dataset_are_adjusted_for_one_another(found):
    valence, arousal = found["effects"]
    assert valence["dataset"]["p_holm"] <= 0.05 < valence["genre"]["p_holm"]
    assert arousal["dataset"]["p_holm"] > 0.05
    moved = next(level for level in valence["datasets"] if level["name"] == "Cedar")
    assert moved["low"] < 0.4 * 2 / 3 < moved["high"]
    assert "Valence: dataset explains" in " ".join(found["sentences"])
    assert found["grid"]["counts"] == [[24, 24, 24], [24, 24, 24]]


def test_another_mapping_of_genres_outdates_the_gap(tmp_path):
    with Project.open(make_study(tmp_path / "two.merdesk", n_datasets=2, n_groups=12)) as project:
        run_here(MeasureGap(project, ("chroma",)))
        dataset = project_datasets.all(project)[0].id
        genres.set_mapping(project, {(dataset, "Rock"): "Jazz"})
        assert latest_gap(project, columns.load(project)) is None
        assert "one genre only" in " ".join(run_here(MeasureGap(project, ("chroma",)))["sentences"])


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
        bare = run_here(MeasureGap(project, ("chroma",)))
    for one in (found, alone, bare):
        assert list(jsonschema.Draft202012Validator(schema).iter_errors(one)) == []


def imported_as(project, name, values):
    rows = dict(zip(columns.load(project).ids.tolist(), values, strict=True))
    with FeatureStore.open(project.features_dir) as store:
        imported.write(store, name, [f"c{i}" for i in range(values.shape[1])], rows, replace=False)


def test_features_without_numbers_or_without_differences_are_told(tmp_path):
    with Project.open(make_study(tmp_path / "odd.merdesk", n_datasets=2, n_groups=12)) as project:
        holed = np.random.default_rng(0).normal(size=(48, 3))
        holed[::2, 1] = np.nan
        imported_as(project, "holed", holed)
        imported_as(project, "flat", np.ones((48, 3)))
        found = run_here(MeasureGap(project, ("holed",)))
        assert [one["n_with_features"] for one in found["datasets"]] == [12, 12]
        assert "are the same for all 48 rated clips" in run_here(MeasureGap(project, ("flat",)))["lacking"]
        missing = run_here(MeasureGap(project, (FEATURES, "chroma")))["lacking"]
        assert f"(clips with {FEATURES} 48, chroma 0)" in missing


def test_a_dataset_of_few_or_alike_clips_has_distances_or_says_why(tmp_path):
    with Project.open(make_study(tmp_path / "few.merdesk", n_groups=2)) as project:
        imported_as(project, "alike", np.repeat([[0.0, 0.0], [1.0, 1.0]], [8, 4], axis=0))
        found = run_here(MeasureGap(project, ("alike",)))
    json.dumps(found, allow_nan=False)
    told = [said for said in found["sentences"] if "energy distance" in said]
    # Clips with the same features are taken for the same music: two pairs have too few left.
    assert ["cannot be told (under two clips on a side)" in said for said in told] == [True, False, False]
    assert all("without a test" in said for said in told[1:])


def test_classes_of_one_group_are_not_probed(tmp_path):
    with Project.open(
        make_study(tmp_path / "lone.merdesk", n_datasets=2, n_groups=1, per_group=12)
    ) as project:
        said = run_here(MeasureGap(project, (FEATURES,)))["sentences"]
    assert "The dataset cannot be probed: every class lies in one group." in said
