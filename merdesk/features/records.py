"""The bytes of a segment file: a header that says what its records are, then records one after the other.

A record is a head (whose it is, how long it is, a checksum) and little-endian values. Nothing in a file is ever
changed once it is referenced, so a crash can only leave an incomplete tail.
"""

import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
import numpy.typing as npt

from merdesk.domain.protocols import FeatureArrays
from merdesk.features.key import CONTENT_MAX_BYTES, FeatureKey, FeatureSet

Kind = Literal["pooled", "frames"]
Precision = Literal["<f4", "<f2"]

Heads = npt.NDArray[Any]
"""Heads of records, an array of `HEAD`."""
Rows = npt.NDArray[Any]
"""Whole pooled records, an array of `Layout.row_dtype`."""

MAGIC = b"MERDFEAT"
FORMAT = 1
PREFIX = struct.Struct("<8sIII")
"""Magic, format, bytes of the whole header, crc32 of its JSON."""
ALIGNMENT = 64

HEAD = np.dtype(
    [
        ("digest", "<u8", (4,)),
        ("content", f"V{CONTENT_MAX_BYTES}"),
        ("onset_s", "<f8"),
        ("duration_s", "<f8"),
        ("frame_rate_hz", "<f8"),
        ("length", "<u8"),
        ("n_rows", "<u4"),
        ("n_content", "<u4"),
        ("unused", "<u4"),
        ("crc", "<u4"),
    ]
)
"""`crc` is the crc32 of the head before it and the values after it."""
CRC_AT = HEAD.itemsize - 4


@dataclass(frozen=True, slots=True)
class Layout:
    """What the records of one segment are: the set, pooled rows or frames."""

    extractor: str
    version: int
    settings: str
    kind: Kind
    dtype: Precision
    width: int

    @property
    def features(self) -> FeatureSet:
        """The set that the records belong to."""
        return FeatureSet(self.extractor, self.version, self.settings)

    @property
    def row_dtype(self) -> np.dtype[Any]:
        """A whole pooled record; all of them are equally long, so that a file is one array."""
        return np.dtype([("head", HEAD), ("values", self.dtype, (self.width,))])


@dataclass(frozen=True, slots=True)
class Record:
    """One record that was found in a file: its key, where it starts, how many bytes it takes, is it whole."""

    key: FeatureKey
    digest: bytes
    at: int
    n_bytes: int
    whole: bool


def header(layout: Layout) -> bytes:
    """The first bytes of a segment."""
    text = json.dumps(asdict(layout)).encode()
    total = -(-(PREFIX.size + len(text)) // ALIGNMENT) * ALIGNMENT
    return (PREFIX.pack(MAGIC, FORMAT, total, zlib.crc32(text)) + text).ljust(total, b" ")


def read_header(file: BinaryIO) -> tuple[Layout, int] | None:
    """Layout and the offset of the first record; None when this is not a whole header."""
    prefix = file.read(PREFIX.size)
    if len(prefix) < PREFIX.size:
        return None
    magic, version, total, crc = PREFIX.unpack(prefix)
    if magic != MAGIC or version != FORMAT:
        return None
    rest = file.read(total - PREFIX.size)
    text = rest.rstrip(b" ")
    if len(rest) < total - PREFIX.size or zlib.crc32(text) != crc:
        return None
    return Layout(**json.loads(text)), total


def heads(keys: list[FeatureKey], digests: list[bytes]) -> Heads:
    """Heads for these keys, with length, rows, rate and checksum still to be set."""
    made = np.zeros(len(keys), HEAD)
    made["digest"] = np.frombuffer(b"".join(digests), "<u8").reshape(-1, 4)
    made["content"] = np.frombuffer(
        b"".join(key.content.ljust(CONTENT_MAX_BYTES, b"\0") for key in keys), f"V{CONTENT_MAX_BYTES}"
    )
    made["n_content"] = [len(key.content) for key in keys]
    made["onset_s"] = [key.onset_s for key in keys]
    made["duration_s"] = [np.nan if key.duration_s is None else key.duration_s for key in keys]
    return made


def is_whole(record: bytes | memoryview) -> bool:
    """True when the checksum of one record's bytes fits."""
    (stored,) = struct.unpack_from("<I", record, CRC_AT)
    return bool(zlib.crc32(record[HEAD.itemsize :], zlib.crc32(record[:CRC_AT])) == stored)


def pooled_bytes(rows: Rows, heads: Heads, arrays: Sequence[FeatureArrays]) -> memoryview:
    """Pooled records one after the other, in `rows`: an array of `Layout.row_dtype`, whatever was in it before."""
    values = rows["values"]
    np.stack([one.pooled for one in arrays], out=values)
    rows["head"] = heads
    own = rows["head"]
    own["frame_rate_hz"] = [one.frame_rate_hz for one in arrays]
    own["length"] = values.itemsize * values.shape[1]
    own["n_rows"] = 1
    raw = rows.view(np.uint8).data
    stride = rows.dtype.itemsize
    own["crc"] = [
        zlib.crc32(raw[at + HEAD.itemsize : at + stride], zlib.crc32(raw[at : at + CRC_AT]))
        for at in range(0, len(raw), stride)
    ]
    return raw


def frames_bytes(heads: Heads, arrays: Sequence[FeatureArrays]) -> list[bytes]:
    """Records of frames [t, width], each with a t of its own."""
    payloads = [one.frames.astype(one.frames.dtype.newbyteorder("<"), copy=False).tobytes() for one in arrays]
    own = heads.copy()
    own["frame_rate_hz"] = [one.frame_rate_hz for one in arrays]
    own["length"] = [len(payload) for payload in payloads]
    own["n_rows"] = [len(one.frames) for one in arrays]
    raw = own.view(np.uint8).data
    starts = range(0, len(raw), HEAD.itemsize)
    own["crc"] = [
        zlib.crc32(payload, zlib.crc32(raw[at : at + CRC_AT]))
        for at, payload in zip(starts, payloads, strict=True)
    ]
    return [
        raw[at : at + HEAD.itemsize].tobytes() + payload for at, payload in zip(starts, payloads, strict=True)
    ]


def scan(path: Path) -> Iterator[Layout | Record]:
    """Layout of a segment, then its records in order; ends where the file, or sense, ends.

    A record whose checksum does not fit comes with `whole` False, and the scan goes on behind it. Where the head of
    a frames record is damaged nobody knows how long it is, and the scan ends.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        found = read_header(file)
        if found is None:
            return
        layout, at = found
        yield layout
        row_bytes = np.dtype(layout.dtype).itemsize * layout.width
        while at + HEAD.itemsize <= size:
            raw = file.read(HEAD.itemsize)
            head = np.frombuffer(raw, HEAD)[0]
            length = int(head["n_rows"]) * row_bytes
            n_content = int(head["n_content"])
            sensible = int(head["length"]) == length and 0 < n_content <= CONTENT_MAX_BYTES
            if layout.kind == "pooled":
                length = row_bytes
            elif not sensible:
                return
            if at + HEAD.itemsize + length > size:
                return
            whole = is_whole(raw + file.read(length)) and sensible
            n_bytes = HEAD.itemsize + length
            if whole or sensible:
                yield Record(_key(layout, head), head["digest"].tobytes(), at, n_bytes, whole)
            at += n_bytes


def _key(layout: Layout, head: np.void) -> FeatureKey:
    duration_s = float(head["duration_s"])
    return FeatureKey(
        content=head["content"].tobytes()[: int(head["n_content"])],
        onset_s=float(head["onset_s"]),
        duration_s=None if np.isnan(duration_s) else duration_s,
        extractor=layout.extractor,
        version=layout.version,
        settings=layout.settings,
    )
