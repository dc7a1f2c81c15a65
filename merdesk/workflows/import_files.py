"""Import audio files and folders as a music library."""

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from merdesk.datasets.source import shown
from merdesk.datasets.walk import is_audio_name, walk
from merdesk.domain.affect import UNIT_SCALE
from merdesk.domain.changes import Changes
from merdesk.domain.clip import AudioFile, DatasetId, TrackId, excerpt_of
from merdesk.domain.source import DatasetInfo, LeftOut, SourceClip
from merdesk.domain.words import counted
from merdesk.progress import Progress
from merdesk.project import clips, datasets, problems
from merdesk.project.batches import Batch
from merdesk.project.project import Project
from merdesk.workflows.known import KnownFiles
from merdesk.workflows.probing import Probed, Prober

SLICE = 64
"""Files in one delivered part: small enough to commit in a few milliseconds, large enough to be cheap."""

SLICE_S = 0.3
"""What was found is shown at least this often."""

LIBRARY = DatasetInfo(
    name="My music",
    title="My music",
    scale=UNIT_SCALE,
    description="Audio files that were dropped into this project.",
    emotion="perceived",
    grouped_by="artist",
)


@dataclass(slots=True)
class ImportSummary:
    """What an import did; grows while it runs."""

    n_files: int = 0
    n_imported: int = 0
    n_known: int = 0
    n_changed: int = 0
    n_moved: int = 0
    n_copies: int = 0
    n_cut: int = 0
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The summary in words."""
        parts = [f"{self.n_imported:,} of {counted(self.n_files, 'audio file')} imported"]
        if self.n_cut:
            parts.append(f"{self.n_cut:,} of them may be cut")
        if self.n_known:
            parts.append(f"{self.n_known:,} there already")
        if self.n_changed:
            parts.append(f"{self.n_changed:,} written anew since")
        if self.n_moved:
            parts.append(f"{self.n_moved:,} moved and found again")
        if self.n_copies:
            parts.append(f"{counted(self.n_copies, 'likely copy', 'likely copies')} left out")
        if n_unread := len(self.left_out) - self.n_copies - self.n_cut:
            parts.append(f"{n_unread:,} could not be read")
        return ", ".join(parts) + "."


@dataclass(frozen=True, slots=True)
class ImportedSlice:
    """Some clips, where the audio of tracks now lies, and what was wrong with other files."""

    clips: tuple[SourceClip, ...] = ()
    located: Mapping[TrackId, AudioFile] = field(default_factory=dict)
    problems: tuple[LeftOut, ...] = ()


class ImportFiles:
    """Import audio below some paths into the project's library; what was imported so far is kept on cancel."""

    def __init__(self, project: Project, paths: Sequence[Path], *, workers: int = 0) -> None:
        self._project = project
        self._paths = tuple(paths)
        self._workers = workers
        self._known = KnownFiles({})
        self._batch: Batch | None = None
        self._n_kept = 0
        self.summary = ImportSummary()

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        first = self._paths[0].name if self._paths else ""
        return f"Import {first}" if len(self._paths) == 1 else f"Import {len(self._paths)} items"

    @property
    def kept(self) -> str:
        """What is in the project now, for somebody who stopped it."""
        if not self._n_kept:
            return "no file was imported yet; the same command begins anew."
        verb = "is" if self._n_kept == 1 else "are"
        return (
            f"{counted(self._n_kept, 'file')} {verb} imported and kept, and the same command reads the rest."
        )

    def run(self, progress: Progress) -> ImportSummary:
        """List, probe, deliver slices."""
        progress.begin("Looking for audio files")
        with Prober(self._workers) as prober:
            prober.begin()
            # A reader of its own, on this thread: of 100,000 files it takes longer than the window may stand still.
            with Project.open(self._project.path, read_only=True) as reader:
                self._known = KnownFiles(clips.known_files(reader))
            new = self._listed(progress)
            progress.begin("Reading audio files", total=len(new))
            for part in _slices(prober.run(new, progress)):
                self._deliver(progress, self._slice(part))
        return self.summary

    def _listed(self, progress: Progress) -> list[Path]:
        """Files that are to be probed."""
        listing = walk(self._paths)
        files = [path for path in listing.files if is_audio_name(path.name) or path in self._paths]
        new = [path for path in files if not self._known.unchanged(path)]
        self.summary.n_files = len(files)
        self.summary.n_known = len(files) - len(new)
        if listing.unreadable:
            bad = tuple(LeftOut(shown(str(path)), None, _unreadable(path)) for path in listing.unreadable)
            self._deliver(progress, ImportedSlice(problems=bad))
        progress.checkpoint()
        return new

    def _slice(self, part: Sequence[Probed]) -> ImportedSlice:
        found: list[SourceClip] = []
        located: dict[TrackId, AudioFile] = {}
        bad: list[LeftOut] = []
        for probed in part:
            if probed.file is None:
                bad.append(LeftOut(probed.display, None, probed.problem))
                continue
            verdict = self._known.judge(probed.file)
            located |= dict.fromkeys(verdict.tracks, probed.file)
            if verdict.kind != "copy" and probed.note is not None:
                bad.append(probed.note)
                self.summary.n_cut += 1
            self.summary.n_changed += verdict.kind == "changed"
            self.summary.n_moved += verdict.kind == "moved"
            self.summary.n_copies += verdict.kind == "copy"
            if verdict.kind == "new":
                found.append(_clip_of(probed.file))
            elif verdict.kind == "copy":
                of = shown(os.fsdecode(verdict.of))
                bad.append(LeftOut(probed.display, None, f"This is likely a copy of {of}, which is here."))
        return ImportedSlice(tuple(found), located, tuple(bad))

    def _deliver(self, progress: Progress, part: ImportedSlice) -> None:
        self.summary.n_imported += len(part.clips)
        self.summary.left_out.extend(part.problems)
        progress.deliver(part)

    def commit(self, part: ImportedSlice) -> Changes:
        """Write one slice into the library's batch."""
        changes = Changes()
        if part.clips or part.located:
            if self._batch is None:
                self._batch = Batch.begin(self._project, self.title, keep_partial=True)
            if part.located:
                changes |= self._batch.locate(part.located)
            if part.clips:
                changes |= self._batch.add(self._library(self._batch), part.clips)
                self._n_kept += len(part.clips)
        if part.problems:
            changes |= problems.add(self._project, self._batch.id if self._batch else None, part.problems)
        return changes

    def _library(self, batch: Batch) -> DatasetId:
        library = datasets.find(self._project, loader="folder", name=LIBRARY.name)
        return library if library is not None else batch.dataset(LIBRARY, loader="folder")

    def finish(self, result: ImportSummary) -> Changes:  # noqa: ARG002  (the slices are the result)
        """Turn the batch into one step of the history."""
        return self._batch.finish() if self._batch else Changes()

    def abandon(self) -> Changes:
        """Keep what was imported so far."""
        return self._batch.finish() if self._batch else Changes()


def _unreadable(path: Path) -> str:
    if path.is_symlink() and not path.exists():
        return "This is a link to a file that is not there; bring the file back or leave the link out."
    if path.exists() and not (path.is_file() or path.is_dir()):
        return "This is a device or a pipe and no file; leave it out."
    return "This cannot be read; look at its permissions."


def _clip_of(file: AudioFile) -> SourceClip:
    onset_s, duration_s = excerpt_of(file.duration_s)
    stem = Path(file.path.decode("utf-8", "replace")).stem
    return SourceClip(
        source_id=stem,
        title=file.title or stem,
        artist=file.artist,
        album=file.album,
        genre=file.genre,
        group=file.artist or stem,
        onset_s=onset_s,
        duration_s=duration_s,
        audio=file,
    )


def _slices(items: Iterable[Probed]) -> Iterable[list[Probed]]:
    """Parts of at most `SLICE` files, and none older than `SLICE_S`."""
    part: list[Probed] = []
    begun = time.monotonic()
    for item in items:
        part.append(item)
        if len(part) == SLICE or time.monotonic() - begun > SLICE_S:
            yield part
            part, begun = [], time.monotonic()
    if part:
        yield part
