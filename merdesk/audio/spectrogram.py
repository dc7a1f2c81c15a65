"""What a strip under the waveform shows: mel bands and pitch classes of any stretch of a clip, in as many columns."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from merdesk.audio.decoding import decode, mono
from merdesk.audio.playback import PlayRequest
from merdesk.domain.arrays import FloatArray

StripKind = Literal["mel", "chroma"]
Shades = npt.NDArray[np.uint8]

RATE_HZ = 22_050
LONGEST_S = 15 * 60.0
"""Longer stretches would be 80 MB and more of samples, for a picture in which no bar of music can be seen."""
N_MELS = 72
LOWEST_HZ, HIGHEST_HZ = 40.0, 10_000.0
MEL_FRAMES, CHROMA_FRAMES = 2048, 8192
"""Windows of 93 ms, and of .37 s, in which semitones from C3 on are told apart."""
HOP_MOST = 1024
"""Frames are this close at least, whatever is shown: columns of long stretches are means of several."""
RANGE_DB = 70.0
"""Shown below the loudest band of the clip."""
CHROMA_LOW_HZ, CHROMA_HIGH_HZ = 65.4, 2093.0
"""C2 to C7: below it semitones run into one another, above it overtones tell little."""
SEMITONE_WIDTH = 0.3
QUIET = 0.05
"""Share of the clip's loud columns below which a column's pitch classes are no longer brought to full strength."""
CHUNK = 256
LOUD_COLUMNS = 400
A4_HZ, A4_CLASS, OCTAVE = 440.0, 9, 12


@dataclass(frozen=True, slots=True)
class Listened:
    """A clip as strips need it: one channel at `RATE_HZ`, and how strong its strongest bands and pitches are."""

    y: FloatArray
    loudest: float
    strongest: float

    @classmethod
    def to(cls, request: PlayRequest) -> "Listened":
        """Decode a clip.

        Raises
        ------
        AudioError
            When the file cannot be read.
        """
        length_s = min(request.duration_s or LONGEST_S, LONGEST_S)
        samples = decode(request.path, onset_s=request.onset_s, duration_s=length_s)
        return cls.of(mono(samples.y, samples.sample_rate_hz, RATE_HZ))

    @classmethod
    def of(cls, y: FloatArray) -> "Listened":
        """Look at samples [n] at `RATE_HZ`."""
        centres = np.linspace(0, len(y), LOUD_COLUMNS)
        loudest = float(_bands(y, centres, MEL_FRAMES, mel_weights()).max(initial=0.0))
        pitches = _bands(y, centres, CHROMA_FRAMES, chroma_weights()).max(axis=0)
        return cls(y, loudest, float(np.quantile(pitches, 0.9)))

    def strip(self, kind: StripKind, start_s: float, stop_s: float, n_columns: int) -> Shades:
        """Shades of a stretch, low bands first.

        Parameters
        ----------
        kind
            "mel": decibels below the clip's loudest band; "chroma": strength of C, C sharp ... B in each column. For
            the eye: the chroma features are computed otherwise.
        start_s, stop_s
            The stretch; outside the clip there is silence.
        n_columns
            Columns, usually pixels.

        Returns
        -------
        uint8 [n_bands, n_columns], 0 for nothing, 255 for the strongest.
        """
        if not stop_s > start_s or n_columns < 1:
            raise ValueError(f"{n_columns} columns between {start_s} s and {stop_s} s cannot be drawn")
        n_each = max(1, int(np.ceil((stop_s - start_s) * RATE_HZ / n_columns / HOP_MOST)))
        edges = np.linspace(start_s, stop_s, n_columns * n_each + 1) * RATE_HZ
        frames, weights = (MEL_FRAMES, mel_weights()) if kind == "mel" else (CHROMA_FRAMES, chroma_weights())
        values = _bands(self.y, (edges[1:] + edges[:-1]) / 2, frames, weights)
        values = values.reshape(len(values), n_columns, n_each).mean(axis=2)
        shares = self._decibels(values) if kind == "mel" else self._strengths(values)
        return np.asarray(255 * np.clip(shares, 0, 1)).round().astype(np.uint8)

    def _decibels(self, power: FloatArray) -> FloatArray:
        if self.loudest <= 0:
            return np.zeros_like(power)
        below = 10 * np.log10(np.maximum(power / self.loudest, 1e-12))
        return np.asarray(1 + below / RANGE_DB)

    def _strengths(self, power: FloatArray) -> FloatArray:
        least = max(QUIET * self.strongest, float(np.finfo("f4").tiny))
        strongest = np.asarray(np.max(power, axis=0), "f4")
        return np.asarray(np.sqrt(power / np.maximum(strongest, least)))


def _bands(y: FloatArray, centres: FloatArray, n_frames: int, weights: FloatArray) -> FloatArray:
    """Power [n_bands, n] in bands [n_bands, n_frames // 2 + 1] of windows around frames of y."""
    window = np.hanning(n_frames + 1)[:-1].astype("f4")
    padded = np.pad(np.asarray(y, "f4"), n_frames // 2)
    starts = np.clip(np.round(centres).astype("i8"), 0, len(padded) - n_frames)
    outside = (centres < 0) | (centres > len(y))
    windows = np.lib.stride_tricks.sliding_window_view(padded, n_frames)
    power = np.empty((len(weights), len(starts)), "f4")
    for first in range(0, len(starts), CHUNK):
        spectra = np.fft.rfft(windows[starts[first : first + CHUNK]] * window)
        power[:, first : first + CHUNK] = weights @ (np.abs(spectra) ** 2).astype("f4").T
    power[:, outside] = 0
    return power


@lru_cache
def mel_weights() -> FloatArray:
    """Triangles [N_MELS, n_bins] evenly spaced in mel (O'Shaughnessy 1987), of equal area."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (LOWEST_HZ, HIGHEST_HZ))
    corners = 700 * (10 ** (np.linspace(low, high, N_MELS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(MEL_FRAMES, 1 / RATE_HZ)
    left, middle, right = (corners[i : i + N_MELS, None] for i in range(3))
    # The lowest triangles are narrower than a bin: each holds one at least.
    step = bins[1]
    rising = (bins - left) / np.maximum(middle - left, step)
    falling = (right - bins) / np.maximum(right - middle, step)
    weights = np.clip(np.minimum(rising, falling), 0, None)
    nearest = np.abs(bins - middle) <= step / 2
    weights = np.where(weights.sum(axis=1, keepdims=True) > 0, weights, nearest)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), "f4")


@lru_cache
def chroma_weights() -> FloatArray:
    """How much each bin tells of C, C sharp ... B [12, n_bins]: a bell around every semitone."""
    bins = np.fft.rfftfreq(CHROMA_FRAMES, 1 / RATE_HZ)
    pitch = OCTAVE * np.log2(np.maximum(bins, 1e-3) / A4_HZ) + A4_CLASS
    away = (pitch - np.arange(OCTAVE)[:, None] + OCTAVE / 2) % OCTAVE - OCTAVE / 2
    heard = (bins >= CHROMA_LOW_HZ) & (bins <= CHROMA_HIGH_HZ)
    return np.asarray(np.exp(-0.5 * (away / SEMITONE_WIDTH) ** 2) * heard, "f4")
