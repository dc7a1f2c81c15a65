"""The clips of a project as evaluation wants them: those with annotations and features, and what is the same music."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.domain.columns import ClipColumns
from merdesk.domain.words import counted
from merdesk.errors import ModelError
from merdesk.evaluation.bootstrap import Interval
from merdesk.evaluation.cells import ClipTable
from merdesk.features.key import FeatureSet
from merdesk.project import clips, columns, datasets
from merdesk.project.project import Project
from merdesk.project.text import fold
from merdesk.workflows.features import FeatureTable, check_names, feature_table
from merdesk.workflows.fitting import Examples
from merdesk.workflows.same_music import alike_by_features, alike_by_keys
from merdesk.workflows.scoring import groups_of

ID_FAMILIES = {"emomusic": "MediaEval", "deam": "MediaEval"}
"""Loaders whose ids mean the same songs: DEAM's ids up to 1000 are those of EmoMusic."""
LEAST_CLIPS = 3
SPREAD_DDOF = 0
"""Spreads of the project's columns are standard deviations with divisor n."""


@dataclass(frozen=True, slots=True)
class Source:
    """What evaluation needs of a project, read by the thread that owns it."""

    columns: ClipColumns
    locations: tuple[clips.ClipLocation, ...]
    families: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    ranked: frozenset[str]
    features: tuple[str, ...]
    store_dir: Path

    @classmethod
    def of(cls, project: Project, features: Sequence[str]) -> "Source":
        """Read the project; FeatureError for features that nothing has."""
        check_names(features, project.features_dir)
        infos = {row.info.name: row for row in datasets.all(project)}
        shown = columns.load(project)
        # Row by row with the columns: clips that a repair leaves out have a name and a place still.
        ids = shown.ids.tolist()
        labels = clips.labels(project, ids)
        return cls(
            columns=shown,
            locations=tuple(clips.locations(project, ids)),
            families=tuple(_family(infos[label.dataset].loader, label.source_id) for label in labels),
            names=(
                tuple(_name(label) for label in labels),
                tuple(label.source_id for label in labels),
            ),
            ranked=frozenset(name for name, row in infos.items() if row.info.scale.kind == "rank"),
            features=tuple(features),
            store_dir=project.features_dir,
        )

    @property
    def fingerprint(self) -> str:
        """Changes when annotations, groups or datasets do."""
        return fingerprint(self.columns)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A table of clips, the rows of the project's columns that they are, and the widths of the feature blocks."""

    table: ClipTable
    rows: IntArray
    widths: tuple[tuple[str, int], ...]
    n_without_features: int
    sets: tuple[FeatureSet, ...] = ()
    left_out: tuple[str, ...] = ()
    """Datasets that have ratings, but too few for this table, each with its reason."""

    @property
    def examples(self) -> Examples:
        """What a model is fitted on; copies of one recording are one group, so that no choice rests on a copy."""
        from merdesk.evaluation.leakage import merged_groups

        table = self.table
        groups = merged_groups(table.groups, table.duplicates)
        return Examples(self.widths, table.features, table.affect, groups, table.datasets)


def fingerprint(clip_columns: ClipColumns) -> str:
    """Changes when annotations, groups or datasets do; short enough to write down."""
    digest = hashlib.blake2b(repr(clip_columns.dataset_names).encode(), digest_size=16)
    for array in (clip_columns.ids, clip_columns.affect, clip_columns.dataset, clip_columns.group):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def genre_fingerprint(clip_columns: ClipColumns) -> str:
    """Changes when genres do."""
    digest = hashlib.blake2b(repr(clip_columns.genre_names).encode(), digest_size=16)
    digest.update(np.ascontiguousarray(clip_columns.genre).tobytes())
    return digest.hexdigest()


def evaluated(source: Source) -> Evaluated:
    """Gather the clips.

    Raises
    ------
    ModelError
        When no dataset has three rated clips with these features.
    """
    found = feature_table(source.store_dir, source.features, source.locations)
    whole = source.columns
    annotated = whole.annotated
    rows = _of_large_sets(whole, annotated & found.found)
    if not len(rows):
        raise ModelError(
            f"No dataset has {LEAST_CLIPS} rated clips with {'+'.join(source.features)} features{_scarce(found)}; extract "
            "or import them first, or import ratings."
        )
    features = found.values[rows]
    if not np.ptp(features, axis=0).any():
        raise ModelError(
            f"The {'+'.join(source.features)} features are the same for all {len(rows)} rated clips, so nothing can be "
            "learnt from them; extract or import them again."
        )
    affect = whole.affect[rows].astype(np.float64)
    return Evaluated(
        _table(source, rows, features, affect, alike_by_features(source, rows, features)),
        rows,
        found.widths,
        int(np.count_nonzero(annotated & ~found.found)),
        found.sets,
        _left_out(whole, rows, annotated & found.found, " with these features"),
    )


def _scarce(found: FeatureTable) -> str:
    """How many clips each of several sets has, for one of them may be what is missing."""
    if len(found.widths) < 2:
        return ""
    told = ", ".join(f"{name} {count:,}" for (name, _), count in zip(found.widths, found.counts, strict=True))
    return f" (clips with {told})"


def rated(source: Source, affect: FloatArray, pairs: IntArray) -> Evaluated:
    """All rated clips, whether they have features or not, in a table without features.

    Parameters
    ----------
    affect
        Of every clip of the project in double precision, shape (n, 2).
    pairs
        Rows of the project's columns known as duplicates, shape (m, 2), for instance by features.

    Raises
    ------
    ModelError
        When no dataset has three rated clips.
    """
    rows = _of_large_sets(source.columns, source.columns.annotated)
    if not len(rows):
        raise ModelError(f"No dataset has {LEAST_CLIPS} rated clips; import ratings first.")
    known = pairs[np.isin(pairs, rows).all(axis=1)]
    table = _table(source, rows, np.empty((len(rows), 0)), affect[rows], np.searchsorted(rows, known))
    return Evaluated(table, rows, (), 0, left_out=_left_out(source.columns, rows, source.columns.annotated))


def _left_out(whole: ClipColumns, rows: IntArray, usable: BoolArray, which: str = "") -> tuple[str, ...]:
    """Rated datasets of which no row was taken, with their counts."""
    rated_codes = np.unique(whole.dataset[whole.annotated])
    return tuple(
        f"{whole.dataset_names[code]} is left out: {counted(int(np.count_nonzero(usable[whole.dataset == code])), 'rated clip')}"
        f"{which}, and {LEAST_CLIPS} are needed"
        for code in rated_codes[~np.isin(rated_codes, whole.dataset[rows])].tolist()
    )


def _of_large_sets(whole: ClipColumns, usable: BoolArray) -> IntArray:
    """Usable rows of the datasets that have at least three of them."""
    counts = np.bincount(whole.dataset[usable], minlength=len(whole.dataset_names))
    return np.flatnonzero(usable & (counts[whole.dataset] >= LEAST_CLIPS))


def _table(
    source: Source, rows: IntArray, features: FloatArray, affect: FloatArray, pairs: IntArray
) -> ClipTable:
    """A table of these rows; `pairs` of its rows are duplicates, as is what bears one digest or one id."""
    whole = source.columns
    kept, codes = np.unique(whole.dataset[rows], return_inverse=True)
    return ClipTable(
        features,
        affect,
        codes,
        tuple(whole.dataset_names[code] for code in kept),
        np.unique(groups_of(whole)[rows], return_inverse=True)[1],
        np.unique(np.concatenate([pairs, alike_by_keys(source, rows)]), axis=0),
    )


def within_datasets(given: Evaluated) -> Evaluated:
    """The same clips with features standardised within each dataset.

    Raises
    ------
    ModelError
        Naming datasets that have too few clips for statistics of their own.
    """
    from merdesk.models.transductive import LEAST_CLIPS as LEAST_FOR_STATISTICS
    from merdesk.models.transductive import standardised, statistics

    table = given.table
    values, found = standardised(table.features, table.datasets, statistics(table.features, table.datasets))
    if not found.all():
        few = sorted({table.dataset_names[code] for code in table.datasets[~found].tolist()})
        raise ModelError(
            f"Standardising within datasets takes {LEAST_FOR_STATISTICS} rated clips in each, and {', '.join(few)} "
            "has fewer; leave the switch off, or remove that dataset."
        )
    return replace(given, table=replace(table, features=values))


def ceilings_of(source: Source, given: Evaluated, *, seed: int) -> dict[str, dict[str, Interval]]:
    """The most that R2 can be, by dataset and dimension, from how far raters disagree."""
    from merdesk.evaluation.ceiling import noise_ceiling
    from merdesk.evaluation.metrics import DIMENSIONS

    whole, table = source.columns, given.table
    spread: FloatArray = whole.spread[given.rows]
    raters = whole.n_raters[given.rows]
    found: dict[str, dict[str, Interval]] = {}
    for code, name in enumerate(table.dataset_names):
        mine = table.rows([code])
        found[name] = {
            dimension: noise_ceiling(
                table.affect[mine, axis],
                spread[mine, axis],
                raters[mine],
                table.groups[mine],
                ddof=SPREAD_DDOF,
                seed=seed,
            )
            for axis, dimension in enumerate(DIMENSIONS)
        }
    return found


def _name(label: clips.ClipLabel) -> str:
    return fold(f"{label.artist}: {label.title}") if label.artist and label.title else ""


def _family(loader: str, source_id: str) -> str:
    return f"{ID_FAMILIES[loader]}/{source_id}" if loader in ID_FAMILIES and source_id else ""
