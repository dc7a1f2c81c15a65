"""Tones and drums as arrays of samples: wavetables of partials under an envelope, and shaped noise."""

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np

from merdesk.domain.arrays import FloatArray

RATE_HZ = 22050
"""Sample rate of all demo audio: what the features look at, and half the bytes of CD quality."""
TABLE = 2048
PARTIALS = (3, 6, 10, 16, 24)
"""Partials in a wavetable; a note takes the most that stay under 9.5 kHz."""
HIGHEST_HZ = 9500.0


@dataclass(frozen=True, slots=True)
class Timbre:
    """How an instrument sounds.

    `slope` is the exponent by which partials weaken, `even` the strength of even ones against odd ones, `sustain` the
    share of level that remains after a second, `drive` the gain before saturation (0 for none).
    """

    slope: float
    even: float
    sustain: float
    drive: float = 0.0


TIMBRES = MappingProxyType(
    {
        "Classical": Timbre(slope=1.9, even=1.0, sustain=0.6),
        "Jazz": Timbre(slope=2.3, even=0.6, sustain=0.25),
        "Rock": Timbre(slope=1.5, even=0.9, sustain=0.7, drive=2.0),
        "Electronic": Timbre(slope=1.5, even=0.35, sustain=0.8),
    }
)


def tone(
    midi: float, duration_s: float, timbre: Timbre, *, brightness: float, attack_s: float, phase: float
) -> FloatArray:
    """One note [n] of amplitude about 1 with a short release.

    Parameters
    ----------
    midi
        Pitch; 60 is middle C, fractions are detuned.
    brightness
        -1 (dull) to 1 (bright): how slowly partials weaken.
    phase
        0..1, where in the wave it starts: notes with one phase would add up to peaks.
    """
    frequency_hz = 440 * 2 ** ((midi - 69) / 12)
    partials = max((n for n in PARTIALS if n * frequency_hz < HIGHEST_HZ), default=1)
    slope = round(timbre.slope - 0.55 * brightness, 1)
    table = _table(partials, slope, timbre.even)
    n = max(int(duration_s * RATE_HZ), 64)
    place = (np.arange(n) * (frequency_hz * TABLE / RATE_HZ) + phase * TABLE).astype(np.int64) % TABLE
    time_s = np.arange(n) / RATE_HZ
    envelope = timbre.sustain**time_s
    n_attack, n_release = min(int(attack_s * RATE_HZ) + 8, n // 2), min(400, n // 3)
    envelope[:n_attack] *= np.linspace(0, 1, n_attack)
    envelope[-n_release:] *= np.linspace(1, 0, n_release)
    return np.asarray(table[place] * envelope)


@cache
def _table(partials: int, slope: float, even: float) -> FloatArray:
    spectrum = np.zeros(TABLE // 2 + 1, dtype=complex)
    number = np.arange(1, partials + 1)
    # Phases of -90 degrees make sines; the golden angle keeps the partials' crests apart.
    angle = np.exp(-0.5j * np.pi + 2.4j * number)
    spectrum[1 : partials + 1] = number**-slope * np.where(number % 2 == 0, even, 1.0) * angle
    wave = np.fft.irfft(spectrum, TABLE)
    table = np.asarray(wave / np.sqrt(2 * (wave**2).mean()))
    table.flags.writeable = False
    return table


def kick() -> FloatArray:
    """A drum that falls from 120 to 50 Hz."""
    time_s = np.arange(int(0.18 * RATE_HZ)) / RATE_HZ
    return np.asarray(
        np.sin(2 * np.pi * (50 * time_s + 2.3 * (1 - np.exp(-30 * time_s)))) * np.exp(-18 * time_s)
    )


def snare(rng: np.random.Generator) -> FloatArray:
    """Noise with a body of 190 Hz."""
    time_s = np.arange(int(0.14 * RATE_HZ)) / RATE_HZ
    noise = rng.normal(0, 0.5, len(time_s))
    return np.asarray((noise + 0.6 * np.sin(2 * np.pi * 190 * time_s)) * np.exp(-28 * time_s))


def cymbal(rng: np.random.Generator, decay: float) -> FloatArray:
    """High noise; `decay` in 1/s."""
    time_s = np.arange(int(0.09 * RATE_HZ)) / RATE_HZ
    noise = np.diff(rng.normal(0, 0.4, len(time_s) + 1))
    return np.asarray(noise * np.exp(-decay * time_s))
