"""What someone chose: sections left out, and sound in the page."""

import json

import pytest
from helpers.report_data import built, columns_of

from merdesk.errors import ReportError
from merdesk.reports.excerpts import Excerpt, fitting
from merdesk.reports.export import json_text
from merdesk.reports.html import render
from merdesk.reports.latex import latex_text
from merdesk.reports.tables import tables
from merdesk.resources import resource


@pytest.fixture(scope="module")
def shorter():
    return built(columns_of(240), without=("genres", "worst"), n_resamples=50)


def test_sections_left_out_are_in_json_alone_and_the_page_says_so(shorter):
    page = render(shorter)
    assert "Left out by choice: Bias by genre and Largest errors." in page
    assert 'id="genres"' not in page
    assert 'id="scores"' in page
    assert not {"genres", "unevenness", "worst_clips"} & {table.name for table in tables(shorter)}
    assert "tab:genres" not in latex_text(shorter)
    assert json.loads(json_text(shorter))["worst_clips"]["rows"]


def test_a_section_that_does_not_exist_is_told_with_those_there_are():
    with pytest.raises(ReportError, match="no section 'plots'; there are data, carrying"):
        built(columns_of(8), without=("plots",))


def test_the_page_holds_no_sound_unless_asked():
    assert "<audio" not in render(built(columns_of(60), n_resamples=50))


def test_excerpts_come_with_a_warning_and_a_policy_that_lets_them_play(shorter):
    report = built(columns_of(60), n_resamples=50)
    clip_id = report["worst_clips"]["rows"][0]["clip_id"]
    page = render(report, excerpts={clip_id: Excerpt(b"OggS", 8.0)})
    assert page.count("<audio") == 1
    assert "This file holds music." in page
    assert "media-src data:" in page
    assert render(shorter, excerpts={clip_id: Excerpt(b"OggS", 8.0)}).count("<audio") == 0


def test_excerpts_stop_before_the_page_gets_too_large():
    kept = fitting({k: Excerpt(bytes(3000), 8.0) for k in range(9)}, most_bytes=13_000)
    assert list(kept) == [0, 1, 2]


def test_findings_and_digests_are_told(shorter):
    finding = {
        "id": "Beta/exchanged/1..9", "dataset": "Beta", "severity": "error", "what": "<b>Exchanged</b>",
        "affected": ["1", "9"], "repair": {"sentence": "Exchange them."}, "repaired": False,
    }  # fmt: skip
    report = built(columns_of(60), n_resamples=50, doctor={"findings": [finding], "repairs": []})
    assert report["doctor"]["findings"][0]["n_clips"] == 2
    assert "errors in the values of Beta that nobody has repaired" in report["verdict"][1]["text"]
    repaired = {"findings": [finding | {"repaired": True}], "repairs": []}
    again = built(columns_of(60), n_resamples=50, doctor=repaired)
    assert "nobody has repaired" not in again["verdict"][1]["text"]
    schema = json.loads(resource("report", "report.schema.json").read_text(encoding="utf-8"))
    pytest.importorskip("jsonschema").validate(report, schema)
    page = render(report)
    assert "&lt;b&gt;Exchanged&lt;/b&gt;" in page
    assert report["reproducibility"]["digests"][0]["blake2b"] in page
    assert "findings" in {table.name for table in tables(report)}


def test_a_digest_changes_with_one_annotation_and_with_nothing_else():
    one, same = (built(columns_of(60), n_resamples=50)["reproducibility"]["digests"] for _ in range(2))
    other = built(columns_of(60, seed=1), n_resamples=50)["reproducibility"]["digests"]
    assert one == same
    assert one[0]["blake2b"] != other[0]["blake2b"]
