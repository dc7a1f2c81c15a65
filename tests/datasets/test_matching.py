import unicodedata
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from merdesk.datasets.matching import match_audio, match_clips, with_audio
from merdesk.domain.affect import UNIT_SCALE
from merdesk.domain.clip import AudioFile
from merdesk.domain.source import DatasetInfo, SourceClip, SourceDataset


def match(names, *files):
    return match_audio({name: name for name in names}, [Path(file) for file in files])


def test_ids_and_names_match_whatever_the_case_and_the_ending():
    found = match(["2", "Song B.mp3", "x/Clip.C.wav"], "/m/2.mp3", "/m/SONG b.FLAC", "/m/clip.c.ogg").found
    assert {name: path.name for name, path in found.items()} == {
        "2": "2.mp3",
        "Song B.mp3": "SONG b.FLAC",
        "x/Clip.C.wav": "clip.c.ogg",
    }


def test_letters_match_however_they_are_composed():
    composed, apart = unicodedata.normalize("NFC", "Café"), unicodedata.normalize("NFD", "Café")
    assert match([composed], f"/m/{apart}.mp3").missing == ()


def test_leading_zeros_do_not_matter_but_the_exact_name_wins():
    assert match(["2"], "/m/0002.mp3").missing == ()
    assert match(["2"], "/m/02.mp3", "/m/2.mp3").found["2"].name == "2.mp3"


def test_a_relative_path_tells_equal_names_apart():
    found = match(["a/1.mp3", "b/1.mp3"], "/m/a/1.mp3", "/m/b/1.mp3").found
    assert [path.parent.name for path in found.values()] == ["a", "b"]


def test_the_folder_that_holds_most_of_the_names_gives_the_ambiguous_ones():
    found = match(["1", "2", "3"], "/m/few/1.mp3", "/m/most/1.mp3", "/m/most/2.mp3", "/m/most/3.mp3").found
    assert {path.parent.name for path in found.values()} == {"most"}


def test_what_stays_unmatched_is_told_on_both_sides():
    result = match(["1", "2"], "/m/2.mp3", "/m/7.mp3")
    assert result.missing == ("1",)
    assert result.unmatched == (Path("/m/7.mp3"),)


@given(
    st.lists(st.text(min_size=1, max_size=6), max_size=5),
    st.lists(st.text(st.characters(exclude_characters="\0/"), min_size=1, max_size=6), max_size=5),
)
def test_every_name_is_found_or_missing_and_every_file_taken_or_left(names, files):
    names = list(dict.fromkeys(names))
    paths = [Path("/m") / f"{name}.mp3" for name in dict.fromkeys(files)]
    result = match_audio({name: name for name in names}, paths)
    assert set(result.found) | set(result.missing) == set(names)
    assert set(result.found.values()) | set(result.unmatched) == set(paths)
    assert not set(result.found.values()) & set(result.unmatched)


def test_clips_match_by_file_name_before_id_and_take_probed_audio():
    clips = (SourceClip("1", file_name="first.mp3"), SourceClip("2"))
    found = match_clips(clips, [Path("/m/first.mp3"), Path("/m/1.mp3"), Path("/m/2.mp3")]).found
    assert {key: path.name for key, path in found.items()} == {"1": "first.mp3", "2": "2.mp3"}
    dataset = SourceDataset(DatasetInfo("d", "d", UNIT_SCALE), clips)
    audio = AudioFile(b"/m/2.mp3", 1, 1, b"", 1.0, 44100, 2, "mp3")
    assert [clip.audio for clip in with_audio(dataset, {"2": audio}).clips] == [None, audio]
