"""Writes the demo's clips as audio files."""

import io
from pathlib import Path

import numpy as np

from merdesk.datasets.demo.clips import DemoDataset
from merdesk.datasets.demo.instruments import RATE_HZ
from merdesk.datasets.demo.ogg import with_serial
from merdesk.datasets.demo.synthesis import Sound, render
from merdesk.errors import DatasetError

FORMATS = {"flac": ("FLAC", "PCM_16"), "ogg": ("OGG", "VORBIS")}
"""Format and subtype by ending."""


def files_of(dataset: DemoDataset, folder: Path) -> dict[Path, Sound]:
    """Audio files of a dataset below the demo's audio folder, and what each sounds like."""
    here = folder / dataset.design.folder
    return {here / dataset.file_name(clip): clip.sound for clip in dataset.clips}


def write_sound(sound: Sound, path: Path) -> None:
    """Write one clip, whole or not at all; the same sound gives the same bytes.

    Raises
    ------
    DatasetError
        When the file cannot be written.
    """
    # One name for each file: what a killed run left is written over, not left to lie.
    building = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        building.write_bytes(encode(sound, path.suffix.removeprefix(".")))
        building.replace(path)
    except OSError as error:
        raise DatasetError(
            f"{path} could not be written ({error.strerror}); make room or choose another folder."
        ) from error


def encode(sound: Sound, ending: str) -> bytes:
    """An audio file's bytes; `ending` is one of `FORMATS`."""
    import soundfile

    container, subtype = FORMATS[ending]
    file = io.BytesIO()
    soundfile.write(file, render(sound).astype(np.float32), RATE_HZ, format=container, subtype=subtype)
    data = file.getvalue()
    return with_serial(data, int(sound.seed[-1])) if ending == "ogg" else data
