"""Where a clip's numbers come from: as filed or as repaired, under which licence, whom to cite."""

from merdesk.domain.clip import Clip
from merdesk.project import annotations, datasets, provenance
from merdesk.project.project import Project


def origin_facts(project: Project, clip: Clip) -> tuple[tuple[str, str], ...]:
    """Facts for the inspector, each a name and a text that is empty where there is nothing to say."""
    info = datasets.get(project, clip.dataset_id)
    return (*_label_facts(project, clip), ("Licence", info.licence), ("Cite", info.citation))


def _label_facts(project: Project, clip: Clip) -> tuple[tuple[str, str], ...]:
    filed = annotations.of_clip(project, clip.id, as_filed=True)
    if not filed:
        return ()
    entries = provenance.of_clip(project, clip.id)
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
