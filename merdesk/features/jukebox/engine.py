"""Encoder and prior of one weights folder on one device: samples to codes, codes to frames, frames to sums."""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.errors import FeatureError
from merdesk.features.jukebox.checkpoint import Checkpoint
from merdesk.features.jukebox.conditioning import TOTAL_SAMPLES
from merdesk.features.jukebox.device import Compute, free_bytes
from merdesk.features.jukebox.prior import LAYERS, Prior, PriorShape
from merdesk.features.jukebox.vqvae import Encoder
from merdesk.features.jukebox.weights import WeightsFolder

WORKING_BYTES = 3 * 2**30
"""What one window needs beside the weights, with room to spare; a card with less left streams its layers."""

CPU_WINDOWS = 2
STREAMED_WINDOWS = 8
"""Windows that share one reading of the layers. On a CPU computing takes ten times as long as reading, so two do;
on a card reading dominates, and each window more costs 160 MB."""


class Engine:
    """What computes.

    Parameters
    ----------
    folder
        Where the weights are.
    compute
        Device and precision.
    n_layers
        Layers that will be used; those above are never read.
    resident
        Keep the layers on the device; None decides by its free memory.
    total_samples
        Length of the piece that the prior is told; only `verify` has reason to change it.

    Raises
    ------
    FeatureError
        When a file is damaged or the two do not belong together, or the prior has fewer layers.
    """

    def __init__(
        self,
        folder: WeightsFolder,
        compute: Compute,
        *,
        n_layers: int,
        resident: bool | None = None,
        total_samples: int = TOTAL_SAMPLES,
    ) -> None:
        checkpoint = Checkpoint.open(folder.prior)
        self._compute = compute
        self._n_layers = n_layers
        self._encoder = Encoder.read(Checkpoint.open(folder.vqvae), compute.device)
        self.resident = _fits(checkpoint, compute, n_layers) if resident is None else resident
        self._prior = Prior(
            checkpoint,
            device=compute.device,
            dtype=compute.dtype,
            resident=self.resident,
            total_samples=total_samples,
        )
        if n_layers > self.shape.depth:
            raise FeatureError(
                f"{folder.prior.name} has {self.shape.depth} layers; choose layer {self.shape.depth} or lower."
            )
        if self._encoder.n_codes != self.shape.n_codes:
            raise FeatureError(
                f"The two weights files in {folder.folder} do not belong together "
                f"({self._encoder.n_codes} against {self.shape.n_codes} codes); download both again."
            )

    @property
    def shape(self) -> PriorShape:
        """Sizes of the prior."""
        return self._prior.shape

    @property
    def windows_at_once(self) -> int:
        """How many windows share one reading of the layers."""
        if self.resident:
            return 1
        return CPU_WINDOWS if self._compute.device.type == "cpu" else STREAMED_WINDOWS

    def codes(self, y: FloatArray) -> IntArray:
        """Codes [n // 128] int64 of samples y [n] float32, peak 1."""
        samples = torch.from_numpy(np.ascontiguousarray(y, dtype=np.float32)).to(self._compute.device)
        return np.asarray(self._encoder.codes(samples).cpu().numpy())

    def frames(self, windows: Sequence[IntArray], on_step: Callable[[], None]) -> list[torch.Tensor]:
        """Frames [n, width] on the device, one for each window of codes [n]."""
        return self._prior.activations(
            [torch.from_numpy(codes) for codes in windows], self._n_layers, on_step
        )

    def sums(self, weights: FloatArray, frames: torch.Tensor) -> FloatArray:
        """Return weights [rows, n] @ frames [n, width], computed where the frames are."""
        with torch.inference_mode():
            matrix = torch.from_numpy(np.asarray(weights)).to(frames.device)
            return np.asarray((matrix @ frames).cpu().numpy())


def _fits(checkpoint: Checkpoint, compute: Compute, n_layers: int) -> bool:
    """Whether the layers fit on the device for good; a CPU streams, its memory being everybody's."""
    free = free_bytes(compute.device)
    if free is None:
        return False
    used = {f"{LAYERS}.{d}." for d in range(n_layers)}
    n_values = sum(
        int(np.prod(place.shape))
        for name, place in checkpoint.tensors.items()
        if any(name.startswith(start) for start in used)
    )
    return n_values * compute.dtype.itemsize + WORKING_BYTES < free
