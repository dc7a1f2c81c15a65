import hashlib
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.jukebox_server import served

from merdesk.errors import Cancelled, FeatureError
from merdesk.features.jukebox import download as download_module
from merdesk.features.jukebox.download import Patience, download
from merdesk.features.jukebox.weights import PublishedFile
from merdesk.progress import Progress

CONTENT = b"\x80\x02" + np.random.default_rng(0).bytes(300_000)
FILE = PublishedFile("vqvae.pth.tar", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
FILES = {FILE.name: CONTENT}
HASTY = Patience(stall_s=0.25, attempts=3, pause_s=0.01)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def fetch(site, folder, progress=None, **choices):
    asked = {"licence_accepted": True, "patience": HASTY, "files": (FILE,), "base_url": site.url} | choices
    return download(folder, progress=progress, **asked)


def got(folder) -> bytes:
    return (folder / FILE.name).read_bytes()


def part(folder):
    return folder / f"{FILE.name}.part"


def test_a_file_is_fetched_checked_and_named(tmp_path):
    with served(FILES) as site:
        found = fetch(site, tmp_path / "new" / "folder")
    assert got(tmp_path / "new" / "folder") == CONTENT
    assert found.vqvae.is_file()
    assert not part(tmp_path / "new" / "folder").exists()


def test_nothing_is_asked_before_the_licence_is_accepted(tmp_path):
    with served(FILES) as site, pytest.raises(FeatureError, match="licence was not accepted"):
        fetch(site, tmp_path, licence_accepted=False)
    assert not site.asked
    assert not list(tmp_path.iterdir())


def test_what_is_there_is_not_fetched_again(tmp_path):
    (tmp_path / FILE.name).write_bytes(b"mine")
    with served(FILES) as site:
        fetch(site, tmp_path)
    assert not site.asked
    assert got(tmp_path) == b"mine"


def test_a_cut_connection_is_taken_up_where_it_ended(tmp_path):
    with served(FILES, "truncates", "truncates", "500", "honest") as site:
        fetch(site, tmp_path)
    assert got(tmp_path) == CONTENT
    assert [asked for _, asked in site.asked] == ["", "bytes=50000-", "bytes=100000-", "bytes=100000-"]


def test_a_stalled_connection_is_taken_up_where_it_ended(tmp_path):
    with served(FILES, "stalls", "honest") as site:
        fetch(site, tmp_path)
    assert got(tmp_path) == CONTENT
    assert [asked for _, asked in site.asked] == ["", "bytes=40000-"]


def test_a_part_of_an_earlier_call_is_used(tmp_path):
    part(tmp_path).write_bytes(CONTENT[:123_456])
    progress = Progress()
    with served(FILES) as site:
        fetch(site, tmp_path, progress)
    assert got(tmp_path) == CONTENT
    assert site.asked == [(FILE.name, "bytes=123456-")]


def test_a_part_that_is_whole_is_only_checked(tmp_path):
    part(tmp_path).write_bytes(CONTENT)
    with served(FILES) as site:
        fetch(site, tmp_path)
    assert got(tmp_path) == CONTENT


def test_a_server_that_ignores_range_starts_over(tmp_path):
    part(tmp_path).write_bytes(b"\x80" * 1000)
    with served(FILES, "ignores range") as site:
        fetch(site, tmp_path)
    assert got(tmp_path) == CONTENT


def test_a_server_that_sends_another_part_is_asked_from_the_beginning(tmp_path):
    part(tmp_path).write_bytes(CONTENT[:1000])
    with served(FILES, "lies about the place", "honest") as site:
        fetch(site, tmp_path)
    assert got(tmp_path) == CONTENT
    assert [asked for _, asked in site.asked] == ["bytes=1000-", ""]


@pytest.mark.parametrize(
    ("manner", "says"),
    [
        ("500", "the server answers 500"),
        ("sends nothing", "ended 300,002 bytes early"),
        ("ignores range and truncates", "ended 250,002 bytes early"),
    ],
)
def test_a_server_that_never_gets_anywhere_is_given_up(tmp_path, manner, says):
    with served(FILES, manner) as site, pytest.raises(FeatureError, match=says):
        fetch(site, tmp_path)
    assert HASTY.attempts <= len(site.asked) <= HASTY.attempts + 1


def test_a_server_that_is_not_there_is_given_up(tmp_path):
    with served(FILES) as site:
        pass
    with pytest.raises(FeatureError, match=r"could not be downloaded .* check the connection"):
        fetch(site, tmp_path)


@pytest.mark.parametrize(
    ("manner", "says"),
    [
        ("403", r"refuses .* \(403 Forbidden\)"),
        ("404", r"refuses .* \(404 Not Found\)"),
        ("html", "web page"),
        ("html in disguise", "something else"),
        ("endless", "more than it announced"),
        ("huge", "make room"),
    ],
)
def test_what_will_not_get_better_is_told_at_once(tmp_path, manner, says):
    with served(FILES, manner) as site, pytest.raises(FeatureError, match=says):
        fetch(site, tmp_path)
    assert len(site.asked) == 1
    assert not (tmp_path / FILE.name).exists()


def test_a_page_does_not_spoil_a_part(tmp_path):
    part(tmp_path).write_bytes(CONTENT[:1000])
    with served(FILES, "html", "honest") as site:
        with pytest.raises(FeatureError, match="web page"):
            fetch(site, tmp_path)
        assert part(tmp_path).read_bytes() == CONTENT[:1000]
        fetch(site, tmp_path)
    assert got(tmp_path) == CONTENT


def test_a_file_with_another_hash_is_removed_and_told(tmp_path):
    with served(FILES, "another file") as site, pytest.raises(FeatureError, match="not the published file"):
        fetch(site, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_told_before_the_first_byte(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=2**30))
    with served(FILES) as site, pytest.raises(FeatureError, match="make room or choose another folder"):
        fetch(site, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with served(FILES) as site, pytest.raises(FeatureError, match="cannot be written"):
        fetch(site, tmp_path / "file" / "folder")


def test_cancel_keeps_the_part_and_the_next_call_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(download_module, "CHUNK_BYTES", 10_000)

    class Impatient(Progress):
        def advance(self, n: int = 1) -> None:
            if self.state().done > 90_000:
                self.cancel()
            super().advance(n)

    with served(FILES) as site:
        with pytest.raises(Cancelled):
            fetch(site, tmp_path, Impatient())
        kept = part(tmp_path).stat().st_size
        assert 90_000 < kept < len(CONTENT)
        fetch(site, tmp_path)
    assert got(tmp_path) == CONTENT
    assert site.asked[-1] == (FILE.name, f"bytes={kept}-")


def test_progress_goes_on_from_the_bytes_that_are_there(tmp_path):
    part(tmp_path).write_bytes(CONTENT[:100_002])
    steps = []

    class Noted(Progress):
        def begin(self, step, total=None, *, done=0):
            steps.append((step, total, done))
            super().begin(step, total, done=done)

    with served(FILES) as site:
        fetch(site, tmp_path, Noted())
    assert steps[0][1:] == (len(CONTENT), 100_002)
    assert steps[0][0].startswith("Downloading vqvae.pth.tar, going on at")
    assert steps[1] == ("Checking vqvae.pth.tar", len(CONTENT), 0)


def test_only_web_addresses_are_fetched(tmp_path):
    with pytest.raises(ValueError, match="not a web address"):
        download(tmp_path, licence_accepted=True, base_url="file:///etc/", files=(FILE,))
