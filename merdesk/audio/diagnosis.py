"""Why a file cannot be read as sound, in words that help."""

from pathlib import Path

from merdesk.audio.paths import shown
from merdesk.audio.truncation import known_ending
from merdesk.errors import Failure, attempt

HEAD_BYTES = 4096


def reason(path: Path) -> str:
    """One sentence about a file that no reader understands: a web page, zeros, cut, or simply damaged."""
    head = attempt(lambda: _head(path))
    if isinstance(head, Failure):
        return f"{shown(path)} cannot be read; check the disk and its permissions."
    if not head.strip(b"\0"):
        return f"{shown(path)} begins with zeros, as after a crash or an unfinished copy; copy it again."
    if head.lstrip()[:1] == b"<" and head.isascii():
        return f"{shown(path)} is a web page or XML and no sound; the download failed, try it again."
    if head.startswith(b"#EXTM3U") or head[:10].lower() == b"[playlist]":
        return f"{shown(path)} is a playlist; drop the files that it names."
    end = known_ending(path)
    if end is not None and end.warning:
        return f"{shown(path)} cannot be read: it is cut; copy or download it again."
    return (
        f"{shown(path)} cannot be read as audio: it is damaged or of an unknown kind; "
        "copy it again or convert it to FLAC."
    )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)
