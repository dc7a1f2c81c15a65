"""True-size figures of the Jukebox path on made-up weights: seconds, CPU seconds and memory of one window.

    python tests/benchmarks/bench_jukebox.py make /tmp/weights          # 36 layers of width 4800, 5.9 GB; --wide: 10.3 GB
    python tests/benchmarks/bench_jukebox.py open /tmp/weights
    python tests/benchmarks/bench_jukebox.py embed /tmp/weights [--precision bf16] [--layers 36] [--audio FILE]
    python tests/benchmarks/bench_jukebox.py plain /tmp/weights [--layers 36]   # the reference stack, fp32

`plain` stands for the older stacks: all layers in memory as float32 modules, each step as it is written. Each verb is
a process of its own, so that its peak is its own.
"""

import argparse
import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

WIDTH, STATE, N_CTX, N_CODES = 4800, 1200, 8192, 2048
N_SAMPLES = 25 * 44_100


def shapes(n_layers: int) -> dict[str, tuple[tuple[int, ...], np.dtype]]:
    """Every tensor of the published prior up to a layer."""
    half, single = np.dtype("f2"), np.dtype("f4")
    rows = {"bow_genre_emb": 120, "artist_emb": 4111, "total_length_emb": 128}
    rows |= {"absolute_pos_emb": 128, "relative_pos_emb": 128}
    found = {f"y_emb.{name}.emb.weight": ((n, WIDTH), single) for name, n in rows.items()}
    found["prior.x_emb.weight"] = ((N_CODES, WIDTH), single)
    found["prior.pos_emb.pos_emb"] = ((N_CTX, WIDTH), single)
    linear = {
        "attn.c_attn": (WIDTH, 3 * STATE),
        "attn.c_proj": (STATE, WIDTH),
        "mlp.c_fc": (WIDTH, WIDTH),
        "mlp.c_proj": (WIDTH, WIDTH),
    }
    for d in range(n_layers):
        layer = f"prior.transformer._attn_mods.{d}"
        for name, shape in linear.items():
            found[f"{layer}.{name}.w"] = (shape, half)
            found[f"{layer}.{name}.b"] = (shape[1:], single)
        for norm in ("ln_0", "ln_1"):
            found[f"{layer}.{norm}.weight"] = found[f"{layer}.{norm}.bias"] = ((WIDTH,), single)
    return found | {"prior.x_out.weight": ((N_CODES, WIDTH), single)}


def make(folder: Path, n_layers: int) -> None:
    """Write both files; one block of normal numbers serves all, for only sizes matter here."""
    from helpers.jukebox_synthetic import vqvae_weights, write_legacy, write_weights

    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    block = rng.standard_normal(WIDTH * WIDTH, dtype=np.float32)
    sizes = shapes(n_layers)

    def values(name: str) -> np.ndarray:
        shape, dtype = sizes[name]
        scale = 1 / shape[0] ** 0.5 if name.endswith(".w") else 0.1
        flat = np.resize(np.roll(block, len(name)), int(np.prod(shape))).reshape(shape) * np.float32(scale)
        return (flat + (1.0 if name.endswith(("ln_0.weight", "ln_1.weight")) else 0.0)).astype(dtype)

    write_legacy(folder / "prior_level_2.pth.tar", sizes, values)
    write_weights(folder / "vqvae.pth.tar", vqvae_weights(rng.standard_normal((N_CODES, 64)) * 5))


def embed(folder: Path, precision: str, n_layers: int, audio: Path | None) -> dict[str, object]:
    """One clip through the extractor, streamed."""
    from helpers.jukebox_synthetic import music

    from merdesk.features.jukebox.extractor import JukeboxExtractor

    y = load(audio) if audio else music(N_SAMPLES)
    extractor = JukeboxExtractor(folder, layer=n_layers, device="cpu", precision=precision)
    features = extractor.extract(y)
    return {
        "dimensions": len(features.pooled),
        "rows": len(features.frames),
        "mean": float(features.pooled.mean()),
    }


def load(audio: Path) -> np.ndarray:
    """Mono samples at 44,100 Hz."""
    from merdesk.audio.files import decode, mono

    decoded = decode(audio)
    return mono(decoded.y, decoded.sample_rate_hz, 44_100)


def plain(folder: Path, n_layers: int) -> dict[str, object]:
    """What the older stacks compute, layer after layer in float32 over the whole window."""
    import torch

    from merdesk.features.jukebox.checkpoint import Checkpoint

    checkpoint = Checkpoint.open(folder / "prior_level_2.pth.tar")
    layers = [
        {
            name.split(".", 4)[4]: checkpoint.read(name).float()
            for name in checkpoint.tensors
            if name.startswith(f"prior.transformer._attn_mods.{d}.")
        }
        for d in range(n_layers)
    ]
    x = torch.randn(N_CTX, WIDTH)
    began = time.process_time()
    with torch.inference_mode():
        for d, w in enumerate(layers):
            normal = torch.nn.functional.layer_norm(x, (WIDTH,), w["ln_0.weight"], w["ln_0.bias"])
            q, k, v = torch.addmm(w["attn.c_attn.b"], normal, w["attn.c_attn.w"]).chunk(3, dim=1)
            a = torch.addmm(w["attn.c_proj.b"], plain_attention(q, k, v, d), w["attn.c_proj.w"])
            normal = torch.nn.functional.layer_norm(x + a, (WIDTH,), w["ln_1.weight"], w["ln_1.bias"])
            hidden = torch.addmm(w["mlp.c_fc.b"], normal, w["mlp.c_fc.w"])
            hidden = hidden * torch.sigmoid(1.702 * hidden)
            x = x + a + torch.addmm(w["mlp.c_proj.b"], hidden, w["mlp.c_proj.w"])
    return {"layers_cpu_s": time.process_time() - began}


def plain_attention(q: "torch.Tensor", k: "torch.Tensor", v: "torch.Tensor", d: int) -> "torch.Tensor":
    """Scores, mask, softmax and mixture as three full steps."""
    import torch

    q, k, v = (t.reshape(128, N_CTX // 128, 8, STATE // 8) for t in (q, k, v))
    if d % 3 == 2:
        k, v = (torch.nn.functional.pad(t[:-1], (0, 0, 0, 0, 0, 0, 1, 0)) for t in (k, v))
    axes = (1, 2, 0, 3) if d % 3 == 1 else (0, 2, 1, 3)
    q, k, v = (t.permute(axes) for t in (q, k, v))
    scores = torch.matmul(q, k.transpose(2, 3)) * (STATE // 8) ** -0.5
    if d % 3 != 2:
        mask = torch.ones(scores.shape[-2:]).tril()
        scores = scores * mask - 1e9 * (1 - mask)
    heard = torch.matmul(torch.softmax(scores, dim=-1), v)
    back = (2, 0, 1, 3) if d % 3 == 1 else (0, 2, 1, 3)
    return heard.permute(back).reshape(N_CTX, STATE)


def opened(folder: Path) -> dict[str, object]:
    """How long it takes to know where everything lies."""
    from merdesk.features.jukebox.checkpoint import Checkpoint

    path = folder / "prior_level_2.pth.tar"
    began = time.perf_counter()
    checkpoint = Checkpoint.open(path)
    seconds = time.perf_counter() - began
    return {"open_s": seconds, "file_gb": path.stat().st_size / 1e9, "tensors": len(checkpoint.tensors)}


def main() -> None:
    """Run one verb and print what it cost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=("make", "open", "embed", "plain"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--precision", default="bf16")
    parser.add_argument("--layers", type=int, default=36)
    parser.add_argument("--audio", type=Path)
    parser.add_argument("--wide", action="store_true")
    asked = parser.parse_args()
    began, cpu = time.perf_counter(), time.process_time()
    found: dict[str, object] = {"verb": asked.verb}
    match asked.verb:
        case "make":
            make(asked.folder, 72 if asked.wide else asked.layers)
        case "open":
            found |= opened(asked.folder)
        case "embed":
            found |= embed(asked.folder, asked.precision, asked.layers, asked.audio)
        case "plain":
            found |= plain(asked.folder, asked.layers)
    found |= {
        "wall_s": round(time.perf_counter() - began, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 3),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
