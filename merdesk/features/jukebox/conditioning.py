"""What the prior is told besides the codes: who plays, how long the piece is, and where in it we are.

The embedding that the field uses fixes all of it: unknown artist and genre, offset 0, a piece of 62 s. The three
places in time are looked up in tables of 128 rows each.

References
----------
Dhariwal et al. 2020, "Jukebox: A Generative Model for Music", arXiv 2005.00341, section 5.
Castellon et al. 2021, "Codified audio language modeling ...", arXiv 2107.05677.
"""

from dataclasses import dataclass

import torch

from merdesk.features.jukebox.checkpoint import Checkpoint
from merdesk.features.jukebox.windows import CODE_SAMPLES, SAMPLE_RATE_HZ

TOTAL_SAMPLES = int(62 * SAMPLE_RATE_HZ) // CODE_SAMPLES * CODE_SAMPLES
"""Length of the piece that the prior believes it hears, 2,734,080 samples; part of the published recipe."""

SHORTEST_SAMPLES = 60 * SAMPLE_RATE_HZ
LONGEST_SAMPLES = 600 * SAMPLE_RATE_HZ
"""The range of piece lengths that the 5b prior was trained with."""


def bins(position: torch.Tensor, low: float, high: float, n_bins: int) -> torch.Tensor:
    """Row of a table for each position: floor(n_bins (position - low) / (high - low)), float32 throughout."""
    return (n_bins * ((position - low) / (high - low))).floor().long()


@dataclass(frozen=True, slots=True)
class Conditioning:
    """Tables of the checkpoint and the rows that a window of n_ctx codes looks up, on the CPU in float32.

    Attributes
    ----------
    start
        The vector [width] that stands where the code before the first one would be.
    total
        The vector [width] for the length of the piece.
    absolute, relative
        Tables [n_bins, width].
    absolute_rows, relative_rows
        Rows [n_ctx] of the two tables.
    """

    start: torch.Tensor
    total: torch.Tensor
    absolute: torch.Tensor
    relative: torch.Tensor
    absolute_rows: torch.Tensor
    relative_rows: torch.Tensor

    def at(self, rows: slice) -> torch.Tensor:
        """Vectors [n, width] for a stretch of positions."""
        there = self.absolute[self.absolute_rows[rows]]
        return (self.total + there).add_(self.relative[self.relative_rows[rows]])


def read_conditioning(
    checkpoint: Checkpoint, n_ctx: int, *, total_samples: int = TOTAL_SAMPLES
) -> Conditioning:
    """Read the tables and compute the rows for windows of n_ctx codes.

    A shorter clip takes the first rows: stretching the window over its length would tell the prior a lie.
    """
    table = {
        name: checkpoint.read(f"y_emb.{name}.emb.weight").float()
        for name in ("total_length_emb", "absolute_pos_emb", "relative_pos_emb")
    }
    total = torch.tensor([float(total_samples)])
    window = torch.tensor([float(n_ctx * CODE_SAMPLES)])
    share = torch.arange(n_ctx, dtype=torch.float32) / n_ctx
    n_bins = {name: rows.shape[0] for name, rows in table.items()}
    total_row = bins(total, SHORTEST_SAMPLES, LONGEST_SAMPLES, n_bins["total_length_emb"])
    return Conditioning(
        start=_first_row(checkpoint, "bow_genre_emb") + _first_row(checkpoint, "artist_emb"),
        total=table["total_length_emb"][total_row[0]],
        absolute=table["absolute_pos_emb"],
        relative=table["relative_pos_emb"],
        absolute_rows=bins(window * share, 0.0, LONGEST_SAMPLES, n_bins["absolute_pos_emb"]),
        relative_rows=bins(window / total * share, 0.0, 1.0, n_bins["relative_pos_emb"]),
    )


def _first_row(checkpoint: Checkpoint, table: str) -> torch.Tensor:
    """Row 0 of a table: the unknown artist, the unknown genre."""
    return checkpoint.read(f"y_emb.{table}.emb.weight")[0].float()
