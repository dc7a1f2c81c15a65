"""Reading segments: one record that is checked, or a column of pooled vectors in one sweep."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.domain.protocols import HALF_MAX
from merdesk.errors import FeatureError
from merdesk.features import records
from merdesk.features.key import FeatureKey
from merdesk.features.segments import Segment, size_of

READ_BLOCK_BYTES = 32 << 20
WIDEN_ROWS = 32
"""Rows of 4,800 that stay in the processor's cache while they are widened."""
SIGN_AND_NUMBER = np.int32(-0x70002000)
"""Bits of a float16 after its move: the sign, then, behind the three that its extension has filled, the number."""
BIAS = np.float32(2.0 ** (127 - 15))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Where pooled vectors go: the digests that are wanted [n, 4], values [n, d], which were found [n]."""

    wanted: npt.NDArray[np.uint64]
    values: FloatArray
    found: BoolArray


def read_pooled(
    folder: Path, segment: Segment, at: npt.NDArray[np.int64], rows: npt.NDArray[np.int64], into: Matrix
) -> None:
    """Copy the records that start at `at` into `rows` of a matrix.

    A record counts as found when it lies in the file and carries the digest that was asked for. Checksums are not
    looked at: they would take longer than the reading, and listed rows were forced to disk.
    """
    start = len(records.header(segment.layout))
    dtype = segment.layout.row_dtype
    path = folder / segment.name
    n_slots = (size_of(path) - start) // dtype.itemsize
    if n_slots <= 0:
        return
    table = np.memmap(path, dtype, mode="r", offset=start, shape=(n_slots,))
    order = np.argsort(at, kind="stable")
    slots, rows = (at[order] - start) // dtype.itemsize, rows[order]
    there = slots < n_slots
    slots, rows = slots[there], rows[there]
    step = max(1, READ_BLOCK_BYTES // dtype.itemsize)
    for first in range(0, len(slots), step):
        part, target = slots[first : first + step], rows[first : first + step]
        # A run of neighbours, which is the usual case, is read without a gather.
        is_run = part[-1] - part[0] + 1 == len(part)
        block = table[part[0] : part[-1] + 1] if is_run else table[part]
        same = (block["head"]["digest"] == into.wanted[target]).all(axis=1)
        _copy(block["values"] if same.all() else block["values"][same], into.values, target[same])
        into.found[target[same]] = True


def _copy(found: FloatArray, values: FloatArray, rows: npt.NDArray[np.int64]) -> None:
    """Write the vectors found [n, d] into rows [n] of values."""
    is_run = len(rows) > 0 and bool((np.diff(rows) == 1).all())
    if found.dtype != np.float16 or not is_run:
        values[rows] = found
        return
    for first in range(0, len(rows), WIDEN_ROWS):
        part = found[first : first + WIDEN_ROWS]
        widen(part, values[rows[0] + first : rows[0] + first + len(part)])


def widen(half: FloatArray, single: FloatArray) -> None:
    """Write float16 values [n, d] into float32 ones, in a quarter of the time that numpy takes.

    Sign, exponent and fraction move to their places in a float32, and a product puts the exponent's bias right, also
    for subnormal numbers. Infinity and NaN come out as finite numbers that no float16 has, and are left to numpy.
    """
    bits = single.view(np.int32)
    np.copyto(bits, half.view(np.int16))
    np.left_shift(bits, 13, out=bits)
    np.bitwise_and(bits, SIGN_AND_NUMBER, out=bits)
    np.multiply(single, BIAS, out=single)
    if single.max() > HALF_MAX or single.min() < -HALF_MAX:
        np.copyto(single, half)


def read_record(folder: Path, segment: Segment, at: int, key: FeatureKey) -> tuple[FloatArray, float]:
    """Values [n, width] of the record of a key that starts at `at`, and their rate in Hz.

    Raises
    ------
    FeatureError
        When the checksum does not fit, or the record is another's.
    """
    path = folder / segment.name
    with path.open("rb") as file:
        file.seek(at)
        raw = file.read(records.HEAD.itemsize)
        head = np.frombuffer(raw.ljust(records.HEAD.itemsize, b"\0"), records.HEAD)[0]
        payload = file.read(min(int(head["length"]), segment.end_byte))
    if (
        len(raw) < records.HEAD.itemsize
        or not records.is_whole(raw + payload)
        or head["digest"].tobytes() != key.digest
    ):
        raise FeatureError(
            f"The {key.extractor} features in {path} are damaged; remove them and extract them again."
        )
    values = np.frombuffer(payload, segment.layout.dtype).astype(np.float32)
    return values.reshape(int(head["n_rows"]), segment.layout.width), float(head["frame_rate_hz"])
