"""kill -9 of cluster workers at random moments, other workers coming all the time."""

import os

import cluster_extractors
import numpy as np
import pytest
import soundfile
from helpers.dask_cluster import DaskCluster, kill, until

from merdesk.cluster.address import ClusterAddress
from merdesk.cluster.dask_executor import DaskExecutor
from merdesk.features.executor import LocalExecutor, Unit
from merdesk.progress import Progress

N_KILLS = 10
N_UNITS = 150
EXTRACTOR = f"{cluster_extractors.__name__}:Lingering"


@pytest.mark.slow
def test_cluster_workers_killed_at_random_moments_cost_no_row_and_double_none(tmp_path):
    rng = np.random.default_rng(0)
    (tmp_path / "music").mkdir()
    (tmp_path / "cluster").mkdir()
    units = []
    for number in range(N_UNITS):
        path = tmp_path / "music" / f"{number}.wav"
        soundfile.write(path, np.full(8000, 0.001 * (number + 1)), 8000, subtype="FLOAT")
        units.append(Unit(number, number, os.fsencode(path)))
    with LocalExecutor([EXTRACTOR], 2, loudness=False) as here:
        expected = {
            r.unit.clip_id: r.features[EXTRACTOR].pooled.tobytes() for r in here.run(units, Progress())
        }
    at = set(rng.choice(np.arange(3, N_UNITS - 10), N_KILLS, replace=False).tolist())
    found = {}
    with DaskCluster(tmp_path / "cluster") as cluster:
        workers = [cluster.start_worker("--no-nanny") for _ in range(2)]
        with DaskExecutor([EXTRACTOR], ClusterAddress.parse(cluster.address, None), loudness=False) as there:
            there.connect(Progress())
            until(lambda: len(there._client.nthreads()) == 2)
            unlucky = []
            for n, result in enumerate(there.run(units, Progress())):
                if result.problem:  # two kills met the same clip, which looks as if it were the clip's fault
                    assert "was set aside because two processes died over it" in result.problem
                    unlucky.append(result.unit)
                    continue
                assert result.unit.clip_id not in found  # nothing twice
                found[result.unit.clip_id] = result.features[EXTRACTOR].pooled.tobytes()
                if n in at:
                    kill(workers.pop(0))
                    workers.append(cluster.start_worker("--no-nanny"))
            for result in there.run(unlucky, Progress()):
                found[result.unit.clip_id] = result.features[EXTRACTOR].pooled.tobytes()
    assert len(unlucky) <= N_KILLS // 2
    assert found == expected
