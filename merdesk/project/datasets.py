"""Datasets: who rated what how."""

import json
from dataclasses import dataclass, replace

from merdesk.domain.affect import AffectScale
from merdesk.domain.changes import Changes
from merdesk.domain.clip import DatasetId
from merdesk.domain.source import DatasetInfo
from merdesk.errors import ProjectError
from merdesk.project import history, repairs
from merdesk.project.database import Row
from merdesk.project.project import Project
from merdesk.project.text import clean

COLUMNS = (
    "id, name, title, valence_min, valence_max, arousal_min, arousal_max, scale_kind, description, citation, bibtex,"
    " licence, url, emotion, grouped_by, expected_counts, std_ddof, loader"
)


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A dataset of the project, and how many of its clips have an annotation."""

    id: DatasetId
    info: DatasetInfo
    loader: str
    n_clips: int
    n_annotated: int


def all(project: Project) -> list[DatasetRow]:  # noqa: A001  (read as datasets.all)
    """Every dataset, in the order of import."""
    clips: dict[int, int] = dict(
        project.database.rows("SELECT dataset_id, count(*) FROM seen_clip GROUP BY dataset_id")
    )
    annotated: dict[int, int] = dict(
        project.database.rows(
            "SELECT dataset_id, count(*) FROM seen_clip WHERE id IN"
            " (SELECT clip_id FROM seen_annotation WHERE valence IS NOT NULL AND arousal IS NOT NULL)"
            " GROUP BY dataset_id"
        )
    )
    ranked = _ranked(project)
    return [
        DatasetRow(
            DatasetId(row[0]), _info(row, ranked), row[-1], clips.get(row[0], 0), annotated.get(row[0], 0)
        )
        for row in project.database.rows(f"SELECT {COLUMNS} FROM seen_dataset ORDER BY id")
    ]


def get(project: Project, dataset_id: DatasetId) -> DatasetInfo:
    """What is known about one dataset.

    Raises
    ------
    KeyError
        When the project does not show it.
    """
    row = project.database.row(f"SELECT {COLUMNS} FROM seen_dataset WHERE id = ?", (dataset_id,))
    if row is None:
        raise KeyError(f"no dataset {dataset_id}")
    return _info(row, _ranked(project))


def names(project: Project) -> list[str]:
    """Names of all datasets, in the order of import, without the counts that `all` takes its time for."""
    return [str(row[0]) for row in project.database.rows("SELECT name FROM seen_dataset ORDER BY id")]


def find(project: Project, *, loader: str, name: str | None = None) -> DatasetId | None:
    """The first dataset that this loader made (under this name); None when there is none."""
    found = project.database.value(
        "SELECT id FROM seen_dataset WHERE loader = ?1 AND (?2 IS NULL OR name = ?2) ORDER BY id",
        (loader, name),
    )
    return None if found is None else DatasetId(found)


def rename(project: Project, dataset_id: DatasetId, name: str) -> Changes:
    """Give a dataset another name.

    Raises
    ------
    ProjectError
        When another dataset has it, or it is empty.
    """
    name = clean(name).strip()
    if not name:
        raise ProjectError("A dataset needs a name; type at least one letter.")
    taken = project.database.value("SELECT id FROM seen_dataset WHERE name = ?", (name,))
    if taken is not None and taken != dataset_id:
        raise ProjectError(f"Another dataset is named {name}; choose a name of its own.")
    with history.edit(project, f"Rename dataset to {name}") as edit:
        project.database.execute("UPDATE dataset SET name = ? WHERE id = ?", (name, dataset_id))
    return edit.changes


def remove(project: Project, dataset_id: DatasetId) -> Changes:
    """Take a dataset with its clips out of the project; one flag, so that undo takes an instant."""
    name = get(project, dataset_id).name
    with history.edit(project, f"Remove {name}", subject=f"dataset {dataset_id}") as edit:
        project.database.execute("UPDATE dataset SET removed = 1 WHERE id = ?", (dataset_id,))
    return edit.changes


def _ranked(project: Project) -> frozenset[int | None]:
    """Datasets whose values a repair marks as ranks."""
    return frozenset(repair.dataset_id for repair in repairs.active(project) if repair.kind == repairs.RANK)


def _info(row: Row, ranked: frozenset[int | None]) -> DatasetInfo:
    scale = AffectScale(*row[3:8])
    return DatasetInfo(
        name=row[1],
        title=row[2],
        scale=replace(scale, kind="rank") if row[0] in ranked else scale,
        description=row[8],
        citation=row[9],
        bibtex=row[10],
        licence=row[11],
        url=row[12],
        emotion=row[13],
        grouped_by=row[14],
        expected_counts=tuple((str(what), int(n)) for what, n in json.loads(row[15])),
        std_ddof=row[16],
    )
