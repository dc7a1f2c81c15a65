"""Small settings of one project; they are kept with it and are no steps of its history."""

import json
from typing import Any, Literal

from merdesk.project.project import Project

Key = Literal[
    "annotator", "model", "report_author", "report_title", "rating_options", "consensus", "coloured_groups"
]
DEFAULTS: dict[Key, Any] = {
    "annotator": None,  # id of who rates in the window
    "model": None,  # id of the model whose predictions are shown
    "report_author": "",
    "report_title": "",
    "consensus": "mean",  # how people's ratings of a clip become one point
    "coloured_groups": {},  # which groups have a colour of their own, by what the clips are coloured by
    "rating_options": {},  # how clips are rated on the Annotate page: autoplay, least seconds to listen, ...
}


def get(project: Project, key: Key) -> Any:
    """The value of a setting, its default when it was never set."""
    stored = project.database.value("SELECT value FROM project_value WHERE key = ?", (key,))
    return DEFAULTS[key] if stored is None else json.loads(stored)


def set(project: Project, key: Key, value: Any) -> None:  # noqa: A001  (read as values.set)
    """Keep a value that JSON can hold."""
    if key not in DEFAULTS:
        raise ValueError(f"{key!r} is no setting of a project")
    with project.write():
        project.database.execute(
            "INSERT INTO project_value (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, json.dumps(value)),
        )
