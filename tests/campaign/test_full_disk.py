"""Import, extraction, rating and export on a disk that is full, or turns read-only: one sentence, and nothing is lost.

The disk is a real one of 12 MB in memory, so that whatever writes to it meets the real error. Needs a system that
lets us mount one.
"""

import subprocess
import sys
from contextlib import suppress

import pytest
from helpers.music import write_music
from helpers.project_rows import assert_whole, clip_ids, fill, seen

from merdesk.domain.affect import Affect
from merdesk.errors import MerdeskError, attempt
from merdesk.project import annotations, annotators, history
from merdesk.project.project import Project
from merdesk.workflows.export import Export, ExportOptions
from merdesk.workflows.extract_beside import extract_beside
from merdesk.workflows.import_files import ImportFiles
from merdesk.workflows.workflow import run_here

N_FILES = 24
SIZE_MB = 12

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts a disk in memory"),
]


class SmallDisk:
    """A disk of its own that can be filled to the last byte, emptied again, and made read-only."""

    def __init__(self, folder):
        self.folder = folder
        self._ballast = folder / "ballast"

    def leave(self, free):
        """Fill it up except for so many bytes."""
        with self._ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass
        with self._ballast.open("r+b") as file:
            file.truncate(max(0, file.seek(0, 2) - free))

    def make_room(self):
        self._ballast.unlink()

    def remount(self, how):
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True)


@pytest.fixture
def disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "none", folder]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a disk here")
    yield SmallDisk(folder)
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def files(tmp_path):
    return write_music(tmp_path / "music", N_FILES, seconds=1.0)[0].parent


def rate(project, number):
    ann = annotators.named(project, "Ann")
    clip_id = clip_ids(project)[number % len(clip_ids(project))]
    annotations.rate(project, clip_id=clip_id, annotator_id=ann, unit=Affect((number % 101 - 50) / 50, 0.0))


def test_ratings_up_to_the_last_free_byte_are_kept(disk):
    path = disk.folder / "study.merdesk"
    with Project.create(path) as project:
        fill(project, 5)
        rate(project, 0)
        disk.leave(64 * 1024)
        n_rated, failure = 1, None
        while failure is None:
            failure = attempt(lambda n=n_rated: rate(project, n))
            n_rated += failure is None
        assert "full; free some space" in failure.message
        kept = seen(project)
    # Closing while it is full loses nothing either.
    disk.make_room()
    with Project.open(path) as project:
        assert seen(project) == kept
        assert len(history.steps(project)) == n_rated + 1
        rate(project, n_rated)
        assert_whole(project)


@pytest.mark.parametrize("free", [0, 20_000, 100_000])
def test_an_import_that_does_not_fit_can_be_done_again(disk, files, free):
    path = disk.folder / "study.merdesk"
    with Project.create(path) as project:
        fill(project, 3)
        rate(project, 0)
        before = seen(project)
        disk.leave(free)
        with suppress(MerdeskError):  # 100 kB may be enough
            run_here(ImportFiles(project, [files]))
            assert free
        assert_whole(project)
        disk.make_room()
        assert before["annotation"] <= seen(project)["annotation"]
        run_here(ImportFiles(project, [files]))
        assert len(clip_ids(project)) == 3 + N_FILES
        assert_whole(project)


def test_a_full_disk_is_told_at_once_when_importing(disk, files):
    with Project.create(disk.folder / "study.merdesk") as project:
        disk.leave(0)
        with pytest.raises(MerdeskError, match="full; free some space"):
            run_here(ImportFiles(project, [files]))
        disk.make_room()


def test_extraction_goes_on_when_there_is_room_again(disk, files):
    path = disk.folder / "study.merdesk"
    with Project.create(path) as project:
        run_here(ImportFiles(project, [files]))
    disk.leave(8192)
    with pytest.raises(MerdeskError, match="full"):
        extract_beside(path, ["basic"], workers=1, run=run_here)
    disk.make_room()
    summary = extract_beside(path, ["basic"], workers=1, run=run_here)
    assert summary.n_there + summary.n_extracted == N_FILES
    assert not summary.problems


def test_an_export_that_does_not_fit_says_so_and_harms_nothing(disk, tmp_path):
    with Project.create(tmp_path / "study.merdesk") as project:
        fill(project, 200)
        disk.leave(0)
        with pytest.raises(MerdeskError, match=r"cannot be written|full|No space"):
            run_here(Export(project, disk.folder / "out", ExportOptions("annotations", "source")))
        assert_whole(project)


def test_a_disk_that_is_read_only_opens_for_reading(disk, files):
    path = disk.folder / "study.merdesk"
    with Project.create(path) as project:
        fill(project, 5)
        before = seen(project)
    disk.remount("ro")
    with Project.open(path) as project:
        assert seen(project) == before
        assert "cannot be written" in project.why_read_only
        with pytest.raises(MerdeskError):
            rate(project, 0)
        with pytest.raises(MerdeskError):
            run_here(ImportFiles(project, [files]))
    with pytest.raises(MerdeskError):
        Project.create(disk.folder / "other.merdesk")
    disk.remount("rw")
