"""What runs in a listening process: decode a clip, measure it, take its fingerprint."""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from merdesk.audio import facts as facts_module
from merdesk.audio import fingerprint as fingerprint_module
from merdesk.audio.decoding import decode
from merdesk.audio.facts import AudioFacts, facts_of
from merdesk.audio.fingerprint import WordArray, fingerprint
from merdesk.audio.quiet import libraries_kept_quiet

LONGEST_S = 900.0
"""More of a file is not listened to: a quarter of an hour says what there is to say, and ten hours fill the memory."""
VERSION = 1000 * facts_module.VERSION + fingerprint_module.VERSION
"""Grows when what is heard of the same sound changes."""

ListenUnit = tuple[int, bytes, float, float | None]
"""Number of the clip, path in raw bytes, onset and duration in seconds (None: to the end)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What listening to a clip told: facts and fingerprint, or one sentence why it cannot be decoded."""

    facts: AudioFacts | None = None
    words: WordArray = field(default_factory=lambda: np.empty(0, dtype=np.uint32))
    problem: str = ""


def listen(unit: ListenUnit) -> Heard:
    """Decode a clip and measure it.

    Raises
    ------
    AudioError
        When it cannot be decoded.
    """
    _, path, onset_s, duration_s = unit
    longest_s = min(LONGEST_S, math.inf if duration_s is None else duration_s)
    with libraries_kept_quiet():
        samples = decode(Path(os.fsdecode(path)), onset_s=onset_s, duration_s=longest_s)
    return Heard(facts_of(samples), fingerprint(samples.y, samples.sample_rate_hz))


def make(*, tell: Callable[[str], None]) -> Callable[[ListenUnit], Heard]:  # noqa: ARG001  (nothing takes long)
    """Make what listens to one clip after the other."""
    return listen
