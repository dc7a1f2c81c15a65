"""Who said what of clips, by the annotators' names: what the window asks while people rate."""

from merdesk.domain.affect import Affect
from merdesk.domain.annotation import StaticAnnotation
from merdesk.domain.clip import ClipId
from merdesk.project import annotations, annotators
from merdesk.project.project import Project


def rated_by(project: Project, name: str) -> frozenset[int]:
    """Ids of the clips that the person of this name rated in the window; "can't say" is an answer, too."""
    who = "annotator_id IN (SELECT id FROM annotator WHERE source = ?1 AND name = ?2 AND kind = 'person')"
    rows = project.database.rows(
        f"SELECT clip_id FROM annotation WHERE batch_id IS NULL AND {who}"
        f" UNION SELECT clip_id FROM rating WHERE cannot_say = 1 AND {who}",
        (annotators.WINDOW, name),
    )
    return frozenset(row[0] for row in rows)


def traced_by(project: Project, name: str) -> frozenset[int]:
    """Ids of the clips of which the person of this name recorded a trace in the window."""
    rows = project.database.rows(
        "SELECT clip_id FROM trace WHERE batch_id IS NULL AND annotator_id IN"
        " (SELECT id FROM annotator WHERE source = ? AND name = ? AND kind = 'person')",
        (annotators.WINDOW, name),
    )
    return frozenset(row[0] for row in rows)


def said_of(project: Project, clip_id: ClipId) -> list[tuple[str, StaticAnnotation, Affect]]:
    """Each static annotation of a clip: the annotator's name, the annotation as filed or repaired, and it on [-1, 1]."""
    scale = annotations.scale_of(project, clip_id)
    names = {annotator.id: annotator.name for annotator in annotators.all(project)}
    found = []
    for annotation in annotations.of_clip(project, clip_id):
        valence, arousal = scale.to_unit([[annotation.valence, annotation.arousal]])[0]
        unit = Affect(float(valence), float(arousal))
        found.append((names[annotation.annotator_id], annotation, unit))
    return found


def tracers(project: Project, clip_id: ClipId) -> list[str]:
    """Names of the annotators of whom there is a trace of the clip over time."""
    names = {annotator.id: annotator.name for annotator in annotators.all(project)}
    rows = project.database.rows("SELECT DISTINCT annotator_id FROM seen_trace WHERE clip_id = ?", (clip_id,))
    return sorted(names[row[0]] for row in rows)


def said_by(project: Project, clip_id: ClipId, name: str) -> Affect | None:
    """What the person of this name said in the window, on [-1, 1]; None when nothing."""
    return next((unit for who, _, unit in said_of(project, clip_id) if who == name), None)
