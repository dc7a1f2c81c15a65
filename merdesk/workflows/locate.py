"""Find audio that is not located, or that moved: by content, by id or by name, in any folder."""

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from merdesk.datasets.matching import fold_path, match_audio, stem_of
from merdesk.datasets.source import shown
from merdesk.datasets.walk import is_audio_name, walk
from merdesk.domain.changes import Changes
from merdesk.domain.clip import AudioFile, TrackId
from merdesk.domain.source import LeftOut
from merdesk.domain.words import counted
from merdesk.errors import DatasetError
from merdesk.progress import Progress
from merdesk.project import clips, datasets
from merdesk.project.clips import ClipLocation
from merdesk.project.project import Project
from merdesk.workflows.probing import probe_all

SURE_SHARE = 0.9
"""Files that are mere numbers belong to a dataset when this share of its clips is among them: DEAM's folder has 100 % of
EmoMusic's numbers, which are the same clips, and some 74 % of PMEmo's, which are not."""


@dataclass(frozen=True, slots=True)
class LocateSummary:
    """What was found, and what stayed without audio.

    Attributes
    ----------
    n_wanted
        Clips that had no audio, or whose file is no longer there.
    n_by_content, n_by_name
        Clips found by the content of their old file, and by id or name.
    doubtful
        Datasets, and how many of their clips have a number that a file has too: numbers alone say too little while
        other datasets use them as well, so that somebody must say that the folder is this dataset's.
    missing
        Dataset and id of the clips that stayed without.
    unmatched
        Audio files that no clip asked for.
    left_out
        Files that matched and could not be read.
    """

    n_wanted: int
    n_by_content: int
    n_by_name: int
    doubtful: tuple[tuple[str, int], ...]
    missing: tuple[tuple[str, str], ...]
    unmatched: tuple[str, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def sentence(self) -> str:
        """The summary in words."""
        if not self.n_wanted:
            return "All audio is where it was; nothing to locate."
        found = self.n_by_content + self.n_by_name
        parts = [f"Audio of {found:,} of {counted(self.n_wanted, 'clip')} located"]
        if self.missing:
            by_dataset = Counter(dataset for dataset, _ in self.missing)
            where = ", ".join(f"{dataset} {n:,}" for dataset, n in by_dataset.items())
            parts.append(f"{len(self.missing):,} still without ({where})")
        if self.unmatched:
            parts.append(f"{counted(len(self.unmatched), 'file')} of no clip")
        if self.left_out:
            parts.append(f"{len(self.left_out):,} could not be read")
        doubts = "".join(
            f" Not matched, because {dataset} has these numbers too: {counted(n, 'file')}; choose {dataset} if it is their own."
            for dataset, n in self.doubtful
        )
        return "; ".join(parts) + "." + doubts


@dataclass(frozen=True, slots=True)
class Located:
    """Files found for tracks, and the summary of it all."""

    files: Mapping[TrackId, AudioFile]
    summary: LocateSummary


class LocateAudio:
    """Look below a folder for the audio of clips that have none; one step of the history.

    Parameters
    ----------
    dataset
        The dataset whose audio lies there; empty for any.
    """

    def __init__(self, project: Project, folder: Path, *, dataset: str = "") -> None:
        project.check_writable()
        names = [row.info.name for row in datasets.all(project)]
        if dataset and dataset not in names:
            raise DatasetError(f"There is no dataset {dataset} here; there are {', '.join(names)}.")
        if not folder.is_dir():
            raise DatasetError(f"There is no folder {folder}; choose the one that holds the audio.")
        self._project, self._folder, self._dataset = project, folder, dataset
        self._locations = clips.locations(project)
        self._labels = {found.id: found for found in clips.labels(project)}
        self._doubtful: dict[str, int] = {}

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Locate audio in {self._folder.name}"

    def run(self, progress: Progress) -> Located:
        """List the folder, match by content first, then by id and name."""
        progress.begin("Looking for audio files")
        files = [path for path in walk([self._folder]).files if is_audio_name(path.name)]
        gone = [place for place in self._locations if self._is_wanted(place)]
        by_track: dict[TrackId, AudioFile] = {}
        left_out: dict[Path, LeftOut] = {}
        moved = [place for place in gone if place.quick_key is not None]
        if moved:
            by_track |= self._by_content(moved, files, progress)
        content = {place.clip_id for place in moved if place.track_id in by_track}
        bare = [place for place in gone if place.track_id not in by_track]
        by_track |= self._by_name(bare, files, left_out, progress)
        taken = {file.path for file in by_track.values()} | {
            place.path for place in self._locations if _is_there(place)
        }
        names = {place.clip_id for place in bare if place.track_id in by_track}
        missing = [self._labels[place.clip_id] for place in bare if place.track_id not in by_track]
        summary = LocateSummary(
            n_wanted=len(gone),
            n_by_content=len(content),
            n_by_name=len(names),
            doubtful=tuple(self._doubtful.items()),
            missing=tuple((clip.dataset, clip.source_id) for clip in missing),
            unmatched=tuple(shown(str(path)) for path in files if os.fsencode(path) not in taken),
            left_out=tuple(left_out.values()),
        )
        return Located(by_track, summary)

    def _by_content(
        self, moved: Sequence[ClipLocation], files: Sequence[Path], progress: Progress
    ) -> dict[TrackId, AudioFile]:
        """Files whose size and both ends are those of a track's lost file."""
        progress.begin("Comparing content", total=len(files))
        wanted: dict[bytes, list[TrackId]] = defaultdict(list)
        for place in moved:
            assert place.quick_key is not None
            wanted[place.quick_key].append(place.track_id)
        found: dict[TrackId, AudioFile] = {}
        for probed in probe_all(files, progress):
            if probed.file is not None:
                for track_id in wanted.get(probed.file.quick_key, ()):
                    found.setdefault(track_id, probed.file)
        return found

    def _by_name(
        self,
        bare: Sequence[ClipLocation],
        files: Sequence[Path],
        left_out: dict[Path, LeftOut],
        progress: Progress,
    ) -> dict[TrackId, AudioFile]:
        """Files named like a clip; each dataset apart, because two of them may both have a clip 2."""
        matched: dict[TrackId, Path] = {}
        by_dataset: dict[str, list[ClipLocation]] = defaultdict(list)
        for place in bare:
            by_dataset[self._labels[place.clip_id].dataset].append(place)
        for dataset, places in by_dataset.items():
            own = _below(files, dataset)
            names = {str(place.clip_id): self._name_of(place) for place in places}
            tracks = {str(place.clip_id): place.track_id for place in places}
            found = match_audio(names, own or files).found
            if own or self._sure(dataset, len(found), [names[key] for key in found]):
                matched |= {tracks[key]: path for key, path in found.items()}
            elif found:
                self._doubtful[dataset] = len(found)
        paths = list(dict.fromkeys(matched.values()))
        progress.begin("Reading audio files", total=len(paths))
        probed = {one.path: one for one in probe_all(paths, progress)}
        for path, one in probed.items():
            if one.problem:
                left_out[path] = LeftOut(one.display, None, one.problem)
        return {track: file for track, path in matched.items() if (file := probed[path].file) is not None}

    def _sure(self, dataset: str, n_found: int, names: Sequence[str]) -> bool:
        """False where mere numbers matched, other datasets have the same numbers, and too many clips found nothing."""
        numbers = {stem_of(fold_path(name)) for name in names}
        if self._dataset or not all(number.isdecimal() for number in numbers):
            return True
        others = {clip.source_id for clip in self._labels.values() if clip.dataset != dataset}
        n_clips = sum(clip.dataset == dataset for clip in self._labels.values())
        return not numbers & others or n_found >= SURE_SHARE * n_clips

    def _is_wanted(self, place: ClipLocation) -> bool:
        if self._dataset and self._labels[place.clip_id].dataset != self._dataset:
            return False
        return not _is_there(place)

    def _name_of(self, place: ClipLocation) -> str:
        """The file's old name where there was one, else the clip's id."""
        if place.path is not None:
            return os.fsdecode(place.path).rsplit(os.sep, 1)[-1]
        return self._labels[place.clip_id].source_id

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: Located) -> Changes:
        """Say where the audio lies, as one step of the history."""
        return clips.locate(self._project, result.files) if result.files else Changes()

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


def _is_there(place: ClipLocation) -> bool:
    return place.path is not None and Path(os.fsdecode(place.path)).is_file()


def _below(files: Sequence[Path], dataset: str) -> list[Path]:
    """Files in a folder that is named after the dataset, for a folder that holds several of them."""
    wanted = dataset.casefold()
    return [file for file in files if any(part.casefold().startswith(wanted) for part in file.parent.parts)]
