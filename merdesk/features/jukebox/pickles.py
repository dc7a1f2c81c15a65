"""Reads the pickles of a torch checkpoint without letting them run anything.

A pickle is a program: GLOBAL names any function, REDUCE calls it. Here GLOBAL can name six things, all harmless and
all ours; whatever else it names becomes a stub that swallows its arguments. The opcodes are walked once before they
are obeyed, so that a few bytes cannot ask for gigabytes either.
"""

import io
import pickle
import pickletools
from collections import OrderedDict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

MOST_PICKLE_BYTES = 64 * 2**20
"""The real prior's pickle has some 100 KB; an optimiser's state adds a little."""

MOST_PIECE_BYTES = 16 * 2**20
MOST_LINE_BYTES = 64 * 2**10
MOST_OPCODES = 4_000_000

ITEM_BYTES: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "DoubleStorage": ("float64", 8),
        "FloatStorage": ("float32", 4),
        "HalfStorage": ("float16", 2),
        "BFloat16Storage": ("bfloat16", 2),
        "LongStorage": ("int64", 8),
        "IntStorage": ("int32", 4),
        "ShortStorage": ("int16", 2),
        "CharStorage": ("int8", 1),
        "ByteStorage": ("uint8", 1),
        "BoolStorage": ("bool", 1),
    }
)
"""Storage classes of torch: the dtype's name and the bytes of one element."""


class BrokenPickle(Exception):  # noqa: N818  (never leaves this room: the checkpoint turns it into a sentence)
    """The bytes are no pickle that a checkpoint would hold."""


# Named tuples rather than dataclasses: BUILD calls the __setstate__ that frozen slotted dataclasses have.
class StorageType(NamedTuple):
    """What a name like torch.FloatStorage stands for."""

    dtype: str
    item_bytes: int


class Storage(NamedTuple):
    """A piece of the file that tensors share; `start` and `n` count elements within it."""

    key: str
    type: StorageType
    n: int
    start: int
    n_whole: int


class TensorRecord(NamedTuple):
    """Where a tensor lies: elements `start` .. `start + prod(shape)` of a storage, rows first."""

    storage: Storage
    start: int
    shape: tuple[int, ...]


class Rebuild:
    """Stands for torch._utils._rebuild_tensor_v2; slotted, so that BUILD cannot change it."""

    __slots__ = ()

    def __call__(self, storage: Any, start: Any, shape: Any, stride: Any, *_rest: Any) -> TensorRecord:
        """Check what torch would be told, and remember where the tensor lies."""
        if not isinstance(storage, Storage) or not _counts(start, shape, stride):
            raise BrokenPickle("a tensor without a storage")
        if not _row_major(shape, stride):
            raise BrokenPickle("a tensor that is stored transposed")
        n = 1
        for extent in shape:
            n *= extent
        if start + n > storage.n:
            raise BrokenPickle("a tensor larger than its storage")
        return TensorRecord(storage, storage.start + start, shape)


class RebuildParameter:
    """Stands for torch._utils._rebuild_parameter: the tensor within."""

    __slots__ = ()

    def __call__(self, tensor: Any, *_rest: Any) -> Any:
        """Give the tensor back."""
        return tensor


def _counts(start: Any, shape: Any, stride: Any) -> bool:
    if not isinstance(shape, tuple) or not isinstance(stride, tuple) or not len(shape) == len(stride) <= 8:
        return False
    return all(type(n) is int and 0 <= n < 2**48 for n in (start, *shape, *stride))


def _row_major(shape: tuple[int, ...], stride: tuple[int, ...]) -> bool:
    """Tell whether the last axis is the fastest; an axis of extent 1 may have any stride."""
    step = 1
    for extent, stored in zip(reversed(shape), reversed(stride), strict=True):
        if extent != 1 and stored != step:
            return False
        step *= extent
    return True


def _stub(module: str, name: str) -> type:
    """Make a class that takes anything and does nothing; a new one each time, so that none can be tampered with."""

    def swallow(_self: Any, *_args: Any, **_kwargs: Any) -> None: ...

    def create(cls: type, *_args: Any, **_kwargs: Any) -> Any:
        return object.__new__(cls)

    names = ("__init__", "__setstate__", "__setitem__", "append", "extend", "add", "update")
    return type(
        "Inert", (), {"__new__": create, "stands_for": f"{module}.{name}"} | dict.fromkeys(names, swallow)
    )


class _Unpickler(pickle.Unpickler):
    def __init__(self, pickled: bytes) -> None:
        super().__init__(io.BytesIO(pickled), encoding="latin-1")
        self.storages: dict[str, Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch" and name in ITEM_BYTES:
            return StorageType(*ITEM_BYTES[name])
        if module == "torch._utils" and name in {"_rebuild_tensor", "_rebuild_tensor_v2"}:
            return Rebuild()
        if module == "torch._utils" and name == "_rebuild_parameter":
            return RebuildParameter()
        return _stub(module, name)

    def persistent_load(self, pid: Any) -> Storage:
        if not isinstance(pid, tuple) or len(pid) not in {5, 6} or pid[0] != "storage":
            raise BrokenPickle("an unknown reference")
        _, kind, key, _device, n, *view = pid
        if not isinstance(kind, StorageType) or type(n) is not int or not 0 <= n < 2**48:
            raise BrokenPickle("an unknown storage")
        whole = Storage(str(key), kind, n, 0, n)
        if self.storages.setdefault(whole.key, whole) != whole:
            raise BrokenPickle("two tensors disagree about their storage")
        return whole if not view or view[0] is None else _view(whole, view[0])


def _view(whole: Storage, view: Any) -> Storage:
    """Resolve the (key, start, n) by which old files name a part of a storage."""
    if not isinstance(view, tuple) or len(view) != 3 or any(type(n) is not int or n < 0 for n in view[1:]):
        raise BrokenPickle("an unknown view")
    _, start, n = view
    if start + n > whole.n:
        raise BrokenPickle("a view larger than its storage")
    return Storage(whole.key, whole.type, n, start, whole.n)


class _Bounded:
    """A file that refuses to read much at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = MOST_PICKLE_BYTES

    def _spend(self, n: int) -> None:
        self._left -= n
        if n > MOST_PIECE_BYTES or self._left < 0:
            raise BrokenPickle("a pickle of absurd size")

    def read(self, n: int) -> bytes:
        self._spend(n)
        return self._file.read(n)

    def readline(self) -> bytes:
        self._spend(min(MOST_LINE_BYTES, self._left))
        line = self._file.readline(MOST_LINE_BYTES)
        self._left += MOST_LINE_BYTES - len(line)
        return line

    def tell(self) -> int:
        return self._file.tell()


def _walk(file: BinaryIO) -> int:
    """Walk the opcodes of one pickle without obeying them; return how many bytes it has."""
    start = file.tell()
    n = 0
    try:
        for opcode, argument, _ in pickletools.genops(_Bounded(file)):  # type: ignore[arg-type]  # asks for read and readline alone
            n += 1
            # CPython sizes its memo by the largest index: LONG_BINPUT 2**31 would take 32 GB.
            far = "PUT" in opcode.name and isinstance(argument, int) and not 0 <= argument <= n
            if far or n > MOST_OPCODES:
                raise BrokenPickle("a pickle of absurd size")
    except (ValueError, EOFError, OverflowError, MemoryError) as error:
        raise BrokenPickle("the end is missing or damaged") from error
    return file.tell() - start


def read_pickle(file: BinaryIO) -> tuple[Any, dict[str, Storage]]:
    """Read the pickle at the file's position and leave the position behind it.

    Returns
    -------
    The object, and every storage that it refers to, by key.

    Raises
    ------
    BrokenPickle
        When it is cut, damaged, absurdly large, or describes impossible tensors.
    """
    start = file.tell()
    n = _walk(file)
    file.seek(start)
    unpickler = _Unpickler(file.read(n))
    try:
        return unpickler.load(), unpickler.storages
    except (pickle.UnpicklingError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise BrokenPickle("it does not add up") from error
    except (EOFError, MemoryError, OverflowError, RecursionError, ImportError) as error:
        raise BrokenPickle("it does not add up") from error
