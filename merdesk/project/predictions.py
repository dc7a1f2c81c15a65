"""What models say about clips, on [-1, 1]; derived rows that can be computed again.

A clip can have two predictions of one model: in-sample and held-out. Where one is shown, it is the held-out one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from merdesk.domain.affect import Affect
from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.prediction import ModelId, Predictions
from merdesk.project.project import Project
from merdesk.project.text import number


@dataclass(frozen=True, slots=True)
class ClipPrediction:
    """What one model says about one clip."""

    model_id: ModelId
    model: str
    affect: Affect
    held_out: bool


def replace(project: Project, model_id: ModelId, *predictions: Predictions) -> Changes:
    """Put these in the place of everything that the model said before."""
    with project.write():
        project.database.execute("DELETE FROM prediction WHERE model_id = ?", (model_id,))
        _insert(project, model_id, predictions)
    return Changes.of("prediction") | Changes.of("clip")


def add(project: Project, model_id: ModelId, *predictions: Predictions) -> Changes:
    """Add these, each in the place of what the model said before about that clip in that way."""
    with project.write():
        _insert(project, model_id, predictions)
    ids = [int(clip_id) for part in predictions for clip_id in part.clip_ids]
    return Changes.of("prediction") | Changes.of("clip", ids)


def of_clip(project: Project, clip_id: ClipId) -> list[ClipPrediction]:
    """What every model says about a clip, in-sample before held-out."""
    rows = project.database.rows(
        "SELECT model_id, name, valence, arousal, held_out FROM prediction JOIN model ON model.id = model_id"
        " WHERE clip_id = ? AND removed = 0 ORDER BY model_id, held_out",
        (clip_id,),
    )
    return [
        ClipPrediction(ModelId(row[0]), row[1], Affect(number(row[2]), number(row[3])), bool(row[4]))
        for row in rows
    ]


def of_model(project: Project, model_id: ModelId) -> tuple[Predictions, Predictions]:
    """What a model says about the clips that are shown: in-sample and held-out, clip ids ascending."""
    return _read(project, model_id, held_out=False), _read(project, model_id, held_out=True)


def _read(project: Project, model_id: ModelId, *, held_out: bool) -> Predictions:
    rows = project.database.rows(
        "SELECT clip_id, valence, arousal FROM prediction WHERE model_id = ? AND held_out = ?"
        " AND clip_id IN (SELECT id FROM seen_clip) ORDER BY clip_id",
        (model_id, int(held_out)),
    )
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    affect = np.array(columns[1:], dtype=np.float64).T.reshape(-1, 2)
    return Predictions(np.array(columns[0], dtype=np.int64), affect, held_out)


def _insert(project: Project, model_id: ModelId, predictions: Iterable[Predictions]) -> None:
    for part in predictions:
        # NaN becomes NULL by itself, which is what it means here.
        affect = part.affect.tolist()
        rows = (
            (model_id, c, int(part.held_out), *a) for c, a in zip(part.clip_ids.tolist(), affect, strict=True)
        )
        project.database.execute_many("INSERT OR REPLACE INTO prediction VALUES (?, ?, ?, ?, ?)", rows)
