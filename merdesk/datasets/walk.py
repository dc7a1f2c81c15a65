"""Which files lie below a folder: a listing and nothing more, no file is opened."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from merdesk.domain.clip import AUDIO_ENDINGS

_DIGITS = re.compile(r"(\d+)")
_IGNORED = frozenset({"__macosx", "thumbs.db", "desktop.ini", "$recycle.bin", "system volume information"})


@dataclass(frozen=True, slots=True)
class Listing:
    """Files in natural order; folders that could not be read, and links to nothing, pipes and the like named as audio."""

    files: tuple[Path, ...]
    unreadable: tuple[Path, ...] = ()


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Key that sorts numbers inside names by value and letters without case.

    Examples
    --------
    >>> sorted(["10.mp3", "9.mp3", "A2.mp3", "a10.mp3"], key=natural_key)
    ['9.mp3', '10.mp3', 'A2.mp3', 'a10.mp3']
    """
    parts = [part for part in _DIGITS.split(name.casefold()) if part]
    # By length and then by text, because int refuses very long numbers.
    return tuple(
        (0, len(part.lstrip("0")), part.lstrip("0")) if part.isdecimal() else (1, 0, part) for part in parts
    )


def is_ignored(name: str) -> bool:
    """Return whether a file or folder of this name is the operating system's, or hidden.

    Examples
    --------
    >>> [is_ignored(name) for name in ("__MACOSX", "._1.mp3", ".git", "1.mp3")]
    [True, True, True, False]
    """
    return name.startswith(".") or name.casefold() in _IGNORED


def is_audio_name(name: str) -> bool:
    """Return whether the ending is that of an audio file."""
    return os.path.splitext(name)[1].casefold() in AUDIO_ENDINGS  # noqa: PTH122  (any text, not a path of this system)


def walk(paths: Iterable[Path]) -> Listing:
    """List all files at or below the paths, in natural order, each once.

    A folder that is reached a second time, by a symlink or because two dropped folders contain one another, is not
    entered again: it is known by device and inode, so that a loop ends.
    """
    seen_folders: set[tuple[int, int]] = set()
    unreadable: list[Path] = []
    files: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            files.update(dict.fromkeys(_walk_folder(path, seen_folders, unreadable)))
        elif path.is_file():
            files[path] = None
        else:
            unreadable.append(path)
    return Listing(tuple(files), tuple(unreadable))


def _walk_folder(folder: Path, seen: set[tuple[int, int]], unreadable: list[Path]) -> Iterator[Path]:
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            status = current.stat()
            entries = sorted(os.scandir(current), key=lambda entry: natural_key(entry.name))
        except OSError:
            unreadable.append(current)
            continue
        identity = (status.st_dev, status.st_ino)
        if identity in seen:
            continue
        seen.add(identity)
        kept = [entry for entry in entries if not is_ignored(entry.name)]
        yield from (Path(entry.path) for entry in kept if _is_kind(entry, folder=False))
        unreadable += [
            Path(entry.path)
            for entry in kept
            if is_audio_name(entry.name)
            and not (_is_kind(entry, folder=False) or _is_kind(entry, folder=True))
        ]
        pending += [Path(entry.path) for entry in reversed(kept) if _is_kind(entry, folder=True)]


def _is_kind(entry: os.DirEntry[str], *, folder: bool) -> bool:
    try:
        return entry.is_dir() if folder else entry.is_file()
    except OSError:  # a symlink that points to itself
        return False
