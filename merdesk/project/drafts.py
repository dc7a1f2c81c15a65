"""Traces that are being recorded: written each second, so that a crash takes at most the last one."""

from dataclasses import dataclass

import numpy as np

from merdesk.domain.annotation import AnnotatorId
from merdesk.domain.arrays import FloatArray
from merdesk.domain.clip import ClipId
from merdesk.project import history
from merdesk.project.database import Row
from merdesk.project.project import Project


@dataclass(frozen=True, slots=True)
class Draft:
    """What was recorded of a clip: seconds from its onset [n], valence and arousal [n, 2] on [-1, 1]."""

    clip_id: ClipId
    annotator_id: AnnotatorId
    time_s: FloatArray
    affect: FloatArray
    written_at: str


def keep(
    project: Project, clip_id: ClipId, annotator_id: AnnotatorId, time_s: FloatArray, affect: FloatArray
) -> None:
    """Write the draft of this clip and annotator; a crash of the program does not take it.

    It is not forced onto the disk, which holds the window up by a tenth of a second on a busy machine and moves the
    sample times of the very trace; a power cut may take the draft, a filed trace it does not.
    """
    row = (clip_id, annotator_id, np.asarray(time_s, "f8").tobytes(), np.asarray(affect, "f4").tobytes())
    with project.write():
        project.database.execute("REPLACE INTO trace_draft VALUES (?, ?, ?, ?, ?)", (*row, history.now()))


def of_annotator(project: Project, annotator_id: AnnotatorId) -> list[Draft]:
    """Drafts of clips that the project shows, the newest first."""
    rows = project.database.rows(
        "SELECT clip_id, annotator_id, time_s, affect, written_at FROM trace_draft"
        " WHERE annotator_id = ? AND clip_id IN (SELECT id FROM seen_clip) ORDER BY written_at DESC",
        (annotator_id,),
    )
    return [_draft(row) for row in rows]


def discard(project: Project, clip_id: ClipId, annotator_id: AnnotatorId) -> None:
    """Give a draft up."""
    with project.write(durable=True):
        delete(project, clip_id, annotator_id)


def delete(project: Project, clip_id: ClipId, annotator_id: AnnotatorId) -> None:
    """Inside a transaction: the draft is not needed any more."""
    project.database.execute(
        "DELETE FROM trace_draft WHERE clip_id = ? AND annotator_id = ?", (clip_id, annotator_id)
    )


def _draft(row: Row) -> Draft:
    time_s = np.frombuffer(row[2], np.float64)
    return Draft(row[0], row[1], time_s, np.frombuffer(row[3], np.float32).reshape(-1, 2), row[4])
