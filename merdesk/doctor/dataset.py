"""A dataset as the checks see it: columns in natural order of the source ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from merdesk.audio.listening import Heard
from merdesk.domain.arrays import BoolArray, FloatArray, frozen
from merdesk.domain.clip import AudioFile
from merdesk.domain.source import DatasetInfo, LeftOut, SourceClip, SourceDataset

TEXTS = ("title", "artist", "genre", "group", "split")


@dataclass(frozen=True, slots=True)
class DoctorDataset:
    """What checks of annotations need to know of n clips.

    Attributes
    ----------
    ids
        Source ids in natural order.
    static, spread
        Filed valence and arousal, and their standard deviations, native, shape (n, 2); NaN where there is none.
    dynamic
        Mean of each clip's trace on [-1, 1], shape (n, 2); NaN without a trace.
    title, artist, genre, group, split
        Texts of length n; empty where unknown.
    has_audio
        True where a file is located, shape (n,).
    left_out
        Rows that the loader could not take, or took with a correction.
    files
        What one look at each clip's file told, None without a file.
    span_s
        Onset and duration of each clip in its file, shape (n, 2); duration NaN to the end of the file.
    trace_end_s
        Where each clip's trace ends, NaN without a trace, shape (n,).
    heard
        What listening to each clip told, None where nobody listened yet.
    features
        Pooled features by name, shape (n, d) each; rows of NaN where there are none.
    """

    name: str
    info: DatasetInfo
    ids: tuple[str, ...]
    static: FloatArray
    spread: FloatArray
    dynamic: FloatArray
    title: tuple[str, ...]
    artist: tuple[str, ...]
    genre: tuple[str, ...]
    group: tuple[str, ...]
    split: tuple[str, ...]
    has_audio: BoolArray
    left_out: tuple[LeftOut, ...] = ()
    files: tuple[AudioFile | None, ...] = ()
    span_s: FloatArray = field(default_factory=lambda: np.empty((0, 2)))
    trace_end_s: FloatArray = field(default_factory=lambda: np.empty(0))
    heard: tuple[Heard | None, ...] = ()
    features: Mapping[str, FloatArray] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        n = len(self.ids)
        self._fill(n)
        for name in ("static", "spread", "dynamic"):
            array = frozen(getattr(self, name), "f8", ndim=2)
            if array.shape != (n, 2):
                raise ValueError(f"{name} has shape {array.shape}, expected {n} rows")
            object.__setattr__(self, name, array)
        object.__setattr__(self, "has_audio", frozen(self.has_audio, "?"))
        for name in (*TEXTS, "has_audio", "files", "span_s", "trace_end_s", "heard"):
            if len(getattr(self, name)) != n:
                raise ValueError(f"{name} has {len(getattr(self, name))} values, expected {n}")

    def _fill(self, n: int) -> None:
        """What is not known of the sound is unknown of every clip."""
        unknown = {"files": (None,) * n, "heard": (None,) * n}
        for name, nothing in unknown.items():
            object.__setattr__(self, name, getattr(self, name) or nothing)
        span_s = self.span_s if len(self.span_s) else np.tile([0.0, np.nan], (n, 1))
        object.__setattr__(self, "span_s", frozen(span_s, "f8", ndim=2))
        ends = self.trace_end_s if len(self.trace_end_s) else np.full(n, np.nan)
        object.__setattr__(self, "trace_end_s", frozen(ends, "f8"))
        tables = {name: frozen(table, "f4", ndim=2) for name, table in self.features.items()}
        object.__setattr__(self, "features", MappingProxyType(tables))

    @classmethod
    def of(
        cls,
        source: SourceDataset,
        *,
        name: str = "",
        heard: Sequence[Heard | None] = (),
        features: Mapping[str, FloatArray] = MappingProxyType({}),
    ) -> "DoctorDataset":
        """Columns of what a loader found; several ratings of a clip are averaged.

        `heard` and the rows of `features` are in the order of the source's clips.
        """
        clips = source.clips
        return cls(
            name=name or source.info.name,
            info=source.info,
            ids=tuple(clip.source_id for clip in clips),
            static=_pairs([_mean_rating(clip) for clip in clips]),
            spread=_pairs([_spread(clip) for clip in clips]),
            dynamic=_pairs([_mean_trace(clip) for clip in clips]),
            title=tuple(clip.title for clip in clips),
            artist=tuple(clip.artist for clip in clips),
            genre=tuple(clip.genre for clip in clips),
            group=tuple(clip.group for clip in clips),
            split=tuple(clip.split for clip in clips),
            has_audio=np.array([clip.audio is not None for clip in clips], dtype=bool),
            left_out=source.left_out,
            files=tuple(clip.audio for clip in clips),
            span_s=_pairs([(clip.onset_s, _or_nan(clip.duration_s)) for clip in clips]),
            trace_end_s=np.array([_trace_end(clip) for clip in clips], dtype=np.float64),
            heard=tuple(heard),
            features=features,
        )

    @property
    def static_unit(self) -> FloatArray:
        """Filed values on [-1, 1], shape (n, 2)."""
        return self.info.scale.to_unit(self.static)

    @property
    def annotated(self) -> BoolArray:
        """True where valence and arousal are filed, shape (n,)."""
        return np.asarray(np.isfinite(self.static).all(axis=1))

    @property
    def traced(self) -> BoolArray:
        """True where a trace gives both dimensions, shape (n,)."""
        return np.asarray(np.isfinite(self.dynamic).all(axis=1))

    @property
    def rows(self) -> Mapping[str, int]:
        """Row of each id."""
        return {source_id: row for row, source_id in enumerate(self.ids)}


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _trace_end(clip: SourceClip) -> float:
    return float(clip.trace.time_s[-1]) if clip.trace is not None and len(clip.trace.time_s) else float("nan")


def _pairs(values: list[tuple[float, float]]) -> FloatArray:
    return np.array(values, dtype=np.float64).reshape(-1, 2)


def _mean_rating(clip: SourceClip) -> tuple[float, float]:
    if not clip.ratings:
        return np.nan, np.nan
    values = np.array([(rating.valence, rating.arousal) for rating in clip.ratings])
    valence, arousal = values.mean(axis=0)
    return float(valence), float(arousal)


def _spread(clip: SourceClip) -> tuple[float, float]:
    if len(clip.ratings) == 1:
        return clip.ratings[0].valence_std, clip.ratings[0].arousal_std
    if len(clip.ratings) > 1:
        valence, arousal = np.array([(r.valence, r.arousal) for r in clip.ratings]).std(axis=0)
        return float(valence), float(arousal)
    return np.nan, np.nan


def _mean_trace(clip: SourceClip) -> tuple[float, float]:
    if clip.trace is None:
        return np.nan, np.nan
    values = clip.trace.scale.to_unit(clip.trace.affect)
    means = [
        float(column[np.isfinite(column)].mean()) if np.isfinite(column).any() else np.nan
        for column in values.T
    ]
    return means[0], means[1]
