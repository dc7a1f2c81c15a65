"""Turns samples into codes: the top level's encoder of Jukebox's VQ-VAE, and the nearest row of its codebook.

Three level blocks (3, 2 and 2 halvings in the published model); each halving is a strided convolution and a stack of
dilated residual blocks; each level block ends in a projection. The structure is read from the checkpoint.

Always float32: half the precision changes codes, and codes are all that the prior hears.

References
----------
Dhariwal et al. 2020, arXiv 2005.00341, section 3 and appendix B.1.
"""

from dataclasses import dataclass

import torch
from torch.nn import functional

from merdesk.errors import FeatureError
from merdesk.features.jukebox.checkpoint import Checkpoint
from merdesk.features.jukebox.windows import CODE_SAMPLES

ENCODER = "encoders.2.level_blocks"
CODEBOOK = "bottleneck.level_blocks.2.k"
HALVING_KERNEL = 4
DILATION_GROWTH = 3
TILE_CODES = 2048
MARGIN_CODES = 96
"""More than the 10,519 samples (83 codes) that a code can hear to either side: tiles give the codes of the whole."""

_Weights = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Halving:
    """A strided convolution, then residual blocks of (dilated convolution, pointwise convolution)."""

    down: _Weights
    residual: tuple[tuple[_Weights, _Weights], ...]

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Halve [1, channels, n] to [1, width, n // 2]."""
        x = functional.conv1d(x, *self.down, stride=2, padding=1)
        for r, (dilated, pointwise) in enumerate(self.residual):
            step = DILATION_GROWTH**r
            inner = functional.conv1d(functional.relu(x), *dilated, padding=step, dilation=step)
            x = functional.conv1d(functional.relu_(inner), *pointwise).add_(x)
        return x


@dataclass(frozen=True, slots=True)
class LevelBlock:
    """Halvings and the projection that follows them."""

    halvings: tuple[Halving, ...]
    projection: _Weights

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Apply all of it to [1, channels, n]."""
        for halving in self.halvings:
            x = halving(x)
        return functional.conv1d(x, *self.projection, padding=1)


class Encoder:
    """Samples to codes.

    Attributes
    ----------
    n_codes
        Size of the codebook.
    """

    def __init__(self, blocks: tuple[LevelBlock, ...], codebook: torch.Tensor) -> None:
        self._blocks = blocks
        self._codebook = codebook
        self._squares = codebook.square().sum(dim=1)
        self.n_codes = codebook.shape[0]

    @classmethod
    def read(cls, checkpoint: Checkpoint, device: torch.device) -> "Encoder":
        """Read the top level's encoder.

        Raises
        ------
        FeatureError
            When the file is not the VQ-VAE, or one of another shape.
        """
        reader = _Reader(checkpoint, device)
        n_blocks = reader.count(ENCODER)
        blocks = tuple(_level_block(reader, f"{ENCODER}.{i}.model") for i in range(n_blocks))
        n_halvings = sum(len(block.halvings) for block in blocks)
        if 2**n_halvings != CODE_SAMPLES:
            raise FeatureError(
                f"{checkpoint.path.name} makes one code of {2**n_halvings} samples instead of {CODE_SAMPLES}, "
                "so it is not Jukebox's VQ-VAE; download it again."
            )
        return cls(blocks, checkpoint.read(CODEBOOK).float().to(device))

    @torch.inference_mode()
    def latents(self, y: torch.Tensor) -> torch.Tensor:
        """What the encoder says before rounding: [n // 128, width] of samples y [n]."""
        x = y.view(1, 1, -1)
        for block in self._blocks:
            x = block(x)
        return x[0].T

    @torch.inference_mode()
    def codes(self, y: torch.Tensor) -> torch.Tensor:
        """Codes [n // 128] int64 of samples y [n] float32; never padded, never trimmed.

        Computed in tiles on multiples of 128 samples with margins wider than the receptive field: the same codes
        as from the whole, with less memory and in less time.
        """
        n_codes = y.shape[0] // CODE_SAMPLES
        tiles = []
        for start in range(0, n_codes, TILE_CODES):
            stop = min(start + TILE_CODES, n_codes)
            left = max(start - MARGIN_CODES, 0)
            # The last tile takes the samples beyond the last whole code as well: they are heard.
            right = None if stop + MARGIN_CODES >= n_codes else (stop + MARGIN_CODES) * CODE_SAMPLES
            latents = self.latents(y[left * CODE_SAMPLES : right])
            tiles.append(self.nearest(latents[start - left : stop - left]))
        return torch.cat(tiles) if tiles else torch.zeros(0, dtype=torch.int64)

    def nearest(self, latents: torch.Tensor) -> torch.Tensor:
        """Row of the codebook nearest to each latent [n, width]: argmin of |x|^2 - 2 x k + |k|^2."""
        distance = latents.square().sum(dim=1, keepdim=True) - 2 * latents @ self._codebook.T + self._squares
        return distance.argmin(dim=1)


class _Reader:
    """Reads pairs of weight and bias; counts what lies below a name."""

    def __init__(self, checkpoint: Checkpoint, device: torch.device) -> None:
        self._checkpoint = checkpoint
        self._device = device

    def pair(self, name: str) -> _Weights:
        weight, bias = (self._checkpoint.read(f"{name}.{part}").float() for part in ("weight", "bias"))
        return weight.to(self._device), bias.to(self._device)

    def count(self, prefix: str) -> int:
        start = f"{prefix}."
        names = (name for name in self._checkpoint.tensors if name.startswith(start))
        return len({name.removeprefix(start).split(".")[0] for name in names})


def _level_block(reader: _Reader, name: str) -> LevelBlock:
    n_halvings = reader.count(name) - 1
    halvings = tuple(_halving(reader, f"{name}.{i}") for i in range(n_halvings))
    return LevelBlock(halvings, reader.pair(f"{name}.{n_halvings}"))


def _halving(reader: _Reader, name: str) -> Halving:
    down = reader.pair(f"{name}.0")
    if down[0].shape[-1] != HALVING_KERNEL:
        raise FeatureError(
            f"{name} of the VQ-VAE has a kernel of {down[0].shape[-1]}, not 4; download it again."
        )
    depth = reader.count(f"{name}.1.model")
    residual = f"{name}.1.model.{{}}.model.{{}}"
    return Halving(
        down,
        tuple((reader.pair(residual.format(r, 1)), reader.pair(residual.format(r, 3))) for r in range(depth)),
    )
