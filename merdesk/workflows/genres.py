"""Show and set the mapping from the genres that sources give to the primary ones that statistics stand on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from merdesk.datasets.export import table
from merdesk.datasets.parsing import read
from merdesk.datasets.source import open_source
from merdesk.datasets.tables import Table
from merdesk.domain.changes import Changes
from merdesk.domain.clip import DatasetId
from merdesk.domain.source import LeftOut
from merdesk.errors import DatasetError
from merdesk.project import datasets, genres
from merdesk.project.project import Project

COLUMNS = ("dataset", "raw", "primary", "clips")


@dataclass(frozen=True, slots=True)
class GenreRow:
    """A genre as one dataset's source gives it.

    `labels` are all labels in it, `primary` is what statistics use ("" for none), `default` what they would use if nobody
    had mapped it.
    """

    dataset_id: DatasetId
    dataset: str
    raw: str
    labels: tuple[str, ...]
    primary: str
    default: str
    n_clips: int


def genre_rows(project: Project) -> list[GenreRow]:
    """Every raw genre of every dataset, by dataset, the most frequent first."""
    names = {row.id: row.info.name for row in datasets.all(project)}
    primary = genres.mapping(project)
    found = [
        GenreRow(
            key[0], names[key[0]], key[1], genres.labels(key[1]), primary[key], genres.default(key[1]), n
        )
        for key, n in genres.raw_counts(project).items()
    ]
    return sorted(found, key=lambda row: (row.dataset_id, -row.n_clips, row.raw))


def primaries(rows: Sequence[GenreRow]) -> list[str]:
    """Primary genres to choose from: those in use, then the usual ones."""
    used = sorted({row.primary for row in rows if row.primary}, key=str.casefold)
    return list(dict.fromkeys((*used, *genres.USUAL)))


def as_table(rows: Sequence[GenreRow]) -> str:
    """The mapping as CSV, which `read_mapping` reads back."""
    return table(COLUMNS, ((row.dataset, row.raw, row.primary, str(row.n_clips)) for row in rows))


def read_mapping(
    rows: Sequence[GenreRow], path: Path
) -> tuple[dict[tuple[DatasetId, str], str], tuple[LeftOut, ...]]:
    """What a table with the columns raw, primary and perhaps dataset maps differently, and the rows that fit nothing.

    Without a dataset a row is about every dataset that has the genre.

    Raises
    ------
    DatasetError
        When the file is no such table.
    """
    found = open_table(path)
    wanted: dict[tuple[DatasetId, str], str] = {}
    left_out = []
    cells = zip(
        found.lines,
        found.cells(found.find("dataset")),
        found.cells(found.column("raw", "genre_raw")),
        found.cells(found.column("primary", "primary_genre", "genre")),
        strict=True,
    )
    for line, dataset, raw, primary in cells:
        meant = [row for row in rows if row.raw == raw and dataset in ("", row.dataset)]
        if not meant:
            where = f" in {dataset}" if dataset else ""
            left_out.append(LeftOut(path.name, line, f"no clip{where} has the genre {raw!r}"))
        wanted |= {(row.dataset_id, row.raw): primary for row in meant if row.primary != primary}
    return wanted, tuple(left_out)


def set_mapping(project: Project, wanted: Mapping[tuple[DatasetId, str], str]) -> Changes:
    """Map these; one step of the history, none where nothing is asked for."""
    return genres.set_mapping(project, wanted) if wanted else Changes()


def open_table(path: Path) -> Table:
    """Read a table file; DatasetError when there is none."""
    if not path.is_file():
        raise DatasetError(f"There is no file {path}; check the spelling.")
    with open_source(path) as source:
        return read(source, source.files[0])
