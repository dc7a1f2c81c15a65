"""Get data out: annotations, features, predictions and splits, for other programs and for merdesk itself."""

import json
from collections.abc import Iterator, Mapping, Sized
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from merdesk.datasets.croissant import as_croissant
from merdesk.datasets.export import as_csv, bibliography
from merdesk.datasets.jams import as_jams
from merdesk.datasets.layouts import LAYOUTS, as_source
from merdesk.domain.changes import Changes
from merdesk.domain.source import SourceDataset
from merdesk.errors import DatasetError
from merdesk.progress import Progress
from merdesk.project import clips, datasets, doubts, models, provenance, published
from merdesk.project.project import Project
from merdesk.project.provenance import Entry
from merdesk.project.published import DatasetRows
from merdesk.workflows.doubt_tables import doubt_tables
from merdesk.workflows.export_tables import (
    dimension_names,
    file_name,
    free_name,
    prediction_tables,
    rating_tables,
    stored_names,
)
from merdesk.workflows.features import feature_table
from merdesk.workflows.flat_tables import FORMATS, Columns, write_table
from merdesk.workflows.pair_quality import pair_quality
from merdesk.workflows.rating_consensus import WAYS, chosen, consensus_table
from merdesk.workflows.rating_datasheet import datasheet
from merdesk.workflows.rating_documents import rating_documents
from merdesk.workflows.rating_tables import Answers, answer_tables

FORMATS_OF: Mapping[str, tuple[str, ...]] = {
    "annotations": ("csv", "npz", "parquet", "jams", "croissant", "source"),
    "ratings": (*FORMATS, "jams"),
    "features": FORMATS,
    "predictions": FORMATS,
    "splits": FORMATS,
    "doubts": FORMATS,
}
"""What can be exported, and how; the first is the default."""
NOTHING: Mapping[str, str] = {
    "annotations": "There is no dataset to export; import one first.",
    "splits": "There is no dataset to export; import one first.",
    "predictions": "No model has predicted yet; train one first.",
    "doubts": "No label is marked as doubtful; mark one on the Compare page first.",
    "ratings": "Nobody has rated in this project yet; rate on the Annotate page first.",
}


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What to write and how.

    `as_filed` leaves repairs out of annotations and splits, `anonymous` names, tags and notes out of ratings;
    `consensus` says how ratings of a clip become one point, empty for the project's own choice.
    """

    what: str = "annotations"
    file_format: str = "csv"
    as_filed: bool = False
    anonymous: bool = False
    consensus: str = ""

    def __post_init__(self) -> None:
        if self.what not in FORMATS_OF:
            raise DatasetError(f"--what {self.what} is not known; choose from {', '.join(FORMATS_OF)}.")
        if self.consensus not in ("", *WAYS):
            raise DatasetError(f"--consensus {self.consensus} is not known; choose from {', '.join(WAYS)}.")
        if self.file_format not in FORMATS_OF[self.what]:
            known = ", ".join(FORMATS_OF[self.what])
            raise DatasetError(f"{self.what} cannot be written as {self.file_format}; choose from {known}.")


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What an export wrote, and what it left out."""

    what: str
    folder: Path
    files: tuple[Path, ...]
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The summary in words."""
        n = len(self.files)
        words = f"{self.what.capitalize()}: {n:,} file{'' if n == 1 else 's'} written to {self.folder}."
        return " ".join((words, *self.notes))


class Export:
    """Write data of a project into a folder; files of the same names are replaced, nothing else is touched."""

    def __init__(self, project: Project, folder: Path, options: ExportOptions) -> None:
        self._folder, self._options = folder, replace(options, as_filed=options.as_filed or project.as_filed)
        self._path, self._title, self._store_dir = project.path, project.title, project.features_dir
        self._notes: list[str] = []
        self._rows: list[DatasetRows] = []
        self._tables: dict[str, Columns] = {}
        self._answers, self._repairs = Answers.none(), list[Entry]()
        # What takes no time to see is told before anything begins.
        if options.what == "predictions":
            self._refuse_none(models.all(project))
        elif options.what == "doubts":
            self._refuse_none(doubts.all(project))
        elif options.what in ("annotations", "splits"):
            self._refuse_none(datasets.all(project))

    def _refuse_none(self, found: Sized) -> None:
        if not found:
            raise DatasetError(NOTHING[self._options.what])

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Export {self._options.what}"

    def run(self, progress: Progress) -> ExportSummary:
        """Read the project, write the files."""
        progress.begin("Reading")
        # A reader of its own: the ratings of 100,000 clips would hold the window for most of a second.
        with Project.open(self._path, read_only=True) as reader:
            reader.as_filed = self._options.as_filed
            self._read(reader)
        progress.begin("Writing")
        files = []
        for path in self._written(progress):
            files.append(path)
            progress.checkpoint()
        return ExportSummary(self._options.what, self._folder, tuple(files), tuple(self._notes))

    def _read(self, project: Project) -> None:
        options = self._options
        if not options.as_filed:
            self._repairs = provenance.told(project)
        if options.what in ("annotations", "splits", "ratings"):
            self._rows = [published.read(project, row.id) for row in datasets.all(project)]
        if options.what == "predictions":
            self._tables = prediction_tables(project)
            self._refuse_none(self._tables)
        elif options.what == "doubts":
            self._tables = doubt_tables(project)
        elif options.what == "ratings":
            self._answers = Answers.of(project, anonymous=options.anonymous)
            self._refuse_none(() if self._answers.empty else (self._answers,))
            self._pooling = next((way for way in WAYS if way == options.consensus), chosen(project))
            self._paired = pair_quality(project, self._answers)
        elif options.what == "features":
            self._names = {found.id: found for found in clips.labels(project)}
            self._locations = clips.locations(project)

    def _written(self, progress: Progress) -> Iterator[Path]:
        what, file_format = self._options.what, self._options.file_format
        if what == "splits":
            yield write_table(self._folder, "splits", self._splits(), file_format)
        elif what == "features":
            yield from self._features(progress)
        elif what == "ratings":
            yield from self._ratings()
        elif what in ("predictions", "doubts"):
            for name, table in self._tables.items():
                yield write_table(self._folder, name, table, file_format)
        elif file_format in FORMATS and file_format != "csv":
            for name, table in rating_tables(dataset for _, dataset in self._sources()).items():
                yield write_table(self._folder, name, table, file_format)
            yield from self._about()
        else:
            yield from self._documents()

    def _ratings(self) -> Iterator[Path]:
        """What people answered in the window, with a datasheet."""
        answers, file_format = self._answers, self._options.file_format
        if file_format == "jams":
            for rows, dataset in self._sources():
                folder = self._folder / file_name(dataset.info.name)
                texts = rating_documents(answers, rows.clip_ids.tolist(), dataset)
                yield from (write_text(folder / name, text) for name, text in texts.items())
        else:
            pooled = {"consensus": consensus_table(answers, self._pooling)} if answers.given else {}
            for name, table in (answer_tables(answers) | pooled).items():
                yield write_table(self._folder, name, table, file_format)
        text = datasheet(self._title, answers, self._pooling, self._paired)
        yield write_text(self._folder / "datasheet.md", text)

    def _sources(self, *, published_only: bool = False) -> list[tuple[DatasetRows, SourceDataset]]:
        as_filed = self._options.as_filed
        return [
            (rows, rows.source_dataset(as_filed=as_filed, published_only=published_only))
            for rows in self._rows
        ]

    def _documents(self) -> Iterator[Path]:
        """A folder for each dataset, in its own layout, as CSV (described by Croissant or not) or as JAMS."""
        taken: set[str] = set()
        source = self._options.file_format == "source"
        for rows, dataset in self._sources(published_only=source):
            folder = self._folder / free_name(file_name(dataset.info.name), taken)
            if source and (rows.loader not in LAYOUTS or rows.loader == "table"):
                self._notes.append(f"{dataset.info.name} has no published layout and is written as CSV.")
                texts = as_csv(dataset)
            elif source:
                texts = as_source(dataset, rows.loader)
            elif self._options.file_format == "croissant":
                texts = as_croissant(dataset, self._repairs_of(rows))
            else:
                texts = as_csv(dataset) if self._options.file_format == "csv" else as_jams(dataset)
            if "dataset.json" in texts:
                texts["dataset.json"] = self._with_repairs(texts["dataset.json"], rows)
            yield from (write_text(folder / name, text) for name, text in texts.items())
        yield from self._about()

    def _with_repairs(self, text: str, rows: DatasetRows) -> str:
        record = json.loads(text)
        record["repairs"] = self._repairs_of(rows)
        return json.dumps(record, indent=1, ensure_ascii=False) + "\n"

    def _repairs_of(self, rows: DatasetRows) -> list[str]:
        return [entry.title for entry in self._repairs if entry.dataset_id in (None, rows.id)]

    def _about(self) -> Iterator[Path]:
        """Licences, citations and repairs, which travel with every export of annotations."""
        lines = ["Annotations exported by merdesk.", ""]
        lines.append(
            "Values are as filed." if self._options.as_filed else "Values are as repaired in the project."
        )
        for rows in self._rows:
            info = rows.info
            lines += [
                "",
                info.name,
                f"  Licence: {info.licence or 'not stated'}",
                f"  Cite: {info.citation or 'not stated'}",
            ]
            lines += [f"  Repair: {title}" for title in self._repairs_of(rows)]
        yield write_text(self._folder / "README.txt", "\n".join(lines) + "\n")
        entries = bibliography(rows.info for rows in self._rows)
        if entries.strip():
            yield write_text(self._folder / "references.bib", entries)

    def _splits(self) -> Columns:
        rows = [
            (dataset.info.name, clip.source_id, clip.split)
            for _, dataset in self._sources()
            for clip in dataset.clips
        ]
        return {name: [row[n] for row in rows] for n, name in enumerate(("dataset", "id", "split"))}

    def _features(self, progress: Progress) -> Iterator[Path]:
        names = stored_names(self._store_dir)
        if not names:
            raise DatasetError("There are no features yet; extract them first.")
        progress.begin("Writing features", total=len(names))
        for name in names:
            read = feature_table(self._store_dir, [name], self._locations)
            progress.advance()
            if not read.found.any():
                self._notes.append(f"{name} of an earlier version is left out; extract it anew.")
                continue
            places = [self._locations[row] for row in np.flatnonzero(read.found)]
            about = [self._names[place.clip_id] for place in places]
            told: dict[str, Any] = {
                "clip_id": np.array([place.clip_id for place in places], dtype=np.int64),
                "dataset": [clip.dataset for clip in about],
                "id": [clip.source_id for clip in about],
            }
            values = read.values[read.found]
            dimensions = dimension_names(name, values.shape[1])
            if self._options.file_format == "npz":
                told |= {"values": values, "names": list(dimensions)}
            else:
                told |= dict(zip(dimensions, values.T, strict=True))
            yield write_table(self._folder, f"features-{file_name(name)}", told, self._options.file_format)

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: ExportSummary) -> Changes:  # noqa: ARG002  (the files are the result)
        """The project stays as it is."""
        return Changes()

    def abandon(self) -> Changes:
        """What was written stays: every file is whole."""
        return Changes()


def write_text(path: Path, text: str) -> Path:
    """Write one file; DatasetError when that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")  # digests are of these bytes
    except OSError as error:
        raise DatasetError(
            f"{path} could not be written ({error.strerror}); choose another folder."
        ) from error
    return path
