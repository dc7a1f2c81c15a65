"""The prior once more, in float64 NumPy and as plainly as can be: who hears whom is a full matrix."""

from collections.abc import Mapping

import numpy as np

N_HEADS = 8


def heard(n: int, block: int, d: int) -> np.ndarray:
    """Boolean [n, n]: does position i hear position j in layer d."""
    i, j = np.arange(n)[:, None], np.arange(n)[None]
    if d % 3 == 0:
        return (i // block == j // block) & (j <= i)
    if d % 3 == 1:
        return (i % block == j % block) & (j <= i)
    return j // block == i // block - 1


def norm(x: np.ndarray, gain: np.ndarray, bias: np.ndarray) -> np.ndarray:
    centred = x - x.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5) * gain + bias


def attend(qkv: np.ndarray, mask: np.ndarray) -> np.ndarray:
    state = qkv.shape[1] // 3
    size = state // N_HEADS
    answer = np.zeros((len(qkv), state))
    for head in range(N_HEADS):
        columns = slice(head * size, (head + 1) * size)
        q, k, v = (qkv[:, third * state : (third + 1) * state][:, columns] for third in range(3))
        scores = np.where(mask, q @ k.T / np.sqrt(size), -np.inf)
        weights = np.exp(scores - np.maximum(scores.max(axis=1, keepdims=True), -1e300))
        total = weights.sum(axis=1, keepdims=True)
        answer[:, columns] = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0) @ v
    return answer


def embedded(tensors: Mapping[str, np.ndarray], codes: np.ndarray) -> np.ndarray:
    table = {
        name.split(".")[1]: t.astype(np.float64) for name, t in tensors.items() if name.startswith("y_emb")
    }
    start = table["bow_genre_emb"][0] + table["artist_emb"][0]
    x = np.vstack([start, tensors["prior.x_emb.weight"][codes[:-1]]]).astype(np.float64)
    i = np.arange(len(codes))
    absolute = np.floor(128 * i * 128 / (600 * 44_100)).astype(int)
    relative = np.floor(128 * (1_048_576 / 2_734_080) * i / 8192).astype(int)
    total = int(128 * (2_734_080 - 60 * 44_100) / (540 * 44_100))
    x += tensors["prior.pos_emb.pos_emb"][: len(codes)]
    return (
        x
        + table["total_length_emb"][total]
        + table["absolute_pos_emb"][absolute]
        + table["relative_pos_emb"][relative]
    )


def plain_activations(tensors: Mapping[str, np.ndarray], codes: np.ndarray, n_layers: int) -> np.ndarray:
    x = embedded(tensors, codes)
    for d in range(n_layers):
        start = f"prior.transformer._attn_mods.{d}."
        w = {
            name.removeprefix(start): t.astype(np.float64)
            for name, t in tensors.items()
            if name.startswith(start)
        }
        qkv = norm(x, w["ln_0.weight"], w["ln_0.bias"]) @ w["attn.c_attn.w"] + w["attn.c_attn.b"]
        a = attend(qkv, heard(len(x), 64, d)) @ w["attn.c_proj.w"] + w["attn.c_proj.b"]
        hidden = norm(x + a, w["ln_1.weight"], w["ln_1.bias"]) @ w["mlp.c_fc.w"] + w["mlp.c_fc.b"]
        hidden = hidden / (1 + np.exp(-1.702 * hidden))
        x = x + a + hidden @ w["mlp.c_proj.w"] + w["mlp.c_proj.b"]
    return x
