"""Probing many files in processes: in order, whatever the files do to whoever looks at them."""

import os
import subprocess
import sys
from multiprocessing import active_children

import pytest
from helpers.music import write_music

from merdesk.progress import Progress
from merdesk.workflows import probing
from merdesk.workflows.probing import Prober, probe_all


@pytest.fixture
def odd(monkeypatch):
    monkeypatch.setattr(probing, "MAKER", "odd_probers:make")


def copies(folder, names, source):
    paths = [folder / name for name in names]
    for path in paths:
        path.write_bytes(source.read_bytes())
    return paths


def test_files_come_in_their_order_from_two_processes(tmp_path):
    (one,) = write_music(tmp_path / "one", 1, seconds=0.3)
    paths = copies(tmp_path, [f"{n}.wav" for n in range(500)], one)
    progress = Progress()
    found = list(probe_all(paths, progress, workers=2))
    assert [probed.path for probed in found] == paths
    assert all(os.fsdecode(probed.file.path) == str(probed.path) for probed in found)
    assert progress.state().done == 500


def test_a_file_that_crashes_or_hangs_its_prober_is_named_and_the_rest_is_read(tmp_path, odd):
    (one,) = write_music(tmp_path / "one", 1, seconds=0.3)
    paths = copies(tmp_path, ["a.wav", "crash.wav", "b.wav", "hang.wav", "c.wav"], one)
    with Prober(1, timeout_s=2.0) as prober:
        found = list(prober.run(paths, Progress()))
    assert [probed.path for probed in found] == paths
    assert [probed.file is None for probed in found] == [False, True, False, True, False]
    assert f"{paths[1]} was left out because two processes died over it (signal SIGSEGV)" in found[1].problem
    assert f"{paths[3]} was left out because it took longer than 2 s" in found[3].problem


def test_one_slow_file_does_not_hold_back_all_others(tmp_path, odd, monkeypatch):
    monkeypatch.setattr(probing, "OUT_OF_TURN", 20)
    monkeypatch.setattr(probing, "WORTH", 30)
    (one,) = write_music(tmp_path / "one", 1, seconds=0.3)
    paths = copies(tmp_path, ["hang.wav", *(f"{n}.wav" for n in range(400))], one)
    with Prober(2, timeout_s=3.0) as prober:
        found = [probed.path for probed in prober.run(paths, Progress())]
    assert sorted(found) == sorted(paths)
    assert found.index(paths[0]) > 20


def test_what_cannot_be_read_has_its_reason_and_nobody_stays(tmp_path):
    broken = tmp_path / "noise.mp3"
    broken.write_bytes(bytes(range(256)) * 40)
    found = list(probe_all([broken, tmp_path / "gone.wav"], Progress()))
    assert [probed.file for probed in found] == [None, None]
    assert "noise.mp3" in found[0].problem
    assert "gone.wav" in found[1].problem
    assert not active_children()


@pytest.mark.skipif(sys.platform != "linux", reason="only there a name may be any bytes")
def test_a_name_that_is_no_text_is_read(tmp_path):
    (one,) = write_music(tmp_path / "one", 1, seconds=0.3)
    (path,) = copies(tmp_path, [os.fsdecode(b"\xff\xfe\n.wav")], one)
    (found,) = probe_all([path], Progress())
    assert found.file.path == os.fsencode(path)


def test_a_probing_process_loads_no_heavy_library(tmp_path):
    (one,) = write_music(tmp_path, 1, seconds=0.3)
    script = (
        "import sys\n"
        "from merdesk.audio.prober import make\n"
        f"assert make(tell=print)((0, {os.fsencode(one)!r})).duration_s > 0\n"
        "print(sorted({'scipy', 'librosa', 'numba', 'apsw', 'PySide6', 'sklearn', 'torch'} & set(sys.modules)))\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
