"""Extraction on a real Dask cluster on loopback: the same rows as from local processes, whatever the workers do."""

import os

import cluster_extractors
import numpy as np
import psutil
import pytest
import soundfile
from helpers.dask_cluster import DaskCluster, kill, until, write_certificates

from merdesk.cluster.address import ClusterAddress
from merdesk.cluster.dask_executor import DaskExecutor
from merdesk.errors import Cancelled, FeatureError
from merdesk.features.executor import LocalExecutor, Unit
from merdesk.progress import Progress

LEVEL = "cluster_extractors:Level"
LINGERING = "cluster_extractors:Lingering"
WHOSE = "cluster_extractors:Whose"
NEWER = "cluster_extractors:Newer"
RATE_HZ = 8000


def units_of(folder, levels):
    """A second of constant level for each."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"clip {number}.wav" for number in range(len(levels))]
    for path, level in zip(paths, levels, strict=True):
        soundfile.write(path, np.full(RATE_HZ, level), RATE_HZ, subtype="FLOAT")
    return [Unit(number, number, os.fsencode(path)) for number, path in enumerate(paths)]


def quiet(n):
    return [0.01 * (number + 1) for number in range(n)]


def executor(cluster, name=LEVEL, **options):
    address = ClusterAddress.parse(cluster.address, cluster.tls)
    return DaskExecutor([name], address, loudness=False, **options)


def until_both_are_there(there):
    there.connect(Progress())
    until(lambda: len(there._client.nthreads()) == 2)
    there._crew.muster()


def rows(results):
    """What reaches the store, by unit; one each."""
    found = {}
    for r in results:
        assert r.unit not in found
        arrays = {name: (a.pooled.tobytes(), a.frames.tobytes()) for name, a in r.features.items()}
        found[r.unit] = (r.digest, r.problem, arrays)
    return found


def local_rows(units, name):
    with LocalExecutor([name], 1, loudness=False) as here:
        return rows(here.run(units, Progress()))


@pytest.fixture
def cluster(tmp_path):
    folder = tmp_path / "cluster"
    folder.mkdir()
    with DaskCluster(folder) as started:
        yield started


def test_the_rows_are_those_of_the_local_executor(cluster, tmp_path):
    for _ in range(2):
        cluster.start_worker("--no-nanny")
    told = []
    units = units_of(tmp_path / "music", quiet(12))
    progress = Progress()
    with executor(cluster, tell=told.append) as there:
        found = rows(there.run(units, progress))
    assert found == local_rows(units, LEVEL)
    assert (progress.state().done, progress.state().total) == (12, 12)
    assert "merdesk 0.1.0, Python 3." in told[0]


@pytest.mark.slow
def test_each_worker_keeps_one_process_and_ends_it_at_the_end(cluster, tmp_path):
    for _ in range(2):
        cluster.start_worker("--nthreads", "4")
    units = units_of(tmp_path / "music", quiet(20))
    with executor(cluster, WHOSE) as there:
        until_both_are_there(there)
        owners = {tuple(r.features[WHOSE].pooled) for r in there.run(units, Progress())}
        owners |= {tuple(r.features[WHOSE].pooled) for r in there.run(units, Progress())}
    assert len(owners) == len({worker for _, worker in owners}) == 2
    for process, _ in owners:
        until(lambda process=process: not psutil.pid_exists(int(process)))


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_costs_nothing(cluster, tmp_path):
    workers = [cluster.start_worker("--no-nanny") for _ in range(2)]
    units = units_of(tmp_path / "music", quiet(40))
    told = []
    with executor(cluster, LINGERING, tell=told.append) as there:
        until_both_are_there(there)
        results = []
        for result in there.run(units, Progress()):
            results.append(result)
            if len(results) == 10:
                kill(workers[0])
    assert rows(results) == local_rows(units, LINGERING)
    assert any("has left; others go on with what it had" in words for words in told)


@pytest.mark.slow
def test_a_clip_that_kills_its_worker_twice_is_set_aside(cluster, tmp_path):
    """With nannies, which start the next worker."""
    for _ in range(2):
        cluster.start_worker()
    levels = quiet(12)
    levels[3], levels[7] = cluster_extractors.DEADLY, cluster_extractors.POISON
    units = units_of(tmp_path / "music", levels)
    with executor(cluster) as there:
        found = {r.unit.clip_id: r.problem for r in there.run(units, Progress())}
    assert sorted(number for number in found if found[number]) == [3, 7]
    assert "clip 3.wav was set aside because two processes died over it (the worker at tcp:" in found[3]
    assert "clip 7.wav was set aside because two processes died over it (signal SIGKILL)" in found[7]
    assert len(found) == 12


@pytest.mark.slow
def test_files_out_of_the_workers_reach_are_shipped(cluster, tmp_path, monkeypatch):
    for _ in range(2):
        cluster.start_worker("--no-nanny")
    units = units_of(tmp_path / "music", quiet(12))
    monkeypatch.chdir(tmp_path)  # the workers have working directories of their own
    apart = [Unit(u.clip_id, u.track_id, os.fsencode(os.path.relpath(os.fsdecode(u.path)))) for u in units]
    apart.append(Unit(99, 99, b"music/gone.wav"))
    with executor(cluster) as there:
        found = rows(there.run(apart, Progress()))
    expected = local_rows(units, LEVEL)
    gone = found.pop(apart.pop())
    assert "gone.wav" in gone[1]
    assert [found[a] for a in apart] == [expected[u] for u in units]


@pytest.mark.slow
def test_a_worker_with_another_version_of_an_extractor_is_refused(cluster, tmp_path):
    cluster.start_worker("--no-nanny", environment={"MERDESK_TEST_VERSION": "2"})
    with executor(cluster, NEWER) as there, pytest.raises(FeatureError, match="computes version 2 of"):
        there.connect(Progress())


@pytest.mark.slow
def test_a_worker_that_comes_later_gets_its_share(cluster, tmp_path):
    cluster.start_worker("--no-nanny")
    units = units_of(tmp_path / "music", quiet(60))
    with executor(cluster, WHOSE) as there:
        owners = []
        for result in there.run(units, Progress()):
            owners.append(result.features[WHOSE].pooled[1])
            if len(owners) == 1:
                cluster.start_worker("--no-nanny")
                until_both_are_there(there)
    assert len(set(owners)) == 2


@pytest.mark.slow
def test_cancel_stops_the_workers_at_once(cluster, tmp_path):
    worker = cluster.start_worker("--no-nanny")
    units = units_of(tmp_path / "music", [0.1, cluster_extractors.SLOW, cluster_extractors.SLOW])
    progress = Progress()
    with executor(cluster) as there:
        results = there.run(units, progress)
        next(results)
        (process,) = [p for p in psutil.Process(worker.pid).children() if "spawn_main" in str(p.cmdline())]
        progress.cancel()
        with pytest.raises(Cancelled):
            list(results)
    until(lambda: not process.is_running())
    assert worker.poll() is None
    with executor(cluster) as again:  # the worker is free for the next
        assert len(list(again.run(units[:1], Progress()))) == 1


@pytest.mark.slow
def test_all_workers_gone_is_said(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("merdesk.cluster.shift.WAIT_S", 1.0)
    worker = cluster.start_worker("--no-nanny")
    units = units_of(tmp_path / "music", quiet(20))
    with executor(cluster, LINGERING) as there:
        results = there.run(units, Progress())
        next(results)
        kill(worker)
        with pytest.raises(FeatureError, match="All workers have left the cluster; start them again"):
            list(results)


@pytest.mark.slow
def test_with_tls_only_who_has_the_certificates_takes_part(tmp_path):
    certificates = write_certificates(tmp_path / "ours")
    folder = tmp_path / "cluster"
    folder.mkdir()
    units = units_of(tmp_path / "music", quiet(6))
    with DaskCluster(folder, certificates=certificates) as cluster:
        assert cluster.address.startswith("tls://")
        cluster.start_worker("--no-nanny")
        with executor(cluster) as there:
            assert rows(there.run(units, Progress())) == local_rows(units, LEVEL)
        cluster.tls = write_certificates(tmp_path / "theirs")
        with (
            executor(cluster) as stranger,
            pytest.raises(FeatureError, match=r"no connection to tls://.*certificates"),
        ):
            stranger.connect(Progress())
        cluster.tls = None
        with executor(cluster) as bare, pytest.raises(FeatureError, match="no connection to tls://"):
            bare.connect(Progress())


@pytest.mark.slow
def test_a_cluster_of_this_machine_ends_with_its_executor(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.path.dirname(cluster_extractors.__file__))  # noqa: PTH120  (a text for the environment)
    units = units_of(tmp_path / "music", quiet(12))
    before = set(psutil.Process().children(recursive=True))
    with DaskExecutor([LEVEL], ClusterAddress.parse("local:2"), loudness=False) as there:
        assert rows(there.run(units, Progress())) == local_rows(units, LEVEL)
    left = [p for p in psutil.Process().children(recursive=True) if "spawn_main" in str(p.cmdline())]
    assert not set(left) - before


def test_no_scheduler_is_one_sentence(monkeypatch):
    monkeypatch.setattr("merdesk.cluster.connection.CONNECT_S", 0.5)
    nobody = DaskExecutor([LEVEL], ClusterAddress.parse("tcp://127.0.0.1:9"))
    with (
        nobody,
        pytest.raises(FeatureError, match=r"There is no connection to tcp://127\.0\.0\.1:9 .*; see whether"),
    ):
        nobody.connect(Progress())
