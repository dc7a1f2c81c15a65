"""How late a recorded trace is, against the traces of others or against loudness."""

from dataclasses import dataclass

import numpy as np

from merdesk.audio.envelope import Envelope
from merdesk.domain.annotation import AnnotatorId
from merdesk.domain.arrays import FloatArray
from merdesk.domain.clip import ClipId
from merdesk.evaluation.lag import Lag, estimate_lag
from merdesk.project import annotations
from merdesk.project.project import Project

GRID_S = 0.25
FLOOR = 1e-4
"""-80 dB: silence has no level to follow."""
SMOOTHED = 5
"""Levels in a moving average, 1.25 s: loudness as it is felt moves no faster."""


@dataclass(frozen=True, slots=True)
class LagFound:
    """An estimate and what it was made against, in words."""

    lag: Lag
    against: str


def find_lag(
    project: Project,
    clip_id: ClipId,
    annotator_id: AnnotatorId,
    trace: tuple[FloatArray, FloatArray],
    envelope: Envelope | None,
) -> LagFound | None:
    """Compare a trace on [-1, 1] with the mean of the clip's other traces, else its arousal with loudness.

    None where there is nothing to compare with, or too little of it.
    """
    time_s, affect = trace
    if len(time_s) < 2:
        return None
    group = group_trace(project, clip_id, annotator_id)
    if group is not None:
        lag = estimate_lag(time_s, affect, *group)
        return None if lag is None else LagFound(lag, "the group's trace")
    if envelope is None:
        return None
    lag = estimate_lag(time_s, affect, *loudness_trace(envelope))
    return None if lag is None else LagFound(lag, "the loudness")


def group_trace(project: Project, clip_id: ClipId, but: AnnotatorId) -> tuple[FloatArray, FloatArray] | None:
    """Mean trace [m, 2] of everybody but one on [-1, 1], with its seconds [m]; None where nobody recorded one."""
    said = [
        one for who, one in annotations.source_traces(project, clip_id) if who != but and len(one.time_s) > 1
    ]
    if not said:
        return None
    grid = np.arange(min(one.time_s[0] for one in said), max(one.time_s[-1] for one in said), GRID_S)
    stacked = np.full((len(said), len(grid), 2), np.nan)
    for number, one in enumerate(said):
        unit = one.scale.to_unit(one.affect)
        for axis in (0, 1):
            known = np.isfinite(unit[:, axis])
            if known.any():
                stacked[number, :, axis] = np.interp(
                    grid, one.time_s[known], unit[known, axis], left=np.nan, right=np.nan
                )
    counted = np.isfinite(stacked).sum(axis=0)
    summed = np.nansum(stacked, axis=0)
    return grid, np.divide(summed, counted, out=np.full_like(summed, np.nan), where=counted > 0)


def loudness_trace(envelope: Envelope) -> tuple[FloatArray, FloatArray]:
    """Level in dB over a clip as arousal [m, 2], valence unknown, with its seconds [m]."""
    n = max(int(envelope.duration_s / GRID_S), 1)
    low, high = envelope.slice(0.0, n * GRID_S, n)
    level = 20 * np.log10(np.maximum(np.maximum(-low, high), FLOOR))
    if n > SMOOTHED:
        padded = np.pad(level, SMOOTHED // 2, mode="edge")
        level = np.convolve(padded, np.full(SMOOTHED, 1 / SMOOTHED), mode="valid")
    return (np.arange(n) + 0.5) * GRID_S, np.column_stack([np.full(n, np.nan), level])
