"""Frame headers of MPEG audio (mp3) and ADTS (aac): how long a frame is, and whether the last one is whole.

References
----------
ISO/IEC 11172-3 and 13818-3 (frame header), 13818-7 (ADTS); the Xing and VBRI headers as LAME and Fraunhofer write
them: G. Bouvigne, "MP3 Info Tag revision 1", http://gabriel.mp3-tech.org/mp3infotag.html
"""

from collections.abc import Callable
from typing import BinaryIO

TAIL_BYTES = 64 * 1024
"""Holds at least 20 frames of any kind."""
CHAIN = 3
"""Headers that must follow one another before a sync word is believed: it occurs by chance in the data."""

_KBPS = {
    # (MPEG 1, layer): the bit rate by its four-bit code
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def mpeg_frame_bytes(data: bytes, at: int) -> int:
    """Length in bytes of the MPEG audio frame whose header is at `at`; 0 when there is none."""
    if at + 4 > len(data):
        return 0
    head = int.from_bytes(data[at : at + 4], "big")
    version, layer = head >> 19 & 3, 4 - (head >> 17 & 3)
    bitrate, rate, padding = head >> 12 & 15, head >> 10 & 3, head >> 9 & 1
    if head >> 21 != 0x7FF or version == 1 or layer == 4 or bitrate in {0, 15} or rate == 3:
        return 0
    bits_s = _KBPS[version == 3, layer][bitrate] * 1000
    rate_hz = _RATES_HZ[version][rate]
    if layer == 1:
        return (12 * bits_s // rate_hz + padding) * 4
    per_frame = 72 if layer == 3 and version != 3 else 144
    return per_frame * bits_s // rate_hz + padding


def adts_frame_bytes(data: bytes, at: int) -> int:
    """Length in bytes of the ADTS frame whose header is at `at`; 0 when there is none."""
    if at + 7 > len(data) or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return 0
    length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    return length if length > 7 else 0


def mp3_share(file: BinaryIO, size: int) -> float | None:
    """Bytes of sound that are there over bytes that the Xing or VBRI header states; None without such a header."""
    start = _behind_id3(file)
    file.seek(start)
    head = file.read(TAIL_BYTES)
    at = next((i for i in range(len(head) - 4) if _is_chain(head, i, mpeg_frame_bytes, n_frames=2)), None)
    if at is None:
        return None
    stated = _xing_bytes(head, at) or _vbri_bytes(head, at)
    return (size - start - at) / stated if stated else None


def _behind_id3(file: BinaryIO) -> int:
    file.seek(0)
    head = file.read(10)
    if head[:3] != b"ID3":
        return 0
    length = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return 10 + length


def _xing_bytes(head: bytes, at: int) -> int:
    is_mpeg1, is_mono = head[at + 1] >> 3 & 3 == 3, head[at + 3] >> 6 == 3
    side_info = (17 if is_mono else 32) if is_mpeg1 else (9 if is_mono else 17)
    at += 4 + side_info
    if head[at : at + 4] not in {b"Xing", b"Info"}:
        return 0
    flags = int.from_bytes(head[at + 4 : at + 8], "big")
    at += 8 + (4 if flags & 1 else 0)
    return int.from_bytes(head[at : at + 4], "big") if flags & 2 else 0


def _vbri_bytes(head: bytes, at: int) -> int:
    at += 36
    return int.from_bytes(head[at + 10 : at + 14], "big") if head[at : at + 4] == b"VBRI" else 0


def last_frame_is_whole(file: BinaryIO, size: int, *, adts: bool) -> bool:
    """Whether the file ends with its last frame rather than within it.

    Raises
    ------
    ValueError
        When the end of the file holds no frames at all.
    """
    frame_bytes = adts_frame_bytes if adts else mpeg_frame_bytes
    stop = size - trailing_tag_bytes(file, size)
    start = max(0, stop - TAIL_BYTES)
    file.seek(start)
    tail = file.read(stop - start)
    at = next((i for i in range(len(tail)) if _is_chain(tail, i, frame_bytes, n_frames=CHAIN)), None)
    if at is None:
        raise ValueError("no frames at the end of the file")
    while at < len(tail):
        length = frame_bytes(tail, at)
        if length == 0:
            # A few bytes that begin like a header are one; zeros and unknown tags are no sound.
            return not (len(tail) - at < 7 and tail[at] == 0xFF)
        at += length
    return at == len(tail)


def _is_chain(data: bytes, at: int, frame_bytes: Callable[[bytes, int], int], *, n_frames: int) -> bool:
    if data[at] != 0xFF:
        return False
    for _ in range(n_frames):
        length = frame_bytes(data, at)
        if length == 0:
            return False
        at += length
        if at >= len(data):
            break
    return True


def trailing_tag_bytes(file: BinaryIO, size: int) -> int:
    """Bytes of the ID3v1 and APE tags that follow the sound."""
    n_bytes = 0
    file.seek(max(0, size - 128))
    if file.read(3) == b"TAG":
        n_bytes = 128
    file.seek(max(0, size - n_bytes - 32))
    footer = file.read(32)
    if footer[:8] == b"APETAGEX":
        has_header = footer[23] & 0x80
        n_bytes += int.from_bytes(footer[12:16], "little") + (32 if has_header else 0)
    return min(n_bytes, size)
