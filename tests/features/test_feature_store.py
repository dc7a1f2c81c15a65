"""The feature store as its users see it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from feature_rows import BASIC, CHROMA, arrays, key, row, same

from merdesk.domain.protocols import FeatureArrays
from merdesk.errors import FeatureError
from merdesk.features import writer
from merdesk.features.key import FeatureKey
from merdesk.features.store import FeatureStore, StoredSet


@pytest.fixture
def store(tmp_path):
    with FeatureStore.open(tmp_path / "features") as opened:
        yield opened


def test_what_was_appended_is_read_back_to_the_bit(store):
    assert store.append([row(i) for i in range(20)]) == 20
    assert all(same(store.frames(key(i)), arrays(i)) for i in range(20))
    values, found = store.pooled([key(i) for i in (7, 3, 19)])
    assert found.all()
    assert values.dtype == np.float32
    assert np.array_equal(values, [arrays(i).pooled for i in (7, 3, 19)])


def test_rows_that_are_not_there_are_nan_and_not_found(store):
    store.append([row(1), row(2)])
    values, found = store.pooled([key(5), key(2), key(1), key(6)])
    assert found.tolist() == [False, True, True, False]
    assert np.isnan(values[[0, 3]]).all()
    assert store.frames(key(5)) is None
    assert store.has([key(1), key(5)]).tolist() == [True, False]
    assert store.missing([key(6), key(1), key(5)]) == [key(6), key(5)]


def test_an_empty_store_answers(store):
    values, found = store.pooled([key(1)])
    assert values.shape == (1, 0)
    assert not found.any()
    assert store.pooled([])[0].shape == (0, 0)
    assert (store.sets(), store.damaged()) == ([], [])


def test_a_row_is_written_once(store):
    assert store.append([row(1), row(1), row(2)]) == 2
    assert store.append([row(1), row(3)]) == 1
    assert store.sets()[0].n_clips == 3


def test_sets_are_kept_apart_and_counted(store):
    store.append([row(i) for i in range(5)] + [row(i, BASIC) for i in range(3)])
    assert [(s.features, s.n_clips, s.width) for s in store.sets()] == [(CHROMA, 5, 6), (BASIC, 3, 3)]
    assert all(isinstance(s, StoredSet) and s.n_bytes > 0 for s in store.sets())
    with pytest.raises(ValueError, match="one set"):
        store.pooled([key(1), key(1, BASIC)])


@pytest.mark.parametrize(
    "other",
    [
        {"content": b"other"},
        {"onset_s": 1.5},
        {"duration_s": 30.0},
        {"duration_s": 45.0},
        {"extractor": "basic"},
        {"version": 2},
        {"settings": "{}"},
    ],
)
def test_every_part_of_the_key_counts(store, other):
    plain = {
        "content": b"same",
        "onset_s": 0.0,
        "duration_s": None,
        "extractor": "chroma",
        "version": 1,
        "settings": "[]",
    }
    store.append([(FeatureKey(**plain), arrays(1))])
    assert store.has([FeatureKey(**plain), FeatureKey(**plain | other)]).tolist() == [True, False]


def test_an_onset_of_minus_zero_is_zero():
    assert FeatureKey(b"a", -0.0, 1.0, "x", 1, "").digest == FeatureKey(b"a", 0.0, 1.0, "x", 1, "").digest


@pytest.mark.parametrize("content", [b"", b"x" * 65])
def test_a_content_digest_has_a_sensible_length(content):
    with pytest.raises(ValueError, match="1 to 64 bytes"):
        FeatureKey(content, 0.0, None, "chroma", 1, "{}")


def test_half_precision_takes_half_the_room_and_keeps_three_digits(store):
    wide = np.random.default_rng(0).normal(size=(40, 500)).astype(np.float32)
    keys = [key(i) for i in range(40)]
    store.append(zip(keys, (FeatureArrays(one, one[None]) for one in wide), strict=True))
    full = store.sets()[0].n_bytes
    store.prune(CHROMA)
    store.append(zip(keys, (FeatureArrays(one, one[None]).halved() for one in wide), strict=True))
    assert store.sets()[0].n_bytes < 0.6 * full
    assert np.array_equal(store.pooled(keys)[0], wide.astype(np.float16).astype(np.float32))
    assert np.array_equal(store.frames(keys[3]).frames[0], wide[3].astype(np.float16))


def test_values_that_half_precision_cannot_hold_stay_whole(store):
    store.append([(key(1), FeatureArrays([1e6, 2], [[3, 4]]).halved())])
    store.append([(key(2), FeatureArrays([1.5, 2], [[3, 1e6]]).halved())])
    assert store.pooled([key(2), key(1)])[0].tolist() == [[1.5, 2], [1e6, 2]]
    assert store.frames(key(2)).frames.tolist() == [[3, 1e6]]


@pytest.mark.parametrize("finite", [False, True])  # rows with infinity and NaN take another way
def test_every_half_precision_value_is_widened_as_numpy_does(store, finite):
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16).reshape(64, 1024)
    every = np.where(np.isfinite(every), every, np.float16(0)) if finite else every
    keys = [key(i) for i in range(64)]
    store.append((one, FeatureArrays(row, row[None])) for one, row in zip(keys, every, strict=True))
    bits = store.pooled(keys)[0].view(np.uint32)
    assert np.array_equal(bits, every.astype(np.float32).view(np.uint32))
    back = store.pooled(keys[::-1])[0].view(np.uint32)
    assert np.array_equal(back, bits[::-1])


def test_rows_of_either_precision_make_one_set(store):
    ours = FeatureArrays([1.5, 2.25], [[0.1, 3]])
    store.append([(key(1), ours), (key(2), ours.halved()), (key(3), ours)])
    assert store.sets()[0].n_clips == 3
    assert store.pooled([key(3), key(2), key(1)])[0].tolist() == [[1.5, 2.25]] * 3
    assert store.frames(key(1)).frames[0, 0] == np.float32(0.1)
    assert store.frames(key(2)).frames[0, 0] == np.float16(0.1)


def test_many_rows_are_written_block_by_block(store, monkeypatch):
    monkeypatch.setattr(writer, "BLOCK_BYTES", 1000)
    monkeypatch.setattr(writer, "SEGMENT_MAX_BYTES", 3000)
    keys = [key(i) for i in range(50)]
    store.append((one, arrays(i)) for i, one in enumerate(keys))
    assert len(list(store.folder.glob("segments-*.bin"))) >= 4
    assert np.array_equal(store.pooled(keys)[0], [arrays(i).pooled for i in range(50)])
    assert all(same(store.frames(one), arrays(i)) for i, one in enumerate(keys))
    assert store.damaged() == []


def test_pooled_vectors_of_one_set_are_equally_long(store):
    store.append([row(1)])
    with pytest.raises(ValueError, match="long"):
        store.append([(key(2), FeatureArrays([1.0], np.empty((0, 1))))])
    assert store.has([key(1), key(2)]).tolist() == [True, False]


def test_a_full_segment_gets_a_successor(store, monkeypatch):
    monkeypatch.setattr(writer, "SEGMENT_MAX_BYTES", 2000)
    for i in range(30):
        store.append([row(i)])
    assert len(list(store.folder.glob("segments-*.bin"))) >= 6
    values, found = store.pooled([key(i) for i in range(30)])
    assert found.all()
    assert np.array_equal(values, [arrays(i).pooled for i in range(30)])


def test_prune_removes_one_set_with_its_files(store):
    store.append([row(i) for i in range(5)] + [row(i, BASIC) for i in range(5)])
    freed = store.prune(CHROMA)
    assert freed > 0
    assert [s.features for s in store.sets()] == [BASIC]
    assert not store.has([key(1)]).any()
    assert len(list(store.folder.glob("segments-*.bin"))) == 2
    assert store.append([row(1)]) == 1
    assert same(store.frames(key(1)), arrays(1))


def test_threads_read_and_write_at_once(store):
    def work(start):
        for i in range(start, start + 10):
            store.append([row(i)])
            assert same(store.frames(key(i)), arrays(i))
        return threading.get_ident()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, (0, 10, 20, 30)))
    values, found = store.pooled([key(i) for i in range(40)])
    assert found.all()
    assert np.array_equal(values, [arrays(i).pooled for i in range(40)])


def test_two_stores_on_one_folder_see_one_another(store):
    with FeatureStore.open(store.folder) as other:
        for i in range(10):
            (store if i % 2 else other).append([row(i)])
        assert store.has([key(i) for i in range(10)]).all()
        assert other.has([key(i) for i in range(10)]).all()


def test_a_read_only_store_reads_beside_a_writer_and_refuses_to_write(store):
    store.append([row(1)])
    with FeatureStore.open(store.folder, read_only=True) as reader:
        store.append([row(2)])
        assert reader.has([key(1), key(2)]).all()
        with pytest.raises(FeatureError, match="writable"):
            reader.append([row(3)])


def test_a_store_in_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "features").write_text("not a folder")
    with pytest.raises(FeatureError, match="features"):
        FeatureStore.open(tmp_path / "features")


def test_a_store_of_a_later_version_is_told(store):
    store._index.connection.pragma("user_version", 99)
    store.close()
    with pytest.raises(FeatureError, match="update merdesk"):
        FeatureStore.open(store.folder)


def test_a_full_disk_leaves_nothing_half_written(store, monkeypatch):
    store.append([row(1)])

    def full(tail, data):
        tail.file.write(bytes(data)[:50])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(writer, "_write_all", full)
        with pytest.raises(FeatureError, match="No space left"):
            store.append([row(2), row(3)])
    assert store.has([key(1), key(2)]).tolist() == [True, False]
    store.append([row(2)])
    assert all(same(store.frames(key(i)), arrays(i)) for i in (1, 2))
    assert store.damaged() == []
