"""What is in a project, and what is still to do."""

from typing import Any

from merdesk.features.store import FeatureStore
from merdesk.project import clips, datasets, models, problems, provenance
from merdesk.project.project import Project
from merdesk.workflows.extract import DEFAULT_FEATURES
from merdesk.workflows.features import feature_set, key_of


def project_info(project: Project) -> dict[str, Any]:
    """Counts per dataset, features, models, pending work, provenance, as plain JSON values."""
    locations = clips.locations(project)
    with_audio = [place for place in locations if place.path is not None]
    with FeatureStore.open(project.features_dir) as store:
        features = {}
        for name in DEFAULT_FEATURES:
            wanted = feature_set(name)
            keys = [key for place in with_audio if (key := key_of(place, wanted))]
            features[name] = {"clips": int(store.has(keys).sum()) if keys else 0, "of": len(with_audio)}
        stored = [
            {
                "name": found.features.extractor,
                "version": found.features.version,
                "clips": found.n_clips,
                "bytes": found.n_bytes,
            }
            for found in store.sets()
        ]
    return {
        "project": project.title,
        "clips": len(locations),
        "clips_with_audio": len(with_audio),
        "datasets": [
            {"name": row.info.name, "loader": row.loader, "clips": row.n_clips, "annotated": row.n_annotated}
            for row in datasets.all(project)
        ],
        "features": features,
        "stored_features": stored,
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
        lines.append(
            f"{name}: {done['clips']:,} of {done['of']:,} clips"
            + (f", {pending:,} to extract" if pending else "")
        )
    lines += [
        f"Model {row['name']}: {row['kind']} on {row['features']}, trained on {', '.join(row['trained_on'])}"
        for row in info["models"]
    ]
    lines += [f"Changed: {entry['title']}" for entry in info["provenance"] if not entry["reverted"]]
    if info["problems"]:
        lines.append(f"{info['problems']:,} problems: open the window and see View, Problems")
    return "\n".join(lines)
