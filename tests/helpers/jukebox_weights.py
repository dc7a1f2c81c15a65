"""Weights for whoever runs the extractor by its name: narrow, with the 36 layers that the published setting needs."""

from pathlib import Path

import numpy as np

REFERENCE = Path(__file__).parents[1] / "data" / "jukebox" / "reference.npz"
WIDTH = 32


def write_deep(folder: Path) -> Path:
    """Write both files, 2 MB; a context of 8192 codes, as published."""
    from helpers.jukebox_synthetic import Small, write_folder

    with np.load(REFERENCE) as stored:
        codebook = stored["codebook"]
    return write_folder(folder, codebook, Small(width=WIDTH, depth=36, n_ctx=8192, n_codes=512))
