"""What a file is, without decoding it: format, duration, tags, quick key, and whether its end is missing.

This module is the door of the room: `decode`, `mono`, `audio_digest` and `quick_key` are reached through it too.
It imports none of the heavy libraries, so that a probing worker starts at once.
"""

import os
from pathlib import Path

from merdesk.audio.decoding import Samples, decode, mono
from merdesk.audio.diagnosis import reason
from merdesk.audio.digest import audio_digest, quick_key
from merdesk.audio.opening import open_reader
from merdesk.audio.paths import regular_file, shown
from merdesk.audio.truncation import ending
from merdesk.domain.clip import AudioFile
from merdesk.errors import AudioError, Failure, attempt

__all__ = ["AUDIO_ENDINGS", "Samples", "audio_digest", "decode", "is_audio", "mono", "probe", "quick_key"]

AUDIO_ENDINGS = frozenset(
    {".3gp", ".aac", ".ac3", ".aif", ".aifc", ".aiff", ".amr", ".ape", ".au", ".caf", ".dsf", ".flac", ".m4a"}
    | {
        ".m4b",
        ".m4r",
        ".mka",
        ".mp1",
        ".mp2",
        ".mp3",
        ".mp4",
        ".mpc",
        ".mpga",
        ".oga",
        ".ogg",
        ".opus",
        ".ra",
    }
    | {".rf64", ".snd", ".spx", ".tak", ".tta", ".w64", ".wav", ".wave", ".weba", ".webm", ".wma", ".wv"}
)
MIN_DURATION_S = 0.25
"""The shortest excerpts in which listeners recognise emotion (Bigand, Filipic & Lalitte 2005, 10.1196/annals.1360.036)."""
MAX_TAG_CHARACTERS = 500


def is_audio(path: Path) -> bool:
    """Whether the ending is one of a sound file; says nothing about the content.

    Examples
    --------
    >>> is_audio(Path("Song.MP3")), is_audio(Path("cover.jpg"))
    (True, False)
    """
    return path.suffix.lower() in AUDIO_ENDINGS


def probe(path: Path) -> AudioFile:
    """Look at a file: what it is, how long, what its tags say, and what speaks against it.

    Raises
    ------
    AudioError
        The only exception: missing, empty, unreadable, damaged, or too short to be heard as music.
    """
    found = attempt(lambda: _probe(path))
    if isinstance(found, Failure):
        raise AudioError(found.message if found.expected else reason(path))
    return found


def _probe(path: Path) -> AudioFile:
    status = regular_file(path)
    with open_reader(path) as reader:
        end = ending(path, reader.container)
        duration_s = reader.duration_s * end.share
    if duration_s < MIN_DURATION_S:
        raise AudioError(
            f"{shown(path)} holds only {duration_s:.2f} s of sound; copy it again or leave it out."
        )
    title, artist, album, genre = _tags(path)
    return AudioFile(
        path=os.fsencode(path),
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        quick_key=quick_key(path),
        duration_s=duration_s,
        sample_rate_hz=reader.sample_rate_hz,
        n_channels=reader.n_channels,
        codec=reader.codec,
        title=title,
        artist=artist,
        album=album,
        genre=genre,
        warning=end.warning,
    )


def _tags(path: Path) -> tuple[str, str, str, str]:
    """Title, artist, album and genre; empty where the file does not say."""
    import tinytag

    tag = attempt(lambda: tinytag.TinyTag.get(path, tags=True, duration=False))
    if isinstance(tag, Failure):
        return "", "", "", ""
    return _clean(tag.title), _clean(tag.artist), _clean(tag.album), _clean(tag.genre)


def _clean(text: object) -> str:
    """A tag as one line of valid text; tags are hostile input."""
    if not isinstance(text, str):
        return ""
    valid = text[:MAX_TAG_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(c if c.isprintable() else " " for c in valid).split())
