"""Opens a torch checkpoint lazily: names, types and places at once, each tensor's bytes when it is asked for.

torch.load wants the whole file in memory (10.3 GB) and, for files that hold more than tensors, permission to run
code. This reader opens the file in a tenth of a second, runs nothing, and finds a cut download before any work.

Two containers exist. The legacy stream (before torch 1.6): pickles of a magic number, a protocol number, facts about
the machine, the object, the list of storage keys; then for each key a little-endian int64 count and the raw elements.
The zip (since 1.6): `<name>/data.pkl` and `<name>/data/<key>`, uncompressed.
"""

import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO

from merdesk.errors import FeatureError
from merdesk.features.jukebox.pickles import BrokenPickle, Storage, TensorRecord, read_pickle

if TYPE_CHECKING:
    import torch

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_PROTOCOL = 1001
_ZIP_START = b"PK\x03\x04"
_ZIP_HEADER_BYTES = 30


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """A tensor on disk: dtype by name, shape, and its bytes' place in the file."""

    dtype: str
    shape: tuple[int, ...]
    offset: int
    n_bytes: int


class Checkpoint:
    """The tensors of one file, by name.

    Attributes
    ----------
    path
        The file.
    tensors
        Name to place, in the file's order; an enclosing `model` and a leading `module.` are taken off.
    """

    def __init__(self, path: Path, tensors: Mapping[str, StoredTensor]) -> None:
        self.path = path
        self.tensors = MappingProxyType(dict(tensors))

    @classmethod
    def open(cls, path: Path) -> "Checkpoint":
        """Read where everything lies; no tensor is loaded.

        Raises
        ------
        FeatureError
            When the file cannot be read, is cut short, or is no checkpoint.
        """
        try:
            n_bytes = path.stat().st_size
            with path.open("rb") as file:
                zipped = file.read(4) == _ZIP_START
                file.seek(0)
                found, places = _open_zip(file, n_bytes) if zipped else _open_legacy(file, n_bytes)
        except OSError as error:
            raise FeatureError(
                f"{path} cannot be read ({error.strerror}); choose another weights folder."
            ) from error
        except (BrokenPickle, zipfile.BadZipFile, struct.error, NotImplementedError, ValueError) as error:
            raise FeatureError(
                f"{path.name} is damaged, cut short or no torch checkpoint ({error}); download it again."
            ) from error
        return cls(path, {name: _stored(record, places) for name, record in found})

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of a tensor; FeatureError when the file has none of that name."""
        return self._place(name).shape

    def read(self, name: str) -> "torch.Tensor":
        """Read one tensor into memory of its own, with the dtype of the file."""
        import torch

        place = self._place(name)
        raw = torch.empty(place.n_bytes, dtype=torch.uint8)
        with self.path.open("rb", buffering=0) as file:
            _fill(file, place.offset, raw.numpy().data, self.path.name)
        dtype: torch.dtype = getattr(torch, place.dtype)
        return raw.view(dtype).reshape(place.shape)

    def _place(self, name: str) -> StoredTensor:
        try:
            return self.tensors[name]
        except KeyError:
            raise FeatureError(
                f"{self.path.name} has no {name!r}, so it is not the Jukebox file it should be; download it again."
            ) from None


def _fill(file: Any, offset: int, into: memoryview, name: str) -> None:
    """Fill a buffer from the file; one read call returns at most 2 GB, and fewer when it is interrupted."""
    file.seek(offset)
    filled = 0
    while filled < len(into):
        n = file.readinto(into[filled:])
        if not n:
            raise FeatureError(f"{name} became shorter while it was read; download it again.")
        filled += n


def _open_legacy(file: BinaryIO, n_bytes: int) -> tuple[list[tuple[str, TensorRecord]], dict[str, int]]:
    if [read_pickle(file)[0], read_pickle(file)[0]] != [LEGACY_MAGIC, LEGACY_PROTOCOL]:
        raise BrokenPickle("it does not begin like one")
    system, _ = read_pickle(file)
    if isinstance(system, dict) and dict.get(system, "little_endian", True) is not True:
        raise BrokenPickle("its numbers are big-endian")
    document, storages = read_pickle(file)
    keys, _ = read_pickle(file)
    if not isinstance(keys, list):
        raise BrokenPickle("the list of storages is missing")
    return list(_tensors(document)), _legacy_places(file, n_bytes, keys, storages)


def _legacy_places(
    file: BinaryIO, n_bytes: int, keys: list[Any], storages: Mapping[str, Storage]
) -> dict[str, int]:
    places: dict[str, int] = {}
    at = file.tell()
    for key in keys:
        file.seek(at)
        (count,) = struct.unpack("<q", file.read(8))
        storage = storages.get(str(key))
        if storage is None or count != storage.n_whole:
            raise BrokenPickle("a storage does not have the announced size")
        places[storage.key] = at + 8
        at += 8 + count * storage.type.item_bytes
        if at > n_bytes:
            raise BrokenPickle(f"it should have {at:,} bytes or more and has {n_bytes:,}")
    if len(places) != len(storages):
        raise BrokenPickle("a storage is missing")
    return places


def _open_zip(file: BinaryIO, n_bytes: int) -> tuple[list[tuple[str, TensorRecord]], dict[str, int]]:
    with zipfile.ZipFile(file) as archive:
        members = {member.filename: member for member in archive.infolist()}
    heads = [name for name in members if name.count("/") == 1 and name.endswith("/data.pkl")]
    if len(heads) != 1:
        raise BrokenPickle("it has no data.pkl")
    root = heads[0].removesuffix("data.pkl")
    file.seek(_member_offset(file, members[heads[0]]))
    document, storages = read_pickle(file)
    places: dict[str, int] = {}
    for key, storage in storages.items():
        member = members.get(f"{root}data/{key}")
        if member is None or member.file_size != storage.n_whole * storage.type.item_bytes:
            raise BrokenPickle("a storage does not have the announced size")
        places[key] = _member_offset(file, member)
        if places[key] + member.file_size > n_bytes:
            raise BrokenPickle("the end is missing")
    return list(_tensors(document)), places


def _member_offset(file: BinaryIO, member: zipfile.ZipInfo) -> int:
    if member.compress_type != zipfile.ZIP_STORED:
        raise BrokenPickle("its parts are compressed")
    file.seek(member.header_offset)
    header = file.read(_ZIP_HEADER_BYTES)
    if header[:4] != _ZIP_START:
        raise BrokenPickle("a part is not where it should be")
    n_name, n_extra = struct.unpack("<HH", header[26:30])
    return member.header_offset + _ZIP_HEADER_BYTES + int(n_name) + int(n_extra)


def _tensors(document: Any) -> Iterator[tuple[str, TensorRecord]]:
    """Yield every tensor of the state dict; dict's own methods, for the file may have put others on the object."""
    if isinstance(document, dict) and isinstance(dict.get(document, "model"), dict):
        document = dict.get(document, "model")
    if not isinstance(document, dict):
        raise BrokenPickle("it holds no model")
    for name, record in dict.items(document):
        if isinstance(name, str) and isinstance(record, TensorRecord):
            yield name.removeprefix("module."), record


def _stored(record: TensorRecord, places: Mapping[str, int]) -> StoredTensor:
    n = 1
    for extent in record.shape:
        n *= extent
    size = record.storage.type.item_bytes
    start = places[record.storage.key] + record.start * size
    return StoredTensor(record.storage.type.dtype, record.shape, start, n * size)
