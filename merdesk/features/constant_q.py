"""librosa's constant-Q chromagram, faster: the same filters, built once for each tuning.

`librosa.feature.chroma_cqt` builds its filter banks anew for every octave of every clip and goes through a spectrum.
Here one bank serves all octaves and is kept (a tuning is one of a hundred steps); it is turned back into the time
domain and applied as a matrix product. The numbers differ from librosa's by rounding only, which a test watches.

References
----------
Schorkhuber & Klapuri (2010), "Constant-Q transform toolbox for music processing", SMC. librosa 0.11, `core/constantq.py`
(ISC licence).
"""

from dataclasses import dataclass
from functools import lru_cache

import librosa
import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.features.spectra import spectra

SAMPLE_RATE_HZ = 22050
HOP_LENGTH = 512
N_OCTAVES = 7
BINS_PER_OCTAVE = 36
TUNING_N_FFT = 2048
TUNING_RANGE_HZ = (150.0, 4000.0)
TUNING_THRESHOLD = 0.1
"""Of the loudest bin of a frame; the three are librosa's defaults."""
SPARSITY = 0.01
"""librosa drops this share of each filter's spectrum; so does who wants its numbers."""
N_TUNINGS = 128
"""More than there are: a bin in hundredths. 300 kB each."""
BLOCK = 256
"""Frames multiplied at a time: their copy stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class _Bank:
    """Filters of an octave in the time domain [n_fft, 72]: real parts, then imaginary ones; 1/sqrt(length) [36, 1]."""

    filters: FloatArray
    scale: FloatArray


@lru_cache(maxsize=N_TUNINGS)
def _bank(tuning: float) -> _Bank:
    """Filters of the highest octave for a tuning in fractions of a bin.

    At half the rate they are those of the octave below: the frequencies, the lengths in samples and what librosa
    divides by are all the same then.
    """
    lowest_hz = librosa.note_to_hz("C1") * 2.0 ** (tuning / BINS_PER_OCTAVE)
    frequency_hz = librosa.cqt_frequencies(
        N_OCTAVES * BINS_PER_OCTAVE, fmin=lowest_hz, bins_per_octave=BINS_PER_OCTAVE
    )[-BINS_PER_OCTAVE:]
    ratio = 2.0 ** (2 / BINS_PER_OCTAVE)
    alpha = (ratio - 1) / (ratio + 1)  # relative bandwidth of equal temperament
    basis, lengths = librosa.filters.wavelet(freqs=frequency_hz, sr=SAMPLE_RATE_HZ, norm=1, alpha=alpha)
    n_fft = basis.shape[1]
    spectrum = np.fft.fft(basis * (lengths[:, None] / n_fft), axis=1)[:, : n_fft // 2 + 1]
    sparse = librosa.util.sparsify_rows(spectrum, quantile=SPARSITY, dtype=np.complex64).toarray()
    filters = np.fft.fft(sparse, n=n_fft, axis=1).T
    return _Bank(
        np.ascontiguousarray(np.hstack([filters.real, filters.imag]), np.float32),
        (1 / np.sqrt(lengths))[:, None].astype(np.float32),
    )


def _response(y: FloatArray, bank: _Bank, hop_length: int) -> FloatArray:
    """Magnitude of the filters' answers [36, 1 + n // hop_length]."""
    n_fft = len(bank.filters)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(y, n_fft // 2), n_fft)[::hop_length]
    answer = np.empty((len(frames), bank.filters.shape[1]), np.float32)
    for first in range(0, len(frames), BLOCK):
        np.matmul(frames[first : first + BLOCK], bank.filters, out=answer[first : first + BLOCK])
    half = answer.shape[1] // 2
    return np.asarray(np.hypot(answer[:, :half], answer[:, half:]).T * bank.scale)


def estimated_tuning(y: FloatArray) -> float:
    """`librosa.estimate_tuning(y=y, sr=22050, bins_per_octave=36)`: the clip's tuning in fractions of a bin.

    librosa fits parabolas to every bin of the spectrogram and then looks at the peaks between 150 Hz and 4 kHz; here
    they are fitted to those peaks.
    """
    power = spectra(y, sample_rate_hz=SAMPLE_RATE_HZ, n_fft=TUNING_N_FFT, hop_length=HOP_LENGTH).power
    bin_hz = SAMPLE_RATE_HZ / TUNING_N_FFT
    first, last = int(np.ceil(TUNING_RANGE_HZ[0] / bin_hz)), int(np.ceil(TUNING_RANGE_HZ[1] / bin_hz))
    magnitude = np.sqrt(power[:, first - 1 : last + 1])
    left, middle, right = magnitude[:, :-2], magnitude[:, 1:-1], magnitude[:, 2:]
    # The bins at either end of the spectrum count half of their power.
    loudest = np.maximum(power.max(axis=1), 2 * np.maximum(power[:, 0], power[:, -1]))
    loud = middle > TUNING_THRESHOLD * np.sqrt(loudest)[:, None]
    frame, row = np.nonzero(loud & (middle > left) & (middle >= right))
    low, top, high = (side[frame, row].astype(np.float64) for side in (left, middle, right))
    bend, slope = high + low - 2 * top, (high - low) / 2
    inside = np.abs(slope) < np.abs(bend)
    shift = np.where(inside, -slope / np.where(inside, bend, 1.0), 0.0)
    hz = ((first + row + shift) * bin_hz).astype(np.float32)
    height = (top + 0.5 * slope * shift).astype(np.float32)
    strong = height >= np.median(height) if len(height) else np.zeros(0, np.bool_)
    return float(librosa.pitch_tuning(hz[strong], bins_per_octave=BINS_PER_OCTAVE))


def chromagram(y: FloatArray) -> FloatArray:
    """`librosa.feature.chroma_cqt(y=y, sr=22050, hop_length=512)` up to rounding, shape (12, 1 + n // 512)."""
    y = np.asarray(y, dtype=np.float32)
    bank = _bank(estimated_tuning(y))
    octaves = []
    for octave in range(N_OCTAVES):
        if octave:
            y = librosa.resample(y, orig_sr=2, target_sr=1, res_type="soxr_hq", scale=True)
        octaves.append(_response(y, bank, HOP_LENGTH >> octave))
    n_frames = min(octave.shape[1] for octave in octaves)
    magnitude = np.concatenate([octave[:, :n_frames] for octave in reversed(octaves)])
    chroma = _to_chroma() @ magnitude
    return np.asarray(librosa.util.normalize(chroma, norm=np.inf, axis=0))


@lru_cache(maxsize=1)
def _to_chroma() -> FloatArray:
    folded = librosa.filters.cq_to_chroma(N_OCTAVES * BINS_PER_OCTAVE, bins_per_octave=BINS_PER_OCTAVE)
    return np.asarray(folded, dtype=np.float32)
