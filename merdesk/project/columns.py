"""All clips as columns, read in one go: what every view, filter, statistic and plot works on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from merdesk.domain.affect import UNIT_SCALE, AffectScale
from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.columns import NO_CODE, ClipColumns, ClipFlag
from merdesk.domain.consensus import consensus
from merdesk.project import genres, models, repairs
from merdesk.project.database import Database, Row
from merdesk.project.project import Project


def load(project: Project) -> ClipColumns:
    """Columns of every clip that is shown, in ascending id; 100,000 clips take some .5 s."""
    database = project.database
    rows = database.rows(
        "SELECT c.id, c.track_id, c.dataset_id, c.genre_raw, t.artist, c.group_name, c.split"
        " FROM seen_clip c JOIN track t ON t.id = c.track_id ORDER BY c.id"
    )
    if not rows:
        return ClipColumns.empty()
    ids, tracks, dataset_ids, raw, artists, groups, splits = zip(*rows, strict=True)
    id_column, track_column, dataset_column = (
        np.array(values, np.int64) for values in (ids, tracks, dataset_ids)
    )
    names: dict[int, str] = dict(database.rows("SELECT id, name FROM seen_dataset ORDER BY id"))
    primary = genres.Primary.of(project)
    genre_of = {pair: primary(*pair) for pair in set(zip(dataset_ids, raw, strict=True))}
    coded = {
        "dataset": _codes([names[key] for key in dataset_ids], tuple(names.values())),
        "genre": _codes([genre_of[pair] for pair in zip(dataset_ids, raw, strict=True)]),
        "artist": _codes(artists),
        "group": _groups(dataset_ids, groups),
        "split": _codes(_splits(repairs.active(project), id_column, splits)),
    }
    columns: dict[str, Any] = {stem: codes for stem, (codes, _) in coded.items()}
    columns |= {f"{stem}_names": known for stem, (_, known) in coded.items()}
    columns["affect"], columns["spread"], columns["n_raters"] = _consensus(project, id_column, dataset_column)
    columns["prediction"] = _prediction(project, id_column)
    columns["flags"] = _flags(database, id_column, track_column)
    return ClipColumns(ids=id_column, track_ids=track_column, **columns)


def _codes(values: Sequence[str], names: tuple[str, ...] | None = None) -> tuple[IntArray, tuple[str, ...]]:
    """Codes of values into their sorted names; NO_CODE for an empty value."""
    if names is None:
        names = tuple(sorted(set(values) - {""}))
    code = {name: number for number, name in enumerate(names)}
    return np.array([code.get(value, NO_CODE) for value in values], np.int64), names


def _groups(dataset_ids: Sequence[int], groups: Sequence[str]) -> tuple[IntArray, tuple[str, ...]]:
    """Codes of groups; the same name in two datasets is two groups."""
    pairs = list(zip(dataset_ids, groups, strict=True))
    distinct = sorted({pair for pair in pairs if pair[1]})
    code = {pair: number for number, pair in enumerate(distinct)}
    return np.array([code.get(pair, NO_CODE) for pair in pairs], np.int64), tuple(
        name for _, name in distinct
    )


def _splits(fixes: Sequence[repairs.Repair], ids: IntArray, published: Sequence[str]) -> Sequence[str]:
    """Splits as published, or as they were set since."""
    splits = list(published)
    for fix in fixes:
        if fix.kind != repairs.SPLIT or fix.clip_ids is None or fix.codes is None:
            continue
        rows, found = _rows_of(ids, fix.clip_ids)
        names = fix.details["names"]
        for row, code in zip(rows.tolist(), fix.codes[found].tolist(), strict=True):
            splits[row] = names[code]
    return splits


def _consensus(
    project: Project, ids: IntArray, dataset_ids: IntArray
) -> tuple[FloatArray, FloatArray, IntArray]:
    said = project.database.rows(
        "SELECT clip_id, valence, arousal, valence_std, arousal_std, n_raters, batch_id IS NOT NULL"
        " FROM seen_annotation WHERE valence IS NOT NULL AND arousal IS NOT NULL"
    )
    if not said:
        nothing = np.full((len(ids), 2), np.nan)
        return nothing, nothing, np.zeros(len(ids), np.int64)
    # None, a missing spread, becomes NaN here.
    table = np.array(said, dtype=np.float64)
    rows, found = _rows_of(ids, table[:, 0].astype(np.int64))
    table = table[found]
    affect, spread = _to_unit(project, table, ids[rows], dataset_ids[rows])
    return consensus(rows, affect, spread, table[:, 5], n_clips=len(ids))


def _to_unit(
    project: Project, table: FloatArray, clip_ids: IntArray, dataset_ids: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Values and spreads on [-1, 1], with what was published repaired."""
    affect, spread = table[:, 1:3].copy(), table[:, 3:5].copy()
    scales = {
        row[0]: AffectScale(*row[1:])
        for row in project.database.rows(
            "SELECT id, valence_min, valence_max, arousal_min, arousal_max, scale_kind FROM seen_dataset"
        )
    }
    published = table[:, 6] > 0
    fixes = [fix for fix in repairs.active(project) if fix.kind in (repairs.EXCHANGE, repairs.RESCALE)]
    for dataset_id, scale in scales.items():
        own = dataset_ids == dataset_id
        for fix in fixes:
            hit = own & published & fix.covers(clip_ids, dataset_ids)
            affect[hit] = repairs.repaired(fix, affect[hit], scale, spread=False)
            spread[hit] = repairs.repaired(fix, spread[hit], scale, spread=True)
        if scale != UNIT_SCALE:
            affect[own] = scale.to_unit(affect[own])
            spread[own] = scale.spread_to_unit(spread[own])
    return affect, spread


def _prediction(project: Project, ids: IntArray) -> FloatArray:
    shown = np.full((len(ids), 2), np.nan, np.float32)
    model = models.current(project)
    if model is None:
        return shown
    said = project.database.rows(
        # In-sample first, so that a held-out prediction of the same clip stands at the end.
        "SELECT clip_id, valence, arousal FROM prediction WHERE model_id = ? ORDER BY held_out",
        (model.id,),
    )
    if said:
        table = np.array(said, dtype=np.float64)
        rows, found = _rows_of(ids, table[:, 0].astype(np.int64))
        shown[rows] = table[found, 1:]
    return shown


def _flags(database: Database, ids: IntArray, track_ids: IntArray) -> IntArray:
    flags = np.zeros(len(ids), np.uint8)
    located = database.rows("SELECT track_id FROM current_file")
    doubtful = database.rows("SELECT track_id FROM current_file WHERE warning <> ''")
    traced = database.rows("SELECT DISTINCT clip_id FROM seen_trace")
    flags[np.isin(track_ids, _column(located))] |= int(ClipFlag.HAS_AUDIO)
    flags[np.isin(track_ids, _column(doubtful))] |= int(ClipFlag.DOUBTFUL)
    flags[np.isin(ids, _column(traced))] |= int(ClipFlag.HAS_TRACE)
    return flags


def _column(rows: Sequence[Row]) -> IntArray:
    return np.fromiter((row[0] for row in rows), np.int64, len(rows))


def _rows_of(ids: IntArray, wanted: IntArray) -> tuple[IntArray, IntArray]:
    """Rows of the wanted ids, and which of the wanted are there."""
    rows = np.searchsorted(ids, wanted)
    inside = rows < len(ids)
    there = np.flatnonzero(inside)
    there = there[ids[rows[there]] == wanted[there]]
    return rows[there], there
