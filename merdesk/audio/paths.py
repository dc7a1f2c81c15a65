"""Paths as people give them: names that are no text, folders, pipes, and files that are gone."""

import os
import stat
from pathlib import Path

from merdesk.errors import AudioError


def shown(path: Path) -> str:
    r"""Name of a file as a sentence can hold it: no line breaks, no lone surrogates, not endless.

    Examples
    --------
    >>> shown(Path("/music/two\nlines.mp3"))
    '"two lines.mp3"'
    """
    name = path.name.encode("utf-8", "replace").decode("utf-8")
    name = "".join(character if character.isprintable() else " " for character in name)
    return f'"{name[:60]}…{name[-20:]}"' if len(name) > 90 else f'"{name}"'


def regular_file(path: Path) -> os.stat_result:
    """Status of a file that can be read to its end.

    Raises
    ------
    AudioError
        When it is missing, may not be read, is empty, or is a folder, pipe or device (which would never end).
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise AudioError(f"{shown(path)} is not there any more; locate the audio again.") from error
    if not stat.S_ISREG(status.st_mode):
        raise AudioError(f"{shown(path)} is not a file; leave it out.")
    if status.st_size == 0:
        raise AudioError(f"{shown(path)} is empty (0 bytes); copy or download it again.")
    if not os.access(path, os.R_OK):
        raise AudioError(f"{shown(path)} may not be read by you; change its permissions.")
    return status
