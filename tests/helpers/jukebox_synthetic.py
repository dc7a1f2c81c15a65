"""Small checkpoints with the structure of the published ones, seeded, and the containers that hold them."""

import pickle
import struct
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

STORAGES = {np.dtype("f4"): torch.FloatStorage, np.dtype("f2"): torch.HalfStorage}
HALVINGS = (3, 2, 2)
VQ_WIDTH, VQ_LATENT, VQ_DEPTH = 32, 64, 4
TABLES = {
    "bow_genre_emb": 120,
    "artist_emb": 4111,
    "total_length_emb": 128,
    "absolute_pos_emb": 128,
    "relative_pos_emb": 128,
}


@dataclass(frozen=True)
class Small:
    """Sizes of a small prior; the block is n_ctx / 128."""

    width: int = 64
    depth: int = 6
    n_ctx: int = 8192
    n_codes: int = 512
    seed: int = 5


TINY = Small(width=32, depth=4, n_ctx=512)
"""A context of 512 codes (1.5 s) and a block of 4."""


class Draw:
    """Seeded normal numbers whose stream NumPy has frozen: the stored outputs depend on every one of them."""

    def __init__(self, seed: int) -> None:
        self._state = np.random.RandomState(seed)

    def normal(self, *shape: int, scale: float = 1.0) -> np.ndarray:
        return (self._state.standard_normal(shape) * scale).astype(np.float32)

    def integers(self, n: int, below: int) -> np.ndarray:
        return self._state.randint(0, below, n)


def music(n: int, seed: int = 1) -> np.ndarray:
    """Something with pitch, rhythm and noise, peak 1."""
    t = np.arange(n) / 44_100
    draw = Draw(seed)
    y = 0.1 * draw.normal(n).astype(np.float64)
    for _ in range(12):
        hz, phase, beat = np.exp(draw.normal(1)[0] + 6), draw.normal(1)[0], 1 + abs(draw.normal(1)[0])
        y += np.sin(2 * np.pi * hz * t + phase) * (0.5 + 0.5 * np.sin(2 * np.pi * beat * t)) ** 2
    return (y / np.abs(y).max()).astype(np.float32)


def prior_weights(sizes: Small) -> dict[str, np.ndarray]:
    """A prior whose linear maps are float16 and whose rest is float32, like the published one."""
    draw, w = Draw(sizes.seed), sizes.width
    weights = {f"y_emb.{name}.emb.weight": draw.normal(n, w, scale=0.3) for name, n in TABLES.items()}
    weights["prior.x_emb.weight"] = draw.normal(sizes.n_codes, w)
    weights["prior.pos_emb.pos_emb"] = draw.normal(sizes.n_ctx, w, scale=0.3)
    for d in range(sizes.depth):
        weights |= {f"prior.transformer._attn_mods.{d}.{name}": values for name, values in _layer(draw, w)}
    return weights | {"prior.x_out.weight": draw.normal(sizes.n_codes, w)}


def _layer(draw: Draw, w: int) -> Iterator[tuple[str, np.ndarray]]:
    state = w // 4
    for name, n_in, n_out in (
        ("attn.c_attn", w, 3 * state),
        ("attn.c_proj", state, w),
        ("mlp.c_fc", w, w),
        ("mlp.c_proj", w, w),
    ):
        # Large queries and keys make attention pointed, so that a wrong pattern shows.
        yield f"{name}.w", draw.normal(n_in, n_out, scale=2.0 / n_in**0.5).astype(np.float16)
        yield f"{name}.b", draw.normal(n_out, scale=0.3)
    for norm in ("ln_0", "ln_1"):
        yield f"{norm}.weight", 1 + draw.normal(w, scale=0.2)
        yield f"{norm}.bias", draw.normal(w, scale=0.2)


def vqvae_weights(codebook: np.ndarray, seed: int = 7) -> dict[str, np.ndarray]:
    """The top level's encoder with weights large enough to spread its outputs, and a codebook."""
    draw = Draw(seed)
    weights: dict[str, np.ndarray] = {}

    def convolution(name: str, n_out: int, n_in: int, kernel: int, gain: float) -> None:
        weights[f"{name}.weight"] = draw.normal(n_out, n_in, kernel, scale=gain / (n_in * kernel) ** 0.5)
        weights[f"{name}.bias"] = draw.normal(n_out, scale=0.2)

    for level, n_halvings in enumerate(HALVINGS):
        block = f"encoders.2.level_blocks.{level}.model"
        channels = VQ_LATENT if level else 1
        for i in range(n_halvings):
            convolution(f"{block}.{i}.0", VQ_WIDTH, channels, 4, 1.5)
            channels = VQ_WIDTH
            for r in range(VQ_DEPTH):
                convolution(f"{block}.{i}.1.model.{r}.model.1", VQ_WIDTH, VQ_WIDTH, 3, 1.0)
                convolution(f"{block}.{i}.1.model.{r}.model.3", VQ_WIDTH, VQ_WIDTH, 1, 0.5)
        convolution(f"{block}.{n_halvings}", VQ_LATENT, VQ_WIDTH, 3, 1.0)
    return weights | {"bottleneck.level_blocks.2.k": codebook.astype(np.float32)}


@dataclass(frozen=True)
class Piece:
    """A storage to be: stands in the pickle for what torch would have put there."""

    key: str
    dtype: np.dtype
    n: int


class Tensor:
    """Pickles the way a tensor does."""

    def __init__(self, piece: Piece, shape: tuple[int, ...]) -> None:
        self._arguments = (
            piece,
            0,
            shape,
            tuple(int(np.prod(shape[i + 1 :])) for i in range(len(shape))),
            False,
        )

    def __reduce__(self) -> tuple[object, ...]:
        return torch._utils._rebuild_tensor_v2, (*self._arguments, OrderedDict())


class Pickler(pickle.Pickler):
    def persistent_id(self, thing: object) -> object:
        if isinstance(thing, Piece):
            return ("storage", STORAGES[thing.dtype], thing.key, "cpu", thing.n, None)
        return None


def write_legacy(
    path: Path,
    shapes: Mapping[str, tuple[tuple[int, ...], np.dtype]],
    values: Callable[[str], np.ndarray],
    *,
    prefix: str = "",
) -> Path:
    """Write the container of torch before 1.6, one tensor in memory at a time."""
    pieces = {
        n: Piece(str(94_000 + i), np.dtype(dt), int(np.prod(s)))
        for i, (n, (s, dt)) in enumerate(shapes.items())
    }
    model = OrderedDict((prefix + name, Tensor(pieces[name], shape)) for name, (shape, _) in shapes.items())
    document = {"step": 1_000, "opt": None, "hps": {"name": "small"}, "model": model}
    facts = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    with path.open("wb") as file:
        for part in (0x1950A86A20F9469CFC6C, 1001, facts, document, [piece.key for piece in pieces.values()]):
            Pickler(file, protocol=2).dump(part)
        for name, piece in pieces.items():
            file.write(struct.pack("<q", piece.n))
            file.write(np.ascontiguousarray(values(name), dtype=piece.dtype).data)
    return path


def write_weights(path: Path, weights: Mapping[str, np.ndarray], *, prefix: str = "") -> Path:
    """Write arrays in the legacy container."""
    return write_legacy(
        path, {n: (v.shape, v.dtype) for n, v in weights.items()}, weights.__getitem__, prefix=prefix
    )


def write_folder(folder: Path, codebook: np.ndarray, sizes: Small) -> Path:
    """Write both files under their published names."""
    folder.mkdir(parents=True, exist_ok=True)
    write_weights(folder / "vqvae.pth.tar", vqvae_weights(codebook))
    write_weights(folder / "prior_level_2.pth.tar", prior_weights(sizes), prefix="module.")
    return folder
