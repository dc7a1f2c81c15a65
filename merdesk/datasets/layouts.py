"""Annotations in the layout in which each dataset was published, so that other people's code reads them.

Each function is the inverse of its loader: what it returns, read again, gives the same values.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import numpy as np

from merdesk.datasets import deam
from merdesk.datasets.export import as_csv, number_text, table
from merdesk.domain.arrays import FloatArray
from merdesk.domain.source import SourceClip, SourceDataset
from merdesk.errors import DatasetError


def as_source(dataset: SourceDataset, key: str) -> dict[str, str]:
    """Return file names and texts in the layout of the loader `key`; WTC and tables have none but the CSV.

    Raises
    ------
    DatasetError
        When the loader has no layout of its own.
    """
    if key not in LAYOUTS:
        raise DatasetError(f"{dataset.info.name} has no published layout; export it as csv or jams.")
    return LAYOUTS[key](dataset)


def emomusic_layout(dataset: SourceDataset) -> dict[str, str]:
    """The five kinds of table at the root of EmoMusic's archive; arousal first, as published."""
    clips = dataset.clips
    info_columns = (
        "song_id", "file_name", "Artist", "Song title", "start of the segment (min.sec)",
        "end of the segment (min.sec)", "Genre", "Mediaeval 2013 set",
    )  # fmt: skip
    info = [[c.source_id, c.file_name, c.artist, c.title, *_minutes(c, "."), c.genre, c.split] for c in clips]
    static = [[c.source_id, *_arousal_first(c)] for c in _rated(clips)]
    files = {
        "songs_info.csv": table(info_columns, info),
        "static_annotations.csv": table(
            ("song_id", "mean_arousal", "std_arousal", "mean_valence", "std_valence"), static
        ),
    }
    for axis, name in enumerate(("valence", "arousal")):
        files[f"{name}_cont_average.csv"] = _wide(clips, axis)
        if all(c.trace is None or c.trace.spread is not None for c in clips):
            files[f"{name}_cont_std.csv"] = _wide(clips, axis, spread=True)
    return files


def deam_layout(dataset: SourceDataset) -> dict[str, str]:
    """The averaged static and per-second tables of DEAM, and one table of metadata a year."""
    averaged = "annotations/annotations averaged per song"
    columns = ("song_id", "valence_mean", "valence_std", "arousal_mean", "arousal_std")
    files = {}
    for suffix, late in (("1_2000", False), ("2000_2058", True)):
        rows = [
            [c.source_id, *_valence_first(c)]
            for c in _rated(dataset.clips)
            if deam.is_of_2015(c.source_id) is late
        ]
        name = f"{averaged}/song_level/static_annotations_averaged_songs_{suffix}.csv"
        files[name] = table(columns, rows)
    for axis, dimension in enumerate(("valence", "arousal")):
        name = f"{averaged}/dynamic (per second annotations)/{dimension}.csv"
        files[name] = _wide(dataset.clips, axis)
    # The table of 2014 has a column for everything that those of the other years have.
    about = ("Id", "Artist", "Album", "Track", "Genre", "segment start", "segment end")
    described = [c for c in dataset.clips if c.title or c.artist or c.genre]
    rows = [[c.source_id, c.artist, c.album, c.title, c.genre, *_minutes(c, ".")] for c in described]
    files["metadata/metadata_2014.csv"] = table(about, rows)
    return files


def pmemo_layout(dataset: SourceDataset) -> dict[str, str]:
    """PMEmo2019's metadata, static and long tables; arousal first, as published."""
    clips = dataset.clips
    about = ("musicId", "fileName", "title", "artist", "album", "chorus_start_time", "chorus_end_time")
    info = [[c.source_id, c.file_name, c.title, c.artist, c.album, *_minutes(c, ":")] for c in clips]
    means = [_arousal_first(c)[0::2] for c in _rated(clips)]
    deviations = [_arousal_first(c)[1::2] for c in _rated(clips)]
    ids = [[c.source_id] for c in _rated(clips)]
    genres = [[c.source_id, c.genre] for c in clips if c.genre not in {"", "Pop"}]
    return {
        "metadata.csv": table(about, info),
        "netease_soundcloud.csv": table(("musicId", "genre"), genres),
        "annotations/static_annotations.csv": _pmemo_table(ids, means, "mean"),
        "annotations/static_annotations_std.csv": _pmemo_table(ids, deviations, "std"),
        "annotations/dynamic_annotations.csv": _long(clips, "mean"),
        "annotations/dynamic_annotations_std.csv": _long(clips, "std"),
    }


def wcmed_layout(dataset: SourceDataset) -> dict[str, str]:
    """The tables of ratings, and that of segments, under the sister's name."""
    name = dataset.info.name.upper() if dataset.info.name.upper() in {"WCMED", "CCMED"} else "WCMED"
    files = {}
    for dimension in ("Valence", "Arousal"):
        rows = [
            [c.file_name or c.source_id, number_text(getattr(c.ratings[0], dimension.lower()))]
            for c in _rated(dataset.clips)
        ]
        files[f"{name}-Ratings/{name}_{dimension}_Rating.csv"] = table(("name", "rating"), rows)
    segments = [
        [c.file_name, c.group, _segment_number(c), number_text(c.segment_s[0]), number_text(c.segment_s[1])]
        for c in dataset.clips
        if c.segment_s is not None
    ]
    about = ("fileName", "songName", "segmentID", "start_point", "stop_point")
    files[f"{name}-Metadata/{name}_ Metadata.csv"] = table(about, segments)
    return files


LAYOUTS: Mapping[str, Callable[[SourceDataset], dict[str, str]]] = MappingProxyType(
    {
        "emomusic": emomusic_layout,
        "deam": deam_layout,
        "pmemo": pmemo_layout,
        "wcmed": wcmed_layout,
        "table": as_csv,
    }
)


def _rated(clips: Iterable[SourceClip]) -> list[SourceClip]:
    return [clip for clip in clips if clip.ratings]


def _valence_first(clip: SourceClip) -> list[str]:
    """Mean and deviation of valence, then of arousal."""
    rating = clip.ratings[0]
    values = (rating.valence, rating.valence_std, rating.arousal, rating.arousal_std)
    return [number_text(value) for value in values]


def _arousal_first(clip: SourceClip) -> list[str]:
    values = _valence_first(clip)
    return values[2:] + values[:2]


def _minutes(clip: SourceClip, sign: str) -> list[str]:
    """Segment times as minutes and seconds, empty where unknown."""
    if clip.segment_s is None:
        return ["", ""]
    return [_clock(time_s, sign) for time_s in clip.segment_s]


def _clock(time_s: float, sign: str) -> str:
    """Minutes and seconds; only after a colon is there room for parts of a second."""
    minutes, seconds = divmod(round(time_s, 3 if sign == ":" else 0), 60)
    second = f"{seconds:02.0f}" if seconds.is_integer() else f"{seconds:06.3f}"
    return f"{minutes:.0f}{sign}{second}"


def _segment_number(clip: SourceClip) -> str:
    match = re.search(r"[-_](\d+)$", clip.source_id)
    return match.group(1) if match else ""


def _wide(clips: Iterable[SourceClip], axis: int, *, spread: bool = False) -> str:
    """A row per clip, a column per sample time; rows end where their clip ends."""
    traced = [clip for clip in clips if clip.trace is not None]
    times = sorted({round(time_s * 1000) for clip in traced if clip.trace for time_s in clip.trace.time_s})
    column_of = {time_ms: n for n, time_ms in enumerate(times)}
    rows = []
    for clip in traced:
        if clip.trace is None:
            continue
        values: FloatArray | None = clip.trace.spread if spread else clip.trace.affect
        if values is None:
            continue
        row = [""] * len(times)
        for time_s, value in zip(clip.trace.time_s, values[:, axis], strict=True):
            row[column_of[round(time_s * 1000)]] = number_text(value)
        while row and not row[-1]:
            row.pop()
        rows.append([clip.source_id, *row])
    return table(("song_id", *(f"sample_{time_ms}ms" for time_ms in times)), rows)


def _pmemo_table(ids: list[list[str]], values: list[list[str]], statistic: str) -> str:
    columns = ("musicId", f"Arousal({statistic})", f"Valence({statistic})")
    return table(columns, [[*key, *pair] for key, pair in zip(ids, values, strict=True)])


def _long(clips: Iterable[SourceClip], statistic: str) -> str:
    rows = []
    for clip in clips:
        if clip.trace is None:
            continue
        values = clip.trace.affect if statistic == "mean" else clip.trace.spread
        if values is None:
            continue
        for time_s, (valence, arousal) in zip(clip.trace.time_s, np.asarray(values), strict=True):
            rows.append([clip.source_id, number_text(time_s), number_text(arousal), number_text(valence)])
    return table(("musicId", "frameTime", f"Arousal({statistic})", f"Valence({statistic})"), rows)
