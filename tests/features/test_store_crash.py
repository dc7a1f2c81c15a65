"""The feature store after crashes: no wrong row, no lost committed row, the index rebuilt as it was."""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from feature_rows import BASIC, CHROMA, arrays, key, row, same

from merdesk.errors import FeatureError
from merdesk.features import records
from merdesk.features.store import FeatureStore, rebuild_index

TABLES = ("feature", "feature_set", "segment")


def tables(store):
    return {table: store._index.rows(table) for table in TABLES}


def make(folder, n=6):
    with FeatureStore.open(folder) as store:
        for i in range(n):
            store.append([row(i), row(i, BASIC)])
        return tables(store)


def check(store, n, *, complete):
    """Every row that is there is right; every row below `complete` is there."""
    for features in (CHROMA, BASIC):
        keys = [key(i, features) for i in range(n)]
        values, found = store.pooled(keys)
        assert found[:complete].all()
        assert np.array_equal(found, store.has(keys))
        for i in np.flatnonzero(found):
            assert np.array_equal(values[i], arrays(i, features).pooled)
            assert same(store.frames(keys[i]), arrays(i, features))


def test_the_rebuilt_index_equals_the_old_one(tmp_path):
    before = make(tmp_path)
    rebuild_index(tmp_path)
    with FeatureStore.open(tmp_path) as store:
        assert tables(store) == before
        check(store, 6, complete=6)


def test_a_missing_index_is_rebuilt_at_the_next_start(tmp_path):
    before = make(tmp_path)
    for path in tmp_path.glob("index.sqlite*"):
        path.unlink()
    with FeatureStore.open(tmp_path) as store:
        assert tables(store) == before


def test_a_damaged_index_is_rebuilt_at_the_next_start(tmp_path):
    before = make(tmp_path)
    for path in tmp_path.glob("index.sqlite*"):
        path.write_bytes(b"this is no database" * 300)
    with FeatureStore.open(tmp_path) as store:
        assert tables(store) == before


@pytest.mark.parametrize("keep_index", [True, False])
@pytest.mark.parametrize("kind", ["pooled", "frames"])
def test_truncation_at_every_byte_of_the_last_record(tmp_path, keep_index, kind):
    n = 4  # the last row has three frames
    make(tmp_path / "whole", n)
    with FeatureStore.open(tmp_path / "whole") as store:
        (place,) = store._index.places([key(n - 1).digest])
        segments = store._index.segments()
    segment = segments[place.pooled_segment if kind == "pooled" else place.frames_segment]
    start = place.pooled_at if kind == "pooled" else place.frames_at
    for size in range(start, segment.end_byte):
        folder = tmp_path / "cut"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path / "whole", folder)
        with (folder / segment.name).open("r+b") as file:
            file.truncate(size)
        if not keep_index:
            (folder / "index.sqlite").unlink()
        with FeatureStore.open(folder) as store:
            check(store, n, complete=n - 1)
            assert not store.has([key(n - 1)]).any()
            assert store.append([row(n - 1), row(n)]) == 2
            check(store, n, complete=n)
            assert same(store.frames(key(n)), arrays(n))


def test_bytes_behind_the_committed_end_are_cut_and_written_over(tmp_path):
    make(tmp_path)
    for path in tmp_path.glob("segments-*.bin"):
        with path.open("ab") as file:
            file.write(b"half a record" * 7)
    with FeatureStore.open(tmp_path) as store:
        store.append([row(6), row(6, BASIC)])
        before = tables(store)
        check(store, 7, complete=7)
        assert store.damaged() == []
    rebuild_index(tmp_path)
    with FeatureStore.open(tmp_path) as store:
        assert tables(store) == before


def test_records_that_were_written_and_never_listed_do_not_come_back(tmp_path):
    make(tmp_path)
    index = (tmp_path / "index.sqlite").read_bytes()
    with FeatureStore.open(tmp_path) as store:
        store.append([row(i) for i in (6, 7, 8)])
    (tmp_path / "index.sqlite").write_bytes(index)  # as if the writer had died before its commit
    with FeatureStore.open(tmp_path) as store:
        store.append([row(6)])
        before = tables(store)
        check(store, 9, complete=6)
    rebuild_index(tmp_path)
    with FeatureStore.open(tmp_path) as store:
        assert tables(store) == before
        assert store.has([key(6), key(7), key(8)]).tolist() == [True, False, False]


def test_a_hole_in_a_file_is_no_row_of_zeros(tmp_path):
    make(tmp_path)
    with FeatureStore.open(tmp_path) as store:
        (place,) = store._index.places([key(2).digest])
        segment = store._index.segments()[place.pooled_segment]
        with (tmp_path / segment.name).open("r+b") as file:
            file.seek(place.pooled_at)
            file.write(bytes(segment.layout.row_dtype.itemsize))
        values, found = store.pooled([key(i) for i in range(6)])
        assert found.tolist() == [True, True, False, True, True, True]
        assert np.isnan(values[2]).all()
        assert store.damaged() == [key(2)]


def test_a_segment_that_vanished_costs_its_rows_only(tmp_path):
    make(tmp_path)
    (tmp_path / "segments-000001.bin").unlink()
    with FeatureStore.open(tmp_path) as store:
        assert not store.has([key(i) for i in range(6)]).any()
        assert store.has([key(i, BASIC) for i in range(6)]).all()
        store.append([row(i) for i in range(6)])
        check(store, 6, complete=6)


@pytest.mark.parametrize("seed", range(12))
def test_a_flipped_bit_is_found_and_never_becomes_a_wrong_row(tmp_path, seed):
    rng = random.Random(seed)
    make(tmp_path)
    with FeatureStore.open(tmp_path) as store:
        segment = rng.choice(list(store._index.segments().values()))
        at = rng.randrange(len(records.header(segment.layout)), segment.end_byte)
    path = tmp_path / segment.name
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1 << rng.randrange(8)
    path.write_bytes(raw)
    with FeatureStore.open(tmp_path) as store:
        (hit,) = store.damaged()
        assert hit.features == segment.layout.features
        with pytest.raises(FeatureError, match="damaged"):
            store.frames(hit)
    rebuild_index(tmp_path)
    with FeatureStore.open(tmp_path) as store:
        check(store, 6, complete=0)
        assert not store.has([hit]).any()
        if segment.layout.kind == "pooled":
            assert len(store.missing([key(i, hit.features) for i in range(6)])) == 1
        store.append([row(i, f) for i in range(6) for f in (CHROMA, BASIC)])
        check(store, 6, complete=6)


def kill_while_appending(folder, seed):
    """Start a writer, kill it at a random moment, return how far it said it was."""
    rng = random.Random(seed)
    rows_at_a_time = rng.choice([1, 2, 5, 40])
    script = Path(__file__).with_name("append_forever.py")
    command = [sys.executable, script, folder, "0", str(rows_at_a_time)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "open\n"
        time.sleep(rng.random() * 0.25)
        writer.send_signal(signal.SIGKILL)
        told = [int(line) for line in writer.stdout if line.endswith("\n")]
    return (told[-1] if told else 0), rows_at_a_time


def survive(folder, seed):
    told, rows_at_a_time = kill_while_appending(folder, seed)
    n = told + 2 * rows_at_a_time
    with FeatureStore.open(folder) as store:
        check(store, n, complete=told)
        assert store.damaged() == []
        store.append([row(i, f) for i in range(n) for f in (CHROMA, BASIC)])
        check(store, n, complete=n)
        before = tables(store)
    rebuild_index(folder)
    with FeatureStore.open(folder) as store:
        assert tables(store) == before


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
@pytest.mark.parametrize("seed", range(3))
def test_a_writer_killed_at_a_random_moment(tmp_path, seed):
    survive(tmp_path, seed)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
@pytest.mark.parametrize("seed", range(100, 150))
def test_a_writer_killed_at_fifty_random_moments(tmp_path, seed):
    survive(tmp_path, seed)


def test_two_writing_processes_at_once_lose_nothing(tmp_path):
    script = Path(__file__).with_name("append_forever.py")
    firsts = (0, 100_000)
    writers = [
        subprocess.Popen(
            [sys.executable, script, tmp_path, str(first), "3"], stdout=subprocess.PIPE, text=True
        )
        for first in firsts
    ]
    told = []
    for writer in writers:
        lines = [writer.stdout.readline() for _ in range(6)]
        told.append(int(lines[-1]))
    for writer in writers:
        writer.kill()
        writer.communicate()
    with FeatureStore.open(tmp_path) as store:
        keys = [key(i) for first, last in zip(firsts, told, strict=True) for i in range(first, last)]
        assert store.has(keys).all()
        assert store.damaged() == []
        assert all(same(store.frames(k), arrays(int.from_bytes(k.content[:4], "little"))) for k in keys)
