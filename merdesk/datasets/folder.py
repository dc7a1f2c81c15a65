"""A folder of audio files as a dataset without annotations.

Who rated: nobody yet. Scale: -1..1. Counts: the files. Citation and licence: the user's own.
"""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from merdesk.datasets.loader import Recognition
from merdesk.datasets.source import Source, shown
from merdesk.datasets.walk import is_audio_name, walk
from merdesk.domain.affect import UNIT_SCALE
from merdesk.domain.source import DatasetInfo, LeftOut, SourceClip, SourceDataset

KEY = "folder"
INFO = DatasetInfo(
    name="Folder",
    title="A folder of audio files",
    scale=UNIT_SCALE,
    description="Audio files as they lie in a folder; nobody has rated them yet.",
)


def list_audio(paths: Iterable[Path]) -> tuple[Path, ...]:
    """List audio files at or below the paths by their ending, in natural order; none is opened."""
    return tuple(file for file in walk(paths).files if is_audio_name(file.name))


def recognise(source: Source) -> Recognition | None:
    """Say how many audio files there are."""
    n_files = len(source.audio)
    if n_files == 0:
        return None
    noun = "file" if n_files == 1 else "files"
    return Recognition(
        KEY, INFO, f"Folder: {n_files} audio {noun} and no annotations.", (("clips", n_files),)
    )


def load(source: Source) -> SourceDataset:
    """List each audio file as a clip; a file that is no audio is nobody's fault and not mentioned."""
    clips = []
    for path in source.audio:
        name = shown(path.relative_to(source.root).as_posix())
        clips.append(SourceClip(source_id=name, title=PurePosixPath(name).stem, file_name=name))
    left_out = tuple(LeftOut(folder, None, "cannot be read") for folder in source.unreadable)
    return SourceDataset(INFO, tuple(clips), left_out)
