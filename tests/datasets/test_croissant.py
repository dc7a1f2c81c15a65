"""The description is what Croissant's own reader accepts, and it reads our values back."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from merdesk.datasets import LOADERS
from merdesk.datasets.croissant import FILE, as_croissant
from merdesk.domain.affect import AffectScale
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset, SourceRating, SourceTrace

SCALE = AffectScale(1, 9, 1, 9)
BIBTEX = "@article{a2013, year = {2013}}"
INFO = DatasetInfo(
    "Mine", "My ratings", SCALE, "Twenty people.", "A (2013).", BIBTEX, "CC0", "https://a.test", "induced", "artist"
)  # fmt: skip


def invented(info=INFO, trace=True):
    first = SourceClip(
        "1",
        title="=1+1",
        artist="Ann",
        genre="Pop",
        ratings=(SourceRating(1.5, 2.25, 0.5, 0.125, n_raters=10), SourceRating(3, 4, annotator="Bo")),
        trace=SourceTrace([15, 15.5], [[0.5, -0.25], [0.75, 1]], AffectScale(-1, 1, -1, 1))
        if trace
        else None,
    )
    return SourceDataset(info, (first, SourceClip("2", title="Ça")))


def record(dataset, repairs=()):
    return json.loads(as_croissant(dataset, repairs)[FILE])


def test_every_file_is_listed_with_its_digest():
    files = as_croissant(invented())
    listed = {entry["contentUrl"]: entry["sha256"] for entry in json.loads(files[FILE])["distribution"]}
    assert set(listed) == {"annotations.csv", "traces.csv"}
    for name, digest in listed.items():
        assert hashlib.sha256(files[name].encode()).hexdigest() == digest


def test_every_column_is_a_field():
    files = as_croissant(invented())
    for table in json.loads(files[FILE])["recordSet"]:
        header = files[f"{table['name']}.csv"].split("\n")[0].split(",")
        assert [field["source"]["extract"]["column"] for field in table["field"]] == header
        assert all(field["description"] for field in table["field"])


def test_scales_licence_and_citation_are_stated():
    told = record(invented(), ["Exchange valence and arousal of 2 clips of Mine"])
    assert (told["license"], told["citeAs"], told["datePublished"]) == ("CC0", BIBTEX, "2013")
    fields = {field["@id"]: field["description"] for table in told["recordSet"] for field in table["field"]}
    assert fields["annotations/valence"] == "Valence on a scale from 1 to 9."
    assert fields["traces/arousal"] == "Arousal on a scale from -1 to 1."
    assert told["rai:annotationsPerItem"] == "10 annotators a clip; the published value is their mean"
    assert told["rai:dataAnnotationProtocol"].startswith("Induced (felt) emotion: valence from 1 to 9")
    assert told["rai:dataPreprocessingProtocol"] == [
        "Repaired in merdesk: Exchange valence and arousal of 2 clips of Mine"
    ]
    assert "Clips of one artist" in " ".join(told["rai:dataLimitations"])


def test_ranks_are_stated_as_a_limitation():
    told = record(invented(replace(INFO, scale=replace(SCALE, kind="rank"))))
    assert "ranks mapped evenly" in " ".join(told["rai:dataLimitations"])


def mlcroissant():
    """Croissant's own reader; it imports much, and not all of it is silent."""
    return pytest.importorskip("mlcroissant", reason="mlcroissant is not installed", exc_type=ImportError)


def read_back(dataset, folder):
    """What Croissant's reader finds: errors, and rows by table."""
    for name, text in as_croissant(dataset).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    found = mlcroissant().Dataset(jsonld=folder / FILE)
    tables = [table["name"] for table in record(dataset)["recordSet"]]
    return found.metadata.issues.errors, {name: list(found.records(name)) for name in tables}


@pytest.mark.filterwarnings("default")
def test_croissants_own_reader_reads_our_values(tmp_path):
    errors, tables = read_back(invented(), tmp_path)
    assert not errors
    rows = tables["annotations"]
    assert [row["annotations/valence"] for row in rows] == [1.5, 3.0, None]
    assert [row["annotations/arousal_std"] for row in rows] == [0.125, None, None]
    assert [row["annotations/id"] for row in rows] == [b"1", b"1", b"2"]
    assert rows[2]["annotations/title"].decode() == "Ça"
    assert [row["traces/arousal"] for row in tables["traces"]] == [-0.25, 1.0]


@pytest.mark.filterwarnings("default")
def test_a_dataset_of_which_next_to_nothing_is_known_is_described(tmp_path):
    info = DatasetInfo("Bare", "Bare", SCALE)
    errors, tables = read_back(invented(info, trace=False), tmp_path)
    assert not errors
    assert set(tables) == {"annotations"}


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("loader", LOADERS, ids=lambda loader: loader.KEY)
def test_the_description_of_every_dataset_is_accepted(loader, tmp_path):
    errors, tables = read_back(invented(loader.INFO), tmp_path)
    assert not errors
    assert np.isfinite(tables["annotations"][0]["annotations/valence"])
