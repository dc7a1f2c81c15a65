import json
from dataclasses import replace

import numpy as np
import pytest
from helpers.dataset_layouts import WRITERS, write, write_deam, write_emomusic
from helpers.real_datasets import load_real, needs_real_files

from merdesk.datasets import DATASETS, loader, recognise
from merdesk.datasets.croissant import as_croissant
from merdesk.datasets.export import as_csv, bibliography, number_text
from merdesk.datasets.jams import as_jams, clip_record
from merdesk.datasets.layouts import LAYOUTS, as_source
from merdesk.datasets.mapping import propose_mapping
from merdesk.datasets.parsing import parse_text
from merdesk.datasets.source import open_source
from merdesk.datasets.table import from_table
from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset, SourceRating, SourceTrace
from merdesk.errors import DatasetError

PUBLISHED = [key for key in LAYOUTS if key != "table"]


def load(path, key):
    with open_source(path) as source:
        return loader(key).load(source)


def written(files, folder):
    for name, text in files.items():
        write(folder / name, text)
    return folder


def values(dataset):
    """Everything that must survive an export, as plain values; NaN equals NaN in text."""
    return {
        clip.source_id: (
            clip.title, clip.artist, clip.album, clip.genre, clip.group, clip.split, clip.segment_s, clip.file_name,
            clip.onset_s, clip.duration_s, repr(clip.ratings),
            None if clip.trace is None else (clip.trace.time_s.tolist(), repr(clip.trace.affect.tolist()),
                                             None if clip.trace.spread is None else repr(clip.trace.spread.tolist())),
        )
        for clip in dataset.clips
    }  # fmt: skip


@pytest.mark.parametrize("key", PUBLISHED)
def test_an_export_in_the_published_layout_reads_back_with_identical_values(key, tmp_path):
    dataset = load(WRITERS[key](tmp_path / "in"), key)
    folder = written(as_source(dataset, key), tmp_path / "out")
    assert recognise(folder)[0].key == key
    assert values(load(folder, key)) == values(dataset)
    assert [c.segment_s for c in load(folder, key).clips] == [c.segment_s for c in dataset.clips]


@needs_real_files
@pytest.mark.parametrize(
    "key", [pytest.param(key, marks=[pytest.mark.slow] * (key == "pmemo")) for key in PUBLISHED]
)
def test_an_export_of_the_published_files_reads_back_with_identical_values(key, tmp_path):
    dataset = load_real(key)
    assert values(load(written(as_source(dataset, key), tmp_path), key)) == values(dataset)


WRITTEN = {"csv": as_csv, "jams": as_jams, "croissant": as_croissant}


@pytest.mark.parametrize("written_as", WRITTEN)
@pytest.mark.parametrize("key", [*WRITERS, "deam-raters"])
def test_what_merdesk_exports_it_reads_back_as_the_same_dataset(key, written_as, tmp_path):
    if key == "deam-raters":
        dataset = load(write_deam(tmp_path / "in", raters=True), key)
    else:
        dataset = load(WRITERS[key](tmp_path / "in"), key)
    dataset = replace(dataset, loader=key)
    folder = written(WRITTEN[written_as](dataset), tmp_path / "out" / "a dataset")
    seen = recognise(tmp_path / "out")
    assert [found.key for found in seen] == ["exported"]
    again = load(tmp_path / "out", "exported")
    assert values(again) == values(dataset)
    assert (again.info, again.loader, again.left_out) == (dataset.info, key, ())
    assert folder.is_dir()


def test_samples_without_value_deviations_and_scales_of_single_traces_survive(tmp_path):
    nan = float("nan")
    clips = (
        SourceClip("1", trace=SourceTrace([0.5, 1.0], [[0.1, nan], [0.25, 0.5]], UNIT_SCALE, [[nan, 1], [0.5, 0.25]])),
        SourceClip("007", onset_s=12.5, duration_s=3, segment_s=(0.5, 9.25), trace=SourceTrace([0], [[3, 4]], AffectScale(1, 9, 1, 9))),
        SourceClip('=a, "b"', title="None", ratings=(SourceRating(1.0, 2.0), SourceRating(2.0, 3.0, 0.5, nan, 4, "Ann"))),
    )  # fmt: skip
    dataset = SourceDataset(DatasetInfo("d", "d", UNIT_SCALE, std_ddof=1), clips)
    for name, write_as in WRITTEN.items():
        written(write_as(dataset), tmp_path / name)
        again = load(tmp_path / name, "exported")
        assert values(again) == values(dataset), name
        scales = {clip.source_id: clip.trace.scale for clip in again.clips if clip.trace}
        assert scales == {"1": UNIT_SCALE, "007": AffectScale(1, 9, 1, 9)}


def test_several_exports_in_one_folder_are_told_apart_in_a_sentence(tmp_path):
    for name in ("one", "two"):
        written(as_csv(SourceDataset(DatasetInfo(name, name, UNIT_SCALE), ())), tmp_path / name)
    (seen,) = recognise(tmp_path)
    assert not seen.supported
    assert "2 datasets that merdesk exported (one, two)" in seen.sentence
    with pytest.raises(DatasetError, match="choose the folder of one"):
        load(tmp_path, "exported")


@pytest.mark.parametrize(
    "text", ["[]", "{", '{"name": 1}', "[" * 20_000, '{"name": "d", "scale": {}, "expected_counts": {}}']
)
def test_a_description_that_merdesk_did_not_write_is_no_export_or_a_sentence(text, tmp_path):
    written({"dataset.json": text, "annotations.csv": "id,valence,arousal\n1,0,0\n"}, tmp_path)
    with pytest.raises(DatasetError, match=r"export|merdesk exported"):
        load(tmp_path, "exported")


@pytest.mark.parametrize("key", WRITERS)
def test_an_export_as_csv_reads_back_as_a_table(key, tmp_path):
    dataset = load(WRITERS[key](tmp_path), key)
    exported = parse_text(as_csv(dataset)["annotations.csv"].encode(), "annotations.csv")
    mapping = propose_mapping(exported)
    assert {"id", "file", "valence", "arousal", "valence_std", "n_raters", "annotator", "genre"} <= set(
        mapping.as_pairs()
    )
    again = from_table(exported, mapping, dataset.info.scale)
    assert again.left_out == ()
    assert {c.source_id: (repr(c.ratings), c.genre, c.group, c.split) for c in again.clips} == {
        c.source_id: (repr(c.ratings), c.genre, c.group, c.split) for c in dataset.clips
    }


def test_traces_and_information_go_beside_the_annotations(tmp_path):
    files = as_csv(load(write_emomusic(tmp_path), "emomusic"))
    traces = parse_text(files["traces.csv"].encode(), "traces.csv")
    assert traces.rows[0] == ("2", "15", "0.5", "-0.5", "0.25", "0.125")
    information = json.loads(files["dataset.json"])
    assert information["licence"]
    assert information["citation"]
    assert information["scale"]["valence_max"] == 9
    assert "traces.csv" not in as_csv(SourceDataset(DatasetInfo("d", "d", UNIT_SCALE), (SourceClip("1"),)))


@pytest.mark.parametrize(
    ("key", "segment_s", "expected"),
    [("pmemo", (59.9996, 90.25), (60.0, 90.25)), ("emomusic", (59.6, 105.2), (60.0, 105.0))],
)
def test_segment_times_go_out_as_precisely_as_the_layout_allows(key, segment_s, expected, tmp_path):
    dataset = load(WRITERS[key](tmp_path / "in"), key)
    clips = (replace(dataset.clips[0], segment_s=segment_s), *dataset.clips[1:])
    again = load(written(as_source(replace(dataset, clips=clips), key), tmp_path / "out"), key)
    assert again.clips[0].segment_s == expected


def test_a_dataset_without_a_published_layout_says_so(tmp_path):
    with pytest.raises(DatasetError, match="no published layout"):
        as_source(load(WRITERS["wtc"](tmp_path), "wtc"), "wtc")


def test_each_bibliography_entry_stands_once():
    text = bibliography([known.INFO for known in DATASETS] * 2)
    keys = [line.split("{")[1] for line in text.splitlines() if line.startswith("@")]
    assert len(keys) == len(set(keys)) == 6


@pytest.mark.parametrize("value", [0.1, 1 / 3, -2.5e-7, 1e20, 3.0, np.float32(0.1)])
def test_numbers_read_back_as_themselves(value):
    assert type(value)(number_text(value)) == value


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_jams_reads_what_was_written_valence_first(tmp_path):
    jams = pytest.importorskip("jams", reason="jams reads back what was written; install the test extra")
    files = as_jams(load(write_emomusic(tmp_path / "in"), "emomusic"))
    assert sorted(files) == ["10.jams", "2.jams", "3.jams", "dataset.json"]
    folder = written(files, tmp_path / "out")
    document = jams.load(str(folder / "2.jams"), validate=True, strict=True)
    static, dynamic = document.search(namespace="mood_thayer")
    assert static.data[0].value == [6.5, 3.1]
    assert (static.sandbox.n_raters, static.sandbox.scale["valence_max"]) == (10, 9)
    assert [(o.time, o.value) for o in dynamic.data] == [
        (15.0, [0.5, -0.5]),
        (15.5, [0.25, -0.25]),
        (16.0, [0.125, -0.125]),
    ]
    assert document.file_metadata.title == "First"
    assert document.sandbox.licence


def test_jams_knows_no_nan(tmp_path):
    trace = SourceTrace([0.0, 0.5], [[np.nan, 0], [0.25, 0.5]], UNIT_SCALE)
    clip = SourceClip("1", ratings=(SourceRating(1, 2),), trace=trace)
    record = clip_record(clip, DatasetInfo("d", "d", UNIT_SCALE))
    assert [o["value"] for o in record["annotations"][1]["data"]] == [[0.25, 0.5]]
    assert "standard_deviation" not in record["annotations"][0]["sandbox"]
    json.dumps(record, allow_nan=False)


def test_ids_that_are_no_file_names_become_some_without_a_collision():
    clips = tuple(
        SourceClip(name, ratings=(SourceRating(0, 0),)) for name in ("../a", "..?a", "a/b", "..", "")
    )
    files = as_jams(SourceDataset(DatasetInfo("d", "d", UNIT_SCALE), clips))
    assert len(files) == 6
    assert all("/" not in name and not name.startswith(".") for name in files)


def test_raters_of_deam_survive_as_annotators(tmp_path):
    dataset = load(write_deam(tmp_path, raters=True), "deam-raters")
    names = [
        a["annotation_metadata"]["annotator"]["name"]
        for a in clip_record(dataset.clips[0], dataset.info)["annotations"]
    ]
    assert names == ["w1", "w2", "published summary"]
