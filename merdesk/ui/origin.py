"""Where a clip's numbers come from: as filed or as repaired, under which licence, whom to cite."""

from merdesk.domain.clip import Clip
from merdesk.project import annotations, datasets, provenance
from merdesk.project.project import Project
from merdesk.ui.theme.figures import clock


def origin_facts(project: Project, clip: Clip) -> tuple[tuple[str, str], ...]:
    """Facts for the inspector, each a name and a text that is empty where there is nothing to say."""
    info = datasets.get(project, clip.dataset_id)
    segment_s = clip.segment_s or ()
    tenths = any(time_s % 1 for time_s in segment_s)
    path = clip.track.path
    located_as = "" if path is None else path.decode("utf-8", "replace").rsplit("/", 1)[-1]
    return (
        ("In the track", " to ".join(clock(time_s, tenths=tenths) for time_s in segment_s)),
        ("File as filed", clip.file_name if clip.file_name != located_as else ""),
        *_label_facts(project, clip),
        ("Licence", info.licence),
        ("Cite", info.citation),
    )


def _label_facts(project: Project, clip: Clip) -> tuple[tuple[str, str], ...]:
    filed = annotations.of_clip(project, clip.id, as_filed=True)
    if not filed:
        return ()
    entries = provenance.of_clip(project, clip.id)
    if entries and project.as_filed:
        return (("Labels", "as filed, set aside: " + "; ".join(entry.title for entry in entries)),)
    if not entries:
        return (("Labels", "as filed"),)
    repaired = annotations.of_clip(project, clip.id)
    changed = next(
        ((before, after) for before, after in zip(filed, repaired, strict=True) if before != after), None
    )
    values = ""
    if changed is not None:
        before, after = changed
        values = (
            f"valence {before.valence:g}, arousal {before.arousal:g}; "
            f"as repaired {after.valence:g}, {after.arousal:g}"
        )
    return (
        ("Labels", "repaired: " + "; ".join(entry.title for entry in entries)),
        ("Filed", values),
    )
