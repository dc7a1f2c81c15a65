"""What is in a project, and what is still to do."""

from typing import Any

from merdesk.domain.words import counted
from merdesk.features import base_of
from merdesk.project import clips, datasets, models, problems, provenance
from merdesk.project.project import Project
from merdesk.workflows.extract import DEFAULT_FEATURES
from merdesk.workflows.feature_state import feature_states


def project_info(project: Project) -> dict[str, Any]:
    """Counts per dataset, features, models, pending work, provenance, as plain JSON values."""
    locations = clips.locations(project)
    states = feature_states(project)
    shown = [state for state in states if state.current and (state.n_clips or state.name in DEFAULT_FEATURES)]
    return {
        "project": project.title,
        "clips": len(locations),
        "clips_with_audio": sum(place.path is not None for place in locations),
        "datasets": [
            {"name": row.info.name, "loader": row.loader, "clips": row.n_clips, "annotated": row.n_annotated}
            for row in datasets.all(project)
        ],
        "features": {state.name: {"clips": state.n_clips, "of": state.n_of} for state in shown},
        "stored_features": [
            {
                "name": state.name,
                "version": state.features.version,
                "settings": state.features.settings,
                "imported": state.imported,
                "current": state.current,
                "clips": state.n_stored,
                "columns": state.n_columns,
                "bytes": state.n_bytes,
            }
            for state in states
            if state.features is not None and state.n_stored
        ],
        "models": [
            {"name": row.name, "kind": row.kind, "features": row.features, "trained_on": list(row.trained_on)}
            for row in models.all(project)
        ],
        "problems": len(problems.all(project)),
        "provenance": [
            {"title": entry.title, "reverted": entry.reverted} for entry in provenance.all(project)
        ],
    }


def text_of(info: dict[str, Any]) -> str:
    """The same for people."""
    lines = [f"{info['project']}: {info['clips']:,} clips, {info['clips_with_audio']:,} with audio"]
    lines += [
        f"  {row['name']}: {row['clips']:,} clips, {row['annotated']:,} rated" for row in info["datasets"]
    ]
    for name, done in info["features"].items():
        pending = done["of"] - done["clips"]
        wanting = "to extract" if base_of(name) else "without"
        lines.append(
            f"{name}: {done['clips']:,} of {done['of']:,} clips"
            + (f", {pending:,} {wanting}" if pending else "")
        )
    lines += [
        f"Model {row['name']}: {row['kind']} on {row['features']}, trained on {', '.join(row['trained_on'])}"
        for row in info["models"]
    ]
    lines += [f"Changed: {entry['title']}" for entry in info["provenance"] if not entry["reverted"]]
    if info["problems"]:
        lines.append(f"{counted(info['problems'], 'problem')}: open the window and see View, Problems")
    return "\n".join(lines)
