"""What models say about clips over time, on [-1, 1]; derived rows that can be computed again."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import FloatArray, frozen
from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.prediction import ModelId
from merdesk.project.project import Project


@dataclass(frozen=True, slots=True)
class PredictedTrace:
    """One model's trace of one clip.

    Parameters
    ----------
    time_s
        Seconds from the clip's onset, shape (n,).
    affect
        Valence and arousal, shape (n, 2), NaN where no features were computed.
    held_out
        True where the model was not fitted on this clip.
    """

    clip_id: ClipId
    time_s: FloatArray
    affect: FloatArray
    held_out: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", frozen(self.time_s, "f8"))
        object.__setattr__(self, "affect", frozen(self.affect, "f4", ndim=2))
        if self.affect.shape != (len(self.time_s), 2):
            raise ValueError(f"{len(self.time_s)} times do not fit a trace of shape {self.affect.shape}")


def put(project: Project, model_id: ModelId, traces: Iterable[PredictedTrace]) -> Changes:
    """Keep traces, each in the place of what the model said before about that clip."""
    rows = [
        (model_id, one.clip_id, int(one.held_out), one.time_s.tobytes(), one.affect.tobytes())
        for one in traces
    ]
    with project.write():
        project.database.execute_many("INSERT OR REPLACE INTO predicted_trace VALUES (?, ?, ?, ?, ?)", rows)
    return Changes.of("predicted_trace", [row[1] for row in rows])


def of_clip(project: Project, model_id: ModelId, clip_id: ClipId) -> PredictedTrace | None:
    """What a model says about a clip over time; None when it was not asked."""
    row = project.database.row(
        "SELECT held_out, time_s, affect FROM predicted_trace WHERE model_id = ? AND clip_id = ?",
        (model_id, clip_id),
    )
    if row is None:
        return None
    affect = np.frombuffer(row[2], np.float32).reshape(-1, 2)
    return PredictedTrace(clip_id, np.frombuffer(row[1], np.float64), affect, bool(row[0]))


def known(project: Project, model_id: ModelId) -> frozenset[int]:
    """Ids of the clips that a model has traces of."""
    rows = project.database.rows("SELECT clip_id FROM predicted_trace WHERE model_id = ?", (model_id,))
    return frozenset(row[0] for row in rows)
