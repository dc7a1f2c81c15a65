"""Extract features of clips: what is missing in the store, nothing else, so that it can stop and go on at any time."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.protocols import FeatureArrays
from merdesk.domain.source import LeftOut
from merdesk.domain.words import counted
from merdesk.features.key import FeatureKey, FeatureSet, Span
from merdesk.features.store import Content, FeatureStore
from merdesk.features.titles import title_of
from merdesk.features.units import Unit, UnitResult
from merdesk.features.waiting import Waiting
from merdesk.progress import Progress
from merdesk.project import clips, problems
from merdesk.project.clips import ClipLocation
from merdesk.project.project import Project
from merdesk.workflows.executors import Elsewhere, Executor, cluster_executor_for, executor_for
from merdesk.workflows.features import feature_set, key_of, span_of
from merdesk.workflows.inbox import take_in, with_inbox

DEFAULT_FEATURES = ("chroma", "basic")


@dataclass(slots=True)
class ExtractSummary:
    """What an extraction did; grows while it runs."""

    n_clips: int = 0
    n_extracted: int = 0
    n_there: int = 0
    n_without_audio: int = 0
    problems: list[LeftOut] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The summary in words."""
        parts = [f"Features of {counted(self.n_extracted, 'clip')} extracted"]
        if self.n_there:
            parts.append(f"{self.n_there:,} there already")
        if self.n_without_audio:
            parts.append(f"{self.n_without_audio:,} without audio")
        if self.problems:
            parts.append(f"{len(self.problems):,} failed")
        return ", ".join(parts) + "."

    @property
    def kept(self) -> str:
        """What is in the store after a stop, in words."""
        n_kept = self.n_there + self.n_extracted
        if not n_kept:  # nothing yet, or stopped before it was counted
            return "what was finished is kept"
        verb = "is" if n_kept == 1 else "are"
        return f"{n_kept:,} of {counted(self.n_clips - self.n_without_audio, 'clip')} {verb} kept"


class ExtractFeatures:
    """Extract some features of some clips into the project's store; they are counted in `units`.

    Parameters
    ----------
    names
        Features to extract, all in one decoding of each clip.
    first
        Clips to begin with: those that the user looks at.
    executor
        What runs the extractors; made for this run and closed after it when None.
    keep_earlier
        Leave out clips that have what an earlier version of an extractor gave: nothing is computed again unasked.
    elsewhere
        A cluster to run them on instead; what it computes is kept under the sets that its workers name.
    """

    def __init__(
        self,
        project: Project,
        names: Sequence[str] = DEFAULT_FEATURES,
        *,
        clip_ids: Sequence[int] | None = None,
        first: Sequence[int] = (),
        workers: int = 0,
        executor: Executor | None = None,
        keep_earlier: bool = False,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self._project = project
        self.names = tuple(names)
        self._elsewhere = elsewhere
        self._keep_earlier = keep_earlier
        self._sets: dict[str, FeatureSet] = {} if elsewhere else {name: feature_set(name) for name in names}
        self._store_dir = project.features_dir
        self._locations = _first(clips.locations(project, clip_ids), first)
        self._quick_keys = {location.clip_id: location.quick_key or b"" for location in self._locations}
        self._workers = workers
        self._executor = executor
        self._waiting: Waiting | None = None
        self.summary = ExtractSummary(n_clips=len(self._locations))

    units = "clips"

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Extract {' and '.join(map(title_of, self.names))}"

    @property
    def kept(self) -> str:
        """How far it is, for whoever has stopped it on the command line."""
        return f"{self.summary.kept}; the same command goes on with the rest."

    @property
    def stopped(self) -> str:
        """How far it is, for whoever has cancelled it in the window."""
        return f"{self.title} stopped: {self.summary.kept}; start again to go on."

    def run(self, progress: Progress) -> ExtractSummary:
        """Extract what is missing into the store; only what failed is delivered."""
        with FeatureStore.open(self._store_dir) as store, ExitStack() as stack:
            executor = self._executor
            if self._elsewhere is not None:
                cluster = stack.enter_context(cluster_executor_for(self.names, self._elsewhere))
                self._sets = dict(cluster.connect(progress))
                executor = cluster
            self._locations = with_inbox(self._locations, store)
            missing = self._missing(store)
            self.summary.n_there = self.summary.n_clips - self.summary.n_without_audio - len(missing)
            if missing:
                executor = executor or stack.enter_context(executor_for(self.names, self._workers))
                self._waiting = Waiting([_unit(*each) for each in missing])
                for result in executor.run(self._waiting, progress):
                    self._take(store, result, progress)
        return self.summary

    def prefer(self, clip_ids: Sequence[int]) -> None:
        """Extract these next, where they still wait: what is looked at has changed."""
        if self._waiting is not None:
            self._waiting.prefer(clip_ids)

    def _missing(self, store: FeatureStore) -> list[tuple[ClipLocation, tuple[str, ...]]]:
        """Clips with the names of what they lack: a minute of Jukebox is not computed again for a second of chroma."""
        found = [location for location in self._locations if location.path is not None]
        self.summary.n_without_audio = len(self._locations) - len(found)
        known = [location for location in found if location.digest is not None]
        lacking: dict[int, list[str]] = {location.clip_id: [] for location in known}
        for name, features in self._sets.items():
            keys = [key for location in known if (key := key_of(location, features))]
            earlier = _earlier(store, features) if self._keep_earlier else frozenset()
            for location, there in zip(known, store.has(keys).tolist(), strict=True):
                if not there and span_of(location) not in earlier:
                    lacking[location.clip_id].append(name)
        names = {location.clip_id: tuple(lacking.get(location.clip_id, self._sets)) for location in found}
        return [(location, names[location.clip_id]) for location in found if names[location.clip_id]]

    def _take(self, store: FeatureStore, result: UnitResult, progress: Progress) -> None:
        unit = result.unit
        if result.problem:
            problem = LeftOut(unit.path.decode("utf-8", "replace"), None, result.problem)
            self.summary.problems.append(problem)
            progress.deliver(problem)
        elif result.digest is not None:
            quick_key = self._quick_keys[ClipId(unit.clip_id)]
            found = Content(unit.clip_id, quick_key, result.digest, result.loudness_lufs)
            store.append(self._records(result), contents=[found])
            self.summary.n_extracted += 1

    def _records(self, result: UnitResult) -> list[tuple[FeatureKey, FeatureArrays]]:
        unit, digest = result.unit, result.digest or b""
        return [
            (
                FeatureKey.of(
                    self._sets[name], content=digest, onset_s=unit.onset_s, duration_s=unit.duration_s
                ),
                arrays,
            )
            for name, arrays in result.features.items()
        ]

    def commit(self, part: LeftOut) -> Changes:
        """List a clip that failed."""
        return Changes() if self._project.read_only else problems.add(self._project, None, [part])

    def finish(self, result: ExtractSummary) -> Changes:  # noqa: ARG002  (it is in the store)
        """Take in what was found out."""
        return self._take_in()

    def abandon(self) -> Changes:
        """What is in the store is whole: take it in."""
        return self._take_in()

    def _take_in(self) -> Changes:
        with FeatureStore.open(self._store_dir) as store:
            return take_in(self._project, store) | Changes.of("feature")


def _earlier(store: FeatureStore, features: FeatureSet) -> frozenset[Span]:
    """Of what the same extractor gave features in another version or with other settings."""
    others = (found.features for found in store.sets() if found.features.extractor == features.extractor)
    return frozenset().union(*(store.spans(other) for other in others if other != features))


def _first(locations: Sequence[ClipLocation], first: Sequence[int]) -> list[ClipLocation]:
    wanted = set(first)
    return sorted(locations, key=lambda location: location.clip_id not in wanted)


def _unit(location: ClipLocation, names: tuple[str, ...]) -> Unit:
    return Unit(
        location.clip_id,
        location.track_id,
        location.path or b"",
        location.onset_s,
        location.duration_s,
        location.digest,
        extractors=names,
    )
