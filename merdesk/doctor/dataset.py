"""A dataset as the checks see it: columns in natural order of the source ids."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, frozen
from merdesk.domain.source import DatasetInfo, LeftOut, SourceClip, SourceDataset


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

    def __post_init__(self) -> None:
        n = len(self.ids)
        for name in ("static", "spread", "dynamic"):
            array = frozen(getattr(self, name), "f8", ndim=2)
            if array.shape != (n, 2):
                raise ValueError(f"{name} has shape {array.shape}, expected {n} rows")
            object.__setattr__(self, name, array)
        object.__setattr__(self, "has_audio", frozen(self.has_audio, "?"))
        for name in ("title", "artist", "genre", "group", "split", "has_audio"):
            if len(getattr(self, name)) != n:
                raise ValueError(f"{name} has {len(getattr(self, name))} values, expected {n}")

    @classmethod
    def of(cls, source: SourceDataset, *, name: str = "") -> "DoctorDataset":
        """Columns of what a loader found; several ratings of a clip are averaged."""
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
