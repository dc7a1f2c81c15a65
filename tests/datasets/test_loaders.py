"""One contract over all loaders, and what is peculiar to each."""

import os
import shutil
import zipfile

import numpy as np
import pytest
from helpers.dataset_layouts import (
    WRITERS,
    write,
    write_deam,
    write_emomusic,
    write_pmemo,
    write_wcmed,
    write_wtc,
)
from helpers.real_datasets import REAL, load_real, needs_real_files
from hypothesis import given, settings
from hypothesis import strategies as st

from merdesk.datasets import (
    DATASETS,
    LOADERS,
    deam,
    deam_raters,
    emomusic,
    loader,
    pmemo,
    recognise,
    wcmed,
    wtc,
)
from merdesk.datasets.export import as_csv
from merdesk.datasets.jams import as_jams
from merdesk.datasets.loader import counts
from merdesk.datasets.reading import clock_s
from merdesk.datasets.source import open_source
from merdesk.domain.affect import AffectScale
from merdesk.domain.source import left_out_words
from merdesk.errors import DatasetError

FUZZ_EXAMPLES = int(os.environ.get("MERDESK_FUZZ_EXAMPLES", "40"))
"""Damaged copies of each dataset; 4000 of each were tried when the loaders were written, 20,000 in all."""


def load(path, key=None):
    with open_source(path) as source:
        return loader(key or recognise(path)[0].key).load(source)


def clips_of(dataset):
    return {clip.source_id: clip for clip in dataset.clips}


def same(one, other):
    """Datasets whose clips, ratings and traces agree; arrays have no equality of their own."""

    def plain(dataset):
        return [
            (c.source_id, c.title, c.artist, c.genre, c.group, c.split, c.segment_s, repr(c.ratings),
             None if c.trace is None else (c.trace.time_s.tolist(), repr(c.trace.affect.tolist()), repr(np.asarray(c.trace.spread).tolist())))
            for c in dataset.clips
        ]  # fmt: skip

    return plain(one) == plain(other)


@pytest.mark.parametrize("known", LOADERS, ids=lambda known: known.KEY)
def test_every_loader_says_who_rated_on_what_scale(known):
    assert known.INFO.name
    assert known.INFO.title
    assert known.INFO.description
    assert len({other.KEY for other in LOADERS}) == len(LOADERS)


@pytest.mark.parametrize("known", DATASETS, ids=lambda known: known.KEY)
def test_every_published_dataset_states_citation_licence_counts_and_emotion(known):
    info = known.INFO
    assert info.citation
    assert info.bibtex.count("{") == info.bibtex.count("}") > 0
    assert info.licence
    assert info.url.startswith("https://")
    assert info.emotion != "unknown"
    assert info.grouped_by
    assert dict(info.expected_counts)["clips"] > 0


@pytest.mark.parametrize("known", LOADERS, ids=lambda known: known.KEY)
def test_every_loader_leaves_an_empty_folder_alone(known, tmp_path):
    with open_source(tmp_path) as source:
        assert known.recognise(source) is None
    assert recognise(tmp_path) == []


@pytest.mark.parametrize(
    "known", [known for known in LOADERS if known.KEY != "folder"], ids=lambda known: known.KEY
)
def test_every_loader_refuses_a_folder_that_is_not_its_own_in_a_sentence(known, tmp_path):
    write(tmp_path / "notes.txt", "nothing here\n")
    with open_source(tmp_path) as source, pytest.raises(DatasetError, match=r"\.$"):
        known.load(source)


def nested_twice(root, key):
    return WRITERS[key](root / "annotations" / "annotations")


def beside_rubbish(root, key):
    WRITERS[key](root)
    for path in list(root.rglob("*.csv")):
        write(path.with_name("._" + path.name), "\0\1")
        write(root / "__MACOSX" / path.relative_to(root), "\0\1")
    return root


def with_underscores(root, key):
    WRITERS[key](root)
    for path in sorted(root.rglob("*"), key=lambda path: -len(path.parts)):
        path.rename(path.with_name(path.name.replace(" ", "_")))
    return root


def zipped(root, key):
    WRITERS[key](root / "d")
    with zipfile.ZipFile(root / "archive.zip", "w") as archive:
        for path in (root / "d").rglob("*.csv"):
            archive.write(path, path.relative_to(root))
    shutil.rmtree(root / "d")
    return root / "archive.zip"


def resaved(root, key):
    """Saved again by a spreadsheet: UTF-8 with a mark, CRLF."""
    WRITERS[key](root)
    for path in root.rglob("*.csv"):
        lines = path.read_bytes().decode().splitlines()
        path.write_bytes(("\ufeff" + "\r\n".join(lines)).encode())
    return root


def shouting(root, key):
    WRITERS[key](root)
    for path in list(root.rglob("*.csv")):
        head, _, rest = path.read_text().replace("\r", "\n").partition("\n")
        path.write_text(head.upper() + "\n" + rest)
        path.rename(path.with_name(path.name.upper()))
    return root


@pytest.mark.parametrize("key", WRITERS)
@pytest.mark.parametrize(
    "variant", [nested_twice, beside_rubbish, with_underscores, zipped, resaved, shouting]
)
def test_every_dataset_is_recognised_and_reads_alike_in_every_packing(variant, key, tmp_path):
    path = variant(tmp_path / "variant", key)
    plain = load(WRITERS[key](tmp_path / "plain"))
    seen = recognise(path)
    assert [one.key for one in seen] == [key]
    assert seen[0].sentence.startswith(plain.info.name + ": ")
    assert same(load(path), plain)


@pytest.mark.parametrize("key", WRITERS)
def test_every_dataset_reads_without_audio_in_natural_order_with_unique_ids(key, tmp_path):
    dataset = load(WRITERS[key](tmp_path))
    ids = [clip.source_id for clip in dataset.clips]
    assert len(set(ids)) == len(ids) > 0
    assert all(clip.audio is None and clip.genre and clip.group for clip in dataset.clips)
    assert "no audio found" in recognise(tmp_path)[0].sentence
    unit = dataset.info.scale.to_unit(
        [[r.valence, r.arousal] for clip in dataset.clips for r in clip.ratings]
    )
    assert np.abs(unit).max() <= 1


@pytest.mark.parametrize("key", WRITERS)
def test_every_dataset_tells_how_much_audio_it_saw(key, tmp_path):
    WRITERS[key](tmp_path)
    (tmp_path / "clips_45seconds").mkdir()
    (tmp_path / "clips_45seconds" / "2.mp3").touch()
    assert "1 audio files" in recognise(tmp_path)[0].sentence


@pytest.mark.parametrize("key", WRITERS)
@settings(max_examples=FUZZ_EXAMPLES)
@given(data=st.data())
def test_a_damaged_table_is_read_as_far_as_it_goes_or_refused_in_a_sentence(key, tmp_path_factory, data):
    root = tmp_path_factory.mktemp("fuzz")
    WRITERS[key](root)
    damage(sorted(root.rglob("*.csv")), data)
    read_or_refused(root)


@pytest.mark.parametrize("write_as", [as_csv, as_jams])
@settings(max_examples=FUZZ_EXAMPLES)
@given(data=st.data())
def test_a_damaged_export_is_read_as_far_as_it_goes_or_refused_in_a_sentence(
    write_as, tmp_path_factory, data
):
    root = tmp_path_factory.mktemp("fuzz")
    for name, text in write_as(load(write_emomusic(root / "in"))).items():
        write(root / "out" / name, text)
    damage(sorted((root / "out").iterdir()), data)
    read_or_refused(root / "out")


def test_a_sample_that_no_column_can_hold_is_left_out_with_its_row(tmp_path):
    write_emomusic(tmp_path)
    path = tmp_path / "arousal_cont_average.csv"
    path.write_text(path.read_text().replace("\n3,-0.5", "\n3,1e44"))
    dataset = load(tmp_path)
    assert clips_of(dataset)["3"].trace is None
    assert any("too large" in left.reason for left in dataset.left_out)


def damage(files, data):
    """Overwrite, cut or insert some bytes at one to three places."""
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(files))
        content = path.read_bytes()
        start = data.draw(st.integers(0, len(content)))
        stop = start + data.draw(st.integers(0, 30))
        path.write_bytes(
            content[:start]
            + data.draw(
                st.binary(max_size=12) | st.sampled_from([b"\n", b",", b'"', b"nan", b"inf", b"1e400", b"-"])
            )
            + content[stop:]
        )


def read_or_refused(root):
    try:
        for seen in recognise(root):
            if seen.supported:
                dataset = load(root, seen.key)
                assert all("\n" not in str(left) for left in dataset.left_out)
                assert all(
                    np.isfinite([r.valence, r.arousal]).all() for c in dataset.clips for r in c.ratings
                )
    except DatasetError as error:
        assert "\n" not in str(error)  # noqa: PT017  (most inputs are read without an error)
    finally:
        shutil.rmtree(root)


def test_a_folder_that_is_two_datasets_is_both(tmp_path):
    write_emomusic(tmp_path / "a")
    write_pmemo(tmp_path / "b")
    assert [seen.key for seen in recognise(tmp_path)] == ["emomusic", "pmemo"]
    assert len(load(tmp_path, "emomusic").clips) == 3
    assert len(load(tmp_path, "pmemo").clips) == 4


def test_a_row_that_is_no_number_is_left_out_with_line_and_reason(tmp_path):
    write_emomusic(tmp_path)
    write(
        tmp_path / "static_annotations.csv",
        "song_id,mean_arousal,std_arousal,mean_valence,std_valence\n2,x,1,2,1\n3,4,1,,1\n3,4,1,5,1\n10,7,1.2,2.25,1.1,99\n,1,1,1,1\n",
    )
    dataset = load(tmp_path)
    assert {str(left) for left in dataset.left_out} == {
        "static_annotations.csv, line 2: 'x' is no number",
        "static_annotations.csv, line 3: has no value for valence or arousal",
        "static_annotations.csv, line 4: repeats id 3 of line 3",
        "static_annotations.csv, line 5: has 6 cells for 5 columns; the last ones were not read",
        "static_annotations.csv, line 6: has no id",
    }
    assert {key: len(clip.ratings) for key, clip in clips_of(dataset).items()} == {"2": 0, "3": 0, "10": 1}


def test_counts_stand_beside_the_published_ones(tmp_path):
    found = {count.what: count for count in counts(load(write_emomusic(tmp_path)))}
    assert (found["clips"].found, found["clips"].expected, found["clips"].agrees) == (3, 744, False)
    assert (found["split development"].found, found["genre Blues"].found) == (2, 2)
    assert found["groups"].agrees


def test_emomusic_reads_by_name_what_stands_arousal_first(tmp_path):
    clip = clips_of(load(write_emomusic(tmp_path)))["2"]
    rating = clip.ratings[0]
    assert (rating.valence, rating.arousal, rating.valence_std, rating.arousal_std) == (6.5, 3.1, 0.6, 0.9)
    assert (clip.title, clip.artist, clip.genre, clip.split, clip.group) == (
        "First",
        "Ann",
        "Blues",
        "development",
        "Ann",
    )
    assert clip.segment_s == (20.0, 65.0)
    assert clip.trace.time_s.tolist() == [15.0, 15.5, 16.0]
    assert clip.trace.affect[0].tolist() == [0.5, -0.5]
    assert clip.trace.spread[0].tolist() == [0.25, 0.125]


def test_half_of_emomusic_is_recognised_as_half(tmp_path):
    write_emomusic(tmp_path)
    (tmp_path / "songs_info.csv").unlink()
    (tmp_path / "valence_cont_average.csv").unlink()
    assert "no songs_info.csv" in recognise(tmp_path)[0].sentence
    dataset = load(tmp_path)
    assert [clip.trace for clip in dataset.clips] == [None] * 3


def test_deam_reads_every_year(tmp_path):
    clips = clips_of(load(write_deam(tmp_path)))
    assert list(clips) == ["2", "1001", "2001", "2031"]
    assert [clip.split for clip in clips.values()] == ["development"] * 2 + ["evaluation"] * 2
    assert [clip.title for clip in clips.values()] == ["First", "Another", "Old", "Go"]
    assert clips["1001"].genre == "Hip-Hop-Electronic"
    assert clips["1001"].segment_s == (50.0, 95.0)
    assert clips["2"].album == ""
    assert [clip.ratings[0].n_raters for clip in clips.values()] == [10, 10, 5, 5]
    assert (clips["2001"].ratings[0].valence, clips["2001"].ratings[0].arousal) == (3.2, 6.6)


def test_deam_traces_end_where_their_row_ends_and_skip_holes(tmp_path):
    clips = clips_of(load(write_deam(tmp_path)))
    assert [clip.trace.time_s.tolist() for clip in clips.values()] == [
        [15, 15.5],
        [15, 16],
        [15, 15.5, 16],
        [15],
    ]


def test_the_shifted_row_of_deam_2015_is_read_right_and_told(tmp_path):
    dataset = load(write_deam(tmp_path))
    clip = clips_of(dataset)["2031"]
    assert (clip.artist, clip.genre, clip.album) == ("Yes, Maybe", "folk", "")
    assert [str(left) for left in dataset.left_out] == [
        "metadata/metadata_2015.csv, line 3: is shifted by an unquoted comma; read as artist 'Yes, Maybe', genre 'folk'"
    ]


def test_a_row_of_deam_2014_that_starts_with_its_album_cut_at_a_date_is_read_right_and_told(tmp_path):
    root = write_deam(tmp_path)
    write(
        root / "metadata" / "metadata_2014.csv",
        "Id,Artist,Album,Track,Genre,last.fm labels\n1001,Live in the Barn on May 4,1999,Slow &amp; Song,The Cees,sad,happy\n",
    )
    dataset = load(root)
    clip = clips_of(dataset)["1001"]
    assert (clip.artist, clip.album, clip.title) == (
        "The Cees",
        "Live in the Barn on May 4, 1999",
        "Slow & Song",
    )
    assert (clip.genre, clip.group) == ("", "The Cees")
    assert left_out_words(dataset.left_out) == ["2 rows read otherwise than filed"]
    assert str(dataset.left_out[0]) == (
        "metadata/metadata_2014.csv, line 2: starts with its album, cut at the comma of its date; "
        "read as artist 'The Cees', album 'Live in the Barn on May 4, 1999', no genre"
    )


def test_each_rater_of_deam_is_a_second_reading(tmp_path):
    write_deam(tmp_path, raters=True)
    assert [(seen.key, seen.alternative) for seen in recognise(tmp_path)] == [
        ("deam", False),
        ("deam-raters", True),
    ]
    dataset = load(tmp_path, deam_raters.KEY)
    assert [(r.annotator, r.valence, r.arousal) for r in clips_of(dataset)["2"].ratings] == [
        ("w1", 3, 6),
        ("w2", 4, 7),
    ]
    assert [(r.annotator, r.valence, r.arousal) for r in clips_of(dataset)["2001"].ratings] == [("w3", 3, 6)]
    assert [left.reason for left in dataset.left_out if "per each rater" in left.file] == [
        "repeats the rating of song 1001 by w1"
    ]


def test_pmemo_keeps_choruses_without_a_label(tmp_path):
    clips = clips_of(load(write_pmemo(tmp_path)))
    assert list(clips) == ["1", "4", "11", "12"]
    assert clips["11"].ratings == ()
    assert clips["11"].trace is None
    rating = clips["1"].ratings[0]
    assert (rating.valence, rating.arousal, rating.valence_std, rating.arousal_std) == (
        0.575,
        0.4,
        0.25,
        0.15,
    )
    assert clips["1"].trace.affect[0].tolist() == [0.5, 0.25]
    assert clips["4"].segment_s == (180.0, 206.0)
    assert [clip.genre for clip in clips.values()] == ["Pop", "K-Pop", "Pop", "Pop"]


def test_the_release_of_pmemo_of_2018_is_named_and_not_supported(tmp_path):
    for name in ("A_static.csv", "V_static.csv", "1-A.csv", "1-V.csv"):
        write(tmp_path / "Annotations" / name, "a,b\n1,2\n")
    seen = recognise(tmp_path)[0]
    assert (seen.key, seen.supported) == ("pmemo", False)
    assert "release of 2018" in seen.sentence
    with pytest.raises(DatasetError, match="release of 2018"):
        load(tmp_path, "pmemo")


def test_wcmed_groups_by_recording_whatever_stands_before_the_segment(tmp_path):
    dataset = load(write_wcmed(tmp_path))
    assert [clip.group for clip in dataset.clips] == ["Bach_BWV1042-02_114_2010-SMD"] * 2 + [
        "Ravel_Trio-01_109_2010-SMD"
    ] * 2
    assert [clip.artist for clip in dataset.clips] == ["Bach", "Bach", "Ravel", "Ravel"]
    assert dataset.info.scale.kind == "rank"
    assert [(c.ratings[0].valence, c.ratings[0].arousal) for c in dataset.clips] == [
        (1, -0.5),
        (0.5, 0),
        (0, 0.5),
        (-0.5, 1),
    ]


def test_a_slipped_name_in_wcmed_is_told_and_the_segment_number_believed(tmp_path):
    dataset = load(write_wcmed(tmp_path))
    assert [clip.segment_s for clip in dataset.clips] == [(10.5, 20.25), (30, 41.5), (0, 9), (15, 26)]
    assert ["is segment 2" in left.reason for left in dataset.left_out] == [True]


def test_wcmed_makes_ratings_of_rankings_where_only_those_are(tmp_path):
    ranked = load(write_wcmed(tmp_path / "a", rankings=True))
    rated = load(write_wcmed(tmp_path / "b"))
    assert same(ranked, rated)


def test_the_sister_of_wcmed_is_recognised(tmp_path):
    dataset = load(write_wcmed(tmp_path, sister="CCMED"))
    assert dataset.info.name == "CCMED"
    assert {clip.genre for clip in dataset.clips} == {"Chinese classical"}


def test_wcmed_with_one_dimension_only_is_named_and_not_read(tmp_path):
    write_wcmed(tmp_path)
    (tmp_path / "WCMED-Ratings" / "WCMED_Valence_Rating.csv").unlink()
    seen = recognise(tmp_path)[0]
    assert not seen.supported
    assert "valence is missing" in seen.sentence
    with pytest.raises(DatasetError, match="both"):
        load(tmp_path, wcmed.KEY)


def test_wtc_names_clips_by_piece_and_performer_and_proposes_two_scales(tmp_path):
    dataset = load(write_wtc(tmp_path))
    assert dataset.info.scale == AffectScale(1, 7, 1, 100)
    assert [(c.source_id, c.group, c.artist) for c in dataset.clips] == [
        ("BWV 846 Fugue, Gould", "BWV 846 Fugue", "Gould"),
        ("BWV 846 Prelude, Gould", "BWV 846 Prelude", "Gould"),
        ("BWV 846 Prelude, Schiff", "BWV 846 Prelude", "Schiff"),
    ]
    assert "valence on 1..7 and arousal on 1..100" in recognise(tmp_path)[0].sentence


def test_wtc_groups_files_by_the_piece_in_their_names(tmp_path):
    write(
        tmp_path / "r.csv",
        "file,valence,arousal\ngould_bwv846_fugue.wav,1,2\nschiff-BWV-846-prelude.wav,3,4\n",
    )
    assert [clip.group for clip in load(tmp_path).clips] == ["BWV 846 fugue", "BWV 846 prelude"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0.2", 20), ("0.02", 2), ("1", 60), ("1.3", 90), ("12.45", 765), ("1:02:03", 3723), ("00:41", 41)],
)
def test_segment_times_that_lost_their_zeros_are_padded(text, seconds):
    assert clock_s(text) == seconds


@pytest.mark.parametrize("text", ["", "x", "1.234", "-1", "1:2:3:4"])
def test_times_that_make_no_sense_are_nan(text):
    assert np.isnan(clock_s(text))


@needs_real_files
@pytest.mark.parametrize(
    ("known", "n_annotated"),
    [(emomusic, 744), (deam, 1802), (pmemo, 767), (wcmed, 400)],
    ids=lambda value: getattr(value, "KEY", value),
)
def test_the_published_files_give_every_published_count(known, n_annotated):
    assert known.KEY in [seen.key for seen in recognise(REAL)]
    dataset = load_real(known.KEY)
    found = counts(dataset)
    assert {count.what: count.found for count in found}["annotated"] == n_annotated
    assert [count for count in found if not count.agrees] == []


@needs_real_files
def test_deam_has_744_songs_of_2013_1000_of_2014_and_58_of_2015():
    ids = np.array([int(clip.source_id) for clip in load_real("deam").clips])
    assert np.histogram(ids, [1, 1001, 2001, 2059])[0].tolist() == [744, 1000, 58]


@needs_real_files
def test_every_row_left_out_of_the_published_files_is_a_known_defect():
    told = {
        key: [str(left) for left in load_real(key).left_out] for key in ("emomusic", "deam", "pmemo", "wcmed")
    }
    assert (told["emomusic"], told["pmemo"]) == ([], [])
    shifted = ("Bird of Youth", "No, Really")
    assert [any(name in text for name in shifted) for text in told["deam"]] == [True, True]
    assert ["_8.mp3 but is segment 9" in text for text in told["wcmed"]] == [True, False]


def test_wtc_is_not_seen_in_other_tables(tmp_path):
    write(tmp_path / "r.csv", "file,valence,arousal\na.wav,1,2\nb.wav,3,4\n")
    assert [seen.key for seen in recognise(tmp_path)] == ["table"]
    with pytest.raises(DatasetError, match="mapped columns"):
        load(tmp_path, wtc.KEY)
