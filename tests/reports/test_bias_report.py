"""The content of the report: what is in it, that it is true, that it is the same each time."""

import json
import math

import numpy as np
import pytest
from helpers.report_data import MODEL, built, columns_of, report_input

from merdesk.errors import Cancelled
from merdesk.progress import Progress
from merdesk.reports import bias_report
from merdesk.reports.export import json_text
from merdesk.reports.worst_clips import worst_clip_ids
from merdesk.resources import resource

NUMBER = {"value", "low", "high", "n", "n_clusters", "note"}


@pytest.fixture(scope="module")
def report():
    return built()


@pytest.fixture(scope="module")
def reports():
    """Reports of every awkward kind, by what is missing."""
    whole = columns_of()
    no_prediction = columns_of(40)
    return {
        "whole": built(whole),
        "tiny": built(columns_of(8)),
        "one clip": built(columns_of(1, datasets=("Alpha",))),
        "empty": built(columns_of(0), model=None),
        "one dataset": built(columns_of(datasets=("Alpha",))),
        "no genre": built(columns_of(genres=())),
        "one genre": built(columns_of(genres=("Pop",))),
        "no held out": built(whole, held_out=np.zeros(len(whole), bool)),
        "no prediction": built(
            type(whole)(
                **{
                    **{name: getattr(no_prediction, name) for name in whole.__slots__},
                    "prediction": np.full((40, 2), np.nan),
                }
            ),
            model=None,
        ),
        "nothing known": built(datasets=(), labels=(), versions=(), command="", provenance=()),
    }


def parts(value):
    """Every dictionary in a document."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from parts(part)
    elif isinstance(value, list):
        for part in value:
            yield from parts(part)


def said(report, about=None):
    return " ".join(claim["text"] for claim in report["verdict"] if about in {None, claim["about"]})


def test_every_kind_of_report_fits_the_schema(reports):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(resource("report", "report.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    jsonschema.Draft202012Validator.check_schema(schema)
    for kind, report in reports.items():
        assert [error.message for error in validator.iter_errors(report)] == [], kind


def test_schema_and_report_name_the_same_sections(report):
    schema = json.loads(resource("report", "report.schema.json").read_text(encoding="utf-8"))
    assert list(report) == schema["required"]
    assert report["schema"] == "merdesk.bias-report"
    assert report["schema_version"] == 1


def test_every_number_says_what_it_rests_on(reports):
    found = 0
    for report in reports.values():
        for part in parts({key: report[key] for key in ("scores", "genres")}):
            if "low" in part:
                found += 1
                assert set(part) == NUMBER
                assert part["value"] is not None or part["note"], part
    assert found > 500


def test_reports_are_json_without_nan(reports):
    for report in reports.values():
        assert json.loads(json_text(report)) == report
        for part in parts(report):
            assert not any(isinstance(value, float) and not math.isfinite(value) for value in part.values())


def test_same_input_gives_the_same_bytes():
    assert json_text(built()) == json_text(built())


def test_the_seed_moves_intervals_and_nothing_else(report):
    other = built(seed=2)
    mine, theirs = report["scores"]["rows"][0]["metrics"]["r2"], other["scores"]["rows"][0]["metrics"]["r2"]
    assert mine["value"] == theirs["value"]
    assert mine["low"] != theirs["low"]


def test_valence_stands_before_arousal(report):
    for rows in (report["scores"]["rows"], report["genres"]["rows"]):
        dimensions = [row["dimension"] for row in rows]
        assert dimensions == sorted(dimensions, reverse=True)


def test_scores_are_those_of_plain_numpy():
    columns = columns_of(datasets=("Alpha",))
    metrics = built(columns)["scores"]["rows"][1]["metrics"]
    y, p = columns.affect[:, 1].astype(float), columns.prediction[:, 1].astype(float)
    assert metrics["rmse"]["value"] == pytest.approx(np.sqrt(np.mean((p - y) ** 2)), rel=1e-5)
    assert metrics["pearson"]["value"] == pytest.approx(np.corrcoef(y, p)[0, 1], rel=1e-5)
    assert metrics["r2"]["value"] == pytest.approx(1 - np.mean((p - y) ** 2) / y.var(), rel=1e-5)
    assert metrics["r2"]["n_clusters"] == 120


def test_predictions_of_training_clips_are_not_scored():
    columns = columns_of()
    held_out = np.arange(len(columns)) % 4 != 0
    report = built(columns, held_out=held_out)
    assert report["data"]["totals"]["n_scored"] == 180
    assert report["data"]["totals"]["n_in_sample_left_out"] == 60
    assert any(
        "60 predictions of clips that the predicting model was fitted on" in line for line in report["limits"]
    )
    listed = {row["clip_id"] for row in report["worst_clips"]["rows"]}
    assert not listed & set(columns.ids[~held_out].tolist())
    in_sample = np.isin(report["points"]["clip_id"], columns.ids[~held_out])
    shown = np.array(report["points"]["prediction_valence"], dtype=float)
    assert np.isnan(shown[in_sample]).all()
    assert np.isfinite(shown[~in_sample]).all()


def test_clips_without_a_group_count_with_their_artist_or_alone():
    columns = columns_of(60, datasets=("Alpha",))
    changed = {name: getattr(columns, name) for name in columns.__slots__}
    changed["group"] = np.where(np.arange(60) < 20, columns.group, -1)
    changed["artist"] = np.where(np.arange(60) < 40, columns.artist, -1)
    report = built(type(columns)(**changed))
    # 10 groups of two, 10 artists of two, 20 clips alone.
    assert report["data"]["totals"]["n_groups"] == 40
    assert report["data"]["totals"]["n_without_group"] == 40


def test_datasets_of_ranks_are_read_by_spearman():
    infos = report_input().datasets
    ranks = type(infos[0])("Beta", "Ranks", type(infos[0].scale)(-1, 1, -1, 1, kind="rank"))
    report = built(datasets=(infos[0], ranks))
    headlines = {row["dataset"]: row["headline"] for row in report["scores"]["rows"]}
    assert headlines == {"Alpha": "r2", "Beta": "spearman", "All datasets": "r2"}
    assert "Beta (Spearman’s ρ" in said(report, "accuracy")
    assert any("Annotations of Beta are ranks" in line for line in report["limits"])


def test_worst_clips_come_largest_error_first(report):
    distances = [row["distance"] for row in report["worst_clips"]["rows"]]
    assert distances == sorted(distances, reverse=True)
    assert len(distances) == 20
    first = report["worst_clips"]["rows"][0]
    assert first["title"] == f"Title {first['clip_id']}"
    assert worst_clip_ids(report_input()) == [row["clip_id"] for row in report["worst_clips"]["rows"]]


def test_only_shown_points_are_capped_not_what_is_computed(monkeypatch):
    monkeypatch.setattr("merdesk.reports.points.MAX_POINTS", 50)
    report = built()
    assert report["points"]["n_drawn"] == 50
    assert len(report["points"]["clip_id"]) == 50
    assert report["points"]["n_annotated"] == 240
    assert report["data"]["totals"]["n_scored"] == 240


def test_building_can_be_cancelled():
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        bias_report.build(report_input(), progress)


def test_held_out_must_fit_the_clips():
    with pytest.raises(ValueError, match="expected 240 clips"):
        report_input(held_out=np.ones(3, bool))


def test_roles_tell_trained_from_unseen_datasets(report):
    roles = {row["dataset"]: row["role"] for row in report["scores"]["rows"]}
    assert MODEL.training_datasets == ("Alpha",)
    assert roles == {"Alpha": "trained on", "Beta": "not seen", "All datasets": "pooled"}
