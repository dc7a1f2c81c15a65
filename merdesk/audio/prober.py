"""What runs in a probing process: look at one file after the other. It imports no heavy library and starts at once."""

import os
from collections.abc import Callable
from pathlib import Path

from merdesk.audio.files import probe
from merdesk.audio.quiet import libraries_kept_quiet
from merdesk.domain.clip import AudioFile


def make(*, tell: Callable[[str], None]) -> Callable[[tuple[int, bytes]], AudioFile]:  # noqa: ARG001  (nothing takes long)
    """Make what probes a number and a path in raw bytes, and raises `AudioError` for a file that cannot be used."""
    return _look


def _look(numbered: tuple[int, bytes]) -> AudioFile:
    with libraries_kept_quiet():
        return probe(Path(os.fsdecode(numbered[1])))
