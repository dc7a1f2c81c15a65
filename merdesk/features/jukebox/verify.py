"""Tells whether weights are the published ones, and whether merdesk computes with them what others published.

Golden figures of the real model exist: codes and activations of a reference recording, in the tests of Sheet Sage
(Donahue, Thickstun & Liang 2022, arXiv 2212.01884), and a pooled vector of the original pipeline. The recordings are
not ours to ship; whoever has them puts them into one folder.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from merdesk.audio.files import decode, mono
from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.features.jukebox.checkpoint import Checkpoint
from merdesk.features.jukebox.choice import PUBLISHED_LAYER
from merdesk.features.jukebox.device import settle
from merdesk.features.jukebox.download import sha256
from merdesk.features.jukebox.engine import Engine
from merdesk.features.jukebox.extractor import JukeboxExtractor
from merdesk.features.jukebox.prior import PriorShape, read_shape
from merdesk.features.jukebox.weights import FILES, PublishedFile, WeightsFolder, locate_weights
from merdesk.features.jukebox.windows import CODE_SAMPLES, SAMPLE_RATE_HZ
from merdesk.progress import Progress

REFERENCE_WAV = "test_mp3_decode_ref.wav"
LEGACY_WAV = "legacy.wav"
LEGACY_VECTOR = "legacy_ref.npy"

N_DISTINCT = 432
CODES_SHA256 = "2569ffae9819a43a0e4ba29f3caa5ecab6d4b2a8e1b3fde0a65bbf6532a7e479"
MEAN_MAGNITUDE = 6.3359
MEAN_TOLERANCE = 1e-3
"""Ten times what rounding the published figure hides; a wrong pattern moves it by tenths."""

LEGACY_TOLERANCE = 0.01
"""Sum of absolute differences over 4800 values, the bar of the published test."""

REFERENCE_TOTAL_SAMPLES = (60 * SAMPLE_RATE_HZ + 16) // CODE_SAMPLES * CODE_SAMPLES
"""Sheet Sage tells the prior that the reference is as short as a piece may be, not 62 s like the embedding."""


@dataclass(frozen=True, slots=True)
class FileCheck:
    """One weights file: its size and hash, and whether the hash is the published one."""

    name: str
    n_bytes: int
    sha256: str
    published: bool

    @property
    def sentence(self) -> str:
        """For people."""
        says = "is the published file" if self.published else "is not the published file"
        return f"{self.name} {says} ({self.n_bytes:,} bytes, SHA-256 {self.sha256})."


@dataclass(frozen=True, slots=True)
class GoldenCheck:
    """One published figure: `passed` is None when it was not computed, and the sentence says why."""

    name: str
    passed: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found."""

    folder: Path
    files: tuple[FileCheck, ...]
    shape: PriorShape
    golden: tuple[GoldenCheck, ...]

    @property
    def published(self) -> bool:
        """Whether both files are the published ones."""
        return all(check.published for check in self.files)

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against these weights."""
        return self.published and all(check.passed is not False for check in self.golden)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything, for people."""
        size = f"The prior has {self.shape.depth} layers of width {self.shape.width} and hears {self.shape.n_ctx} codes."
        return (*(check.sentence for check in self.files), size, *(check.sentence for check in self.golden))


def verify(
    weights_dir: Path | None = None,
    *,
    references: Path | None = None,
    device: str = "auto",
    progress: Progress | None = None,
    files: Sequence[PublishedFile] | None = None,
) -> Verification:
    """Hash the files, read their sizes, and compute the golden figures whose recordings are at hand.

    The figures are those of fp32 and layer 36: minutes on a CPU.

    Parameters
    ----------
    references
        Folder with `test_mp3_decode_ref.wav`, `legacy.wav` and `legacy_ref.npy`, or some of them.
    files
        The published ones, when they are not those of `weights`.

    Raises
    ------
    FeatureError
        When there are no weights or they are damaged.
    """
    progress = progress or Progress()
    weights = locate_weights(weights_dir)
    shape = read_shape(Checkpoint.open(weights.prior))
    checks = tuple(
        _check_file(weights.folder / file.name, file, progress)
        for file in (FILES if files is None else files)
    )
    golden: tuple[GoldenCheck, ...]
    if all(check.published for check in checks):
        golden = (
            *_reference(weights, references, device, progress),
            _legacy(weights, references, device, progress),
        )
    else:
        golden = (
            GoldenCheck("golden figures", None, "Golden figures exist for the published weights only."),
        )
    return Verification(weights.folder, checks, shape, golden)


def _check_file(path: Path, file: PublishedFile, progress: Progress) -> FileCheck:
    found = sha256(path, progress)
    return FileCheck(file.name, path.stat().st_size, found, found == file.sha256)


def _absent(name: str, *needed: str) -> GoldenCheck:
    return GoldenCheck(
        name, None, f"The {name} were not compared, because {' and '.join(needed)} is not at hand."
    )


def _samples(path: Path) -> FloatArray:
    decoded = decode(path)
    return mono(decoded.y, decoded.sample_rate_hz, SAMPLE_RATE_HZ)


def _reference(
    weights: WeightsFolder, folder: Path | None, device: str, progress: Progress
) -> tuple[GoldenCheck, GoldenCheck]:
    if folder is None or not (folder / REFERENCE_WAV).is_file():
        return _absent("reference codes", REFERENCE_WAV), _absent("reference activations", REFERENCE_WAV)
    engine = Engine(
        weights, settle(device, "fp32"), n_layers=PUBLISHED_LAYER, total_samples=REFERENCE_TOTAL_SAMPLES
    )
    y = np.zeros(engine.shape.n_ctx * CODE_SAMPLES, dtype=np.float32)
    recorded = _samples(folder / REFERENCE_WAV)[: len(y)]
    y[: len(recorded)] = recorded
    codes = engine.codes(y)
    progress.begin("Reference activations", PUBLISHED_LAYER)
    frames = engine.frames([codes], progress.advance)[0]
    return check_codes(codes), check_mean(float(frames.abs().mean()))


def check_codes(codes: IntArray) -> GoldenCheck:
    """Compare codes with the published number of distinct ones and their hash."""
    found = hashlib.sha256(str(codes.tolist()).encode()).hexdigest()
    n_distinct = len(np.unique(codes))
    passed = found == CODES_SHA256 and n_distinct == N_DISTINCT
    says = "are the published ones" if passed else "are not the published ones"
    return GoldenCheck(
        "reference codes",
        passed,
        f"The codes of {REFERENCE_WAV} {says} ({n_distinct} distinct instead of {N_DISTINCT}, hash {found[:12]}).",
    )


def check_mean(mean: float) -> GoldenCheck:
    """Compare the mean magnitude of the activations with the published one."""
    passed = abs(mean - MEAN_MAGNITUDE) < MEAN_TOLERANCE
    return GoldenCheck(
        "reference activations",
        passed,
        f"The activations of {REFERENCE_WAV} have a mean magnitude of {mean:.4f}; published is {MEAN_MAGNITUDE}.",
    )


def _legacy(weights: WeightsFolder, folder: Path | None, device: str, progress: Progress) -> GoldenCheck:
    if folder is None or not (folder / LEGACY_WAV).is_file() or not (folder / LEGACY_VECTOR).is_file():
        return _absent("legacy vectors", LEGACY_WAV, LEGACY_VECTOR)
    expected = np.load(folder / LEGACY_VECTOR, allow_pickle=False)
    extractor = JukeboxExtractor(weights.folder, device=device, precision="fp32")
    pooled = extractor.extract_batch([_samples(folder / LEGACY_WAV)], progress)[0].pooled
    error = float(np.abs(pooled.astype(np.float64) - expected).sum())
    return GoldenCheck(
        "legacy vectors",
        error < LEGACY_TOLERANCE,
        f"The vector of {LEGACY_WAV} differs from the published one by {error:.4f} in sum; {LEGACY_TOLERANCE} is allowed.",
    )
