"""Spectral peaks, and what they tell: roughness, register, key and mode.

References
----------
Hutchinson & Knopoff (1978), "The acoustic component of Western consonance", Interface 7. Sethares (1998), "Tuning,
Timbre, Spectrum, Scale". Krumhansl (1990), "Cognitive Foundations of Musical Pitch". Dressler & Streich (2007),
"Tuning frequency estimation using circular statistics", ISMIR. Gomez (2006), "Tonal description of music audio
signals".
"""

from dataclasses import dataclass

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray, IntArray
from merdesk.features.spectra import Spectra

N_PEAKS = 20
LOWEST_HZ, HIGHEST_HZ = 55.0, 5000.0
"""A1 to about D#8: below, the analysis cannot part semitones; above, pitch fades."""
PEAK_RANGE_DB = 40.0
"""Peaks further below the frame's strongest do not count."""
CLIP_RANGE_DB = 60.0
"""Nor do those further below the clip's strongest."""
MAJOR_PROFILE = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR_PROFILE = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""How well each pitch class fits a major and a minor key on C (Krumhansl & Kessler 1982)."""


@dataclass(frozen=True, slots=True)
class Peaks:
    """The strongest spectral peaks of each frame: frequency in Hz and amplitude, [n_frames, 20]; 0 where missing."""

    frequency_hz: FloatArray
    amplitude: FloatArray


def peaks(spectrum: Spectra) -> Peaks:
    """Local maxima of the spectra between 55 Hz and 5 kHz, their frequencies refined by a parabola."""
    first, last = np.searchsorted(spectrum.frequency_hz, (LOWEST_HZ, HIGHEST_HZ))
    power = spectrum.power[:, first - 1 : last + 1]
    left, middle, right = power[:, :-2], power[:, 1:-1], power[:, 2:]
    strongest = middle.max(axis=1, initial=0.0, keepdims=True)
    loud = np.maximum(
        strongest * 10 ** (-PEAK_RANGE_DB / 10), strongest.max(initial=0.0) * 10 ** (-CLIP_RANGE_DB / 10)
    )
    chosen, there = _strongest(middle, (middle > left) & (middle >= right) & (middle >= loud) & (middle > 0))
    # The main lobe of a Hann window is close to a parabola in the logarithm.
    low, top, high = (
        np.log(np.take_along_axis(side, chosen, 1).astype(np.float64) + 1e-30)
        for side in (left, middle, right)
    )
    bend = low - 2 * top + high
    offset = np.where(there & (bend < 0), 0.5 * (low - high) / np.where(bend < 0, bend, -1.0), 0.0)
    step_hz = spectrum.frequency_hz[1]
    frequency_hz = np.where(there, (first + chosen + np.clip(offset, -0.5, 0.5)) * step_hz, 0.0)
    height = np.where(there, np.take_along_axis(middle, chosen, 1), 0.0)
    return Peaks(frequency_hz, np.sqrt(height.astype(np.float64)))


def _strongest(power: FloatArray, is_peak: BoolArray) -> tuple[IntArray, BoolArray]:
    """Bins of each frame's strongest peaks, strongest first, and which of them are there; [n_frames, 20]."""
    frame, column = np.nonzero(is_peak)
    order = np.lexsort((-power[frame, column], frame))
    rank = np.arange(len(frame)) - np.searchsorted(frame, frame)
    kept = rank < N_PEAKS
    chosen = np.zeros((len(power), N_PEAKS), np.int64)
    there = np.zeros(chosen.shape, np.bool_)
    chosen[frame[kept], rank[kept]] = column[order][kept]
    there[frame[kept], rank[kept]] = True
    return chosen, there


def roughness(found: Peaks) -> FloatArray:
    """Sensory dissonance of each frame [n_frames], from 0; level does not matter.

    `sum_{i<j} a_i a_j g(f_i, f_j) / sum_i a_i^2` (Hutchinson & Knopoff) with the Plomp-Levelt curve
    `g = exp(-3.5 s d) - exp(-5.75 s d)`, `d = |f_i - f_j|`, `s = .24 / (.0207 min(f_i, f_j) + 18.96)` (Sethares).
    """
    first, second = np.triu_indices(found.amplitude.shape[1], 1)
    low = np.minimum(found.frequency_hz[:, first], found.frequency_hz[:, second])
    distance = np.abs(found.frequency_hz[:, first] - found.frequency_hz[:, second])
    scaled = distance * 0.24 / (0.0207 * low + 18.96)
    curve = np.exp(-3.5 * scaled) - np.exp(-5.75 * scaled)
    pairs = (found.amplitude[:, first] * found.amplitude[:, second] * curve).sum(axis=1)
    power = (found.amplitude**2).sum(axis=1)
    return np.asarray(np.divide(pairs, power, out=np.zeros_like(pairs), where=power > 0))


def pitches(found: Peaks) -> FloatArray:
    """MIDI number of each peak, 69 for 440 Hz, fractions kept; 0 where there is no peak."""
    there = found.amplitude > 0
    return np.where(there, 69 + 12 * np.log2(np.where(there, found.frequency_hz, 440.0) / 440.0), 0.0)


def tuning(pitch: FloatArray, amplitude: FloatArray) -> float:
    """Distance of the clip's tuning from 440 Hz in semitones, -.5 to .5: a circular mean weighed by amplitude."""
    return float(np.angle((amplitude * np.exp(2j * np.pi * pitch)).sum()) / (2 * np.pi))


def pitch_classes(pitch: FloatArray, amplitude: FloatArray) -> FloatArray:
    """Amplitude by pitch class [n_frames, 12], C first; a pitch between two classes is shared by both."""
    tuned = pitch - tuning(pitch, amplitude)
    below = np.floor(tuned).astype(np.int64)
    share = tuned - below
    frames = np.broadcast_to(np.arange(len(pitch))[:, None] * 12, pitch.shape)
    profile = np.zeros(len(pitch) * 12)
    for step, part in ((0, 1 - share), (1, share)):
        slot = (frames + (below + step) % 12).ravel()
        profile += np.bincount(slot, (amplitude * part).ravel(), minlength=len(profile))
    return profile.reshape(-1, 12)


def key_strengths(profile: FloatArray) -> FloatArray:
    """Correlation of pitch-class profiles [n, 12] with those of the 24 keys [n, 24]; 0 for a flat profile.

    C major to B major, then C minor to B minor.
    """
    keys = np.array([np.roll(key, tonic) for key in (MAJOR_PROFILE, MINOR_PROFILE) for tonic in range(12)])
    keys = keys - keys.mean(axis=1, keepdims=True)
    keys /= np.linalg.norm(keys, axis=1, keepdims=True)
    centred = profile - profile.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(centred, axis=1, keepdims=True)
    flat = norm <= 1e-9 * np.maximum(np.abs(profile).max(axis=1, initial=0.0, keepdims=True), 1e-30)
    return np.asarray(np.where(flat, 0.0, centred / np.where(flat, 1.0, norm)) @ keys.T)
