"""What was heard of clips, kept beside the project: it can be had again from the files at any time."""

import hashlib
import json
import os
import struct
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from merdesk.audio.facts import AudioFacts
from merdesk.audio.listening import VERSION, Heard
from merdesk.domain.arrays import FloatArray
from merdesk.errors import attempt
from merdesk.project.clips import ClipLocation

FILE = "heard.npz"
KEY_BYTES = 16
_N_FACTS = 7


def key_of(location: ClipLocation) -> bytes | None:
    """Name of what is heard of a clip: these bytes, this span; None while no file is located."""
    if location.path is None or location.quick_key is None:
        return None
    end = float("nan") if location.duration_s is None else location.duration_s
    span = struct.pack("<qdd", VERSION, location.onset_s + 0.0, end)
    return hashlib.blake2b(span + location.quick_key, digest_size=KEY_BYTES).digest()


def load(folder: Path) -> dict[bytes, Heard]:
    """What was heard so far by `key_of`; empty when nothing was, or what was kept cannot be read."""
    try:
        # Opened here: numpy leaves a file open that turns out to be no archive.
        with (folder / FILE).open("rb") as file, np.load(file, allow_pickle=False) as kept:
            keys, facts, sizes = kept["keys"], kept["facts"], kept["sizes"]
            words, problems = kept["words"], json.loads(bytes(kept["problems"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    if keys.shape != (len(facts), KEY_BYTES) or len(sizes) != len(facts) or sizes.sum() != len(words):
        return {}
    prints = np.split(words, np.cumsum(sizes)[:-1]) if len(sizes) else []
    return {
        key.tobytes(): Heard(_facts(row), own, problems.get(str(number), ""))
        for number, (key, row, own) in enumerate(zip(keys, facts, prints, strict=True))
    }


def save(folder: Path, heard: Mapping[bytes, Heard]) -> None:
    """Keep what was heard; a disk that refuses costs nothing but time at the next check."""
    values = list(heard.values())
    told = {str(number): one.problem for number, one in enumerate(values) if one.problem}
    arrays: dict[str, npt.NDArray[Any]] = {
        "keys": np.frombuffer(b"".join(heard), np.uint8).reshape(-1, KEY_BYTES),
        "facts": np.array([_row(one.facts) for one in values], np.float64).reshape(-1, _N_FACTS),
        "sizes": np.array([len(one.words) for one in values], np.int64),
        "words": np.concatenate([np.empty(0, np.uint32), *(one.words for one in values)]),
        "problems": np.frombuffer(json.dumps(told).encode(), np.uint8),
    }
    beside = folder / f"{FILE}.{uuid.uuid4().hex[:8]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(folder / FILE)
    except OSError:
        attempt(lambda: beside.unlink(missing_ok=True))


def _row(facts: AudioFacts | None) -> tuple[float, ...]:
    return (np.nan,) * _N_FACTS if facts is None else tuple(map(float, astuple(facts)))


def _facts(row: FloatArray) -> AudioFacts | None:
    if np.isnan(row[0]):
        return None
    duration_s, rate_hz, n_channels, peak, clipped, dual_mono, lufs = row.tolist()
    return AudioFacts(duration_s, int(rate_hz), int(n_channels), peak, clipped, bool(dual_mono), lufs)
