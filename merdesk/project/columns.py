"""All clips as columns, read in one go: what every view, filter, statistic and plot works on."""

from collections.abc import Sequence
from itertools import compress
from typing import Any

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.domain.changes import Changes
from merdesk.domain.clip import DatasetId
from merdesk.domain.columns import NO_CODE, ClipColumns, ClipFlag
from merdesk.project import column_affect, column_cache, genres, models, repairs
from merdesk.project.column_rows import Chosen, ids_of, rows_of
from merdesk.project.database import Row
from merdesk.project.project import Project

PATCH_MAX = 2000
"""Clips that are read anew one by one; more are read with all others, unless they are a small share of them."""
PATCH_SHARE = 0.25
SHORT_CODES = 2**15
"""Names that the 16 bits of a genre's or split's code tell apart."""
CODED = ("dataset", "genre", "artist", "group", "split")


def load(project: Project) -> ClipColumns:
    """Columns of every clip that is shown, in ascending id; 100,000 clips take some .4 s, .01 s from the cache."""
    if project.as_filed:
        return _read(project, Chosen(None))
    version = project.data_version
    cached = column_cache.load(project.cache_dir, version)
    if cached is not None:
        return cached
    columns = _read(project, Chosen(None))
    if not project.read_only:
        column_cache.save(project.cache_dir, version, columns)
    return columns


def exact_affect(project: Project, columns: ClipColumns) -> FloatArray:
    """Affect [n, 2] of these clips in double precision.

    Mean ratings of few people lie on the edges of histograms, where single precision moves clips by a bin.
    """
    names = {name: key for key, name in _dataset_names(project).items()}
    codes = np.array([names[name] for name in columns.dataset_names], np.int64)
    fixes = repairs.active(project)
    return column_affect.pooled(project, Chosen(None), columns.ids, codes[columns.dataset], fixes)[0]


def patched(project: Project, columns: ClipColumns, changes: Changes) -> ClipColumns:
    """The columns after changes: some clips are read anew, or all where there are many.

    Codes keep their meaning; names that are new stand at the end, so that the order of names can differ from `load`.
    """
    ids = changes.ids("clip")
    if ids is None or len(ids) > max(PATCH_MAX, PATCH_SHARE * len(columns)):
        return load(project)
    if not ids:
        return columns
    return _spliced(columns, _read(project, Chosen(ids)), ids, tuple(_dataset_names(project).values()))


def _read(project: Project, chosen: Chosen) -> ClipColumns:
    database = project.database
    rows = database.rows(
        "SELECT c.id, c.track_id, c.dataset_id, c.genre_raw, t.artist, c.group_name, c.split FROM seen_clip c"
        f" JOIN track t ON t.id = c.track_id WHERE {chosen.where('c.id')} ORDER BY c.id",
        chosen.parameters,
    )
    fixes = repairs.active(project)
    rows = _kept(rows, fixes)
    if not rows:
        return ClipColumns.empty()
    ids, tracks, dataset_ids, raw, artists, groups, splits = zip(*rows, strict=True)
    id_column, track_column, dataset_column = (
        np.array(values, np.int64) for values in (ids, tracks, dataset_ids)
    )
    names = _dataset_names(project)
    coded = {
        "dataset": _codes([names[key] for key in dataset_ids], tuple(names.values())),
        "genre": _codes(_genres(project, dataset_ids, raw), most=SHORT_CODES),
        "artist": _codes(artists),
        "group": _codes(_groups(dataset_ids, groups, names)),
        "split": _codes(_splits(fixes, id_column, splits), most=SHORT_CODES),
    }
    columns: dict[str, Any] = {stem: codes for stem, (codes, _) in coded.items()}
    columns |= {f"{stem}_names": known for stem, (_, known) in coded.items()}
    pooled = column_affect.pooled(project, chosen, id_column, dataset_column, fixes)
    columns["affect"], columns["spread"], columns["n_raters"] = pooled
    columns["prediction"] = _prediction(project, chosen, id_column)
    columns["flags"] = _flags(project, chosen, id_column, track_column)
    return ClipColumns(ids=id_column, track_ids=track_column, **columns)


def _dataset_names(project: Project) -> dict[int, str]:
    return dict(project.database.rows("SELECT id, name FROM seen_dataset ORDER BY id"))


def _kept(rows: list[Row], fixes: Sequence[repairs.Repair]) -> list[Row]:
    """Rows of clips that no repair leaves out."""
    left_out = {
        int(clip_id)
        for fix in fixes
        if fix.kind == repairs.LEAVE_OUT and fix.clip_ids is not None
        for clip_id in fix.clip_ids
    }
    return [row for row in rows if row[0] not in left_out] if left_out else rows


def _codes(
    values: Sequence[str], names: tuple[str, ...] | None = None, *, most: int | None = None
) -> tuple[IntArray, tuple[str, ...]]:
    """Codes of values into their sorted names; NO_CODE for an empty value, or a name beyond what codes can hold."""
    if names is None:
        names = tuple(sorted(set(values) - {""}))[:most]
    code = {name: number for number, name in enumerate(names)}
    return np.array([code.get(value, NO_CODE) for value in values], np.int64), names


def _genres(project: Project, dataset_ids: Sequence[int], raw: Sequence[str]) -> list[str]:
    primary = genres.Primary.of(project)
    pairs = list(zip(dataset_ids, raw, strict=True))
    genre_of = {pair: primary(DatasetId(pair[0]), pair[1]) for pair in set(pairs)}
    return [genre_of[pair] for pair in pairs]


def _groups(dataset_ids: Sequence[int], groups: Sequence[str], names: dict[int, str]) -> list[str]:
    """Names of groups; the same name in two datasets is two groups."""
    pairs = zip(dataset_ids, groups, strict=True)
    return [f"{names[dataset_id]}: {group}" if group else "" for dataset_id, group in pairs]


def _splits(fixes: Sequence[repairs.Repair], ids: IntArray, published: Sequence[str]) -> Sequence[str]:
    """Splits as published, or as they were set since."""
    splits = list(published)
    for fix in fixes:
        if fix.kind != repairs.SPLIT or fix.clip_ids is None or fix.codes is None:
            continue
        rows, found = rows_of(ids, fix.clip_ids)
        names = fix.details["names"]
        for row, code in zip(rows.tolist(), fix.codes[found].tolist(), strict=True):
            splits[row] = names[code]
    return splits


def _prediction(project: Project, chosen: Chosen, ids: IntArray) -> FloatArray:
    shown = np.full((len(ids), 2), np.nan, np.float32)
    model = models.current(project)
    if model is None:
        return shown
    said = project.database.rows(
        # In-sample first, so that a held-out prediction of the same clip stands at the end.
        "SELECT clip_id, valence, arousal FROM prediction WHERE model_id = :model"
        f" AND {chosen.where('clip_id')} ORDER BY held_out",
        chosen.parameters | {"model": model.id},
    )
    if said:
        table = np.array(said, dtype=np.float64)
        rows, found = rows_of(ids, table[:, 0].astype(np.int64))
        shown[rows] = table[found, 1:]
    return shown


def _flags(project: Project, chosen: Chosen, ids: IntArray, track_ids: IntArray) -> IntArray:
    database = project.database
    flags = np.zeros(len(ids), np.uint8)
    some_tracks = chosen.where("track_id", "SELECT track_id FROM clip WHERE id IN")
    located = database.rows(
        f"SELECT track_id, warning <> '' FROM current_file WHERE {some_tracks}", chosen.parameters
    )
    doubtful = ids_of([row for row in located if row[1]])
    traced = database.rows(
        f"SELECT DISTINCT clip_id FROM seen_trace WHERE {chosen.where('clip_id')}", chosen.parameters
    )
    flags[np.isin(track_ids, ids_of(located))] |= int(ClipFlag.HAS_AUDIO)
    flags[np.isin(track_ids, doubtful)] |= int(ClipFlag.DOUBTFUL)
    flags[np.isin(ids, ids_of(traced))] |= int(ClipFlag.HAS_TRACE)
    return flags


def _spliced(
    columns: ClipColumns, part: ClipColumns, ids: frozenset[int], datasets: tuple[str, ...]
) -> ClipColumns:
    """The columns with these clips taken out and the part put in."""
    keep = ~np.isin(columns.ids, np.fromiter(ids, np.int64, len(ids)))
    order = np.argsort(np.concatenate([columns.ids[keep], part.ids]), kind="stable")
    gone = len(order) < len(columns)
    arrays: dict[str, Any] = {}
    for stem in CODED:
        known, new = getattr(columns, f"{stem}_names"), getattr(part, f"{stem}_names")
        kept = getattr(columns, stem)[keep]
        if stem == "dataset":
            names, kept = datasets, _renumbering(known, datasets)[kept]
        elif gone:
            names, kept = _used(known, kept)
        else:
            names = known
        place = {name: number for number, name in enumerate(names)}
        # The last entry is where NO_CODE points to.
        recode = np.array([place.setdefault(name, len(place)) for name in new] + [NO_CODE], np.int64)
        arrays[f"{stem}_names"] = tuple(place)
        arrays[stem] = np.concatenate([kept, recode[getattr(part, stem)]])[order]
    for name in ClipColumns.DTYPES:
        if name not in CODED:
            arrays[name] = np.concatenate([getattr(columns, name)[keep], getattr(part, name)])[order]
    return ClipColumns(**arrays)


def _renumbering(before: Sequence[str], after: Sequence[str]) -> IntArray:
    """Codes after by codes before; a name that is not there any more, and NO_CODE, become NO_CODE."""
    place = {name: number for number, name in enumerate(after)}
    return np.array([place.get(name, NO_CODE) for name in before] + [NO_CODE], np.int64)


def _used(names: tuple[str, ...], codes: IntArray) -> tuple[tuple[str, ...], IntArray]:
    """Names without those that no code stands for any more, and the codes into them."""
    used = np.zeros(len(names) + 1, dtype=bool)
    used[codes] = True
    used[-1] = True  # where NO_CODE points to
    renumber = np.cumsum(used) - 1
    renumber[-1] = NO_CODE
    return tuple(compress(names, used)), renumber[codes]
