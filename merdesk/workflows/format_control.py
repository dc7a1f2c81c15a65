"""Does sound in one format still give the dataset away? The control of the dataset probe.

Codec, sample rate, loudness and length differ between datasets and name them without any difference in music. Here the
same clips are described twice: as they are, and all at 22,050 Hz, under 10 kHz, at -23 LUFS, cut to one length. What the
probe loses from the first to the second was format.
"""

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from merdesk.audio.files import Samples, decode, mono, probe
from merdesk.audio.loudness import integrated_lufs
from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.errors import Failure, attempt
from merdesk.progress import Progress
from merdesk.project.clips import ClipLocation
from merdesk.workflows.evaluation_table import Evaluated

FEATURES = "basic"
"""Quick, and with descriptors of loudness and brightness that hear a format."""
MOST_CLIPS = 100
"""Of each dataset, drawn by whole groups with the seed: two descriptions of one cost about a tenth of a second."""
RATE_HZ = 22_050
CUTOFF_HZ = 10_000
LUFS = -23.0
LONGEST_S = 8.0
SLACK_S = 0.05
"""Decoders differ by a frame about where a file ends."""
SHORTEST_S = 1.0
"""Clips under a second are left out: all others would be cut to their length."""


@dataclass(frozen=True, slots=True)
class Described:
    """Clips described as they are and in one format: features [n, d] each, and which rows of the table they are."""

    rows: IntArray
    as_filed: FloatArray
    same_format: FloatArray
    length_s: float
    n_unread: int


def describe(
    given: Evaluated, locations: tuple[ClipLocation, ...], progress: Progress, *, seed: int
) -> Described | None:
    """Decode and describe a sample of every dataset; None when no audio can be read."""
    from merdesk.features import extractor

    one = extractor(FEATURES)
    chosen = _sample(given, locations, seed)
    lengths = [_length_s(locations[given.rows[row]]) for row in chosen]
    length_s = min([LONGEST_S, *(length for length in lengths if length >= SHORTEST_S)])
    progress.begin("Describing clips in one format", len(chosen))
    rows, pairs = [], []
    for row in chosen:
        found = attempt(partial(_both, locations[given.rows[row]], one, length_s))
        progress.advance()
        if not isinstance(found, Failure):
            rows.append(row)
            pairs.append(found)
    if not rows:
        return None
    as_filed, same = np.moveaxis(np.array(pairs), 1, 0)
    return Described(np.array(rows, dtype=np.int64), as_filed, same, length_s, len(chosen) - len(rows))


def _length_s(location: ClipLocation) -> float:
    """Length of a clip; 0 where its file cannot be read."""
    if location.duration_s is not None:
        return location.duration_s
    found = attempt(partial(probe, _path(location)))
    return 0.0 if isinstance(found, Failure) else found.duration_s - location.onset_s


def _path(location: ClipLocation) -> Path:
    assert location.path is not None
    return Path(os.fsdecode(location.path))


def _sample(given: Evaluated, locations: tuple[ClipLocation, ...], seed: int) -> list[int]:
    from merdesk.evaluation.splits import group_sample

    table, chosen = given.table, []
    there = np.array([locations[row].path is not None for row in given.rows.tolist()], dtype=bool)
    for code in range(len(table.dataset_names)):
        rows = table.rows([code])
        rows = rows[there[rows]]
        if len(rows):
            chosen += rows[group_sample(table.groups[rows], MOST_CLIPS, seed)].tolist()
    return chosen


def _both(location: ClipLocation, one: Any, length_s: float) -> tuple[FloatArray, FloatArray]:
    """Descriptors [d] of a clip as it is, and in one format."""
    samples = decode(_path(location), onset_s=location.onset_s, duration_s=location.duration_s)
    if samples.duration_s < length_s - SLACK_S:
        raise ValueError("shorter than the others")
    as_filed = mono(samples.y, samples.sample_rate_hz, one.sample_rate_hz)
    same = mono(in_one_format(samples, length_s), RATE_HZ, one.sample_rate_hz)
    return one.extract(as_filed).pooled, one.extract(same).pooled


def in_one_format(samples: Samples, length_s: float) -> FloatArray:
    """The first seconds of a clip at 22,050 Hz, one channel, nothing over 10 kHz, at -23 LUFS; shape (n,)."""
    from scipy.signal import butter, sosfiltfilt

    y = mono(samples.y, samples.sample_rate_hz, RATE_HZ)[: round(length_s * RATE_HZ)]
    y = sosfiltfilt(butter(8, CUTOFF_HZ, fs=RATE_HZ, output="sos"), y)
    loudness = integrated_lufs(y, RATE_HZ)
    # Peaks may pass full scale: nothing is played, and a limit would leave loudness as a trace of the dataset.
    gain_db = LUFS - loudness if np.isfinite(loudness) else 0.0
    return np.asarray(10 ** (gain_db / 20) * y, dtype=np.float32)
