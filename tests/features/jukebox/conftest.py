from pathlib import Path

import numpy as np
import pytest
from helpers.jukebox_synthetic import TINY, Small, write_folder

REFERENCE = Path(__file__).parents[2] / "data" / "jukebox" / "reference.npz"


@pytest.fixture(scope="session")
def reference() -> dict[str, np.ndarray]:
    with np.load(REFERENCE) as stored:
        return dict(stored)


@pytest.fixture(scope="session")
def codebook(reference) -> np.ndarray:
    return reference["codebook"]


@pytest.fixture(scope="session")
def weights(tmp_path_factory, codebook) -> Path:
    """The seeded weights for which reference outputs are stored, in the legacy container."""
    return write_folder(tmp_path_factory.mktemp("jukebox") / "reference", codebook, Small())


@pytest.fixture(scope="session")
def tiny(tmp_path_factory, codebook) -> Path:
    """Weights with a context of 512 codes (1.5 s), quick enough for everything that is not about numbers."""
    return write_folder(tmp_path_factory.mktemp("jukebox") / "tiny", codebook, TINY)


@pytest.fixture(autouse=True)
def no_weights_of_the_user(monkeypatch, tmp_path):
    """Tests see neither the weights nor the caches of whoever runs them."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("MERDESK_JUKEBOX_WEIGHTS", raising=False)
