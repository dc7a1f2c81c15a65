"""What annotators said about clips: values kept on the dataset's scale as they were given, and traces over time."""

from merdesk.domain.affect import Affect, AffectScale
from merdesk.domain.annotation import AnnotatorId, DynamicAnnotation, StaticAnnotation
from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.source import SourceTrace
from merdesk.errors import ProjectError
from merdesk.project import history, repairs
from merdesk.project.clip_rows import scale_values, trace_of
from merdesk.project.database import Row
from merdesk.project.project import Project
from merdesk.project.text import number

SCALE = "valence_min, valence_max, arousal_min, arousal_max, scale_kind"
OWN = "clip_id = ? AND annotator_id = ? AND batch_id IS NULL"
"""What one person said in the window about one clip."""


def scale_of(project: Project, clip_id: ClipId) -> AffectScale:
    """Scale of the clip's dataset.

    Raises
    ------
    KeyError
        When the project does not show the clip.
    """
    row = project.database.row(
        f"SELECT {SCALE} FROM dataset WHERE id = (SELECT dataset_id FROM seen_clip WHERE id = ?)", (clip_id,)
    )
    if row is None:
        raise KeyError(f"no clip {clip_id}")
    return AffectScale(*row)


def rate(
    project: Project,
    *,
    clip_id: ClipId,
    annotator_id: AnnotatorId,
    unit: Affect,
    gesture: str | None = None,
) -> Changes:
    """Rate a clip on [-1, 1]; it replaces what this annotator said before, and is kept on the dataset's scale.

    Ratings in a row with the same `gesture` (one drag) become one step of the history.

    Raises
    ------
    ValueError
        When a value is missing or outside [-1, 1].
    ProjectError
        When the project is read-only or no longer shows the clip.
    """
    if not (-1 <= unit.valence <= 1 and -1 <= unit.arousal <= 1):
        raise ValueError(f"a rating lies within -1..1, not at {unit}")
    scale = rateable_scale(project, clip_id)
    with history.edit(project, f"Rate {title_of(project, clip_id)}", gesture=gesture) as edit:
        write_value(project, clip_id, annotator_id, scale, unit)
    return edit.changes


def write_value(
    project: Project, clip_id: ClipId, annotator_id: AnnotatorId, scale: AffectScale, unit: Affect | None
) -> None:
    """Inside an edit: put a person's value on [-1, 1] in the place of what was there; None takes it away."""
    own = (clip_id, annotator_id)
    if unit is None:
        project.database.execute(f"DELETE FROM annotation WHERE {OWN}", own)
        return
    valence, arousal = scale.to_native([unit.valence, unit.arousal]).tolist()
    given = project.database.value(f"SELECT id FROM annotation WHERE {OWN}", own)
    if given is None:
        row = {"clip_id": clip_id, "annotator_id": annotator_id, "valence": valence, "arousal": arousal}
        project.database.insert("annotation", row | {"n_raters": 1})
    else:
        project.database.execute(
            "UPDATE annotation SET valence = ?, arousal = ? WHERE id = ?", (valence, arousal, given)
        )


def remove(project: Project, *, clip_id: ClipId, annotator_id: AnnotatorId) -> Changes:
    """Take back what a person said in the window about a clip, value and trace; published values stay."""
    with history.edit(project, f"Remove rating of {title_of(project, clip_id)}") as edit:
        own = (clip_id, annotator_id)
        for table in ("annotation", "trace"):
            project.database.execute(f"DELETE FROM {table} WHERE {OWN}", own)
        project.database.execute("DELETE FROM rating WHERE clip_id = ? AND annotator_id = ?", own)
    return edit.changes


def put_trace(
    project: Project,
    *,
    clip_id: ClipId,
    annotator_id: AnnotatorId,
    trace: SourceTrace,
    gesture: str | None = None,
) -> Changes:
    """Keep a trace that was drawn in the window, on the scale it was drawn on; it replaces the annotator's earlier one."""
    rateable_scale(project, clip_id)
    with history.edit(project, f"Trace {title_of(project, clip_id)}", gesture=gesture) as edit:
        write_trace(project, clip_id, annotator_id, trace)
    return edit.changes


def write_trace(project: Project, clip_id: ClipId, annotator_id: AnnotatorId, trace: SourceTrace) -> None:
    """Inside an edit: put a person's trace in the place of the one that was there."""
    row = {
        **dict(zip(SCALE.split(", "), scale_values(trace.scale), strict=True)),
        "time_s": trace.time_s.tobytes(),
        "affect": trace.affect.tobytes(),
        "spread": None if trace.spread is None else trace.spread.tobytes(),
    }
    own = (clip_id, annotator_id)
    if project.database.value(f"SELECT id FROM trace WHERE {OWN}", own) is None:
        project.database.insert("trace", {"clip_id": clip_id, "annotator_id": annotator_id} | row)
    else:
        columns = ", ".join(f"{name} = ?" for name in row)
        project.database.execute(f"UPDATE trace SET {columns} WHERE {OWN}", (*row.values(), *own))


def of_clip(project: Project, clip_id: ClipId, *, as_filed: bool = False) -> list[StaticAnnotation]:
    """Everything said about a clip as a whole, on the dataset's scale, the oldest first.

    Repairs are applied, unless `as_filed` asks for what was published.
    """
    rows = project.database.rows(
        "SELECT annotator_id, valence, arousal, valence_std, arousal_std, n_raters, batch_id = (SELECT batch_id FROM clip WHERE id = clip_id)"
        " FROM seen_annotation WHERE clip_id = ? ORDER BY id",
        (clip_id,),
    )
    fix = repairs.of_clip(project, clip_id)
    if as_filed:
        fix = repairs.Fix((), fix.scale)
    return [_static(clip_id, row, fix) for row in rows]


def source_traces(project: Project, clip_id: ClipId) -> list[tuple[AnnotatorId, SourceTrace]]:
    """Every trace of a clip as it was given, each with its own scale; the oldest first."""
    rows = project.database.rows(
        f"SELECT annotator_id, {SCALE}, time_s, affect, spread FROM seen_trace WHERE clip_id = ? ORDER BY id",
        (clip_id,),
    )
    return [(AnnotatorId(row[0]), trace_of(row[6:], row[1:6])) for row in rows]


def trace_of_clip(
    project: Project, clip_id: ClipId, annotator_id: AnnotatorId | None = None
) -> DynamicAnnotation | None:
    """The trace of a clip on its dataset's scale: this annotator's, or the first one; None when there is none."""
    for who, trace in source_traces(project, clip_id):
        if annotator_id in (None, who):
            scale = scale_of(project, clip_id)
            affect = scale.to_native(trace.scale.to_unit(trace.affect))
            half = scale.to_native([[1.0, 1.0]]) - scale.to_native([[0.0, 0.0]])
            spread = None if trace.spread is None else trace.scale.spread_to_unit(trace.spread) * half
            return DynamicAnnotation(clip_id, who, trace.time_s, affect, spread)
    return None


def _static(clip_id: ClipId, row: Row, fix: repairs.Fix) -> StaticAnnotation:
    said = StaticAnnotation(
        clip_id, AnnotatorId(row[0]), number(row[1]), number(row[2]), number(row[3]), number(row[4]), row[5]
    )
    return fix.applied(said) if row[6] else said


def rateable_scale(project: Project, clip_id: ClipId) -> AffectScale:
    """Scale of a clip that somebody is about to rate.

    Raises
    ------
    ProjectError
        When the project no longer shows the clip.
    """
    try:
        return scale_of(project, clip_id)
    except KeyError as error:
        raise ProjectError("This clip is no longer in the project; choose another one to rate.") from error


def title_of(project: Project, clip_id: ClipId) -> str:
    """Title of a clip, or its id in its dataset, for the labels of the history."""
    row = project.database.row(
        "SELECT title, source_id FROM track JOIN clip ON clip.track_id = track.id WHERE clip.id = ?",
        (clip_id,),
    )
    return "" if row is None else row[0] or row[1]
