"""How clips sound, from their features: who is like whom, and a map of all."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from merdesk import __version__
from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.domain.changes import Changes
from merdesk.exploration import contrasts
from merdesk.exploration.neighbours import NeighbourIndex
from merdesk.exploration.projection import Layout, Projection
from merdesk.features.store import FeatureStore
from merdesk.progress import Progress
from merdesk.project import clips
from merdesk.project.project import Project
from merdesk.workflows.features import feature_table

PREFERRED = ("jukebox", "chroma+basic", "classic", "chroma", "basic")
"""Which features say best how music sounds, where several know the same number of clips; imported ones come second."""
MAP_SEED = 0
NAMES: dict[Layout, str] = {"pca": "PCA", "pacmap": "PaCMAP", "tsne": "t-SNE"}
MAPS_KEPT = 12


@dataclass(frozen=True, slots=True)
class SoundFeatures:
    """Features by which clips can be compared: names of their sets, and how many clips have the rarest of them."""

    names: tuple[str, ...]
    n_clips: int

    @property
    def label(self) -> str:
        """The names in one word."""
        return "+".join(self.names)


@dataclass(frozen=True, slots=True)
class Sounds:
    """Clips as directions in the space of their features.

    Attributes
    ----------
    features
        By which they are compared.
    ids
        Ascending ids of the clips that have them, shape (n,); the rows of `index`.
    """

    features: SoundFeatures
    ids: IntArray
    index: NeighbourIndex

    def row_of(self, clip_id: int) -> int | None:
        """Row of a clip, None when it has no such features."""
        row = int(np.searchsorted(self.ids, clip_id))
        return row if row < len(self.ids) and self.ids[row] == clip_id else None

    def like(self, clip_id: int, k: int, among: BoolArray | None = None) -> list[tuple[int, float]]:
        """The k clips most like one, with their similarity in [-1, 1]; none where it has no features.

        `among` [n] says which rows may be answered.
        """
        row = self.row_of(clip_id)
        return [] if row is None else self._named(*self.index.nearest(row, k, among))

    def same_place(
        self, clip_id: int, k: int, places: FloatArray, among: BoolArray | None = None
    ) -> list[tuple[int, float]]:
        """Clips near in the plane that sound least alike, with their similarity; `places` [n, 2] of the rows."""
        row = self.row_of(clip_id)
        return [] if row is None else self._named(*contrasts.same_place(self.index, places, row, k, among))

    def same_sound(
        self, clip_id: int, k: int, places: FloatArray, among: BoolArray | None = None
    ) -> list[tuple[int, float]]:
        """Clips alike in sound that lie farthest in the plane, with their distance; `places` [n, 2] of the rows."""
        row = self.row_of(clip_id)
        return [] if row is None else self._named(*contrasts.same_sound(self.index, places, row, k, among))

    def _named(self, rows: IntArray, figures: FloatArray) -> list[tuple[int, float]]:
        return list(zip(self.ids[rows].tolist(), figures.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class SoundMap:
    """Places [n, 2] within [-1, 1] of the clips `ids` [n]; `explained` is the share of variance, NaN but for PCA."""

    features: SoundFeatures
    layout: Layout
    ids: IntArray
    places: FloatArray
    explained: float


def sound_features(project: Project) -> tuple[SoundFeatures, ...]:
    """What clips can be compared by, the best first: the most clips, then what says most about sound."""
    with FeatureStore.open(project.features_dir, read_only=project.read_only) as store:
        counts = {found.features.extractor: found.n_clips for found in store.sets() if found.n_clips}
    choices = [SoundFeatures((name,), n) for name, n in counts.items()]
    if {"chroma", "basic"} <= counts.keys():
        choices.append(SoundFeatures(("chroma", "basic"), min(counts["chroma"], counts["basic"])))
    return tuple(sorted(choices, key=lambda choice: (-choice.n_clips, _rank(choice.label))))


def _rank(label: str) -> int:
    return 2 * PREFERRED.index(label) if label in PREFERRED else 1


class _FromFeatures:
    """What both workflows share: reading features, and having nothing to write."""

    def __init__(self, project: Project, features: SoundFeatures) -> None:
        self._features = features
        self._locations = clips.locations(project)
        self._store_dir = project.features_dir

    def _read(self, progress: Progress) -> tuple[IntArray, FloatArray, tuple[int, ...]]:
        """Ids of the clips that have the features, the features, and the widths of their sets."""
        progress.begin("Reading features")
        table = feature_table(self._store_dir, self._features.names, self._locations)
        progress.checkpoint()
        ids = np.array([location.clip_id for location in self._locations], np.int64)
        whole = table.found & np.isfinite(table.values).all(axis=1)
        return ids[whole], table.values[whole], tuple(width for _, width in table.widths)

    def commit(self, part: object) -> Changes:  # noqa: ARG002  (nothing is delivered)
        """Nothing to write."""
        return Changes()

    def finish(self, result: object) -> Changes:  # noqa: ARG002  (the caller has the result)
        """Nothing to write."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing to clean up."""
        return Changes()


class CompareSounds(_FromFeatures):
    """Prepare the search for clips that sound alike."""

    title = "Compare sounds"

    def run(self, progress: Progress) -> Sounds:
        """Read the features and prepare the search."""
        ids, values, widths = self._read(progress)
        progress.begin("Comparing clips")
        return Sounds(self._features, ids, NeighbourIndex.of(values, widths))


@dataclass(frozen=True, slots=True)
class SoundClusters:
    """The cluster `codes` [n] of the clips `ids` [n]; 0 is the largest."""

    features: SoundFeatures
    ids: IntArray
    codes: IntArray


class ClusterSounds(_FromFeatures):
    """Find groups of clips that sound alike."""

    title = "Find clusters"

    def run(self, progress: Progress) -> SoundClusters:
        """Read the features and group them."""
        from merdesk.exploration.clusters import clusters
        from merdesk.exploration.standard import standardised

        ids, values, widths = self._read(progress)
        progress.begin("Finding clusters")
        return SoundClusters(self._features, ids, clusters(standardised(values, widths), seed=MAP_SEED))


class MapSounds(_FromFeatures):
    """Lay clips out so that those that sound alike lie close; a map made before comes from the cache."""

    def __init__(self, project: Project, features: SoundFeatures, layout: Layout) -> None:
        super().__init__(project, features)
        self._layout: Layout = layout
        self._cache_dir = project.cache_dir

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return "Map sounds" if self._layout == "pca" else f"Map sounds by {NAMES[self._layout]}"

    def run(self, progress: Progress) -> SoundMap:
        """Read the features, lay out, keep the result."""
        from merdesk.exploration.projection import project as lay_out
        from merdesk.exploration.standard import standardised
        from merdesk.workflows.map_process import arranged

        ids, values, widths = self._read(progress)
        path = self._cache_dir / f"map-{_digest(values, widths, self._layout)}.npy"
        found = _kept(path, len(ids))
        if found is None:
            progress.begin("Laying out")
            ready = standardised(values, widths)
            if self._layout == "pca":
                found = lay_out(ready, "pca", seed=MAP_SEED)
            else:
                found = arranged(ready, self._layout, MAP_SEED, progress)
            _keep(path, found)
        return SoundMap(self._features, self._layout, ids, found.places, found.explained)


def _digest(values: FloatArray, widths: tuple[int, ...], layout: Layout) -> str:
    """Names a map by all that it depends on."""
    made = hashlib.blake2b(f"{__version__} {layout} {MAP_SEED} {widths}".encode(), digest_size=16)
    made.update(np.ascontiguousarray(values, np.float32).data)
    return made.hexdigest()


def _keep(path: Path, found: Projection) -> None:
    """Keep a map and only a few older ones; a disk that refuses costs nothing but time at the next start."""
    beside = path.with_suffix(".part")
    try:
        path.parent.mkdir(exist_ok=True)
        with beside.open("wb") as file:
            np.save(file, np.vstack([[found.explained, 0.0], found.places]))
        beside.replace(path)
        older = sorted(path.parent.glob("map-*.npy"), key=lambda kept: kept.stat().st_mtime, reverse=True)
        for kept in older[MAPS_KEPT:]:
            kept.unlink()
    except OSError:
        beside.unlink(missing_ok=True)


def _kept(path: Path, n: int) -> Projection | None:
    try:
        stored = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return Projection(stored[1:], float(stored[0, 0])) if stored.shape == (n + 1, 2) else None
