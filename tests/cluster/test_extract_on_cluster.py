"""`merdesk extract --cluster` on a real cluster, and what is left when its scheduler or its client dies."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import cluster_extractors
import numpy as np
import psutil
import pytest
import soundfile
from helpers.dask_cluster import EXTRACTORS, DaskCluster, kill, runs, until

from merdesk.features.key import FeatureSet
from merdesk.features.store import FeatureStore
from merdesk.project import clips
from merdesk.project.project import Project
from merdesk.workflows.features import key_of
from merdesk.workflows.import_files import ImportFiles
from merdesk.workflows.inbox import with_inbox
from merdesk.workflows.workflow import run_here

NAME = "cluster_extractors:Lingering"
N_CLIPS = 30


@pytest.fixture
def study(tmp_path):
    """A project with clips of known levels, closed."""
    folder = tmp_path / "music"
    folder.mkdir()
    for number in range(N_CLIPS):
        level = 0.01 * (number + 1)
        soundfile.write(folder / f"{number}.wav", np.full(4000, level), 8000, subtype="FLOAT")
    path = tmp_path / "study.merdesk"
    with Project.create(path) as project:
        run_here(ImportFiles(project, [folder]))
        FeatureStore.open(project.features_dir).close()
    return path


@pytest.fixture
def cluster(tmp_path):
    folder = tmp_path / "cluster"
    folder.mkdir()
    with DaskCluster(folder) as started:
        for _ in range(2):
            started.start_worker("--no-nanny")
        yield started


@contextmanager
def command(study, where):
    """`merdesk extract` as a shell starts it, in a group of its own; killed when the context ends before it does."""
    arguments = ["extract", str(study), "--features", NAME, "--cluster", where, "--json"]
    with subprocess.Popen(
        [sys.executable, "-m", "merdesk", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(EXTRACTORS)},
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def extracted(study, where):
    """Run to the end; what it answers."""
    with command(study, where) as process:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return json.loads(out), err


def in_store(study):
    """Number of clips with features by now; looks at nothing but the store, which is made for company."""
    with FeatureStore.open(study / "features", read_only=True) as store:
        return sum(one.n_clips for one in store.sets())


def stored(study):
    """Number of clips with features; each is compared with what was written, and none is there twice."""
    features = FeatureSet.of(cluster_extractors.Lingering())
    with Project.open(study, read_only=True) as project, FeatureStore.open(project.features_dir) as store:
        places = with_inbox(clips.locations(project), store)
        known = [place for place in places if place.digest is not None]
        values, found = store.pooled([key_of(place, features) for place in known])
        for place, value in zip(known, values, strict=True):
            number = int(Path(os.fsdecode(place.path)).stem)
            assert value == pytest.approx([0.01 * (number + 1)] * 2, abs=1e-5)
        assert found.all()
        assert sum(one.n_clips for one in store.sets()) == len(known)
        assert store.damaged() == []
        return len(known)


def finish(study, where, before):
    """A second run computes what is missing and nothing else."""
    answer, _ = extracted(study, where)
    assert (answer["there"], answer["extracted"], answer["failed"]) == (before, N_CLIPS - before, [])
    assert stored(study) == N_CLIPS


@pytest.mark.slow
def test_the_command_says_who_computes_and_does_nothing_twice(study, cluster):
    answer, err = extracted(study, cluster.address)
    assert answer["extracted"] == N_CLIPS
    assert "worker: merdesk 0.1.0, Python 3." in err or "workers: merdesk 0.1.0, Python 3." in err
    finish(study, cluster.address, N_CLIPS)


@pytest.mark.slow
def test_a_scheduler_that_dies_is_said_and_the_next_one_goes_on(study, cluster):
    with command(study, cluster.address) as process:
        until(lambda: in_store(study) >= 5)
        kill(cluster.scheduler)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert "The connection to the scheduler was lost" in err
    assert "the same command goes on with what is missing" in err
    assert "Traceback" not in err
    before = stored(study)
    assert 5 <= before < N_CLIPS
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    cluster.start_scheduler()
    cluster.start_worker("--no-nanny")
    finish(study, cluster.address, before)


@pytest.mark.slow
def test_a_client_that_is_killed_costs_nothing(study, cluster):
    for more in (3, 6):
        with command(study, cluster.address):
            until(lambda more=more: in_store(study) >= more)
    assert all(worker.poll() is None for worker in cluster.workers)
    finish(study, cluster.address, stored(study))


@pytest.mark.slow
@pytest.mark.parametrize("where", ["local:2", "tcp"])
def test_ctrl_c_ends_with_one_sentence_and_no_orphan(study, cluster, where):
    with command(study, cluster.address if where == "tcp" else where) as process:
        until(lambda: in_store(study) >= 3)
        family = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: everybody gets it
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    (said,) = [line for line in err.splitlines() if "merdesk 0.1.0" not in line]
    assert re.match(
        r"Stopped by Ctrl-C; (\d+ of \d+ clips are|what was finished is) kept; the same command", said
    )
    until(lambda: not [one for one in family if runs(one)])
    time.sleep(0.5)
    at_rest = stored(study)
    assert at_rest < N_CLIPS
    finish(study, cluster.address, at_rest)
