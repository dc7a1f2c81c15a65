"""Tracks, clips and what their files are."""

from dataclasses import dataclass
from typing import NewType

DatasetId = NewType("DatasetId", int)
TrackId = NewType("TrackId", int)
ClipId = NewType("ClipId", int)

WHOLE_FILE_MAX_S = 60.0
"""A dropped file up to this long is one clip as it is."""
EXCERPT_S = 45.0
"""A longer one gives a clip of this length from its middle (the length of EmoMusic's and DEAM's clips)."""
AUDIO_ENDINGS = frozenset(
    {
        ".mp3",
        ".flac",
        ".ogg",
        ".oga",
        ".opus",
        ".m4a",
        ".aac",
        ".mp4",
        ".wma",
        ".wav",
        ".aif",
        ".aiff",
        ".aifc",
    }
)
"""Endings, in lower case, of files that are looked at as audio."""


@dataclass(frozen=True, slots=True)
class AudioFile:
    """What one look at a file tells; `path` is the raw bytes of the file system, which need not be text.

    `quick_key` identifies content by size and both ends; `duration_s` may be an estimate for formats that do not
    state it; `warning` says "may be cut" and the like, empty when nothing is known against the file.
    """

    path: bytes
    size: int
    mtime_ns: int
    quick_key: bytes
    duration_s: float
    sample_rate_hz: int
    n_channels: int
    codec: str
    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """A released recording."""

    id: TrackId
    title: str
    artist: str
    album: str
    path: bytes | None
    duration_s: float | None
    sample_rate_hz: int | None
    n_channels: int | None
    codec: str


@dataclass(frozen=True, slots=True)
class Clip:
    """The excerpt of a track that people rate.

    `segment_s` says where the source cut it out of the full song, `file_name` what its file is called there.
    """

    id: ClipId
    dataset_id: DatasetId
    dataset: str
    track: Track
    source_id: str
    onset_s: float
    duration_s: float | None
    genre_raw: str
    genre: str
    group: str
    split: str
    segment_s: tuple[float, float] | None = None
    file_name: str = ""


def excerpt_of(duration_s: float) -> tuple[float, float]:
    """Onset and duration in seconds of the clip that a dropped file of this length becomes.

    Examples
    --------
    >>> excerpt_of(30.0)
    (0.0, 30.0)
    >>> excerpt_of(245.0)
    (100.0, 45.0)
    """
    if duration_s <= WHOLE_FILE_MAX_S:
        return 0.0, duration_s
    return (duration_s - EXCERPT_S) / 2, EXCERPT_S
