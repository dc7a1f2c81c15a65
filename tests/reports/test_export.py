"""Files of a report: CSV that no spreadsheet runs, whole files or none."""

import csv
import io
import json
import locale
import os
import re

import pytest
from helpers.report_data import built, columns_of

from merdesk.errors import ReportError
from merdesk.reports import export
from merdesk.reports.export import FORMATS, load, write
from merdesk.reports.report_input import ReportedClip
from merdesk.reports.tables import Table, csv_text, tables


@pytest.fixture(scope="module")
def report():
    return built(columns_of(480, planted=0.3))


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_all_formats_are_written_and_named(report, tmp_path):
    written = write(report, tmp_path / "new" / "folder")
    assert [path.name for path in written] == [
        "report.html", "report.pdf", "report.json", "data_card.csv", "scores.csv", "genres.csv", "unevenness.csv",
        "genre_by_dataset.csv", "worst_clips.csv", "verdict.csv", "tables.tex", "plane.svg", "fit.svg",
        "genre_bias.svg",
    ]  # fmt: skip
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(
        p.name for p in written
    )


def test_report_json_reads_back_as_it_was(report, tmp_path):
    (path,) = write(report, tmp_path, ["json"])
    assert load(path) == report
    assert write(load(path), tmp_path / "again", FORMATS)
    assert (tmp_path / "again" / "report.json").read_bytes() == path.read_bytes()


def test_writing_again_replaces(report, tmp_path):
    (path,) = write(report, tmp_path, ["json"])
    path.write_text("old")
    write(report, tmp_path, ["json"])
    assert load(path) == report


def test_a_failing_write_leaves_the_old_file_and_no_other(report, tmp_path, monkeypatch):
    (path,) = write(report, tmp_path, ["json"])
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export.os, "fsync", full)
    with pytest.raises(ReportError, match="No space left on device"):
        write(report, tmp_path, ["json"])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(report, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(ReportError, match=re.escape(str(tmp_path))):
        write(report, tmp_path, ["json"])


def test_a_file_in_place_of_the_folder_is_one_sentence(report, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(ReportError, match=r"cannot be written to .*out.* Choose another folder"):
        write(report, tmp_path / "out", ["json"])


def test_an_unknown_format_is_told_with_those_there_are(report, tmp_path):
    with pytest.raises(ReportError, match="no report format 'doc'; there are html, pdf"):
        write(report, tmp_path, ["doc"])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read"),
        ("{", "not JSON"),
        ("[]", "no bias report"),
        ('{"schema": "other"}', "no bias report"),
        ('{"schema": "merdesk.bias-report", "schema_version": 99}', "version 99"),
    ],
)
def test_files_that_are_no_report_are_refused_in_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "report.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ReportError, match=sentence):
        load(path)


def test_formulas_in_titles_are_neutral_and_numbers_stay_numbers():
    columns = columns_of(60, datasets=("Alpha",))
    starts = ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\uff1d1"]
    labels = tuple(ReportedClip(int(i), "id", starts[k % 6], "An artist") for k, i in enumerate(columns.ids))
    text = {table.name: csv_text(table) for table in tables(built(columns, labels=labels))}["worst_clips"]
    rows = rows_of(text)
    assert len(rows) == 20
    for row in rows:
        assert row["title"].startswith("'")
        assert row["artist"] == "An artist"
        assert -1 <= float(row["annotation_valence"]) <= 1
    assert any(row["annotation_valence"].startswith("-") for row in rows)


def test_heads_that_are_dataset_names_are_neutral_too():
    columns = columns_of(60, datasets=("=cmd()", "Beta"))
    text = {table.name: csv_text(table) for table in tables(built(columns))}["genre_by_dataset"]
    assert text.splitlines()[0] == "genre,'=cmd(),Beta"


def test_tables_hold_every_number_of_the_report(report):
    text = {table.name: csv_text(table) for table in tables(report)}
    scores = rows_of(text["scores"])
    assert len(scores) == len(report["scores"]["rows"]) * 10
    assert float(scores[0]["value"]) == report["scores"]["rows"][0]["metrics"]["r2"]["value"]
    genres = rows_of(text["genres"])
    assert float(genres[0]["difference_low"]) == report["genres"]["rows"][0]["difference"]["low"]
    assert [row["text"] for row in rows_of(text["verdict"])] == [claim["text"] for claim in report["verdict"]]


def test_decimals_have_a_point_whatever_the_locale(monkeypatch):
    monkeypatch.setattr(locale, "localeconv", lambda: {"decimal_point": ","})
    assert csv_text(Table("t", ("a",), ((0.5,), (None,), (-0.25,)))) == 'a\n0.5\n""\n-0.25\n'


def test_json_keeps_one_line_per_column_of_points(report):
    lines = export.json_text(report).splitlines()
    assert sum(line.startswith('  "clip_id": [') for line in lines) == 1
    assert json.loads("\n".join(lines)) == report
