"""What an import knows of the files that are in the project already: unchanged, changed, moved, copied."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from merdesk.domain.clip import AudioFile, TrackId
from merdesk.project.clips import KnownFile

Kind = Literal["new", "changed", "moved", "copy"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file is to the project; `of` is the file it is a likely copy of, `tracks` those that it now holds."""

    kind: Kind
    of: bytes = b""
    tracks: tuple[TrackId, ...] = ()


class KnownFiles:
    """Files of the project, and those that an import adds.

    Content is compared by quick key: size and both ends. Until the audio's digest is known, a copy is a likely one.
    """

    def __init__(self, known: Mapping[bytes, KnownFile]) -> None:
        self._by_path = dict(known)
        self._by_key: dict[bytes, list[bytes]] = {}
        for path, file in known.items():
            self._by_key.setdefault(file.quick_key, []).append(path)

    def unchanged(self, path: Path) -> bool:
        """Whether a file is in the project and was not written since; looks at its size and time only."""
        known = self._by_path.get(os.fsencode(path))
        if known is None:
            return False
        try:
            status = os.stat(path)  # noqa: PTH116  (twice as fast, and there may be 100,000)
        except OSError:  # gone meanwhile: probing says so
            return False
        return (known.size, known.mtime_ns) == (status.st_size, status.st_mtime_ns)

    def judge(self, file: AudioFile) -> Verdict:
        """Say what a file is; one that is new, or has moved, is known from then on."""
        known = self._by_path.get(file.path)
        if known is not None:
            return Verdict("changed", tracks=(known.track_id,))
        paths = self._by_key.get(file.quick_key, [])
        there = next((path for path in paths if os.path.exists(path)), None)  # noqa: PTH110  (bytes)
        if there is not None:
            return Verdict("copy", of=there)
        tracks = tuple(self._by_path[path].track_id for path in paths if path in self._by_path)
        self._by_key[file.quick_key] = [file.path]
        return Verdict("moved", tracks=tracks) if tracks else Verdict("new")
