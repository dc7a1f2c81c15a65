"""The index from the segments alone."""

from pathlib import Path

from merdesk.features import records
from merdesk.features.index import Index
from merdesk.features.key import FeatureKey, FeatureSet
from merdesk.features.segments import Place, Segment, segment_files
from merdesk.features.store_errors import told

INDEX = "index.sqlite"


def rebuild_index(folder: Path) -> None:
    """Read all segments and write the index anew; nobody else may have the store open.

    A row counts when both its records are whole. The new index is written beside the old one and takes its place
    in one step.

    Raises
    ------
    FeatureError
        When the folder cannot be used.
    """
    beside = folder / f"{INDEX}.new"
    with told(folder):
        _remove(beside)
        index = Index(beside)
        index.prepare()
        with index.writing():
            _fill(index, folder)
        index.connection.pragma("journal_mode", "delete")  # so that the one file is all of it
        index.close()
        _remove(folder / INDEX)
        beside.replace(folder / INDEX)


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _fill(index: Index, folder: Path) -> None:
    frames: dict[bytes, tuple[int, int, int]] = {}
    pooled: dict[bytes, tuple[int, int, FeatureKey]] = {}
    for segment_id, path in segment_files(folder):
        found = records.scan(path)
        layout = next(found, None)
        if not isinstance(layout, records.Layout):
            continue
        end, damaged = len(records.header(layout)), False
        for record in found:
            assert isinstance(record, records.Record)
            end = record.at + record.n_bytes
            damaged = damaged or not record.whole
            if record.whole and layout.kind == "pooled":
                pooled.setdefault(record.digest, (segment_id, record.at, record.key))
            elif record.whole:
                frames.setdefault(record.digest, (segment_id, record.at, record.n_bytes))
        # Behind a damaged record there may be sound ones: such a file is never cut or continued.
        index.add_segment(Segment(segment_id, layout, end, closed=damaged))
    rows: dict[FeatureSet, list[tuple[FeatureKey, bytes, Place]]] = {}
    for digest, (segment_id, at, key) in pooled.items():
        if digest in frames:
            place = Place(segment_id, at, *frames[digest])
            rows.setdefault(key.features, []).append((key, digest, place))
    for features, own in rows.items():
        index.add_features(features, own)
