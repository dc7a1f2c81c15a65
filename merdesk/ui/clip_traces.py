"""What is annotated and predicted of one clip over time, as the player and the planes show it."""

import math

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.domain.clip import ClipId
from merdesk.domain.prediction import ModelId
from merdesk.project import annotations, models, predicted_traces
from merdesk.project.project import Project
from merdesk.ui.plots.trace import Trace
from merdesk.ui.session import Session

HALF_ROW_S = 0.25
"""A predicted trace's values stand for half seconds, and their times for the middles of these."""


def annotated(project: Project, clip_id: ClipId) -> Trace | None:
    """A clip's trace on [-1, 1]; None when there is none."""
    found = annotations.trace_of_clip(project, clip_id)
    if found is None:
        return None
    scale = annotations.scale_of(project, clip_id)
    spread = None if found.spread is None else scale.spread_to_unit(found.spread)
    return Trace(found.time_s, scale.to_unit(found.affect), spread)


def predicted(project: Project, model_id: ModelId, clip_id: ClipId) -> Trace | None:
    """What a model says of a clip over time; None when it was not asked."""
    found = predicted_traces.of_clip(project, model_id, clip_id)
    return None if found is None else Trace(found.time_s, found.affect.astype(np.float64))


def of_model_in_use(session: Session, clip_id: ClipId) -> Trace | None:
    """The same of the model in use; None while other predictions are shown."""
    model = models.current(session.project) if session.borrowed is None else None
    return None if model is None or model.id is None else predicted(session.project, model.id, clip_id)


def level(affect: FloatArray, spread: FloatArray | None = None) -> Trace | None:
    """One value [2] for a whole clip as a trace; None when it is not known."""
    if not np.isfinite(affect).all():
        return None
    known = spread is not None and bool(np.isfinite(spread).all())
    return Trace(np.zeros(1), affect[None, :], spread[None, :] if known and spread is not None else None)


def place(trace: Trace | None, position_s: float, *, beyond_s: float = 0.0) -> tuple[float, float] | None:
    """Where a trace is now; None before it, after it and where it is blank. Its ends are held for `beyond_s`."""
    if trace is None or not len(trace.time_s):
        return None
    if not trace.time_s[0] - beyond_s <= position_s <= trace.time_s[-1] + beyond_s:
        return None
    valence, arousal = trace.at(position_s)
    return (valence, arousal) if math.isfinite(valence) and math.isfinite(arousal) else None
