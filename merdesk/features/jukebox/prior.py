"""The prior: a transformer of sparse attention over codes, computed up to any layer.

The residual stream is float32 always; the four linear maps of a layer run in the precision that the device is good
at. A layer is read, used for every window of a batch, and dropped (138 MB each at half precision), or kept when the
device has room for all of them.

References
----------
Dhariwal et al. 2020, arXiv 2005.00341; Child et al. 2019, arXiv 1904.10509.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional

from merdesk.errors import FeatureError
from merdesk.features.jukebox import attention
from merdesk.features.jukebox.checkpoint import Checkpoint
from merdesk.features.jukebox.conditioning import TOTAL_SAMPLES, read_conditioning

LAYERS = "prior.transformer._attn_mods"
NORM_EPSILON = 1e-5
CPU_ROWS = 2048
"""Positions that the CPU takes through the linear maps at once: enough to be fast, few enough to be small."""

IMAGES = 16
"""With fewer images and one thread torch takes a pointwise convolution back to MKL."""

CACHED_ROWS = 128
"""Positions whose float32 values stay in a CPU's cache between the norm and the rounding."""

_Pair = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True, slots=True)
class PriorShape:
    """Sizes read from a checkpoint: 5b has width 4800, depth 72, n_ctx 8192, 2048 codes."""

    width: int
    depth: int
    n_ctx: int
    n_codes: int

    @property
    def block(self) -> int:
        """Positions in a block."""
        return self.n_ctx // attention.N_BLOCKS


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights of one layer: norms in float32, maps as `prepared` and their biases in the computing precision."""

    ln_0: _Pair
    c_attn: _Pair
    attn_proj: _Pair
    ln_1: _Pair
    c_fc: _Pair
    mlp_proj: _Pair

    @property
    def dtype(self) -> torch.dtype:
        """The computing precision."""
        return self.c_fc[0].dtype


def quick_gelu(x: torch.Tensor) -> torch.Tensor:
    """Return x sigmoid(1.702 x)."""
    return (1.702 * x).sigmoid_().mul_(x)


def read_shape(checkpoint: Checkpoint) -> PriorShape:
    """Read the sizes of a prior, and check that all parts agree.

    Raises
    ------
    FeatureError
        When the file is no Jukebox prior.
    """
    n_codes, width = checkpoint.shape("prior.x_emb.weight")
    n_ctx = checkpoint.shape("prior.pos_emb.pos_emb")[0]
    found = {name.split(".")[3] for name in checkpoint.tensors if name.startswith(f"{LAYERS}.")}
    depth = len(found)
    if found != {str(d) for d in range(depth)} or n_ctx % attention.N_BLOCKS or not n_ctx:
        raise FeatureError(f"{checkpoint.path.name} is no complete Jukebox prior; download it again.")
    for d in range(depth):
        state = checkpoint.shape(f"{LAYERS}.{d}.attn.c_proj.w")[0]
        parts = {
            "attn.c_attn.w": (width, 3 * state),
            "attn.c_proj.w": (state, width),
            "mlp.c_fc.w": (width, checkpoint.shape(f"{LAYERS}.{d}.mlp.c_proj.w")[0]),
        }
        if state % attention.N_HEADS or any(
            checkpoint.shape(f"{LAYERS}.{d}.{n}") != s for n, s in parts.items()
        ):
            raise FeatureError(
                f"Layer {d + 1} of {checkpoint.path.name} has an impossible shape; download it again."
            )
    return PriorShape(width, depth, n_ctx, n_codes)


def read_layer(checkpoint: Checkpoint, d: int, *, dtype: torch.dtype, device: torch.device) -> Layer:
    """Read layer d (counted from 0)."""

    def read(name: str) -> torch.Tensor:
        return checkpoint.read(f"{LAYERS}.{d}.{name}").to(device)

    def norm(name: str) -> _Pair:
        return read(f"{name}.weight").float(), read(f"{name}.bias").float()

    def linear(name: str) -> _Pair:
        return prepared(read(f"{name}.w").to(dtype)), read(f"{name}.b").to(dtype)

    return Layer(
        ln_0=norm("ln_0"),
        c_attn=linear("attn.c_attn"),
        attn_proj=linear("attn.c_proj"),
        ln_1=norm("ln_1"),
        c_fc=linear("mlp.c_fc"),
        mlp_proj=linear("mlp.c_proj"),
    )


def prepared(w: torch.Tensor) -> torch.Tensor:
    """Lay out a map [in, out] as this device computes it fastest.

    On a CPU in float32 that is the kernel [out, in, 1, 1] of a convolution: oneDNN computes it at 189 GFLOP/s a core
    where MKL's product reaches 103 on an AMD processor. Everything else takes the map as it is.
    """
    if w.device.type != "cpu" or w.dtype != torch.float32:
        return w
    return w.T[:, :, None, None].contiguous(memory_format=torch.channels_last)


def apply_layer(layer: Layer, x: torch.Tensor, d: int, block: int) -> None:
    """Take x [n, width] (float32, n a multiple of block) through layer d, in place: x + a + mlp(ln_1(x + a))."""
    parts = _parts(x)
    qkv = torch.cat([_linear(_norm(part, layer.ln_0, layer.dtype), layer.c_attn) for part in parts])
    q, k, v = qkv.chunk(3, dim=1)
    heard = attention.PATTERNS[d % 3](q, k, v, block)
    del qkv, q, k, v
    for part, answer in zip(parts, _parts(heard), strict=True):
        part += _linear(answer, layer.attn_proj)  # noqa: PLW2901  (in place: a view of x)
        hidden = quick_gelu(_linear(_norm(part, layer.ln_1, layer.dtype), layer.c_fc))
        part += _linear(hidden, layer.mlp_proj)  # noqa: PLW2901  (the same)


def _parts(x: torch.Tensor, rows: int = CPU_ROWS) -> list[torch.Tensor]:
    """Views of a few positions each on the CPU, of all positions elsewhere."""
    step = rows if x.device.type == "cpu" else len(x)
    return [x[start : start + step] for start in range(0, len(x), step)]


def _linear(x: torch.Tensor, pair: _Pair) -> torch.Tensor:
    """Return x [n, in] times a map plus its bias, [n, out]."""
    w, bias = pair
    if w.ndim == 2:
        return torch.addmm(bias, x, w)
    images = IMAGES if len(x) % IMAGES == 0 else 1
    pixels = functional.conv2d(x.view(images, len(x) // images, 1, -1).permute(0, 3, 1, 2), w, bias)
    return pixels.permute(0, 2, 3, 1).reshape(len(x), -1)


def _norm(x: torch.Tensor, pair: _Pair, dtype: torch.dtype) -> torch.Tensor:
    """Layer norm in float32, handed on as dtype."""
    normal = torch.empty(x.shape, dtype=dtype, device=x.device)
    for part, into in zip(_parts(x, CACHED_ROWS), _parts(normal, CACHED_ROWS), strict=True):
        into.copy_(functional.layer_norm(part, x.shape[-1:], pair[0], pair[1], NORM_EPSILON))
    return normal


class Prior:
    """The prior of one checkpoint on one device in one precision.

    Attributes
    ----------
    shape
        Its sizes.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        device: torch.device,
        dtype: torch.dtype,
        resident: bool = False,
        total_samples: int = TOTAL_SAMPLES,
    ) -> None:
        self.shape = read_shape(checkpoint)
        self._checkpoint = checkpoint
        self._device = device
        self._dtype = dtype
        self._kept: dict[int, Layer] | None = {} if resident else None
        self._codes = checkpoint.read("prior.x_emb.weight").float()
        self._conditioning = read_conditioning(checkpoint, self.shape.n_ctx, total_samples=total_samples)

    @torch.inference_mode()
    def embed(self, codes: torch.Tensor) -> torch.Tensor:
        """Input of the first layer for codes [n]: [n padded to whole blocks, width] float32 on the device.

        Position i holds code i - 1: the last code is never heard, and position 0 holds the start vector. Zeros at
        the end change nothing before them, for no pattern listens ahead.
        """
        n = codes.shape[0]
        x = torch.zeros(-(-n // self.shape.block) * self.shape.block, self.shape.width)
        positions = self._checkpoint.read("prior.pos_emb.pos_emb")
        for start in range(0, n, CPU_ROWS):
            rows = slice(start, min(start + CPU_ROWS, n))
            x[rows] = self._heard(codes, rows) + positions[rows] + self._conditioning.at(rows)
        return x.to(self._device)

    def _heard(self, codes: torch.Tensor, rows: slice) -> torch.Tensor:
        """Embeddings of the codes before the given positions."""
        if rows.start:
            return self._codes[codes[rows.start - 1 : rows.stop - 1]]
        return torch.cat([self._conditioning.start[None], self._codes[codes[: rows.stop - 1]]])

    @torch.inference_mode()
    def activations(
        self, windows: Sequence[torch.Tensor], n_layers: int, on_step: Callable[[], None] = lambda: None
    ) -> list[torch.Tensor]:
        """Frames [n, width] float32 after n_layers layers, one for each window of codes [n].

        Each layer's weights serve all windows before the next are read; windows do not touch one another, so a
        window gives the same numbers in any batch. `on_step` is called after each layer of each window and may
        raise to stop.
        """
        if not 1 <= n_layers <= self.shape.depth:
            raise ValueError(f"layer must lie in 1..{self.shape.depth}, not {n_layers}")
        streams = [self.embed(codes) for codes in windows]
        for d in range(n_layers):
            layer = self._layer(d)
            for x in streams:
                apply_layer(layer, x, d, self.shape.block)
                on_step()
            del layer
        return [x[: len(codes)] for x, codes in zip(streams, windows, strict=True)]

    def _layer(self, d: int) -> Layer:
        if self._kept is not None and d in self._kept:
            return self._kept[d]
        layer = read_layer(self._checkpoint, d, dtype=self._dtype, device=self._device)
        if self._kept is not None:
            self._kept[d] = layer
        return layer
