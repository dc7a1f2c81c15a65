"""`jukebox`: the embedding that generalises, computed here from the user's copy of the weights.

References
----------
Castellon, Donahue & Liang (2021), "Codified audio language modeling learns useful representations for music
information retrieval", ISMIR, arXiv 2107.05677. Dhariwal et al. (2020), arXiv 2005.00341.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray, frozen
from merdesk.domain.protocols import FeatureArrays
from merdesk.errors import FeatureError
from merdesk.features.jukebox.checkpoint import Checkpoint
from merdesk.features.jukebox.choice import PUBLISHED_LAYER, JukeboxChoice
from merdesk.features.jukebox.weights import WeightsFolder, fingerprint, locate_weights
from merdesk.features.jukebox.windows import (
    CODE_SAMPLES,
    PLANS,
    SAMPLE_RATE_HZ,
    Pooling,
    Window,
    WindowPlan,
    coverage,
    kept_samples,
    plan_windows,
)
from merdesk.progress import Progress

if TYPE_CHECKING:
    import torch

    from merdesk.features.jukebox.engine import Engine


@dataclass(frozen=True, slots=True)
class JukeboxEmbedding:
    """Everything about one clip: codes [n], frames [n, width] at 344.53 Hz, pooled [width]."""

    codes: IntArray
    frames: FloatArray
    pooled: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", frozen(self.codes, "i8"))
        object.__setattr__(self, "frames", frozen(self.frames, "f4", ndim=2))
        object.__setattr__(self, "pooled", frozen(self.pooled, "f4"))


@dataclass(frozen=True, slots=True)
class _Heard:
    """A clip after the encoder."""

    codes: IntArray
    windows: tuple[Window, ...]
    n_samples: int


class JukeboxExtractor:
    """4800 values: the mean over time of the 5b prior's activations after layer 36.

    Nothing is read before it is needed, so that an extractor may be named without weights. Not for several threads
    at once.

    Parameters
    ----------
    weights_dir
        Folder of the two files; None looks in the known places.
    layer
        Counted from 1, as published; at most the depth of the checkpoint.
    device
        auto, cpu, cuda or mps.
    precision
        auto, fp32, bf16 or fp16.
    window
        `first` (the published recipe) or `cover`.
    resident
        Keep the layers in the device's memory; None decides by what is free.
    """

    version = 1
    sample_rate_hz = SAMPLE_RATE_HZ

    def __init__(
        self,
        weights_dir: Path | None = None,
        layer: int = PUBLISHED_LAYER,
        device: str = "auto",
        precision: str = "auto",
        window: WindowPlan = "first",
        *,
        resident: bool | None = None,
    ) -> None:
        if layer < 1 or window not in PLANS:
            raise ValueError(f"no such layer or window plan: {layer!r}, {window!r}")
        self.name = JukeboxChoice(layer, window, precision).name
        self._weights_dir = weights_dir
        self._layer = layer
        self._device = device
        self._precision = precision
        self._window: WindowPlan = window
        self._resident = resident
        self._cores: int | None = None
        self._engine: Engine | None = None
        self._settings: Mapping[str, str | int | float] | None = None

    def use_cores(self, n: int) -> None:
        """Compute with so many threads, from the next loading on."""
        self._cores = n

    @property
    def settings(self) -> Mapping[str, str | int | float]:
        """What the numbers depend on besides the version, the weights among it.

        Raises
        ------
        FeatureError
            When there are no weights.
        """
        if self._settings is None:
            from merdesk.features.jukebox.device import settle

            weights = self._weights()
            self._settings = MappingProxyType(
                {
                    "layer": self._layer,
                    "window": self._window,
                    "precision": settle(self._device, self._precision).precision,
                    "normalisation": "peak",
                    "resampler": "soxr_hq",
                    "vqvae": fingerprint(weights.vqvae),
                    "prior": fingerprint(weights.prior),
                }
            )
        return self._settings

    @property
    def dimension_names(self) -> tuple[str, ...]:
        """`jukebox 36.0000` and so on: layer and dimension; the dimensions have no meaning that people could name."""
        width = Checkpoint.open(self._weights().prior).shape("prior.x_emb.weight")[1]
        return tuple(f"jukebox {self._layer}.{i:04d}" for i in range(width))

    def extract(self, y: FloatArray) -> FeatureArrays:
        """Features of mono samples y [n] at 44,100 Hz: pooled [width] and frames [rows, width] at 2 Hz.

        With the plan `first` there are no rows beyond 23.8 s: what was not heard has no frames. What was computed in
        half precision, or bf16, comes in half precision, which is finer than the error of computing so; values of fp32
        stay as they are.

        Raises
        ------
        FeatureError
            When there are no weights, y has fewer than 128 samples or values that are no numbers, or memory is short.
        """
        return self.extract_batch([y])[0]

    def extract_batch(
        self, clips: Sequence[FloatArray], progress: Progress | None = None
    ) -> list[FeatureArrays]:
        """Features of several clips, each as `extract` would give it; the layers are read once for a few windows.

        Progress counts layers times windows; cancel is honoured after each.
        """
        progress = progress or Progress()
        engine = self._loaded()
        heard = self._listen(clips, progress)
        poolings = [Pooling(clip.windows, clip.n_samples, engine.shape.width) for clip in heard]
        for i, window, frames in self._frames(heard, progress):
            poolings[i].add(window, engine.sums(poolings[i].weights(window), frames))
        features = [FeatureArrays(pooling.pooled(), pooling.frames()) for pooling in poolings]
        exact = self.settings["precision"] == "fp32"
        return features if exact else [one.halved() for one in features]

    def embed(self, y: FloatArray, progress: Progress | None = None) -> JukeboxEmbedding:
        """Codes and all frames of one clip, averaged where windows overlap; 6.6 MB a second at width 4800."""
        progress = progress or Progress()
        heard = self._listen([y], progress)
        shares = 1.0 / coverage(heard[0].windows).astype(np.float32)[:, None]
        frames = np.zeros((len(shares), self._loaded().shape.width), dtype=np.float32)
        for _, window, values in self._frames(heard, progress):
            rows = slice(window.start, window.stop)
            frames[rows] += shares[rows] * values.cpu().numpy()
        pooled = frames.mean(axis=0, dtype=np.float64)
        return JukeboxEmbedding(heard[0].codes[: len(frames)], frames, pooled)

    def _weights(self) -> WeightsFolder:
        return locate_weights(self._weights_dir)

    def _loaded(self) -> "Engine":
        if self._engine is None:
            import torch

            from merdesk.features.jukebox.device import settle
            from merdesk.features.jukebox.engine import Engine

            compute = settle(self._device, self._precision)
            if self._cores:
                torch.set_num_threads(self._cores)
            self._engine = Engine(self._weights(), compute, n_layers=self._layer, resident=self._resident)
        return self._engine

    def _listen(self, clips: Sequence[FloatArray], progress: Progress) -> list[_Heard]:
        engine = self._loaded()
        n_ctx = engine.shape.n_ctx
        progress.begin("Jukebox codes", len(clips))
        heard = []
        for y in clips:
            samples = normalised(y)[: kept_samples(len(y), n_ctx, self._window)]
            codes = engine.codes(samples)
            heard.append(_Heard(codes, plan_windows(len(codes), n_ctx, self._window), len(y)))
            progress.advance()
        return heard

    def _frames(
        self, heard: Sequence[_Heard], progress: Progress
    ) -> Iterator[tuple[int, Window, "torch.Tensor"]]:
        """Yield (clip, window, frames on the device), a few windows at a time, fewer when memory runs out."""
        from merdesk.features.jukebox.device import with_less_memory

        engine = self._loaded()
        jobs = [(i, window) for i, clip in enumerate(heard) for window in clip.windows]
        at_once = engine.windows_at_once

        def run(n: int) -> list[Any]:
            windows = [heard[i].codes[window.start : window.stop] for i, window in jobs[:n]]
            return engine.frames(windows, progress.advance)

        def retry(n: int) -> None:
            step = f"Jukebox layers ({n} windows at a time, because memory is short)"
            progress.begin(step, len(jobs) * self._layer)

        progress.begin("Jukebox layers", len(jobs) * self._layer)
        while jobs:
            frames, at_once = with_less_memory(run, min(at_once, len(jobs)), retry)
            for (i, window), values in zip(jobs[: len(frames)], frames, strict=True):
                yield i, window, values
            del frames, values
            jobs = jobs[at_once:]


def normalised(y: FloatArray) -> FloatArray:
    """Samples divided by their largest magnitude, over all that was loaded; silence stays silence.

    Raises
    ------
    FeatureError
        When y has fewer than 128 samples or values that are no numbers.
    """
    samples = np.asarray(y, dtype=np.float32)
    if samples.ndim != 1:
        raise ValueError(f"expected mono samples, got shape {samples.shape}")
    if len(samples) < CODE_SAMPLES:
        raise FeatureError(f"The clip has {len(samples)} samples, too few for Jukebox; leave it out.")
    peak = float(np.abs(samples).max())
    if not np.isfinite(peak):
        raise FeatureError(
            "The clip holds samples that are not numbers; convert the file again or leave it out."
        )
    return samples / np.float32(peak) if peak > 0 else samples
