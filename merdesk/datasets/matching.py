"""Which audio file belongs to which clip: by name or id, whatever the case, the ending or the way letters are composed."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from merdesk.datasets.walk import natural_key
from merdesk.domain.clip import AudioFile
from merdesk.domain.source import SourceClip, SourceDataset


@dataclass(frozen=True, slots=True)
class AudioMatch:
    """Files found by source id; ids without a file; files that no clip asked for."""

    found: Mapping[str, Path]
    missing: tuple[str, ...]
    unmatched: tuple[Path, ...]


def fold_path(name: str) -> str:
    """Return a path without case and with `/`, composed letters (NFC) like any other system writes them."""
    return (
        unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).replace("\\", "/").strip()
    )


def stem_of(folded: str) -> str:
    """Return the last part of a folded path without an ending; a dot inside a name is no ending.

    Examples
    --------
    >>> stem_of("clips/1.mp3"), stem_of("bach_smd_1.wav"), stem_of("no. 5 in d")
    ('1', 'bach_smd_1', 'no. 5 in d')
    """
    base = folded.rsplit("/", 1)[-1]
    return re.sub(r"\.[a-z0-9]{1,5}$", "", base)


def _unpadded(stem: str) -> str:
    return (stem.lstrip("0") or "0") if stem.isdecimal() else stem


class AudioIndex:
    """Audio files to be asked for by relative path, file name, stem, or number whatever its leading zeros."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.files = tuple(files)
        self._by_base: dict[str, list[int]] = defaultdict(list)
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        self._by_number: dict[str, list[int]] = defaultdict(list)
        self._paths = [fold_path(file.as_posix()) for file in self.files]
        for row, path in enumerate(self._paths):
            base = path.rsplit("/", 1)[-1]
            self._by_base[base].append(row)
            stem = PurePosixPath(base).stem
            self._by_stem[stem].append(row)
            self._by_number[_unpadded(stem)].append(row)

    def candidates(self, name: str) -> list[int]:
        """Rows of the files that a name may mean, by the strictest rule that finds any."""
        folded = fold_path(name)
        base = folded.rsplit("/", 1)[-1]
        same_base = self._by_base.get(base, [])
        if "/" in folded:
            tail = [row for row in same_base if ("/" + self._paths[row]).endswith("/" + folded.lstrip("./"))]
            if tail:
                return tail
        stem = stem_of(folded)
        return (
            same_base
            or self._by_stem.get(base, [])
            or self._by_stem.get(stem, [])
            or self._by_number.get(_unpadded(stem), [])
        )

    def folder(self, row: int) -> Path:
        """Folder in which a file lies."""
        return self.files[row].parent


def match_audio(names: Mapping[str, str], files: Iterable[Path]) -> AudioMatch:
    """Find the file of each clip.

    Where several files bear the name (two datasets both have a `2.mp3`), the folder that holds most of what is
    asked for gives it; the file's own order decides between equals.

    Parameters
    ----------
    names
        Names to look for by source id: a path, a file name with any ending, or an id.
    files
        Audio files, in natural order.
    """
    index = AudioIndex(files)
    candidates = {source_id: index.candidates(name) for source_id, name in names.items()}
    folders = Counter(index.folder(row) for rows in candidates.values() for row in set(rows))
    found = {
        source_id: min(rows, key=lambda row: (-folders[index.folder(row)], row))
        for source_id, rows in candidates.items()
        if rows
    }
    taken = set(found.values())
    return AudioMatch(
        found={source_id: index.files[row] for source_id, row in found.items()},
        missing=tuple(source_id for source_id in names if source_id not in found),
        unmatched=tuple(file for row, file in enumerate(index.files) if row not in taken),
    )


def match_clips(clips: Sequence[SourceClip], files: Iterable[Path]) -> AudioMatch:
    """Find the file of each clip by its `file_name`, else by its source id."""
    return match_audio({clip.source_id: clip.file_name or clip.source_id for clip in clips}, files)


def with_audio(dataset: SourceDataset, audio: Mapping[str, AudioFile]) -> SourceDataset:
    """Return the dataset with probed files put into its clips, by source id."""
    clips = tuple(replace(clip, audio=audio.get(clip.source_id, clip.audio)) for clip in dataset.clips)
    return replace(dataset, clips=clips)


def natural_order(clips: Iterable[SourceClip]) -> tuple[SourceClip, ...]:
    """Return clips by source id, numbers by value."""
    return tuple(sorted(clips, key=lambda clip: natural_key(clip.source_id)))
