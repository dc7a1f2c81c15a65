import io
import os
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merdesk.datasets import source as source_module
from merdesk.datasets.folder import list_audio
from merdesk.datasets.source import open_source
from merdesk.datasets.walk import natural_key, walk
from merdesk.errors import DatasetError


def zip_of(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_audio_is_listed_in_natural_order_without_what_is_hidden(tmp_path):
    for name in ("10.mp3", "9.MP3", "._9.mp3", ".hidden/1.mp3", "__MACOSX/1.mp3", "sub/b.flac", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = [path.relative_to(tmp_path).as_posix() for path in list_audio([tmp_path])]
    assert found == ["9.MP3", "10.mp3", "sub/b.flac"]


def test_a_symlink_loop_ends_and_a_folder_counts_once(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.mp3").touch()
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    assert len(list_audio([tmp_path, tmp_path / "a"])) == 1


def test_a_folder_that_cannot_be_read_is_told(tmp_path):
    assert walk([tmp_path / "missing"]).unreadable == (tmp_path / "missing",)


def test_names_that_are_no_text_are_listed(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.mp3")).touch()
    (tmp_path / "line\nbreak 🎵.mp3").touch()
    assert len(list_audio([tmp_path])) == 2


@given(st.text(max_size=12), st.text(max_size=12))
def test_any_two_names_have_one_order(one, other):
    assert (natural_key(one) < natural_key(other)) + (natural_key(other) < natural_key(one)) + (
        natural_key(one) == natural_key(other)
    ) == 1


def test_a_zip_is_read_in_place_like_a_folder(tmp_path):
    path = zip_of(tmp_path / "d.zip", {"root/A_ b.csv": "x", "__MACOSX/root/._a.csv": "y", "root/1.mp3": ""})
    with open_source(path) as source:
        assert [file.name for file in source.files] == ["root/1.mp3", "root/A_ b.csv"]
        found = source.find("a_b.csv")
        assert found is not None
        assert source.read(found) == b"x"
        assert source.audio == ()
        assert source.n_zipped_audio == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.zip"]


def test_zips_inside_a_folder_are_looked_into(tmp_path):
    zip_of(tmp_path / "annotations.zip", {"a.csv": "1"})
    with open_source(tmp_path) as source:
        assert [file.name for file in source.files] == ["annotations.zip/a.csv"]


@pytest.mark.parametrize(
    "name", ["../evil.csv", "a/../../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "..\\evil.csv"]
)
def test_a_zip_with_a_path_that_leaves_is_refused(tmp_path, name):
    path = zip_of(tmp_path / "d.zip", {name: "x"})
    with pytest.raises(DatasetError, match="leaves its folder"):
        open_source(path)


def test_a_bomb_is_cut_off_while_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(source_module, "MAX_READ_BYTES", 1000)
    path = zip_of(tmp_path / "d.zip", {"a.csv": b"0" * 100_000})
    with open_source(path) as source, pytest.raises(DatasetError, match="larger than"):
        source.read(source.files[0])


def test_a_large_table_is_refused_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(source_module, "MAX_READ_BYTES", 10)
    (tmp_path / "a.csv").write_bytes(b"0" * 11)
    with (
        open_source(tmp_path) as source,
        pytest.raises(DatasetError, match=r"a\.csv is larger than .*split it"),
    ):
        source.read(source.files[0])


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(source_module, "MAX_MEMBERS", 2)
    path = zip_of(tmp_path / "d.zip", {str(n): "" for n in range(3)})
    with pytest.raises(DatasetError, match="3 members"):
        open_source(path)


def test_nothing_at_a_path_is_said(tmp_path):
    with pytest.raises(DatasetError, match="nothing at"):
        open_source(tmp_path / "missing")


def zip_bytes():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("static_annotations.csv", "song_id,mean_arousal,mean_valence\n1,2,3\n")
    return stream.getvalue()


@given(st.integers(0, len(zip_bytes()) - 1), st.binary(min_size=1, max_size=6))
def test_a_damaged_zip_is_read_or_refused_in_a_sentence(tmp_path, position, damage):
    content = zip_bytes()
    path = tmp_path / "d.zip"
    path.write_bytes(content[:position] + damage + content[position + len(damage) :])
    try:
        with open_source(path) as source:
            for file in source.files:
                source.read(file)
    except DatasetError as error:
        assert "\n" not in str(error)  # noqa: PT017  (most inputs are read without an error)
