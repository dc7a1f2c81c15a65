"""Figures of extraction on a cluster; run by hand: `python tests/benchmarks/bench_cluster.py AUDIO...`.

The same clips through the local executor with two processes and through `local:2`, both warm, and what handing out a
clip costs: an extractor that does nothing, on clips of a second. A busy machine shows in the load average.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from bench_features import cut_clips

from merdesk.cluster.address import ClusterAddress
from merdesk.cluster.dask_executor import DaskExecutor
from merdesk.features.executor import LocalExecutor, Unit
from merdesk.progress import Progress

N_WORKERS = 2
N_SHORT = 400
REPEATS = 3
NOTHING = "bench_cluster:Nothing"


class Nothing:
    """As many values as Jukebox has, and as many frames, as precise, without computing any."""

    name = "nothing"
    version = 1
    sample_rate_hz = 8000
    dimension_names = tuple(map(str, range(4800)))
    settings: dict[str, int] = {}  # noqa: RUF012  (the protocol has it so)

    def extract(self, _y):
        from merdesk.domain.protocols import FeatureArrays

        return FeatureArrays(np.zeros(4800, np.float16), np.zeros((48, 4800), np.float16))


def short_clips(folder):
    """A second of nearly nothing each."""
    paths = [folder / f"short {number}.wav" for number in range(N_SHORT)]
    for number, path in enumerate(paths):
        soundfile.write(path, np.full(8000, number / N_SHORT / 2), 8000)
    return paths


def compare(what, paths, names, *, loudness):
    """Milliseconds a clip of both, alternating so that a busy moment meets both alike; medians and their ratio."""
    units = [Unit(i, i, os.fsencode(path)) for i, path in enumerate(paths)]
    address = ClusterAddress(n_local=N_WORKERS)
    with (
        LocalExecutor(names, N_WORKERS, loudness=loudness) as here,
        DaskExecutor(names, address, loudness=loudness) as there,
    ):
        for one in (here, there):
            list(one.run(units[:8], Progress()))
        taken = {here: [], there: []}
        for _ in range(REPEATS):
            for one, times in taken.items():
                started = time.monotonic()
                results = list(one.run(units, Progress()))
                times.append(1000 * (time.monotonic() - started) / len(units))
                assert not [r.problem for r in results if r.problem]
    local_ms, cluster_ms = (statistics.median(times) for times in taken.values())
    sys.stdout.write(
        f"{what}: local executor {local_ms:.1f} ms a clip, local:{N_WORKERS} {cluster_ms:.1f} ms, "
        f"{cluster_ms - local_ms:+.1f} ms, {local_ms / cluster_ms:.0%} of the throughput "
        f"(load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)\n"
    )
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("audio", nargs="+", type=Path)
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)
    with tempfile.TemporaryDirectory() as folder:
        short = short_clips(Path(folder))
        compare("nothing, results of the size of Jukebox's", short, (NOTHING,), loudness=False)
        paths = cut_clips(options.audio, Path(folder))
        compare("chroma+basic, clips of 45 s", paths, ("chroma", "basic"), loudness=True)


if __name__ == "__main__":
    main()
