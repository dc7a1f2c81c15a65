"""The weights of Jukebox as work in the background: fetch, verify, and say beforehand how long a run will take."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from merdesk.domain.changes import Changes
from merdesk.errors import FeatureError
from merdesk.features.jukebox import weights
from merdesk.features.jukebox.weights import PublishedFile, WeightsFolder
from merdesk.progress import Progress

if TYPE_CHECKING:
    from merdesk.features.jukebox.bench import Estimate
    from merdesk.features.jukebox.download import Patience
    from merdesk.features.jukebox.extractor import JukeboxEmbedding
    from merdesk.features.jukebox.verify import Verification

FRAME_BYTES = 4
FRAMES_HZ = 2
HEARD_S = 23.78
"""Frames are kept for what one window hears."""


class _Reading:
    """A workflow that writes nothing into a project."""

    def commit(self, part: Any) -> Changes:
        """Nothing is delivered before the end."""
        raise ValueError(f"unexpected part {part!r}")

    def finish(self, result: Any) -> Changes:  # noqa: ARG002  (whoever started it takes the result)
        """Nothing is written."""
        return Changes()

    def abandon(self) -> Changes:
        """Nothing was written."""
        return Changes()


@dataclass(frozen=True, slots=True)
class Room:
    """What a download needs and what there is, in bytes."""

    needed: int
    free: int

    @property
    def enough(self) -> bool:
        """Whether it fits."""
        return self.free >= self.needed


def room_for_download(folder: Path, files: Sequence[PublishedFile] | None = None) -> Room:
    """What is still to come into folder, with a gigabyte to spare, and what is free on its disk."""
    from merdesk.features.jukebox.download import SPARE_BYTES

    wanted = weights.FILES if files is None else files
    missing = sum(
        file.about_bytes - _here(folder, file) for file in wanted if not (folder / file.name).exists()
    )
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return Room(max(missing, 0) + SPARE_BYTES, shutil.disk_usage(there).free)


def _here(folder: Path, file: PublishedFile) -> int:
    part = folder / f"{file.name}.part"
    return part.stat().st_size if part.exists() else 0


class DownloadWeights(_Reading):
    """Fetch what is missing in a folder; it goes on where an earlier one stopped.

    Parameters
    ----------
    licence_accepted
        That of `weights.LICENCE`, by the person who asked for the download.
    """

    title = "Download Jukebox weights"
    counts_bytes = True

    def __init__(
        self,
        folder: Path,
        *,
        licence_accepted: bool,
        base_url: str = "",
        patience: "Patience | None" = None,
    ) -> None:
        self._folder, self._accepted = folder, licence_accepted
        self._base_url, self._patience = base_url or weights.BASE_URL, patience

    def run(self, progress: Progress) -> WeightsFolder:
        """Fetch and check; what came so far is kept on cancel."""
        from merdesk.features.jukebox.download import download

        return download(
            self._folder,
            licence_accepted=self._accepted,
            progress=progress,
            base_url=self._base_url,
            files=weights.FILES,
            patience=self._patience,
        )


class VerifyWeights(_Reading):
    """Hash the files, read their sizes, compute the golden figures whose recordings are at hand."""

    title = "Verify Jukebox weights"
    counts_bytes = True

    def __init__(
        self, folder: Path | None = None, *, references: Path | None = None, device: str = "auto"
    ) -> None:
        self._folder, self._references, self._device = folder, references, device

    def run(self, progress: Progress) -> "Verification":
        """Look; minutes when the golden figures are computed."""
        from merdesk.features.jukebox.verify import verify

        return verify(
            self._folder,
            references=self._references,
            device=self._device,
            progress=progress,
            files=weights.FILES,
        )


class EstimateRun(_Reading):
    """Measure one layer on this machine."""

    title = "Measure this machine"

    def __init__(
        self,
        folder: Path | None = None,
        *,
        layer: int = 36,
        device: str = "auto",
        precision: str = "auto",
    ) -> None:
        self._folder, self._layer = folder, layer
        self._device, self._precision = device, precision

    def run(self, progress: Progress) -> "Estimate":
        """Seconds; torch is loaded on the way."""
        progress.begin("Measuring one layer")
        from merdesk.features.jukebox.bench import estimate

        progress.checkpoint()
        measured = estimate(self._folder, layer=self._layer, device=self._device, precision=self._precision)
        progress.checkpoint()
        return measured


def stored_bytes(durations_s: Sequence[float], width: int) -> int:
    """Room that pooled vectors and frames of these clips take in the store."""
    rows = sum(1 + round(FRAMES_HZ * min(duration_s, HEARD_S)) for duration_s in durations_s)
    return rows * width * FRAME_BYTES


class EmbedFile(_Reading):
    """Codes, frames and embedding of one audio file, from its beginning.

    Parameters
    ----------
    layer
        Counted from 1; None for the published 36th, or the last of a smaller checkpoint.
    """

    def __init__(
        self,
        audio: Path,
        *,
        folder: Path | None = None,
        layer: int | None = None,
        device: str = "auto",
        precision: str = "auto",
    ) -> None:
        self._audio, self._folder, self._layer = audio, folder, layer
        self._device, self._precision = device, precision

    @property
    def title(self) -> str:
        """What the job bar calls it."""
        return f"Embed {self._audio.name}"

    def run(self, progress: Progress) -> "JukeboxEmbedding":
        """Decode and compute."""
        from merdesk.audio.files import decode, mono
        from merdesk.features.jukebox.extractor import JukeboxExtractor

        layer = self._layer or default_layer(self._folder)
        extractor = JukeboxExtractor(
            self._folder, layer=layer, device=self._device, precision=self._precision
        )
        progress.begin(f"Reading {self._audio.name}")
        samples = decode(self._audio)
        y = mono(samples.y, samples.sample_rate_hz, extractor.sample_rate_hz)
        return extractor.embed(y, progress)


def default_layer(folder: Path | None) -> int:
    """The published layer, or the last one of a checkpoint that has fewer."""
    from merdesk.features.jukebox.checkpoint import Checkpoint
    from merdesk.features.jukebox.choice import PUBLISHED_LAYER
    from merdesk.features.jukebox.prior import read_shape

    return min(PUBLISHED_LAYER, read_shape(Checkpoint.open(weights.locate_weights(folder).prior)).depth)


def save_embedding(path: Path, embedding: "JukeboxEmbedding") -> None:
    """Write codes, frames and pooled as .npz, whole or not at all.

    Raises
    ------
    FeatureError
        When the file cannot be written.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("wb") as file:
            np.savez(file, codes=embedding.codes, frames=embedding.frames, pooled=embedding.pooled)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise FeatureError(
            f"{path} cannot be written ({error.strerror or error}); choose another place."
        ) from error
