"""Who listens to whom in the prior: rows, columns and the previous row of a window laid out in blocks.

References
----------
Child et al. 2019, "Generating Long Sequences with Sparse Transformers", arXiv 1904.10509.
"""

from collections.abc import Callable

import torch
from torch.nn import functional

N_HEADS = 8
N_BLOCKS = 128
"""Heads and blocks of the 5b prior; the checkpoint does not hold them."""

Pattern = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, int], torch.Tensor]


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, *, causal: bool) -> torch.Tensor:
    """Attention within groups: q, k, v and the result [groups, n, state], split into heads inside.

    With `causal`, a position hears itself and what came before. torch's fused kernel keeps scores and softmax in
    float32 whatever comes in, and takes a third of the CPU time of the same in three steps.
    """
    groups, n, state = q.shape
    q, k, v = (t.reshape(groups, n, N_HEADS, state // N_HEADS).transpose(1, 2) for t in (q, k, v))
    scale = (state // N_HEADS) ** -0.5
    mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=causal, scale=scale)
    return mixed.transpose(1, 2).reshape(groups, n, state)


def row(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block: int) -> torch.Tensor:
    """Each position hears itself and what came before within its block; tensors [n, state]."""
    q, k, v = (_blocks(t, block) for t in (q, k, v))
    return attend(q, k, v, causal=True).flatten(0, 1)


def column(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block: int) -> torch.Tensor:
    """Each position hears itself and the same place of all earlier blocks."""
    q, k, v = (_blocks(t, block).transpose(0, 1) for t in (q, k, v))
    return attend(q, k, v, causal=True).transpose(0, 1).flatten(0, 1)


def previous_row(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block: int) -> torch.Tensor:
    """Each position hears all of the block before; the first block hears silence, whose answer is exactly zero."""
    q, k, v = (_blocks(t, block) for t in (q, k, v))
    heard = torch.zeros_like(q)
    heard[1:] = attend(q[1:], k[:-1], v[:-1], causal=False)
    return heard.flatten(0, 1)


def _blocks(t: torch.Tensor, block: int) -> torch.Tensor:
    return t.reshape(-1, block, t.shape[-1])


PATTERNS: tuple[Pattern, ...] = (row, column, previous_row)
"""Layer d attends by PATTERNS[d % 3]."""
