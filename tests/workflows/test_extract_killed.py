"""Kill -9 at random moments of window, command line and worker: what was stored stays, nothing is wrong, nobody is left."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from slow_extractors import LOG
from test_extract_beside import N_CLIPS, N_WORKERS, beside, command, music, stored

from merdesk.project.project import Project
from merdesk.workflows.import_files import ImportFiles
from merdesk.workflows.workflow import run_here

HERE = Path(__file__).parent
VICTIMS = ("window", "command line", "worker of the window", "worker of the command line")
IN_FLIGHT = 2 * N_WORKERS
"""Clips a kill may cost: each worker has one in hand, and one whose answer was on its way."""

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")


@pytest.fixture
def computed(tmp_path, monkeypatch):
    """Counts how often a clip was computed, in whatever process."""
    log = tmp_path / "computed"
    log.touch()
    monkeypatch.setenv(LOG, str(log))
    return lambda: log.stat().st_size


def window(path):
    """Starts a window that extracts, in a group of its own."""
    environment = os.environ | {"PYTHONPATH": str(HERE), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, HERE / "extracting_window.py", path],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True,
    )  # fmt: skip


def workers_of(process):
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def wait_until(true, what):
    ends = time.monotonic() + 60
    while not true():
        assert time.monotonic() < ends, what
        time.sleep(0.005)


def kill_once(path, victim, rng, computed):
    """Start, let it come to a random moment, kill; returns when everybody of its family is gone."""
    process = (window if "window" in victim else command)(path)
    before = computed()
    if rng.random() < 0.8 or "worker" in victim:  # the others die while they start
        wait_until(lambda: computed() > before or process.poll() is not None, "nothing is extracted")
    time.sleep(rng.uniform(0, 0.3))
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    if "worker" in victim and process.poll() is None and (found := workers_of(process)):
        rng.choice(found).kill()
        finish(process, victim)
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive, f"left behind by the {victim}: {alive}"


def finish(process, victim):
    """A process that lost a worker goes on to the end with another one."""
    said = process.stdout.readline()
    if "window" in victim:
        assert said.startswith("Features of"), process.stderr.read()
        assert "failed" not in said
    else:
        assert '"failed": []' in said, process.stderr.read()


def campaign(tmp_path, computed, *, n_kills, seed):
    """Kill so often, on as many fresh projects as it takes; returns how many computations the kills cost."""
    rng = random.Random(seed)
    lost = kills = projects = 0
    while kills < n_kills:
        projects += 1
        path = tmp_path / f"{seed}-{projects}.merdesk"
        with Project.create(path) as project:
            run_here(ImportFiles(project, [music(tmp_path / f"music {seed}-{projects}", N_CLIPS)]))
        start = computed()
        n_stored = here = 0
        while kills < n_kills and n_stored < N_CLIPS:
            kill_once(path, VICTIMS[kills % len(VICTIMS)], rng, computed)
            kills, here = kills + 1, here + 1
            n_now = stored(path)
            assert n_now >= n_stored
            n_stored = n_now
        summary = beside(path)
        assert (summary.n_there, summary.n_extracted) == (n_stored, N_CLIPS - n_stored)
        assert stored(path) == N_CLIPS
        cost = computed() - start - N_CLIPS
        assert 0 <= cost <= here * IN_FLIGHT
        lost += cost
    return lost


def test_a_killed_window_costs_the_clips_in_flight(tmp_path, computed):
    campaign(tmp_path, computed, n_kills=1, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 15))
def test_fifty_kills_of_window_command_line_and_workers(tmp_path, computed, seed):
    lost = campaign(tmp_path, computed, n_kills=10, seed=seed)
    print(f"10 kills cost {lost} clips")
