"""Where features lie: files of segments, and places in them."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from merdesk.features.records import Layout


class Place(NamedTuple):
    """Where the two records of one clip start; `frames_bytes` counts the whole frames record.

    A tuple, because a dataclass takes four times as long to make, and a matrix of 100,000 clips makes as many.
    """

    pooled_segment: int
    pooled_at: int
    frames_segment: int
    frames_at: int
    frames_bytes: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One file: what is in it, where its committed part ends, whether it may still grow."""

    id: int
    layout: Layout
    end_byte: int
    closed: bool

    @property
    def name(self) -> str:
        """File name in the store's folder."""
        return segment_name(self.id)


def segment_name(segment_id: int) -> str:
    """File name of a segment.

    Examples
    --------
    >>> segment_name(7)
    'segments-000007.bin'
    """
    return f"segments-{segment_id:06d}.bin"


def segment_id_of(path: Path) -> int | None:
    """Number in a segment's file name; None for another file."""
    stem = path.name.removeprefix("segments-").removesuffix(".bin")
    return int(stem) if stem.isascii() and stem.isdigit() and segment_name(int(stem)) == path.name else None


def size_of(path: Path) -> int:
    """Bytes of a file, 0 when it is not there."""
    return path.stat().st_size if path.exists() else 0


def segment_files(folder: Path) -> list[tuple[int, Path]]:
    """Numbers and paths of the segments in a folder, in order."""
    numbered = ((segment_id_of(path), path) for path in folder.glob("segments-*.bin"))
    return sorted((number, path) for number, path in numbered if number is not None)
