"""Valence and arousal over time, two values a second, by a model that was fitted on whole clips.

Every feature set keeps frames at 2 Hz with the columns of its clip vector, so a clip model can be asked about each half
second. Half seconds differ from clips in kind (a spread within half a second is smaller than one within 45), so the
frames of a clip are first moved together until their mean is the clip's own vector: a trace says how the music moves
around what the model says of the whole clip, and a linear model's trace has exactly that mean.
"""

from collections.abc import Sequence

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.domain.protocols import FeatureArrays
from merdesk.errors import ModelError

RATE_HZ = 2.0
SMOOTHING_S = 4.0
"""Width of the window that traces are smoothed with. A half second alone says little about an emotion, and people who
rate while they listen move over seconds."""


def fused_frames(blocks: Sequence[FeatureArrays]) -> FloatArray:
    """Frames [t, d] of several sets side by side, each moved to its clip vector, as far as the shortest goes.

    Raises
    ------
    ModelError
        When a set has no frames, or not two of them a second.
    """
    moved = []
    for block in blocks:
        if (
            not len(block.frames)
            or block.frame_rate_hz != RATE_HZ
            or block.frames.shape[1] != len(block.pooled)
        ):
            raise ModelError(
                "One of the feature sets has no two frames a second, so there is nothing to follow in time."
            )
        mean = block.frames.mean(axis=0, dtype=np.float64)
        moved.append((block.frames + (block.pooled - mean)).astype(np.float32))
    rows = min(len(frames) for frames in moved)
    return np.hstack([frames[:rows] for frames in moved])


def times_s(n_rows: int) -> FloatArray:
    """Middles of the first half seconds of a clip, in seconds from its onset.

    Examples
    --------
    >>> times_s(3).tolist()
    [0.25, 0.75, 1.25]
    """
    return (np.arange(n_rows) + 0.5) / RATE_HZ


def filled(said: FloatArray, duration_s: float | None) -> FloatArray:
    """Predictions [t, 2] of the first half seconds as a trace over the clip, NaN where nothing was computed.

    Examples
    --------
    >>> filled(np.zeros((2, 2)), 2.0)[:, 0].tolist()
    [0.0, 0.0, nan, nan]
    """
    rows = len(said) if duration_s is None else max(len(said), round(duration_s * RATE_HZ))
    whole = np.full((rows, 2), np.nan)
    whole[: len(said)] = said
    return whole


def smoothed(trace: FloatArray, width_s: float = SMOOTHING_S) -> FloatArray:
    """A trace [t, 2] averaged with a Hann window; blanks stay blank and have no part in what stands beside them.

    Examples
    --------
    >>> smoothed(np.array([[1.0, 1.0], [1.0, 1.0], [np.nan, np.nan]]))[:, 0].tolist()
    [1.0, 1.0, nan]
    """
    half = round(width_s * RATE_HZ / 2)
    window = np.hanning(2 * half + 3)[1:-1]
    known: BoolArray = np.asarray(np.isfinite(trace).all(axis=1))
    weight = _spread(known.astype(np.float64), window)
    sums = np.stack([_spread(np.asarray(np.where(known, column, 0.0)), window) for column in trace.T], axis=1)
    return np.where(known[:, None], sums / np.where(weight > 0, weight, 1.0)[:, None], np.nan)


def _spread(values: FloatArray, window: FloatArray) -> FloatArray:
    half = len(window) // 2
    return np.convolve(values, window)[half : half + len(values)]
