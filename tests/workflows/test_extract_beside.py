"""Extraction beside an open window, interrupted and killed: nothing is lost, nothing wrong, nobody left behind."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile
from slow_extractors import Slow

from merdesk.features.key import FeatureSet
from merdesk.features.store import FeatureStore
from merdesk.project import clips
from merdesk.project.project import Project
from merdesk.workflows.extract_beside import extract_beside
from merdesk.workflows.features import key_of
from merdesk.workflows.import_files import ImportFiles
from merdesk.workflows.inbox import take_in, with_inbox
from merdesk.workflows.info import project_info
from merdesk.workflows.workflow import run_here

NAME = "slow_extractors:Slow"
RATE_HZ = 8000
N_CLIPS = 12
N_WORKERS = 2


def level(number):
    return 0.01 * (number + 1)


def music(folder, n_clips):
    folder.mkdir()
    for number in range(n_clips):
        y = np.full(RATE_HZ // 2, level(number))
        soundfile.write(folder / f"{number}.wav", y, RATE_HZ, subtype="FLOAT")
    return folder


@pytest.fixture
def study(tmp_path):
    """A project with clips of known levels, closed."""
    path = tmp_path / "study.merdesk"
    with Project.create(path) as project:
        run_here(ImportFiles(project, [music(tmp_path / "music", N_CLIPS)]))
    return path


def beside(path):
    return extract_beside(path, [NAME], workers=1, run=run_here)


def command(path, *, seconds=120):
    """Starts `merdesk extract` as a shell does, in a group of its own."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    arguments = ["extract", str(path), "--features", NAME, "--workers", str(N_WORKERS), "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "merdesk", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True,
    )  # fmt: skip


def stored(path):
    """Number of clips with features; every one of them is checked against what was written."""
    features = FeatureSet.of(Slow())
    with Project.open(path, read_only=True) as project, FeatureStore.open(project.features_dir) as store:
        places = with_inbox(clips.locations(project), store)
        known = [place for place in places if place.digest is not None]
        keys = [key_of(place, features) for place in known]
        values, found = store.pooled(keys)
        for place, value in zip(known, values, strict=True):
            number = int(Path(os.fsdecode(place.path)).stem)
            assert value == pytest.approx([level(number)] * 2, abs=1e-5)
        assert found.all()
        assert sum(one.n_clips for one in store.sets()) == len(known)
        assert store.damaged() == []
        return len(known)


def until_stored(path, n_clips):
    ends = time.monotonic() + 60
    while stored(path) < n_clips:
        assert time.monotonic() < ends, "nothing is extracted"
        time.sleep(0.05)


def test_a_window_that_holds_the_project_does_not_stop_it(study):
    with Project.open(study) as window, FeatureStore.open(window.features_dir) as store:
        assert beside(study).n_extracted == N_CLIPS
        assert {place.digest for place in clips.locations(window)} == {None}
        assert len(store.inbox()) == N_CLIPS
        assert beside(study).n_there == N_CLIPS
        changes = take_in(window, store)
        assert "digest" in changes
        assert "feature" in changes
        assert store.inbox() == []
        assert all(place.digest for place in clips.locations(window))
        assert clips.loudness(window, 1) is not None
        assert not take_in(window, store)


def test_without_a_window_the_project_knows_it_at_once(study):
    assert beside(study).n_extracted == N_CLIPS
    with Project.open(study) as project:
        assert all(place.digest for place in clips.locations(project))
        assert beside(study).n_extracted == 0


def test_a_file_that_changed_meanwhile_keeps_no_digest_of_the_other_one(study):
    with Project.open(study) as window, FeatureStore.open(window.features_dir) as store:
        beside(study)
        music_folder = study.with_name("music")
        soundfile.write(music_folder / "0.wav", np.full(RATE_HZ, 0.3), RATE_HZ, subtype="FLOAT")
        run_here(ImportFiles(window, [music_folder]))
        take_in(window, store)
        digests = [place.digest for place in clips.locations(window)]
        assert digests[0] is None
        assert None not in digests[1:]


def test_what_waits_in_the_inbox_is_counted(study):
    with Project.open(study) as window:
        extract_beside(study, ["basic"], workers=1, run=run_here)
        assert project_info(window)["features"]["basic"] == {"clips": N_CLIPS, "of": N_CLIPS}


def test_ctrl_c_ends_with_one_sentence_and_keeps_what_was_done(study):
    soundfile.write(study.with_name("music") / "z.wav", np.full(RATE_HZ, 0.9), RATE_HZ, subtype="FLOAT")
    with Project.open(study) as project:
        run_here(ImportFiles(project, [study.with_name("music")]))
    process = command(study)
    until_stored(study, N_CLIPS)
    family = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: everybody gets it
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == ""
    kept = f"{N_CLIPS} of {N_CLIPS + 1} clips are kept; the same command goes on with the rest."
    assert err == f"Stopped by Ctrl-C; {kept}\n"
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive
    with Project.open(study) as project:
        assert sum(place.digest is not None for place in clips.locations(project)) == N_CLIPS


def killed_and_resumed(study, n_kills, seed):
    rng = random.Random(seed)
    n_before = n_extracted = 0
    for _ in range(n_kills):
        process = command(study)
        time.sleep(rng.uniform(0.5, 2.5))
        family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.kill()
        process.communicate()
        _, alive = psutil.wait_procs(family, timeout=10)
        assert not alive
        n_now = stored(study)
        assert n_now >= n_before
        n_before = n_now
    summary = beside(study)
    n_extracted = summary.n_extracted
    # What was in the store is not computed again.
    assert (summary.n_there, n_extracted) == (n_before, N_CLIPS - n_before)
    assert stored(study) == N_CLIPS


def test_killed_at_any_moment_it_goes_on_where_it_was(study):
    killed_and_resumed(study, 3, seed=1)
