"""Sounds made up for tests of extractors, mono at 22,050 Hz."""

import numpy as np

RATE_HZ = 22050


def seconds(duration_s):
    return np.arange(round(duration_s * RATE_HZ)) / RATE_HZ


def tone(hz, duration_s=6.0, level=0.1):
    return (level * np.sin(2 * np.pi * hz * seconds(duration_s))).astype(np.float32)


def noise(duration_s=6.0, level=0.1, seed=0):
    rng = np.random.default_rng(seed)
    return (level * rng.standard_normal(round(duration_s * RATE_HZ))).astype(np.float32)


def chord(midi, duration_s=6.0, n_partials=6, level=0.03):
    """Notes by MIDI number, each with partials of 1/k."""
    t = seconds(duration_s)
    hz = [440 * 2 ** ((note - 69) / 12) * k for note in midi for k in range(1, n_partials + 1)]
    amplitudes = [level / k for _ in midi for k in range(1, n_partials + 1)]
    return sum(a * np.sin(2 * np.pi * f * t) for f, a in zip(hz, amplitudes, strict=True)).astype(np.float32)


def clicks(bpm, duration_s=12.0, seed=0):
    """Short noise bursts at a tempo."""
    y = np.zeros(round(duration_s * RATE_HZ), np.float32)
    rng = np.random.default_rng(seed)
    for start_s in np.arange(0.25, duration_s - 0.2, 60 / bpm):
        first = round(start_s * RATE_HZ)
        y[first : first + 1500] = rng.standard_normal(1500) * 0.3 * np.exp(-np.arange(1500) / 250)
    return y


def music(duration_s=8.0, seed=0):
    """Something like music: chords that change over clicks."""
    rng = np.random.default_rng(seed)
    bars = [
        chord(60 + rng.integers(-5, 5) + np.array([0, 4 - bar % 2, 7]), 2.0)
        for bar in range(int(duration_s // 2) + 1)
    ]
    n = round(duration_s * RATE_HZ)
    return (np.concatenate(bars)[:n] + 0.3 * clicks(110, duration_s + 1)[:n]).astype(np.float32)
