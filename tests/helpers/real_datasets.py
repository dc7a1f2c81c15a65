"""The published annotation files, where somebody has them; they are never part of this project."""

import os
from functools import cache
from pathlib import Path

import pytest

from merdesk.datasets import loader
from merdesk.datasets.source import open_source

REAL = Path(os.environ.get("MERDESK_DATASETS") or Path(__file__).parents[2].parent / "shared" / "datasets")
needs_real_files = pytest.mark.skipif(
    not REAL.is_dir(), reason=f"the published annotation files are not in {REAL}"
)


@cache
def load_real(key):
    """A published dataset, read once a session."""
    with open_source(REAL) as source:
        return loader(key).load(source)
