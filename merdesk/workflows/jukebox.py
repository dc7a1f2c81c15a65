"""The weights of Jukebox as work in the background: fetch, verify, and say beforehand how long a run will take."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from merdesk.domain.changes import Changes
from merdesk.errors import FeatureError
from merdesk.features.jukebox import weights
from merdesk.features.jukebox.weights import PublishedFile, WeightsFolder
from merdesk.features.jukebox.windows import WindowPlan
from merdesk.features.key import Span
from merdesk.features.store import FeatureStore
from merdesk.progress import Progress
from merdesk.project import clips
from merdesk.project.project import Project
from merdesk.workflows.feature_state import feature_states
from merdesk.workflows.features import span_of
from merdesk.workflows.inbox import with_inbox

if TYPE_CHECKING:
    from merdesk.features.jukebox.bench import Estimate
    from merdesk.features.jukebox.download import Patience
    from merdesk.features.jukebox.extractor import JukeboxEmbedding
    from merdesk.features.jukebox.verify import Verification

VALUE_BYTES = {"fp32": 4, "bf16": 2, "fp16": 2}
"""What a value takes in the store, by the precision in which it was computed."""
FRAMES_HZ = 2
HEARD_S = 23.78
"""Frames are kept for what is heard: one window, where no other plan was chosen."""
UNKNOWN_S = 45.0
"""Length of a clip whose end nobody has looked up: what import cuts out of a long file."""


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

    def n_bytes_here(self) -> int:
        """What the folder holds of the files, whole or in part."""
        whole = (self._folder / file.name for file in weights.FILES)
        there = sum(path.stat().st_size for path in whole if path.exists())
        return there + sum(_here(self._folder, file) for file in weights.FILES)

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
        measured = estimate(
            self._folder,
            layer=self._layer,
            device=self._device,
            precision=self._precision,
            progress=progress,
        )
        progress.checkpoint()
        return measured


@dataclass(frozen=True, slots=True)
class Lacking:
    """Clips with audio, and which sets they have: enough to say what a run would compute.

    Attributes
    ----------
    places
        Span of the audio, where its digest is known, and seconds, of each clip with audio.
    there
        Spans by name of a set.
    """

    places: tuple[tuple[Span | None, float], ...]
    there: Mapping[str, frozenset[Span]]

    def durations_s(self, name: str) -> list[float]:
        """Seconds of each clip that lacks a set."""
        there = self.there.get(name, frozenset())
        return [duration_s for span, duration_s in self.places if span not in there]


class FindLacking(_Reading):
    """Look up how long the clips are that lack features of Jukebox."""

    title = "Count clips"
    brief = True

    def __init__(self, project: Project) -> None:
        self._path = project.path

    def run(self, progress: Progress) -> Lacking:
        """Read with a connection of its own: a second for 100,000 clips."""
        progress.begin("Counting clips")
        with Project.open(self._path, read_only=True) as reader:
            there = {
                state.name: state.features
                for state in feature_states(reader)
                if state.current and state.features is not None
            }
            with FeatureStore.open(reader.features_dir) as store:
                spans = {name: store.spans(features) for name, features in there.items()}
                places = with_inbox(clips.locations(reader), store)
        return Lacking(
            tuple(
                (span_of(place), UNKNOWN_S if place.duration_s is None else place.duration_s)
                for place in places
                if place.path is not None
            ),
            spans,
        )


def stored_bytes(
    durations_s: Sequence[float], width: int, plan: WindowPlan = "first", precision: str = "fp32"
) -> int:
    """Room that pooled vectors and frames of these clips take in the store."""
    heard = (duration_s if plan == "cover" else min(duration_s, HEARD_S) for duration_s in durations_s)
    return sum(1 + round(FRAMES_HZ * seconds) for seconds in heard) * width * VALUE_BYTES[precision]


class EmbedFile(_Reading):
    """Codes, frames and embedding of one audio file, from its beginning.

    Parameters
    ----------
    layer
        Counted from 1; None for the published 36th, or the last of a smaller checkpoint.
    window
        `first` hears 23.8 s, `cover` the whole file.
    """

    def __init__(
        self,
        audio: Path,
        *,
        folder: Path | None = None,
        layer: int | None = None,
        device: str = "auto",
        precision: str = "auto",
        window: WindowPlan = "first",
    ) -> None:
        self._audio, self._folder, self._layer = audio, folder, layer
        self._device, self._precision, self._window = device, precision, window

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
            self._folder,
            layer=layer,
            device=self._device,
            precision=self._precision,
            window=self._window,
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
