from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from merdesk.datasets import recognise, table
from merdesk.datasets.mapping import (
    SCALES,
    ColumnMapping,
    propose_affect_scale,
    propose_mapping,
    propose_scale,
)
from merdesk.datasets.parsing import parse_text
from merdesk.datasets.table import from_table
from merdesk.datasets.tables import Table
from merdesk.domain.affect import AffectScale
from merdesk.errors import DatasetError

NINE = AffectScale(1, 9, 1, 9)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("musicId,Arousal(mean),Valence(mean)", {"id": "musicId", "valence": "Valence(mean)", "arousal": "Arousal(mean)"}),
        ("song_id, valence_mean, valence_std, arousal_mean, arousal_std",
         {"id": "song_id", "valence": "valence_mean", "arousal": "arousal_mean", "valence_std": "valence_std", "arousal_std": "arousal_std"}),
        ("File,V,A,Rater,Style,Split", {"file": "File", "valence": "V", "arousal": "A", "annotator": "Rater", "genre": "Style", "split": "Split"}),
        ("title,artist,valence,arousal", {"id": "title", "artist": "artist", "valence": "valence", "arousal": "arousal"}),
        ("foo,bar", {}),
    ],
)  # fmt: skip
def test_headers_tell_what_columns_mean(header, expected):
    assert propose_mapping(parse_text(header.encode(), "t.csv")).as_pairs() == expected


@pytest.mark.parametrize("scale", SCALES)
def test_values_that_fill_a_scale_propose_it(scale):
    assert propose_scale(np.linspace(*scale, 11)) == scale


@given(st.lists(st.floats(-1e6, 1e6), max_size=20))
def test_a_proposed_scale_holds_every_value(values):
    low, high = propose_scale(values)
    assert low < high
    assert all(low <= value <= high for value in values)


def test_each_dimension_gets_the_scale_of_its_own_range():
    ratings = parse_text(b"id;valence;arousal\n1;-4,5;88\n2;3;12\n", "t.csv")
    assert propose_affect_scale(ratings, propose_mapping(ratings)) == AffectScale(-5, 5, 1, 100)


def test_a_mapping_survives_being_saved():
    mapping = ColumnMapping(file="f", valence="v", arousal="a")
    assert ColumnMapping.of(mapping.as_pairs()) == mapping
    with pytest.raises(DatasetError, match="'volume' cannot be mapped"):
        ColumnMapping.of({"volume": "x"})


def load(text, **options):
    ratings = parse_text(text.encode(), "t.csv")
    return from_table(ratings, propose_mapping(ratings), NINE, **options)


def test_rows_of_several_annotators_become_ratings_of_one_clip():
    dataset = load("id,valence,arousal,rater\nb,1,2,Ann\nb,3,4,Ben\na,5,6,Ann\n")
    assert [clip.source_id for clip in dataset.clips] == ["a", "b"]
    assert [(r.annotator, r.valence, r.arousal) for r in dataset.clips[1].ratings] == [
        ("Ann", 1, 2),
        ("Ben", 3, 4),
    ]
    assert dataset.left_out == ()


def test_rows_that_cannot_be_used_are_listed_with_line_and_reason():
    dataset = load(
        "id,valence,arousal,rater\n,1,2,Ann\na,x,2,Ann\nb,3,,Ann\nc,3,4,Ann\nC,5,6,Ann\nd,inf,1,Ann\ne,,,\n"
    )
    assert [str(left) for left in dataset.left_out] == [
        "t.csv, line 2: names no clip",
        "t.csv, line 3: valence 'x' is no number",
        "t.csv, line 4: only one of valence and arousal has a value",
        "t.csv, line 6: repeats line 5 of annotator 'Ann'",
        "t.csv, line 7: valence 'inf' is no number",
    ]
    assert [(clip.source_id, len(clip.ratings)) for clip in dataset.clips] == [("c", 1), ("e", 0)]


def test_a_row_with_more_cells_than_the_header_is_left_out():
    dataset = load("id,valence,arousal\na,0,5,0,25\nb,1,2\n")
    assert [str(left) for left in dataset.left_out] == [
        "t.csv, line 2: has 5 cells for 3 columns; put cells that hold the separator into quotes, and name every column"
    ]
    assert [clip.source_id for clip in dataset.clips] == ["b"]


def test_a_clip_knows_the_lines_that_it_was_read_from():
    clips = load("id,valence,arousal,rater\na,1,2,Ann\nb,1,2,Ann\na,3,4,Ben\na,x,4,Cid\n").clips
    assert [clip.lines for clip in clips] == [(2, 4), (3,)]


def test_a_table_in_another_encoding_says_so():
    ratings = parse_text("id,valence,arousal\ncafé,1,2\n".encode("latin-1"), "t.csv")
    (left,) = from_table(ratings, propose_mapping(ratings), NINE).left_out
    assert str(left).startswith("t.csv: is not UTF-8 and was read as Latin-1")
    assert load("id,valence,arousal\ncafé,1,2\n").left_out == ()


def test_repeated_rows_without_annotators_ask_for_a_column():
    assert "map an annotator column" in load("id,valence,arousal\na,1,2\na,2,3\n").left_out[0].reason


def test_rows_without_their_audio_are_kept_or_left_out_as_asked():
    text = "file,valence,arousal\na.mp3,1,2\nb.mp3,3,4\n"
    audio = [Path("/m/A.flac")]
    assert len(load(text, audio=audio).clips) == 2
    strict = load(text, audio=audio, keep_unmatched=False)
    assert [clip.source_id for clip in strict.clips] == ["a.mp3"]
    assert strict.left_out[0].reason == "no audio file for 'b.mp3' was found"


def test_a_mapping_that_does_not_fit_is_refused():
    ratings = Table("t.csv", ("a", "b"), (), ())
    for mapping, reason in (
        (ColumnMapping(), "no column names the clips"),
        (ColumnMapping(id="a", valence="b"), "both valence and arousal"),
        (ColumnMapping(id="z"), "no column 'z'"),
    ):
        with pytest.raises(DatasetError, match=reason):
            from_table(ratings, mapping, NINE)


def test_a_table_is_recognised_by_its_headers(tmp_path):
    (tmp_path / "ratings.tsv").write_text("clip\tvalence\tarousal\na\t1\t2\n")
    assert [(seen.key, dict(seen.counts)) for seen in recognise(tmp_path)] == [("table", {"rows": 1})]
    assert recognise(tmp_path / "ratings.tsv")[0].key == table.KEY
