"""What people answer in the window, and how: beside the value or trace its circumstances, confidence, tags and note."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from merdesk.domain.affect import Affect
from merdesk.domain.annotation import AnnotatorId
from merdesk.domain.changes import Changes
from merdesk.domain.clip import ClipId
from merdesk.domain.rating import Circumstances, Rating
from merdesk.domain.source import SourceTrace
from merdesk.project import annotations, drafts, history
from merdesk.project.database import Row
from merdesk.project.project import Project
from merdesk.project.text import clean, known, number

Kind = Literal["point", "trace"]
ABOUT = "confidence, tags, note, gain_db, loudness_matched, visible, blinded, tool, heard_s, n_plays, cannot_say, categories"


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it is kept.

    Attributes
    ----------
    rating
        The answer; its affect is None for "can't say" and for a trace, whose values are in the trace.
    rate_hz, lag_s
        Of a trace: samples a second, and by how much its times were moved to an earlier moment with the annotator's
        consent (0 where they were not); NaN for a point.
    """

    clip_id: ClipId
    annotator_id: AnnotatorId
    kind: Kind
    rating: Rating
    cannot_say: bool
    rate_hz: float
    lag_s: float
    given_at: str


def give(
    project: Project,
    *,
    clip_id: ClipId,
    annotator_id: AnnotatorId,
    rating: Rating,
    gesture: str | None = None,
    beside: Callable[[], None] = lambda: None,
) -> Changes:
    """File an answer for a clip as one step of the history; it replaces what this annotator said before.

    `beside` writes what belongs to the same step.

    Raises
    ------
    ProjectError
        When the project is read-only or no longer shows the clip.
    """
    scale = annotations.rateable_scale(project, clip_id)
    title = annotations.title_of(project, clip_id)
    with history.edit(project, f"Rate {title}", gesture=gesture) as edit:
        annotations.write_value(project, clip_id, annotator_id, scale, rating.affect)
        _write(project, clip_id, annotator_id, "point", answer_values(rating))
        beside()
    return edit.changes


def give_trace(
    project: Project,
    *,
    clip_id: ClipId,
    annotator_id: AnnotatorId,
    trace: SourceTrace,
    rating: Rating,
    rate_hz: float,
    lag_s: float = 0.0,
    beside: Callable[[], None] = lambda: None,
) -> Changes:
    """File a recorded trace as one step of the history; its draft goes, and it replaces the annotator's earlier one.

    `beside` writes what belongs to the same step.

    Raises
    ------
    ProjectError
        When the project is read-only or no longer shows the clip.
    """
    annotations.rateable_scale(project, clip_id)
    with history.edit(project, f"Trace {annotations.title_of(project, clip_id)}") as edit:
        annotations.write_trace(project, clip_id, annotator_id, trace)
        row = answer_values(rating) | {"cannot_say": 0, "rate_hz": rate_hz, "lag_s": known(lag_s)}
        _write(project, clip_id, annotator_id, "trace", row)
        drafts.delete(project, clip_id, annotator_id)
        beside()
    return edit.changes


def file_trace(
    project: Project, clip_id: ClipId, annotator_id: AnnotatorId, rating: Rating, *, rate_hz: float
) -> None:
    """Inside an edit: note how a trace that came from elsewhere was given."""
    row = answer_values(rating) | {"cannot_say": 0, "rate_hz": rate_hz, "lag_s": 0.0}
    _write(project, clip_id, annotator_id, "trace", row)


def of_clip(
    project: Project, clip_id: ClipId, annotator_id: AnnotatorId, kind: Kind = "point"
) -> Given | None:
    """What a person answered about a clip; None where nothing is kept about it."""
    found = [one for one in all(project, clip_id) if (one.annotator_id, one.kind) == (annotator_id, kind)]
    return found[0] if found else None


def all(project: Project, clip_id: ClipId | None = None) -> list[Given]:  # noqa: A001  (read as ratings.all)
    """Every answer about clips that the project shows, or about one of them, the oldest first."""
    rows = project.database.rows(
        f"SELECT clip_id, annotator_id, kind, rate_hz, lag_s, given_at, {ABOUT},"
        " (SELECT valence FROM annotation said WHERE said.clip_id = rating.clip_id"
        "  AND said.annotator_id = rating.annotator_id AND batch_id IS NULL),"
        " (SELECT arousal FROM annotation said WHERE said.clip_id = rating.clip_id"
        "  AND said.annotator_id = rating.annotator_id AND batch_id IS NULL)"
        " FROM rating WHERE clip_id IN (SELECT id FROM seen_clip) AND (?1 IS NULL OR clip_id = ?1) ORDER BY id",
        (clip_id,),
    )
    return [_given(project, row) for row in rows]


def native(project: Project) -> dict[tuple[int, int], tuple[float, float]]:
    """What was rated in the window on the scale of each clip's dataset, by clip and annotator; NaN where missing."""
    rows = project.database.rows(
        "SELECT clip_id, annotator_id, valence, arousal FROM annotation"
        " WHERE batch_id IS NULL AND clip_id IN (SELECT id FROM seen_clip)"
    )
    return {(row[0], row[1]): (number(row[2]), number(row[3])) for row in rows}


def without_words(given: Given) -> Given:
    """The answer without tags and note, which may tell who gave it."""
    return replace(given, rating=replace(given.rating, tags=(), note=""))


def _given(project: Project, row: Row) -> Given:
    clip_id, annotator_id, kind, rate_hz, lag_s, given_at = row[:6]
    confidence, tags, note, gain_db, matched, visible, blinded, tool, heard_s, n_plays, cannot_say = row[6:17]
    circumstances = Circumstances(
        gain_db=gain_db,
        loudness_matched=bool(matched),
        visible=frozenset(visible.split(",") if visible else ()),
        blinded=bool(blinded),
        tool=tool,
        heard_s=heard_s,
        n_plays=n_plays,
    )
    affect = None
    if kind == "point" and row[18] is not None and row[19] is not None:
        unit = annotations.scale_of(project, clip_id).to_unit([row[18], row[19]]).clip(-1, 1)
        affect = Affect(float(unit[0]), float(unit[1]))
    rating = Rating(
        affect, confidence, tuple(json.loads(tags)), note, circumstances, tuple(json.loads(row[17]))
    )
    return Given(
        clip_id, annotator_id, kind, rating, bool(cannot_say), number(rate_hz), number(lag_s), given_at
    )


def circumstance_values(given: Circumstances) -> dict[str, Any]:
    """Columns that every table of answers has."""
    return {
        "gain_db": given.gain_db,
        "loudness_matched": int(given.loudness_matched),
        "visible": ",".join(sorted(given.visible)),
        "blinded": int(given.blinded),
        "heard_s": given.heard_s,
        "n_plays": given.n_plays,
        "given_at": history.now(),
    }


def answer_values(rating: Rating) -> dict[str, Any]:
    """Columns of an answer, its value apart."""
    return {
        "cannot_say": int(rating.affect is None),
        "confidence": rating.confidence,
        "tags": json.dumps([clean(tag) for tag in rating.tags]),
        "note": clean(rating.note),
        "categories": json.dumps([clean(one) for one in rating.categories]),
        "tool": rating.circumstances.tool,
        **circumstance_values(rating.circumstances),
    }


def _write(
    project: Project, clip_id: ClipId, annotator_id: AnnotatorId, kind: Kind, row: dict[str, Any]
) -> None:
    own = (clip_id, annotator_id, kind)
    project.database.execute("DELETE FROM rating WHERE clip_id = ? AND annotator_id = ? AND kind = ?", own)
    project.database.insert("rating", {"clip_id": clip_id, "annotator_id": annotator_id, "kind": kind} | row)
