"""Ratings that people gave leave with everything that is known of them, and come back as the same numbers."""

import csv
import json
import warnings
from functools import partial

import numpy as np
import pytest
from helpers.project_rows import fill

from merdesk.domain.affect import UNIT_SCALE, Affect
from merdesk.domain.rating import Circumstances, Comparison, Rating
from merdesk.domain.source import SourceTrace
from merdesk.errors import DatasetError
from merdesk.evaluation.agreement import agreement
from merdesk.project import annotations, annotators, comparisons, ratings
from merdesk.project.project import Project
from merdesk.workflows.export import Export, ExportOptions
from merdesk.workflows.import_ratings import ImportRatings
from merdesk.workflows.tables import TableFile
from merdesk.workflows.workflow import run_here

HEARD = Circumstances(-3.25, True, frozenset({"title", "artist"}), True, "keys", 12.5, 2)
TRACE = SourceTrace(
    np.arange(3) / 10, np.array([[0.1, np.nan], [0.3, np.nan], [0.7, np.nan]], "f4"), UNIT_SCALE
)
N_CLIPS = 12


@pytest.fixture
def rated(tmp_path):
    with Project.create(tmp_path / "rated.merdesk") as project:
        fill(project, N_CLIPS)
        rng = np.random.default_rng(3)
        for name, note in (("Ann", "=1+1"), ("B|b", "the | end")):
            who = annotators.named(project, name)
            for clip_id in range(1, N_CLIPS):
                affect = Affect(*np.clip(clip_id / 8 - 0.7 + rng.normal(0, 0.2, 2), -1, 1).tolist())
                rating = Rating(affect, 4, ("warm", "slow"), note, HEARD)
                ratings.give(project, clip_id=clip_id, annotator_id=who, rating=rating)
            ratings.give(project, clip_id=N_CLIPS, annotator_id=who, rating=Rating(None, circumstances=HEARD))
            ratings.give_trace(
                project, clip_id=1, annotator_id=who, trace=TRACE, rating=Rating(None, circumstances=HEARD),
                rate_hz=10,
            )  # fmt: skip
        comparisons.add(project, [Comparison(1, 2, "arousal", -1)], annotator_id=who, circumstances=HEARD)
        yield project


def export(project, folder, file_format="csv", **options):
    return run_here(Export(project, folder, ExportOptions("ratings", file_format, **options)))


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def said(project):
    return {
        (clip_id, rating.valence, rating.arousal)
        for clip_id in range(1, N_CLIPS)
        for rating in annotations.of_clip(project, clip_id)
        if rating.n_raters == 1
    }


def test_the_long_table_tells_each_answer_with_its_circumstances(rated, tmp_path):
    export(rated, tmp_path / "out")
    table = rows(tmp_path / "out" / "ratings.csv")
    assert len(table) == 2 * N_CLIPS
    first = table[0]
    told = (
        "confidence",
        "tags",
        "tool",
        "visible",
        "blinded",
        "gain_db",
        "loudness_matched",
        "heard_s",
        "n_plays",
    )
    assert [first[name] for name in told] == [
        "4", "warm, slow", "keys", "artist title", "true", "-3.25", "true", "12.5", "2",
    ]  # fmt: skip
    assert first["note"] == "'=1+1"  # no spreadsheet runs it
    last = next(row for row in table if row["cannot_say"] == "true")
    assert (last["id"], last["valence"], last["arousal_unit"]) == (str(N_CLIPS - 1), "", "")


def test_the_wide_table_has_two_columns_for_each_annotator(rated, tmp_path):
    export(rated, tmp_path / "out")
    table = rows(tmp_path / "out" / "ratings-wide.csv")
    assert len(table) == N_CLIPS - 1
    assert list(table[0])[3:] == ["valence Ann (2)", "arousal Ann (2)", "valence B|b (3)", "arousal B|b (3)"]


def test_reimported_ratings_are_identical_to_the_bit(rated, tmp_path):
    export(rated, tmp_path / "out")
    with Project.create(tmp_path / "other.merdesk") as other:
        fill(other, N_CLIPS)
        file = TableFile.open(tmp_path / "out" / "ratings.csv")
        load = partial(file.load, file.proposed_mapping(), (1, 9, 1, 9), name="")
        run_here(ImportRatings(other, file.name, load))
        assert said(other) == said(rated)
        assert len(said(other)) == 2 * (N_CLIPS - 1)


def test_samples_of_a_trace_of_one_dimension_read_back_as_they_were(rated, tmp_path):
    export(rated, tmp_path / "out")
    table = rows(tmp_path / "out" / "samples.csv")[:3]
    assert np.array_equal([np.float32(row["valence"]) for row in table], TRACE.affect[:, 0])
    assert [row["arousal"] for row in table] == ["", "", ""]
    assert rows(tmp_path / "out" / "recordings.csv")[0]["n_samples"] == "3"


def test_comparisons_name_both_clips(rated, tmp_path):
    export(rated, tmp_path / "out")
    (pair,) = rows(tmp_path / "out" / "comparisons.csv")
    assert (pair["first_id"], pair["second_id"], pair["dimension"], pair["outcome"]) == (
        "0",
        "1",
        "arousal",
        "-1",
    )


def test_jams_documents_hold_every_rating_and_trace(rated, tmp_path):
    summary = export(rated, tmp_path / "out", "jams")
    path = next(path for path in summary.files if path.name == "0.jams")
    record = json.loads(path.read_text(encoding="utf-8"))
    kinds = [one["sandbox"]["kind"] for one in record["annotations"]]
    assert kinds == ["static", "dynamic", "static", "dynamic"]
    names = [one["annotation_metadata"]["annotator"]["name"] for one in record["annotations"]]
    assert names == ["Ann", "Ann", "B|b", "B|b"]
    trace = record["annotations"][1]
    assert trace["data"] == []
    assert trace["sandbox"]["incomplete_samples"][0] == [0.0, float(np.float32(0.1)), None]
    jams = pytest.importorskip("jams", reason="jams reads back what was written; install the test extra")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jams calls its own libraries by deprecated names
        assert jams.load(str(path), strict=True).validate()


def test_the_datasheet_tells_who_when_how_and_agreement(rated, tmp_path):
    export(rated, tmp_path / "out")
    text = (tmp_path / "out" / "datasheet.md").read_text(encoding="utf-8")
    assert "| B\\|b | 12 | 1 | 1 |" in text
    assert "Answers given at one loudness for all clips: 26 of 26" in text
    assert "-3.2 to -3.2 dB" in text
    table = np.array(
        [
            [one.rating.affect.arousal for one in ratings.all(rated, clip) if one.rating.affect]
            for clip in range(1, N_CLIPS)
        ]
    )
    alpha = agreement(table).alpha
    assert f"{alpha.value:.2f}".lstrip("0") in text.split("| arousal |")[1]
    assert "n = 11" in text


def test_an_anonymous_export_holds_no_name_and_no_words(rated, tmp_path):
    for file_format in ("csv", "jams"):
        for path in export(rated, tmp_path / file_format, file_format, anonymous=True).files:
            text = path.read_text(encoding="utf-8")
            assert "Ann" not in text.replace("Annotator", "")
            assert "warm" not in text


def test_without_answers_the_export_says_so(tmp_path):
    with Project.create(tmp_path / "empty.merdesk") as project:
        fill(project, 2)
        with pytest.raises(DatasetError, match="Nobody has rated"):
            export(project, tmp_path / "out")


def test_arrays_and_parquet_hold_the_same_answers(rated, tmp_path):
    for file_format in ("csv", "npz", "parquet"):
        export(rated, tmp_path / "out", file_format)
    ids = [row["id"] for row in rows(tmp_path / "out" / "ratings.csv")]
    with np.load(tmp_path / "out" / "ratings.npz", allow_pickle=False) as arrays:
        assert arrays["id"].tolist() == ids
    parquet = pytest.importorskip("pyarrow.parquet", reason="parquet needs pyarrow")
    assert parquet.read_table(tmp_path / "out" / "ratings.parquet").to_pydict()["id"] == ids
