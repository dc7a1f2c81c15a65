"""How clips sound, for every view that asks: prepared in the background, prepared again when features come."""

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from merdesk.domain.arrays import FloatArray
from merdesk.domain.changes import Changes
from merdesk.errors import Failure
from merdesk.exploration.projection import N_CLIPS, Layout
from merdesk.ui.jobs import Job, Jobs
from merdesk.ui.plots.colouring import Measure
from merdesk.ui.session import Session
from merdesk.workflows.measures import ListMeasures, MeasureName, MeasureValues, ReadMeasure
from merdesk.workflows.sound_space import (
    ClusterSounds,
    CompareSounds,
    MapSounds,
    SoundClusters,
    SoundFeatures,
    SoundMap,
    Sounds,
    sound_features,
)
from merdesk.workflows.workflow import Workflow

CONCERNED = ("feature", "import_batch", "dataset", "clip")
"""A change in one of these can bring features or take clips away."""


MOST_KINDS = 12
"""Different whole numbers up to which a column tells groups rather than amounts."""


def as_groups(values: FloatArray) -> tuple[FloatArray, tuple[str, ...]]:
    """A column [m] and no names, or the group of each value and the names of groups where it tells groups.

    Examples
    --------
    >>> as_groups(np.array([3.0, 1.0, np.nan, 3.0]))
    (array([ 1.,  0., nan,  1.]), ('1', '3'))
    """
    known = np.unique(values[np.isfinite(values)])
    if not 0 < len(known) <= MOST_KINDS or (known != np.round(known)).any():
        return values, ()
    codes = np.where(np.isfinite(values), np.searchsorted(known, values), np.nan)
    return codes, tuple(f"{value:g}".replace("-", "\N{MINUS SIGN}") for value in known)


class SoundSpace(QObject):
    """Clips compared by one choice of features.

    Nothing is computed before a view asks by `want_sounds` or `want_map`; both are quick, and may be called often.

    Signals
    -------
    changed
        There is more to show, other features can be chosen, or what is shown is out of date.
    """

    changed = Signal()

    def __init__(self, session: Session, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self.choices: tuple[SoundFeatures, ...] = sound_features(session.project)
        self._chosen = ""
        self.layout: Layout = "pacmap"
        self.sounds: Sounds | None = None
        self.maps: dict[Layout, SoundMap] = {}
        self._stale: set[str] = set()
        self._under_way: dict[str, Job] = {}
        self._failed: set[str] = set()
        session.changed.connect(self._follow)
        jobs.failed.connect(self._fail)

    @property
    def features(self) -> SoundFeatures | None:
        """By what clips are compared: what was chosen, else what is best; None without features."""
        chosen = next((choice for choice in self.choices if choice.label == self._chosen), None)
        return chosen or (self.choices[0] if self.choices else None)

    @property
    def map(self) -> SoundMap | None:
        """The map in the chosen layout; that of PCA until it is there."""
        return self.maps.get(self.layout) or self.maps.get("pca")

    @property
    def is_arranging(self) -> bool:
        """True while the chosen layout is being computed."""
        return self._is_under_way(f"map {self.layout}")

    def _is_under_way(self, name: str) -> bool:
        # A job that the user cancels ends without a word.
        return name in self._under_way and self._under_way[name] in tuple(self._jobs)

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """Those for which there are neither too few nor too many clips; none without features."""
        n_clips = -1 if self.features is None else self.features.n_clips
        return tuple(layout for layout, (least, most) in N_CLIPS.items() if least <= n_clips <= most)

    def choose(self, label: str) -> None:
        """Compare by other features from now on."""
        if self.features is None or label != self.features.label:
            self._chosen = label
            self._forget()

    def lay_out(self, layout: Layout) -> None:
        """Show maps in this layout from now on."""
        if layout != self.layout:
            self.layout = layout
            self.changed.emit()

    def list_measures(self, done: Callable[[tuple[MeasureName, ...]], None]) -> None:
        """Name the columns of all features in the background, for `done`."""
        self._jobs.start(ListMeasures(self._session.project), done=done)

    def colour_by(self, measure: MeasureName) -> None:
        """Read one of these columns and colour by it."""
        self._jobs.start(ReadMeasure(self._session.project, measure), done=self._take_measure)

    def _take_measure(self, found: MeasureValues) -> None:
        self._session.colour_by(Measure(found.measure.title, found.ids, *as_groups(found.values)))

    def colour_by_clusters(self) -> None:
        """Find groups of clips that sound alike in the background, and colour by them."""
        if self.features is not None:
            self._jobs.start(ClusterSounds(self._session.project, self.features), done=self._take_clusters)

    def _take_clusters(self, found: SoundClusters) -> None:
        title = f"Clusters by {found.features.label.replace('+', ' + ')}"
        names = tuple(f"Cluster {number + 1}" for number in range(int(found.codes.max(initial=-1)) + 1))
        self._session.colour_by(Measure(title, found.ids, found.codes.astype(float), names, "cluster"))

    def want_sounds(self) -> None:
        """See to it that `sounds` comes, and is up to date."""
        features = self.features
        if features is not None and (self.sounds is None or "sounds" in self._stale):
            self._start("sounds", lambda: CompareSounds(self._session.project, features), self._take_sounds)

    def want_map(self) -> None:
        """See to it that `map` comes, first by PCA, then in the chosen layout."""
        features = self.features
        if features is None:
            return
        layout: Layout = self.layout if "pca" in self.maps and self.layout in self.layouts else "pca"
        name = f"map {layout}"
        if layout not in self.maps or name in self._stale:
            self._start(name, lambda: MapSounds(self._session.project, features, layout), self._take_map)

    def _start(self, name: str, make: Callable[[], Workflow], done: Callable[[Any], None]) -> None:
        if not self._is_under_way(name) and name not in self._failed:
            self._stale.discard(name)
            self._under_way[name] = self._jobs.start(
                make(), done=lambda result: self._done(name, result, done)
            )

    def _done(self, name: str, result: Sounds | SoundMap, take: Callable[[Any], None]) -> None:
        self._under_way.pop(name, None)
        # What was computed by features that nobody wants any more is dropped.
        if self.features is not None and result.features.label == self.features.label:
            take(result)
        self.changed.emit()

    def _take_sounds(self, sounds: Sounds) -> None:
        self.sounds = sounds

    def _take_map(self, found: SoundMap) -> None:
        self.maps[found.layout] = found

    def _fail(self, job: Job, _: Failure) -> None:
        for name, own in tuple(self._under_way.items()):
            if own is job:
                del self._under_way[name]
                self._failed.add(name)
                self.changed.emit()

    def _follow(self, changes: Changes) -> None:
        if any(table in changes for table in CONCERNED):
            before = self.choices
            self.choices = sound_features(self._session.project)
            if "feature" in changes or self.choices != before:
                self._stale = {"sounds", *(f"map {layout}" for layout in N_CLIPS)}
                self._failed.clear()
                self.changed.emit()

    def _forget(self) -> None:
        self.sounds = None
        self.maps.clear()
        self._stale.clear()
        self._failed.clear()
        self.changed.emit()
