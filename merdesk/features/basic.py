"""`basic`: fourteen descriptors that a reader knows the meaning of.

They follow the cues by which music is heard as positive or negative, calm or excited: loudness, tempo, rhythm,
brightness, roughness, register and mode. Chroma alone carries no arousal.

References
----------
Gabrielsson & Lindstrom (2010), "The role of structure in the musical expression of emotions", Handbook of Music and
Emotion. Eerola, Friberg & Bresin (2013), "Emotional expression in music: contribution, linearity, and additivity of
primary musical cues", Front. Psychol. 4:487. ITU-R BS.1770-4. Tzanetakis & Cook (2002), IEEE TSAP 10(5) (low energy).
The modules `spectra`, `pulse` and `tonality` name those of the single descriptors.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from merdesk.domain.arrays import BoolArray, FloatArray
from merdesk.domain.protocols import FeatureArrays
from merdesk.features import pulse, tonality
from merdesk.features.pooling import CONTEXT_S, FRAME_RATE_HZ, Stretches, n_rows, stretches
from merdesk.features.spectra import (
    BRIGHT_HZ,
    SILENCE_LUFS,
    Spectra,
    bark_levels_db,
    flatness,
    k_weights,
    lufs,
    spectra,
)

N_FFT, HOP_LENGTH = 2048, 512
PITCH_N_FFT, PITCH_HOP_LENGTH = 8192, 2756
"""371 ms part two semitones at A2 and above; eight frames a second."""
QUIET_LU = 30.0
"""A pause further under the clip's loudness counts as this far: silence is no wider range than a whisper."""
DIMENSIONS = (
    ("loudness", "LUFS"),
    ("loudness range", "LU"),
    ("low-energy share", "0-1"),
    ("flux", "dB"),
    ("onset rate", "1/s"),
    ("tempo", "BPM"),
    ("pulse clarity", "0-1"),
    ("brightness", "0-1"),
    ("spectral centroid", "Hz"),
    ("spectral flatness", "0-1"),
    ("roughness", "0-"),
    ("register", "MIDI"),
    ("key clarity", "0-1"),
    ("mode", "major - minor"),
)


class Basic:
    """Fourteen named values per clip and per half second.

    loudness
        K-weighted level of the whole stretch, not under -70.
    loudness range
        95th minus 10th percentile of the loudness of half seconds; pauses count as 30 LU under the clip.
    low-energy share
        Share of 23 ms frames whose K-weighted amplitude lies under their mean: high for detached playing.
    flux
        Mean rise of the level of the critical bands from frame to frame.
    onset rate, tempo, pulse clarity
        See `pulse`; tempo is 0 where nothing pulses.
    brightness, spectral centroid, spectral flatness
        Share of power above 1.5 kHz; centre of the amplitude spectrum; see `spectra.flatness`.
    roughness, register, key clarity, mode
        See `tonality`; register is the amplitude-weighted mean pitch of the spectral peaks (60 is middle C), key
        clarity the best key's correlation, mode the best major key's minus the best minor key's.

    Silence gives -70 LUFS and zeros.
    """

    name = "basic"
    version = 1
    sample_rate_hz = 22050

    @property
    def settings(self) -> Mapping[str, str | int | float]:
        """What the numbers depend on besides the version."""
        return MappingProxyType({"sample_rate_hz": self.sample_rate_hz, "context_s": CONTEXT_S})

    @property
    def dimension_names(self) -> tuple[str, ...]:
        """Names without units, which `DIMENSIONS` has."""
        return tuple(name for name, _ in DIMENSIONS)

    def extract(self, y: FloatArray) -> FeatureArrays:
        """Descriptors of mono samples y [n] at 22,050 Hz.

        Raises
        ------
        ValueError
            When y is empty.
        """
        if len(y) == 0:
            raise ValueError("no samples")
        rows = n_rows(len(y), self.sample_rate_hz)
        timbre = spectra(y, sample_rate_hz=self.sample_rate_hz, n_fft=N_FFT, hop_length=HOP_LENGTH)
        pitch = spectra(y, sample_rate_hz=self.sample_rate_hz, n_fft=PITCH_N_FFT, hop_length=PITCH_HOP_LENGTH)
        columns = {**self._sound(timbre, rows), **self._tones(pitch, rows)}
        values = np.column_stack([columns[name] for name in self.dimension_names])
        return FeatureArrays(pooled=values[-1], frames=values[:-1], frame_rate_hz=FRAME_RATE_HZ)

    def _sound(self, spectrum: Spectra, rows: int) -> dict[str, FloatArray]:
        """Columns [rows + 1] of loudness, rhythm and timbre; the last value stands for the whole clip."""
        rate_hz = self.sample_rate_hz / HOP_LENGTH
        near, far = stretches(len(spectrum.power), rate_hz=rate_hz, rows=rows)
        hz = spectrum.frequency_hz
        every = np.ones_like(hz)
        square, bright, power = _weighed(spectrum.power, k_weights(hz), hz > BRIGHT_HZ, every)
        moment, amplitude = _weighed(np.sqrt(spectrum.power), hz, every)
        flux = pulse.flux_db(bark_levels_db(spectrum, range_db=pulse.RANGE_DB))
        audible = lufs(square) > SILENCE_LUFS
        loudness = lufs(_mean(square, near))
        return {
            "loudness": loudness,
            "loudness range": _loudness_range(loudness),
            "low-energy share": _low_energy(np.sqrt(square), far),
            "flux": _mean(flux, near),
            "onset rate": _mean(pulse.onsets(flux, rate_hz=rate_hz), far) * rate_hz,
            **_rhythm(flux, far, rate_hz=rate_hz),
            "brightness": _ratio(bright, power, near),
            "spectral centroid": _ratio(moment, amplitude, near),
            "spectral flatness": _ratio(flatness(spectrum, audible), audible, near),
        }

    def _tones(self, spectrum: Spectra, rows: int) -> dict[str, FloatArray]:
        """Columns [rows + 1] of roughness, register, key and mode; the last value stands for the whole clip."""
        rate_hz = self.sample_rate_hz / PITCH_HOP_LENGTH
        near, far = stretches(len(spectrum.power), rate_hz=rate_hz, rows=rows)
        found = tonality.peaks(spectrum)
        pitch = tonality.pitches(found)
        sounding = found.amplitude.sum(axis=1)
        classes = tonality.pitch_classes(pitch, found.amplitude)
        strengths = tonality.key_strengths(np.column_stack([_mean(one, far) for one in classes.T]))
        major, minor = strengths[:, :12].max(axis=1), strengths[:, 12:].max(axis=1)
        return {
            "roughness": _ratio(tonality.roughness(found), sounding > 0, near),
            "register": _ratio((pitch * found.amplitude).sum(axis=1), sounding, near),
            "key clarity": np.maximum(major, minor),
            "mode": major - minor,
        }


def _weighed(frames: FloatArray, *weights: FloatArray | BoolArray) -> FloatArray:
    """Sums over the bins of frames [n_frames, n_bins] with several weights, in one sweep; [n_weights, n_frames]."""
    return np.asarray(frames @ np.stack(weights, axis=1).astype(np.float32)).T.astype(np.float64)


def _mean(series: FloatArray | BoolArray, over: Stretches) -> FloatArray:
    starts, stops = over
    sums = np.concatenate([[0.0], np.cumsum(series, dtype=np.float64)])
    return np.asarray((sums[stops] - sums[starts]) / np.maximum(stops - starts, 1))


def _ratio(part: FloatArray, whole: FloatArray | BoolArray, over: Stretches) -> FloatArray:
    """Ratio of two sums over stretches, 0 where there is nothing: a mean weighed by `whole`."""
    above, below = _mean(part, over), _mean(whole, over)
    silent = below <= 1e-12
    return np.where(silent, 0.0, above / np.where(silent, 1.0, below))


def _context(series: FloatArray, far: Stretches) -> FloatArray:
    """The equally long stretches around each half second, [rows, length]."""
    starts, stops = far[0][:-1], far[1][:-1]
    return np.asarray(np.lib.stride_tricks.sliding_window_view(series, stops[0] - starts[0])[starts])


def _low_energy(amplitude: FloatArray, far: Stretches) -> FloatArray:
    stretches = _context(amplitude, far)
    near = (stretches < stretches.mean(axis=1, keepdims=True)).mean(axis=1)
    return np.append(near, (amplitude < amplitude.mean()).mean())


def _loudness_range(loudness: FloatArray) -> FloatArray:
    """Spread of the loudness of half seconds around each of them and over the clip, whose loudness comes last."""
    rows = np.maximum(loudness[:-1], loudness[-1] - QUIET_LU)
    _, far = stretches(len(rows), rate_hz=FRAME_RATE_HZ, rows=len(rows))
    near = np.percentile(_context(rows, far), [95, 10], axis=1)
    whole = np.percentile(rows, [95, 10])
    return np.append(near[0] - near[1], whole[0] - whole[1])


def _rhythm(flux: FloatArray, far: Stretches, *, rate_hz: float) -> dict[str, FloatArray]:
    # The slow swell of the flux is no pulse.
    quick = flux - pulse.local_mean(flux, round(pulse.MEAN_RADIUS_S * rate_hz))
    near = pulse.tempo_and_clarity(_context(quick, far), rate_hz=rate_hz)
    whole = pulse.tempo_and_clarity(quick[None, :], rate_hz=rate_hz)
    tempo, clarity = (np.append(*pair) for pair in zip(near, whole, strict=True))
    return {"tempo": tempo, "pulse clarity": clarity}
