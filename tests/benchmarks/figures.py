"""Figures that benchmarks leave for the table: a line of JSON each, in the file that MERDESK_FIGURES names."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

FILE = "MERDESK_FIGURES"
"""Environment variable; without it a benchmark only prints."""


def note(name: str, took: Sequence[float], *, unit: str = "ms", peer: Sequence[float] = ()) -> None:
    """Leave the times of one thing, and those of its peer in the same run, where there is one.

    The ratio is the peer's median over ours: above 1 we are the faster one.
    """
    if FILE not in os.environ:
        return
    ratio = float(np.median(peer) / np.median(took)) if len(peer) else None
    figure = {
        "name": name,
        "median": round(float(np.median(took)), 3),
        "p95": round(float(np.percentile(took, 95)), 3),
        "n": len(took),
        "unit": unit,
        "ratio": None if ratio is None else round(ratio, 2),
        "load": round(os.getloadavg()[0], 1),
    }
    with Path(os.environ[FILE]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(figure) + "\n")
