"""What is known of how long and how loud clips are, as columns."""

import json

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.project.project import Project
from merdesk.project.text import number


def lengths_and_loudness(project: Project, ids: IntArray) -> tuple[FloatArray, FloatArray]:
    """Seconds and integrated loudness in LUFS of these clips, shape (n,) each; NaN where one is not known."""
    rows = project.database.rows(
        "SELECT c.id, coalesce(c.duration_s, f.duration_s - c.onset_s), l.lufs FROM clip c"
        " LEFT JOIN current_file f ON f.track_id = c.track_id LEFT JOIN loudness l ON l.clip_id = c.id"
        " WHERE c.id IN (SELECT value FROM json_each(?))",
        (json.dumps(np.asarray(ids).tolist()),),
    )
    known = {row[0]: (number(row[1]), number(row[2])) for row in rows}
    nothing = (float("nan"), float("nan"))
    found = np.array([known.get(clip_id, nothing) for clip_id in np.asarray(ids).tolist()], dtype=np.float64)
    seconds, lufs = found.reshape(-1, 2).T
    return seconds, lufs
