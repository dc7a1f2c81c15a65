"""Labels that somebody doubts, as a table: what an export writes for the people who keep the dataset."""

import numpy as np

from merdesk.project import clips, columns, doubts
from merdesk.project.project import Project
from merdesk.workflows.flat_tables import Columns


def doubt_tables(project: Project) -> dict[str, Columns]:
    """One table of all marks, valence first, on [-1, 1]; none where no label is doubted."""
    marks = doubts.all(project)
    if not marks:
        return {}
    shown = columns.load(project)
    names = {named.id: named for named in clips.labels(project, [mark.clip_id for mark in marks])}
    marks = [mark for mark in marks if shown.row_of(mark.clip_id) is not None]
    about = [names[mark.clip_id] for mark in marks]
    rows = shown.rows_of(np.array([mark.clip_id for mark in marks], np.int64))
    table: dict[str, object] = {
        "dataset": [named.dataset for named in about],
        "id": [named.source_id for named in about],
        "title": [named.title for named in about],
        "artist": [named.artist for named in about],
    }
    for stem, pairs in (("", shown.affect), ("spread_", shown.spread), ("predicted_", shown.prediction)):
        table |= {f"{stem}valence": pairs[rows, 0], f"{stem}arousal": pairs[rows, 1]}
    table |= {"n_raters": shown.n_raters[rows], "reason": [mark.reason for mark in marks]}
    table["marked_at"] = [mark.created_at for mark in marks]
    return {"label_doubts": table}  # type: ignore[dict-item]  # lists and arrays, as Columns wants them
