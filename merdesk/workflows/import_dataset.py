"""Import a dataset, or a table as one: annotations now, audio where it is found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from merdesk.datasets import loader as loader_of
from merdesk.datasets import recognise as recognise_at
from merdesk.datasets.loader import Recognition
from merdesk.datasets.matching import match_clips, with_audio
from merdesk.datasets.source import open_source
from merdesk.datasets.walk import is_audio_name, walk
from merdesk.domain.changes import Changes
from merdesk.domain.clip import AudioFile, DatasetId
from merdesk.domain.source import (
    DatasetInfo,
    LeftOut,
    SourceClip,
    SourceColumn,
    SourceDataset,
    further_columns,
    left_out_words,
)
from merdesk.domain.words import counted
from merdesk.progress import Progress
from merdesk.project import problems
from merdesk.project.batches import Batch
from merdesk.project.project import Project
from merdesk.workflows.probing import probe_all

SLICE = 200
"""Clips in one delivered part; with traces a slice takes some 10 ms to commit."""

recognise: Callable[[Path], list[Recognition]] = recognise_at
"""What lies at a path, in sentences; see `merdesk.datasets.recognise`."""


@dataclass(frozen=True, slots=True)
class DatasetSummary:
    """What an import did."""

    name: str
    n_clips: int
    n_with_audio: int
    left_out: tuple[LeftOut, ...]

    @property
    def sentence(self) -> str:
        """The summary in words."""
        parts = [f"{self.name}: {counted(self.n_clips, 'clip')} imported"]
        parts.append(f"{self.n_with_audio:,} with audio" if self.n_with_audio else "audio not located")
        return ", ".join(parts + left_out_words(self.left_out)) + "."


@dataclass(frozen=True, slots=True)
class _Begin:
    """The dataset that the following slices belong to."""

    info: DatasetInfo
    left_out: tuple[LeftOut, ...]
    loader: str


@dataclass(frozen=True, slots=True)
class _Further:
    """What a table says of all these clips beside what has a meaning."""

    columns: tuple[SourceColumn, ...]


class ImportDataset:
    """Import what a loader reads at a path, as one step of the history.

    Parameters
    ----------
    key
        Which loader; the recognised one of a path, or `table`.
    load
        Reads the dataset; the loader's own way when None (a table with a confirmed mapping brings its own).
    audio
        Where to look for audio beside the path itself.
    """

    def __init__(
        self,
        project: Project,
        path: Path,
        key: str,
        *,
        load: Callable[[], SourceDataset] | None = None,
        audio: Path | None = None,
        workers: int = 0,
    ) -> None:
        project.check_writable()
        self._project = project
        self._path, self._key = path, key
        self._load = load or self._load_by_key
        self._audio = audio
        self._workers = workers
        self._batch: Batch | None = None
        self._dataset_id: DatasetId | None = None

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Import {self._path.name}"

    def _load_by_key(self) -> SourceDataset:
        with open_source(self._path) as source:
            return loader_of(self._key).load(source)

    def run(self, progress: Progress) -> DatasetSummary:
        """Read, match audio, deliver slices."""
        progress.begin("Reading annotations")
        dataset = self._load()
        progress.checkpoint()
        located, unreadable = self._located(dataset, progress)
        dataset = with_audio(dataset, located)
        left_out = (*dataset.left_out, *unreadable)
        progress.begin("Importing clips", total=len(dataset.clips))
        progress.deliver(_Begin(dataset.info, left_out, dataset.loader or self._key))
        for start in range(0, len(dataset.clips), SLICE):
            part = dataset.clips[start : start + SLICE]
            progress.deliver(part)
            progress.advance(len(part))
        if columns := further_columns(dataset.clips):
            progress.deliver(_Further(columns))
        n_audio = sum(clip.audio is not None for clip in dataset.clips)
        return DatasetSummary(dataset.info.name, len(dataset.clips), n_audio, left_out)

    def _located(
        self, dataset: SourceDataset, progress: Progress
    ) -> tuple[Mapping[str, AudioFile], Sequence[LeftOut]]:
        progress.begin("Looking for audio files")
        here = self._path if self._path.is_dir() else self._path.parent
        wanted = [here] if self._audio is None else [self._audio, here]
        files = [file for file in walk(wanted).files if is_audio_name(file.name)]
        match = match_clips(dataset.clips, files)
        paths = list(dict.fromkeys(match.found.values()))
        progress.begin("Reading audio files", total=len(paths))
        probed = {probed.path: probed for probed in probe_all(paths, progress, workers=self._workers)}
        located = {key: file for key, path in match.found.items() if (file := probed[path].file) is not None}
        unreadable = [
            LeftOut(found.display, None, found.problem) for found in probed.values() if found.problem
        ]
        doubtful = [found.note for found in probed.values() if found.note is not None]
        return located, unreadable + doubtful

    def commit(self, part: Any) -> Changes:
        """Write the dataset's row, or one slice of clips."""
        if isinstance(part, _Begin):
            self._batch = Batch.begin(self._project, self.title, keep_partial=False)
            self._dataset_id = self._batch.dataset(part.info, loader=part.loader)
            if part.left_out:
                return problems.add(self._project, self._batch.id, part.left_out)
            return Changes()
        assert self._batch is not None
        assert self._dataset_id is not None
        if isinstance(part, _Further):
            self._batch.describe(part.columns, self._batch.clip_ids())
            return Changes()
        clips: tuple[SourceClip, ...] = part
        return self._batch.add(self._dataset_id, clips)

    def finish(self, result: DatasetSummary) -> Changes:  # noqa: ARG002  (the slices are the result)
        """Show the dataset, as one step of the history."""
        return self._batch.finish() if self._batch else Changes()

    def abandon(self) -> Changes:
        """Leave nothing half imported."""
        return self._batch.discard() if self._batch else Changes()
