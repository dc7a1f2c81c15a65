"""Figures of extraction and of the feature store; run by hand: `python tests/benchmarks/bench_features.py AUDIO...`.

Prints milliseconds a clip with one and two workers, memory of a worker, rows written a second, and how long a whole
matrix takes to load, and a search for the nearest clips. A busy machine shows in the load average, which is printed with them.
"""

import argparse
import os
import sys
import tempfile
import time
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import psutil
import soundfile

from merdesk.domain.protocols import FeatureArrays
from merdesk.exploration.neighbours import NeighbourIndex
from merdesk.features.executor import LocalExecutor, Unit
from merdesk.features.key import FeatureKey, FeatureSet
from merdesk.features.store import FeatureStore
from merdesk.progress import Progress

CLIP_S = 45.0
N_CLIPS = 32
WIDTH = 4800
BATCH = 10_000
"""Rows of one append; a table of features computed elsewhere is one append, however long it is."""


def cut_clips(audio, folder):
    """Clips of 45 s as MP3, cut from the recordings; short ones are repeated until they are long enough."""
    paths = []
    for number in range(N_CLIPS):
        y, rate_hz = soundfile.read(audio[number % len(audio)], dtype="float32")
        n = round(CLIP_S * rate_hz)
        y = np.concatenate([y] * (1 + n // len(y)))
        first = (number * 7919 * rate_hz // 1000) % (len(y) - n + 1)
        paths.append(folder / f"{number}.mp3")
        soundfile.write(paths[-1], y[first : first + n], rate_hz)
    return paths


def extraction(paths, names):
    """Seconds for all clips with one and with two workers that are warm, and the workers' memory."""
    units = [Unit(i, i, os.fsencode(path)) for i, path in enumerate(paths)]
    for n_workers in (1, 2):
        with LocalExecutor(names, n_workers) as executor:
            # All of them: the second process begins to load its libraries when the first has loaded them.
            list(executor.run(units, Progress()))
            before = cpu_s()
            started = time.monotonic()
            results = list(executor.run(units, Progress()))
            wall_s = time.monotonic() - started
            used_s = cpu_s() - before
            memory = max(psutil.Process(p.pid).memory_info().rss for p in active_children())
        assert not [r.problem for r in results if r.problem]
        tell(
            f"{'+'.join(names)}, {n_workers} worker(s): {1000 * wall_s / len(units):.0f} ms a clip of wall time, "
            f"{1000 * used_s / len(units):.0f} ms of processor time a clip, {memory / 1e6:.0f} MB a worker"
        )


def cpu_s():
    times = [psutil.Process(p.pid).cpu_times() for p in active_children()]
    return sum(t.user + t.system for t in times)


def store(folder, n_rows, *, half):
    """Rows a second of width 4,800, and the time that the whole matrix takes, when it is read first and again."""
    features = FeatureSet("wide", 1, "{}")
    rng = np.random.default_rng(0)
    block = rng.standard_normal((BATCH, WIDTH)).astype(np.float16 if half else np.float32)
    none = np.empty((0, WIDTH), np.float32)
    keys = [
        FeatureKey.of(features, content=i.to_bytes(32, "little"), onset_s=0.0, duration_s=CLIP_S)
        for i in range(n_rows)
    ]
    with FeatureStore.open(folder) as opened:
        write = Stopwatch()
        for first in range(0, n_rows, BATCH):
            rows = ((key, FeatureArrays(one, none)) for key, one in zip(keys[first:], block, strict=False))
            opened.append(rows)
        write.stop()
        disk = Stopwatch()
        bare(folder / "bare", block.data, n_rows // BATCH)
        disk.stop()
        keyed = Stopwatch()
        assert not opened.missing(keys)
        keyed.stop()
        for again in ("first", "again"):
            load = Stopwatch()
            values, found = opened.pooled(keys)
            load.stop()
            assert found.all()
            expected = block[np.arange(0, n_rows, n_rows // 7) % BATCH]
            assert np.array_equal(values[:: n_rows // 7], expected)
            del values
            tell(
                f"matrix of {n_rows} rows loaded {again} in {load.wall_s:.2f} s ({load.cpu_s:.2f} of the processor)"
            )
    tell(
        f"store, {n_rows} rows of {WIDTH} {'fp16' if half else 'fp32'}: {n_rows / write.wall_s:.0f} rows/s written "
        f"({n_rows / write.cpu_s:.0f} a second of processor time; the bare disk takes {n_rows / disk.wall_s:.0f}), "
        f"keyed in {keyed.wall_s:.2f} s"
    )


def neighbours(n_rows, n_queries=40):
    """Milliseconds for the ten nearest of a clip, and their share among those that comparing everything finds."""
    rng = np.random.default_rng(0)
    # A hundred sounds in 300 directions, with noise in every column: as correlated as features are.
    mixing = rng.standard_normal((300, WIDTH)).astype(np.float32) * np.geomspace(1, 0.05, 300)[:, None]
    centres = rng.standard_normal((100, 300))
    values = np.empty((n_rows, WIDTH), np.float32)
    for first in range(0, n_rows, BATCH):
        n = min(BATCH, n_rows - first)
        hidden = centres[rng.integers(100, size=n)] + rng.standard_normal((n, 300))
        values[first : first + n] = hidden @ mixing + 0.3 * rng.standard_normal((n, WIDTH))
    index = NeighbourIndex.of(values)
    del values
    asked = rng.choice(n_rows, n_queries, replace=False)
    took, found = [], []
    for row in asked:
        one = Stopwatch()
        found.append(set(index.nearest(int(row), 10)[0].tolist()))
        one.stop()
        took.append((1000 * one.wall_s, 1000 * one.cpu_s))
    all_of_it = index.directions @ index.directions[asked].T
    all_of_it[asked, np.arange(n_queries)] = -np.inf
    best = [set(np.argpartition(-column, 10)[:10].tolist()) for column in all_of_it.T]
    recall = np.mean([len(one & other) / 10 for one, other in zip(found, best, strict=True)])
    wall_ms, cpu_ms = np.median(took, axis=0)
    tell(
        f"ten nearest of {n_rows} clips of {WIDTH}: {wall_ms:.0f} ms ({cpu_ms:.0f} of the processor), "
        f"recall {recall:.3f}"
    )


def bare(path, block, n_blocks):
    """The same bytes with a sync after each block and nothing else: what the disk gives."""
    with path.open("wb", buffering=0) as file:
        for _ in range(n_blocks):
            file.write(block)
            os.fsync(file.fileno())


class Stopwatch:
    """Seconds on the clock and on the processor."""

    def __init__(self):
        self._started, self._used = time.monotonic(), time.process_time()

    def stop(self):
        """Keep what it took."""
        self.wall_s, self.cpu_s = time.monotonic() - self._started, time.process_time() - self._used


def tell(text):
    sys.stdout.write(f"{text} (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)\n")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("audio", nargs="+", type=Path)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--only", choices=("extraction", "store", "neighbours"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.only in (None, "extraction"):
            paths = cut_clips(options.audio, Path(folder))
            for names in (("chroma",), ("chroma", "basic"), ("chroma", "basic", "classic")):
                extraction(paths, names)
        if options.only in (None, "store"):
            store(Path(folder) / "half", options.rows, half=True)
            store(Path(folder) / "full", options.rows // 2, half=False)
        if options.only in (None, "neighbours"):
            neighbours(options.rows)


if __name__ == "__main__":
    main()
