"""One clip, where its audio lies, its names, and finding it."""

import os
from pathlib import Path

import pytest
from helpers.project_rows import audio_file, dataset_info, fill, source_clip

from merdesk.domain.affect import AffectScale
from merdesk.domain.source import DatasetInfo
from merdesk.errors import ProjectError
from merdesk.project import clips, columns, datasets, history, provenance, published, roots, values
from merdesk.project.batches import Batch
from merdesk.project.text import clean, fold, known, number


def _one(project, **changes):
    batch = Batch.begin(project, "Import", keep_partial=False)
    batch.add(batch.dataset(dataset_info(), loader="table"), [source_clip(1, **changes)])
    batch.finish()
    return clips.get(project, 1)


def test_a_clip_is_what_its_source_said(project):
    clip = _one(
        project,
        onset_s=3.0,
        duration_s=30.0,
        album="LP",
        split="test",
        genre="hip-hop",
        segment_s=(60.5, 90.5),
        file_name="one.mp3",
    )
    assert clip.segment_s == (60.5, 90.5)
    (source,) = published.read(project, clip.dataset_id).source_dataset().clips
    assert (source.segment_s, source.file_name) == ((60.5, 90.5), "one.mp3")
    assert (clip.source_id, clip.onset_s, clip.duration_s, clip.split) == ("1", 3.0, 30.0, "test")
    assert (clip.genre_raw, clip.genre) == ("hip-hop", "Hip-Hop")
    assert (clip.dataset, clip.group) == ("EmoMusic", "piece 0")
    track = clip.track
    assert (track.title, track.artist, track.album) == ("Song 1", "Artist 1", "LP")
    assert (track.path, track.duration_s, track.sample_rate_hz, track.n_channels, track.codec) == (
        b"/music/1.mp3", 45.0, 44100, 2, "mp3",
    )  # fmt: skip


def test_a_clip_without_audio_has_no_file(project):
    track = _one(project, audio=None, title="Only words").track
    assert (track.path, track.duration_s, track.sample_rate_hz, track.codec) == (None, None, None, "")


def test_tags_name_a_clip_whose_source_does_not(project):
    tagged = audio_file(1, title="Tag", artist="Tagger", album="Disc")
    assert _one(project, title="", artist="", audio=tagged).track.title == "Tag"
    clip = clips.get(project, 1)
    assert (clip.track.artist, clip.track.album) == ("Tagger", "Disc")


def test_the_file_name_names_a_clip_without_tags(project):
    assert (
        _one(project, title="", audio=audio_file(1, path=b"/music/08 - So What.mp3")).track.title
        == "08 - So What"
    )


@pytest.mark.parametrize(
    "name", [b"\xff\xfe caf\xe9.mp3", "Björk – Jóga.mp3".encode(), b"a\nb'\";--.mp3", b" .mp3"]
)
def test_any_file_name_comes_back_byte_for_byte(project, name):
    _one(project, title="", audio=audio_file(1, path=b"/music/\xe9/" + name))
    (place,) = clips.locations(project)
    assert place.path == b"/music/\xe9/" + name
    assert list(clips.known_files(project)) == [place.path]


def test_hostile_text_is_kept_as_text(project):
    title = "'); DROP TABLE clip; --\0 \udcff <b>"
    assert _one(project, title=title).track.title == "'); DROP TABLE clip; -- ? <b>"


def test_a_clip_that_is_not_shown_is_no_clip(project):
    _one(project)
    history.undo(project)
    with pytest.raises(KeyError, match="no clip 1"):
        clips.get(project, 1)


def test_search_finds_every_word_whatever_case_and_accents(project):
    batch = Batch.begin(project, "Import", keep_partial=False)
    found = [
        source_clip(1, title="Jóga", artist="Björk"),
        source_clip(2, title="Bachelorette", artist="BJORK"),
        source_clip(
            3, title="100% _x_", artist="Nobody", genre="Trip Hop", audio=audio_file(3, path=b"/m/zebra.ogg")
        ),
    ]
    batch.add(batch.dataset(dataset_info(), loader="table"), found)
    batch.finish()
    assert clips.search(project, "bjork").tolist() == [1, 2]
    assert clips.search(project, "  björk JOGA ").tolist() == [1]
    assert clips.search(project, "zebra").tolist() == [3]
    assert clips.search(project, "trip").tolist() == [3]
    assert clips.search(project, "0% _").tolist() == [3]
    assert clips.search(project, "%").tolist() == [3]
    assert clips.search(project, "' OR 1=1 --").tolist() == []
    assert clips.search(project, " ").tolist() == [1, 2, 3]
    history.undo(project)
    assert clips.search(project, "bjork").tolist() == []


def test_labels_name_clips(project):
    fill(project, 3)
    first, third = clips.labels(project, [3, 1])
    assert (first.id, first.title, first.artist, first.dataset, first.genre) == (
        1, "Song 0", "Artist 0", "EmoMusic", "Rock",
    )  # fmt: skip
    assert third.id == 3
    assert len(clips.labels(project)) == 3


def test_known_files_tell_what_import_compares(project):
    fill(project, 2)
    known_file = clips.known_files(project)[b"/music/1.mp3"]
    assert (known_file.size, known_file.mtime_ns, known_file.quick_key) == (1001, 5, b"key1")
    assert known_file.track_id == clips.get(project, 2).track.id


def test_locating_is_a_step_and_the_newest_place_counts(project):
    fill(project, 2)
    track_id = clips.get(project, 1).track.id
    changes = clips.locate(project, {track_id: audio_file(0, b"/new")})
    assert changes.ids("clip") == {1}
    assert clips.get(project, 1).track.path == b"/new/0.mp3"
    assert history.undo_label(project) == "Locate 1 file"
    history.undo(project)
    assert clips.get(project, 1).track.path == b"/music/0.mp3"
    history.redo(project)
    assert clips.get(project, 1).track.path == b"/new/0.mp3"


def test_locating_many_files_is_a_step_of_one_row(project, monkeypatch):
    fill(project, 700)
    monkeypatch.setattr(clips, "EDIT_MAX", 100)
    tracks = {place.track_id: audio_file(place.track_id, b"/new") for place in clips.locations(project)}
    changes = clips.locate(project, tracks)
    assert changes.ids("clip") == set(range(1, 701))
    assert clips.get(project, 700).track.path == b"/new/700.mp3"
    assert project.database.value("SELECT length(changeset) FROM history ORDER BY id DESC LIMIT 1") < 200
    history.undo(project)
    assert clips.get(project, 700).track.path == b"/music/699.mp3"
    fill(project, 1, name="Other")
    while project.tidy(1.0):
        pass
    assert project.database.value("SELECT count(*) FROM audio_file") == 701


def test_a_digest_belongs_to_the_file_and_not_to_the_one_located_since(project):
    fill(project, 1)
    version = project.data_version
    clips.set_digests(project, {1: b"digest"})
    assert clips.locations(project)[0].digest == b"digest"
    assert project.data_version > version
    clips.locate(project, {1: audio_file(9, b"/new")})
    assert clips.locations(project)[0].digest is None
    history.undo(project)
    assert clips.locations(project)[0].digest == b"digest"


def test_moving_a_folder_moves_every_file_below_it(project):
    fill(project, 3)
    (root,) = roots.all(project)
    assert root.path == b"/music"
    changes = roots.move(project, root.id, Path("/disk/music"))
    assert changes.ids("clip") is None
    assert [place.path for place in clips.locations(project)] == [b"/disk/music/%d.mp3" % n for n in range(3)]
    history.undo(project)
    assert clips.locations(project)[0].path == b"/music/0.mp3"


def test_files_below_a_known_folder_share_it(project):
    batch = Batch.begin(project, "Import", keep_partial=True)
    batch.root(b"/lib")
    dataset_id = batch.dataset(dataset_info(), loader="folder")
    for n, path in enumerate(
        [b"/lib/a/1.mp3", b"/lib/b/c/2.mp3", b"/other/x/3.mp3", b"/other/y/4.mp3", b"/5.mp3"]
    ):
        batch.add(dataset_id, [source_clip(n, audio=audio_file(n, path=path))])
    assert [root.path for root in roots.all(project)] == [b"/lib", b"/other/x", b"/other/y", b"/"]
    assert [place.path for place in clips.locations(project)][-1] == b"/5.mp3"


def test_loudness_is_kept_and_may_be_unknown(project):
    fill(project, 2)
    clips.set_loudness(project, {1: -14.5, 2: float("nan")})
    assert clips.loudness(project, 1) == -14.5
    assert clips.loudness(project, 2) != clips.loudness(project, 2)
    assert clips.loudness(project, 3) is None


def test_a_dataset_says_what_it_is(project):
    info = DatasetInfo(
        name="WCMED", title="Western", scale=AffectScale(-1, 1, -0.995, 1, "rank"), citation="Fan 2020",
        bibtex="@x", licence="?", url="https://x", emotion="perceived", grouped_by="recording",
        description="ranks", expected_counts=(("clips", 400),),
    )  # fmt: skip
    batch = Batch.begin(project, "Import", keep_partial=False)
    dataset_id = batch.dataset(info, loader="wcmed")
    batch.add(dataset_id, [source_clip(1), source_clip(2, ratings=())])
    batch.finish()
    (row,) = datasets.all(project)
    assert row.info == info
    assert (row.id, row.loader, row.n_clips, row.n_annotated) == (dataset_id, "wcmed", 2, 1)
    assert datasets.get(project, dataset_id) == info
    assert datasets.find(project, loader="wcmed") == dataset_id
    assert datasets.find(project, loader="wcmed", name="Other") is None


def test_datasets_are_renamed_and_names_stay_apart(project):
    first, _ = fill(project, 1), fill(project, 1, name="DEAM")
    datasets.rename(project, first, " Moods ")
    assert datasets.get(project, first).name == "Moods"
    history.undo(project)
    assert datasets.get(project, first).name == "EmoMusic"
    with pytest.raises(ProjectError, match="Another dataset is named DEAM"):
        datasets.rename(project, first, "DEAM")
    with pytest.raises(ProjectError, match="needs a name"):
        datasets.rename(project, first, " ")


def test_splits_are_set_and_taken_back(project):
    fill(project, 4)
    assert columns.load(project).split_names == ()
    provenance.set_splits(project, {1: "train", 2: "test", 4: "train"})
    shown = columns.load(project)
    assert [(*shown.split_names, "")[code] for code in shown.split] == ["train", "test", "", "train"]
    assert clips.get(project, 2).split == "test"
    provenance.set_splits(project, {2: "train", 1: ""})
    assert [clips.get(project, n).split for n in (1, 2, 4)] == ["", "train", "train"]
    history.undo(project)
    assert clips.get(project, 2).split == "test"


def test_values_are_kept_with_the_project(project):
    assert values.get(project, "report_author") == ""
    values.set(project, "report_author", "Ann")
    values.set(project, "report_author", "Béa")
    assert values.get(project, "report_author") == "Béa"
    with pytest.raises(ValueError, match="is no setting"):
        values.set(project, "colour", 1)


def test_text_and_numbers_fit_the_tables():
    assert clean("a\0b\udcff") == "ab?"
    assert fold("ÅNGSTRÖM\t中国") == "angstrom 中国"
    assert [known(value) for value in (1, float("nan"), float("inf"), None)] == [1.0, None, None, None]
    assert number(None) != number(None)
    assert os.sep.encode() == roots.SEPARATOR
