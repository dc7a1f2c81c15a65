"""Which import fits a path: a published dataset, a table, or a folder of music."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from merdesk.datasets import DESCRIBED
from merdesk.domain.rating import DIMENSIONS
from merdesk.errors import DatasetError
from merdesk.project.project import Project
from merdesk.workflows.import_dataset import ImportDataset, recognise
from merdesk.workflows.import_files import ImportFiles
from merdesk.workflows.import_ratings import ClipIndex, ImportRatings, n_matching
from merdesk.workflows.import_traces import ImportTraces, trace_files
from merdesk.workflows.look_at import nothing_in
from merdesk.workflows.tables import ColumnMapping, TableFile

TABLE_ENDINGS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".ods"})
PUBLISHED = tuple(known.KEY for known in DESCRIBED)


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How to read a table; what is left out is proposed from its headers and ranges."""

    mapping: tuple[tuple[str, str], ...] = ()
    valence: tuple[float, float] | None = None
    arousal: tuple[float, float] | None = None
    name: str = ""

    @classmethod
    def parse(cls, mapping: str, valence: str, arousal: str, name: str) -> "TableOptions":
        """Read `file=COL,valence=COL` and `MIN:MAX`; DatasetError when they are not of that form."""
        pairs = []
        for part in filter(None, (part.strip() for part in mapping.split(","))):
            key, equals, column = part.partition("=")
            if not equals:
                raise DatasetError(f"--map {part!r} is not of the form valence=COLUMN.")
            pairs.append((key.strip(), column.strip()))
        return cls(tuple(pairs), _bounds(valence), _bounds(arousal), name)


def _bounds(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    low, colon, high = text.partition(":")
    try:
        bounds = float(low), float(high)
    except ValueError:
        colon = ""
        bounds = (0.0, 0.0)
    if not colon or bounds[0] >= bounds[1]:
        raise DatasetError(f"The scale {text!r} is not of the form MIN:MAX, such as 1:9.")
    return bounds


def importer(
    project: Project,
    path: Path,
    *,
    kind: str = "auto",
    audio: Path | None = None,
    table: TableOptions | None = None,
    workers: int = 0,
) -> Any:
    """The workflow that imports a path as `kind`, or as what its content says.

    Raises
    ------
    DatasetError
        When there is nothing at the path, or it is not of that kind.
    """
    if not path.exists():
        raise DatasetError(f"There is nothing at {path}; check the spelling.")
    if kind == "auto":
        kind, *others = recognised(path)
        if others:
            listed = ", ".join((kind, *others))
            raise DatasetError(f"{path} holds several datasets; choose which of them it is: {listed}.")
    if kind == "traces":
        return _traces(project, path, table or TableOptions())
    if kind == "folder":
        return ImportFiles(project, [path], workers=workers)
    if kind == "table":
        return _table(project, path, audio, table or TableOptions())
    if kind not in PUBLISHED:
        raise DatasetError(
            f"--as {kind} is not known; use auto, folder, table, traces, {', '.join(PUBLISHED)}."
        )
    return ImportDataset(project, path, kind, audio=audio, workers=workers)


def recognised(path: Path) -> tuple[str, ...]:
    """What lies at a path: the keys of published datasets, else `traces`, `table` or `folder`.

    Raises
    ------
    DatasetError
        When there is nothing, or a release that is known and cannot be read.
    """
    if path.suffix.lower() != ".zip" and trace_files(path):
        return ("traces",)
    if path.is_file() and path.suffix.lower() in TABLE_ENDINGS:
        return ("table",)
    if path.is_file() and path.suffix.lower() != ".zip":
        return ("folder",)
    seen_here = recognise(path)
    if path.is_dir() and not seen_here:
        raise DatasetError(nothing_in(path))
    found = [seen for seen in seen_here if seen.key in PUBLISHED and not seen.alternative]
    unsupported = [seen.sentence for seen in found if not seen.supported]
    if unsupported:
        raise DatasetError(unsupported[0])
    return tuple(seen.key for seen in found) or ("folder",)


def table_and_audio(paths: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Tables, and everything else, of what was dropped together."""
    tables = [path for path in paths if path.is_file() and path.suffix.lower() in TABLE_ENDINGS]
    return tables, [path for path in paths if path not in tables]


def _traces(project: Project, path: Path, options: TableOptions) -> Any:
    """Traces of CARMA, DARMA or merdesk: the name is the annotator's, the mapping says what one dimension is."""
    paths = trace_files(path)
    if not paths:
        raise DatasetError(f"{path.name} holds no traces of CARMA, DARMA or merdesk; choose their CSV files.")
    mapped = {key for key, _ in options.mapping}
    dimension = next((one for one in DIMENSIONS if mapped == {one}), None)
    return ImportTraces(project, paths, annotator=options.name, dimension=dimension or "")


def _table(project: Project, path: Path, audio: Path | None, options: TableOptions) -> Any:
    file = TableFile.open(path)
    mapping = ColumnMapping.of(dict(options.mapping)) if options.mapping else file.proposed_mapping()
    proposed = file.proposed_scale(mapping)
    bounds = (*(options.valence or proposed[:2]), *(options.arousal or proposed[2:]))
    further = file.proposed_further(mapping)
    load = partial(file.load, mapping, bounds, name=options.name, further=further)
    dataset = load()
    if not dataset.clips:
        why = (
            f", {dataset.left_out[0].where} for one {dataset.left_out[0].reason}" if dataset.left_out else ""
        )
        raise DatasetError(f"{file.name} has no row that can be imported{why}.")
    if (
        not options.name
        and audio is None
        and 2 * n_matching(ClipIndex.of(project), dataset) >= len(dataset.clips) > 0
    ):
        return ImportRatings(project, file.name, load)
    return ImportDataset(project, path, "table", load=load, audio=audio)
