"""Small pieces of music made for tests: real files with known content."""

from pathlib import Path

import numpy as np
import soundfile as sf

RATE_HZ = 22050


def tune(seed: int, seconds: float = 2.0) -> np.ndarray:
    """A few notes with overtones and a beat; other seeds give other music."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(RATE_HZ * seconds)) / RATE_HZ
    root = 110 * 2 ** (rng.integers(0, 24) / 12)
    y = np.zeros_like(t)
    for step in rng.choice([0, 3, 4, 7, 10, 12], 3, replace=False):
        for overtone in (1, 2, 3):
            y += np.sin(2 * np.pi * root * 2 ** (step / 12) * overtone * t) / overtone**2
    beat = 0.5 + 0.5 * np.cos(2 * np.pi * (1 + seed % 4) * t)
    y = y * beat * (0.1 + 0.1 * (seed % 5)) + rng.normal(0, 0.002, len(t))
    return np.clip(y, -0.99, 0.99).astype(np.float32)


def write_music(folder: Path, n: int, *, seconds: float = 2.0, ending: str = "wav") -> list[Path]:
    """Write n tunes into a folder, named tune-0, tune-1, ..."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for seed in range(n):
        path = folder / f"tune-{seed}.{ending}"
        sf.write(path, tune(seed, seconds), RATE_HZ)
        paths.append(path)
    return paths


def write_ratings(path: Path, n: int, *, low: float = 1, high: float = 9) -> Path:
    """A table of two annotators' ratings for n tunes."""
    rng = np.random.default_rng(1)
    lines = ["file,annotator,valence,arousal"]
    for seed in range(n):
        centre = rng.uniform(low + 1, high - 1, 2)
        for who, shift in (("anna", -0.5), ("ben", 0.5)):
            lines.append(f"tune-{seed}.wav,{who},{centre[0] + shift:.2f},{centre[1] - shift:.2f}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
