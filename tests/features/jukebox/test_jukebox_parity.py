"""The numbers against an independent implementation; `make_reference.py` made what is stored."""

import numpy as np
import pytest
import torch
from helpers.jukebox_synthetic import music
from torch.nn import functional

from merdesk.features.jukebox import attention, conditioning, prior
from merdesk.features.jukebox.checkpoint import Checkpoint
from merdesk.features.jukebox.extractor import JukeboxExtractor
from merdesk.features.jukebox.prior import Prior
from merdesk.features.jukebox.vqvae import Encoder

CPU = torch.device("cpu")
N_SAMPLES = 4200 * 128 + 50
BAR = 1e-4


@pytest.fixture(scope="module")
def encoder(weights) -> Encoder:
    return Encoder.read(Checkpoint.open(weights / "vqvae.pth.tar"), CPU)


def relative_error(weights, reference, layer: int, dtype: torch.dtype = torch.float32) -> float:
    """Largest difference to the stored frames over the largest of them."""
    model = Prior(Checkpoint.open(weights / "prior_level_2.pth.tar"), device=CPU, dtype=dtype)
    frames = model.activations([torch.from_numpy(reference["codes"].astype("i8"))], layer)[0].numpy()
    expected = reference[f"frames_{layer}"]
    assert np.abs(expected).max() > 10
    return float(np.abs(frames[reference["rows"]] - expected).max() / np.abs(expected).max())


def test_no_code_differs_from_the_reference(encoder, reference):
    codes = encoder.codes(torch.from_numpy(music(N_SAMPLES))).numpy()
    assert len(codes) == N_SAMPLES // 128
    assert np.count_nonzero(codes != reference["codes"]) == 0


def test_tiles_give_the_codes_of_the_whole(encoder, reference):
    whole = encoder.nearest(encoder.latents(torch.from_numpy(music(N_SAMPLES)))).numpy()
    np.testing.assert_array_equal(whole, reference["codes"])


@pytest.mark.parametrize("layer", [3, 6])
def test_frames_equal_the_reference(weights, reference, layer):
    assert relative_error(weights, reference, layer) < BAR


def test_the_pooled_vector_equals_the_reference(weights, reference):
    pooled = JukeboxExtractor(weights, layer=6, precision="fp32").extract(music(N_SAMPLES)).pooled
    expected = reference["pooled_6"]
    assert np.abs(pooled - expected).max() / np.abs(expected).max() < BAR


def test_bf16_is_rounded_but_stays_near_the_reference(weights, reference):
    error = relative_error(weights, reference, 6, torch.bfloat16)
    assert BAR < error < 0.05


def swap_row_and_column(monkeypatch):
    monkeypatch.setattr(attention, "PATTERNS", (attention.column, attention.row, attention.previous_row))


def forget_the_mask(monkeypatch):
    right = attention.attend
    monkeypatch.setattr(attention, "attend", lambda q, k, v, causal: right(q, k, v, causal=False))


def use_the_other_gelu(monkeypatch):
    monkeypatch.setattr(prior, "quick_gelu", lambda x: functional.gelu(x, approximate="tanh"))


def let_the_first_block_hear_itself(monkeypatch):
    def wrong(q, k, v, block):
        right = attention.previous_row(q, k, v, block)
        first = attention.attend(q[None, :block], k[None, :block], v[None, :block], causal=False)[0]
        return torch.cat([first, right[block:]])

    monkeypatch.setattr(attention, "PATTERNS", (attention.row, attention.column, wrong))


def look_up_the_next_row_of_a_table(monkeypatch):
    right = conditioning.bins
    monkeypatch.setattr(conditioning, "bins", lambda *arguments: (right(*arguments) + 1) % 128)


@pytest.mark.parametrize(
    "mistake",
    [
        swap_row_and_column,
        forget_the_mask,
        use_the_other_gelu,
        let_the_first_block_hear_itself,
        look_up_the_next_row_of_a_table,
    ],
)
def test_a_planted_mistake_is_seen(weights, reference, monkeypatch, mistake):
    assert relative_error(weights, reference, 6) < BAR
    mistake(monkeypatch)
    assert relative_error(weights, reference, 6) > 50 * BAR


def test_the_last_code_is_never_heard(weights, reference):
    model = Prior(Checkpoint.open(weights / "prior_level_2.pth.tar"), device=CPU, dtype=torch.float32)
    codes = torch.from_numpy(reference["codes"][:100].astype("i8"))
    other = codes.clone()
    other[-1] = (other[-1] + 1) % 512
    one, two = model.activations([codes, other], 3)
    assert torch.equal(one, two)


@pytest.mark.slow
def test_three_layers_at_true_width_equal_a_plain_computation(tmp_path, codebook):
    """Width 4800 and heads of 150: the sizes at which a wrong split of heads or thirds would hide in small ones."""
    from helpers.jukebox_synthetic import Small, prior_weights, write_weights
    from jukebox_plain import plain_activations

    sizes = Small(width=4800, depth=3, n_ctx=8192, n_codes=64)
    tensors = prior_weights(sizes)
    path = write_weights(tmp_path / "prior_level_2.pth.tar", tensors)
    model = Prior(Checkpoint.open(path), device=CPU, dtype=torch.float32)
    codes = torch.from_numpy(np.random.default_rng(3).integers(0, 64, 150))
    frames = model.activations([codes], 3)[0].numpy()
    expected = plain_activations(tensors, codes.numpy(), 3)
    assert np.abs(frames - expected).max() / np.abs(expected).max() < BAR
