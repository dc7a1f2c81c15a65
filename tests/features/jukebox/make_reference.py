"""Makes tests/data/jukebox/reference.npz with an independent implementation of Jukebox.

Run once, in an environment of its own: python 3.11, torch 2.13.0, transformers 4.57.6 (the last that has Jukebox;
Apache-2.0). The weights are seeded in `jukebox_synthetic`, so only outputs and the codebook are stored.

    python tests/features/jukebox/make_reference.py tests/data/jukebox/reference.npz
"""

import sys
from pathlib import Path

import numpy as np
import torch
from helpers.jukebox_synthetic import HALVINGS, Small, music, prior_weights, vqvae_weights
from transformers.models.deprecated.jukebox.configuration_jukebox import (
    JukeboxPriorConfig,
    JukeboxVQVAEConfig,
)
from transformers.models.deprecated.jukebox.modeling_jukebox import JukeboxPrior, JukeboxVQVAE

SIZES = Small()
N_SAMPLES = 4200 * 128 + 50
LAYERS = (3, 6)


def encoder_latents(model: JukeboxVQVAE, y: np.ndarray) -> torch.Tensor:
    return model.encoders[2](torch.from_numpy(y)[None, None])[-1]


def vqvae(codebook: np.ndarray) -> JukeboxVQVAE:
    """Level 2 of the VQ-VAE with our weights under its own names; the other levels are not used."""
    model = JukeboxVQVAE(JukeboxVQVAEConfig(nb_discrete_codes=len(codebook))).eval()
    state = dict(model.state_dict())
    for ours, values in vqvae_weights(codebook).items():
        state[vqvae_name(ours)].copy_(torch.from_numpy(values))
    return model


def vqvae_name(ours: str) -> str:
    if ours.startswith("bottleneck"):
        return "bottleneck.level_blocks.2.codebook"
    _, _, _, level, _, i, *rest = ours.split(".")
    block = f"encoders.2.level_blocks.{level}"
    if int(i) == HALVINGS[int(level)]:
        return f"{block}.proj_out.{rest[0]}"
    if rest[0] == "0":
        return f"{block}.downsample_block.{2 * int(i)}.{rest[1]}"
    convolution = {"1": "conv1d_1", "3": "conv1d_2"}[rest[4]]
    return f"{block}.downsample_block.{2 * int(i) + 1}.resnet_block.{rest[2]}.{convolution}.{rest[5]}"


def farthest(latents: np.ndarray, n: int) -> np.ndarray:
    """Pick rows far from one another, so that the order of float additions cannot change a code."""
    picked = [0]
    distance = np.full(len(latents), np.inf)
    while len(picked) < n:
        distance = np.minimum(distance, ((latents - latents[picked[-1]]) ** 2).sum(axis=1))
        picked.append(int(distance.argmax()))
    return latents[picked]


def prior() -> JukeboxPrior:
    config = JukeboxPriorConfig(
        level=0,
        hidden_size=SIZES.width,
        n_heads=8,
        num_layers=SIZES.depth,
        n_ctx=SIZES.n_ctx,
        blocks=128,
        mask=True,
        attention_pattern="raw_column_previous_row_attention",
        is_encoder_decoder=False,
        merged_decoder=True,
        nb_relevant_lyric_tokens=0,
        metadata_dims=[120, 4111],
        max_nb_genres=5,
        timing_dims=128,
        min_duration=60,
        max_duration=600,
        music_vocab_size=SIZES.n_codes,
    )
    model = JukeboxPrior(config).eval()
    state = dict(model.state_dict())
    for ours, values in prior_weights(SIZES).items():
        state[prior_name(ours)].copy_(torch.from_numpy(values.astype(np.float32)))
    return model


def prior_name(ours: str) -> str:
    name = ours.replace("prior.x_emb", "prior.embed_tokens").replace("prior.x_out", "prior.fc_proj_out")
    name = name.replace(".ln_", ".layer_norm_").replace("y_emb.", "metadata_embedding.")
    for table in ("bow_genre_emb", "artist_emb"):
        name = name.replace(f"{table}.emb", table)
    return f"{name[:-2]}.{ {'w': 'weight', 'b': 'bias'}[name[-1]] }" if name[-2:] in {".w", ".b"} else name


def frames(model: JukeboxPrior, codes: np.ndarray) -> dict[int, np.ndarray]:
    """Outputs of the layers, the codes filled up to the window with zeros that nobody before them hears."""
    kept: dict[int, np.ndarray] = {}
    for layer in LAYERS:
        model.prior.transformer._attn_mods[layer - 1].register_forward_hook(
            lambda _module, _args, output, layer=layer: kept.update({layer: output[0].numpy().copy()})
        )
    window = torch.zeros(1, SIZES.n_ctx, dtype=torch.long)
    window[0, : len(codes)] = torch.from_numpy(codes.astype(np.int64))
    metadata = torch.tensor([[2_734_080, 0, SIZES.n_ctx * 128, 0, 0, -1, -1, -1, -1]])
    audio_conditioning, start, _ = model.get_cond([], metadata)
    model.prior(window, audio_conditioning, start)
    return {layer: values[: len(codes)] for layer, values in kept.items()}


@torch.no_grad()
def main(target: Path) -> None:
    y = music(N_SAMPLES)
    latents = encoder_latents(vqvae(np.zeros((SIZES.n_codes, 64), dtype=np.float32)), y)[0].T.numpy()
    codebook = farthest(latents[::4], SIZES.n_codes).astype(np.float16)
    model = vqvae(codebook)
    codes = model.bottleneck.level_blocks[2].encode(encoder_latents(model, y))[0].numpy()
    nearest = torch.cdist(torch.from_numpy(latents), torch.from_numpy(codebook.astype(np.float32))).topk(
        2, largest=False
    )
    gap = float((nearest.values[:, 1] - nearest.values[:, 0]).min())
    print(len(codes), "codes,", len(np.unique(codes)), "distinct, smallest gap to the second best", gap)
    rows = np.r_[0:200, 3900:4200, 200:3900:37]
    acts = frames(prior(), codes)
    stored = {f"frames_{layer}": values[rows] for layer, values in acts.items()}
    print({layer: (float(np.abs(v).max()), float(np.abs(v).mean())) for layer, v in acts.items()})
    pooled = {f"pooled_{layer}": values.astype(np.float64).mean(axis=0) for layer, values in acts.items()}
    np.savez_compressed(
        target, codebook=codebook, codes=codes.astype(np.int16), rows=rows, **stored, **pooled
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
