"""Who listens to whom in the prior: rows, columns and the previous row of a window laid out in blocks.

References
----------
Child et al. 2019, "Generating Long Sequences with Sparse Transformers", arXiv 1904.10509.
"""

from collections.abc import Callable

import torch

N_HEADS = 8
N_BLOCKS = 128
"""Heads and blocks of the 5b prior; the checkpoint does not hold them."""

Pattern = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, int], torch.Tensor]


def causal_mask(n: int, device: torch.device) -> torch.Tensor:
    """True [n, n] where a query (row) must not hear a key (column): the key comes later."""
    return torch.ones(n, n, dtype=torch.bool, device=device).triu_(1)


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, *, causal: bool) -> torch.Tensor:
    """Attention within groups: q, k, v and the result [groups, n, state], split into heads inside.

    Scores and softmax are float32 whatever the precision of the weights: next to the linear maps they cost nothing.
    """
    groups, n, state = q.shape
    q, k, v = (t.view(groups, n, N_HEADS, state // N_HEADS).transpose(1, 2).float() for t in (q, k, v))
    scores = torch.matmul(q, k.transpose(2, 3)).mul_((state // N_HEADS) ** -0.5)
    if causal:
        scores.masked_fill_(causal_mask(n, scores.device), float("-inf"))
    mixed = torch.matmul(torch.softmax(scores, dim=-1), v)
    return mixed.transpose(1, 2).reshape(groups, n, state)


def row(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block: int) -> torch.Tensor:
    """Each position hears itself and what came before within its block; tensors [n, state]."""
    q, k, v = (_blocks(t, block) for t in (q, k, v))
    return attend(q, k, v, causal=True).flatten(0, 1)


def column(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block: int) -> torch.Tensor:
    """Each position hears itself and the same place of all earlier blocks."""
    q, k, v = (_blocks(t, block).transpose(0, 1).contiguous() for t in (q, k, v))
    return attend(q, k, v, causal=True).transpose(0, 1).flatten(0, 1)


def previous_row(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block: int) -> torch.Tensor:
    """Each position hears all of the block before; the first block hears silence, whose answer is exactly zero."""
    q, k, v = (_blocks(t, block) for t in (q, k, v))
    heard = torch.zeros(q.shape, dtype=torch.float32, device=q.device)
    heard[1:] = attend(q[1:], k[:-1], v[:-1], causal=False)
    return heard.flatten(0, 1)


def _blocks(t: torch.Tensor, block: int) -> torch.Tensor:
    return t.reshape(-1, block, t.shape[-1])


PATTERNS: tuple[Pattern, ...] = (row, column, previous_row)
"""Layer d attends by PATTERNS[d % 3]."""
