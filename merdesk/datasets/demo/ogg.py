"""Ogg files without chance: a stream bears a random serial number, so that equal sounds would give unequal bytes.

References
----------
RFC 3533, "The Ogg encapsulation format", section 6: header of a page, checksum.
"""

import struct
import zlib

HEADER = 27
"""Bytes of a page's header before the table of segments; the serial number stands at 14, the checksum at 22."""
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def with_serial(data: bytes, serial: int) -> bytes:
    """The same file with this serial number in each page; for files of one stream.

    Raises
    ------
    ValueError
        When it is no Ogg file.
    """
    out, start = bytearray(data), 0
    while start < len(out):
        if out[start : start + 4] != b"OggS":
            raise ValueError(f"no page of Ogg at byte {start}")
        n_segments = out[start + 26]
        stop = start + HEADER + n_segments
        stop += sum(out[start + HEADER : stop])
        struct.pack_into("<I", out, start + 14, serial)
        struct.pack_into("<I", out, start + 22, 0)
        struct.pack_into("<I", out, start + 22, checksum(bytes(out[start:stop])))
        start = stop
    return bytes(out)


def checksum(page: bytes) -> int:
    """CRC-32 with the polynomial 0x04c11db7, most significant bit first, from 0: zlib's, looked at in a mirror.

    Examples
    --------
    >>> hex(checksum(b"123456789"))
    '0x89a1897f'
    """
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
