"""`classic`: the descriptors that music information retrieval used before learned embeddings, by librosa.

MFCC, shape and contrast of the spectrum, onsets and tempo, level, tonal centroid, key strength and mode; every
dimension has a name that says what it is.

References
----------
McFee et al. (2015), "librosa: Audio and music signal analysis in Python", SciPy. Jiang et al. (2002), "Music type
classification by spectral contrast feature", ICME. Harte, Sandler & Gasser (2006), "Detecting harmonic change in
musical audio", AMCMM (tonal centroid). Krumhansl (1990), "Cognitive Foundations of Musical Pitch".
"""

import warnings
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.domain.protocols import FeatureArrays
from merdesk.features import pulse
from merdesk.features.chroma import PITCH_CLASSES, WARM_UP
from merdesk.features.pooling import FRAME_RATE_HZ, Stretches, moment_names, moments, n_rows, stretches
from merdesk.features.tonality import key_strengths

N_FFT, HOP_LENGTH = 2048, 512
N_MFCC = 20
CONTRAST_BANDS_HZ = ("0-200", "200-400", "400-800", "800-1600", "1600-3200", "3200-6400", "6400-11025")
TONNETZ = ("fifths x", "fifths y", "minor thirds x", "minor thirds y", "major thirds x", "major thirds y")
KEYS = tuple(f"{tonic} {mode}" for mode in ("major", "minor") for tonic in PITCH_CLASSES)
LOWEST_DB = -80.0
"""Level of silence."""

CHANGING = tuple(f"MFCC {i}" for i in range(N_MFCC))
STEADY = (
    "spectral centroid",
    "spectral bandwidth",
    "spectral roll-off 85 %",
    "spectral flatness",
    "zero-crossing rate",
    *(f"spectral contrast {band} Hz" for band in CONTRAST_BANDS_HZ),
    "onset strength",
    "level",
    *(f"tonal centroid {axis}" for axis in TONNETZ),
)
SUMMARIES = ("tempo", "pulse clarity", "onset rate", *(f"key strength {key}" for key in KEYS), "mode")


class Classic:
    """148 values: moments of framewise descriptors, and summaries of rhythm and key.

    MFCC come with mean and std of level and first difference; centroid, bandwidth and roll-off (Hz), flatness,
    zero-crossing rate, contrast (dB), onset strength, level (dB re full scale, not under -80) and tonal centroid with
    mean and std; tempo (BPM), pulse clarity, onset rate (1/s), correlation with the 24 keys and mode (best major
    minus best minor) once. Frames hold the moments of each half second; their summaries look at 8 s around it.
    """

    name = "classic"
    version = 1
    sample_rate_hz = 22050

    @property
    def settings(self) -> Mapping[str, str | int | float]:
        """What the numbers depend on besides the version."""
        return MappingProxyType(
            {
                "sample_rate_hz": self.sample_rate_hz,
                "n_fft": N_FFT,
                "hop_length": HOP_LENGTH,
                "n_mfcc": N_MFCC,
            }
        )

    @property
    def dimension_names(self) -> tuple[str, ...]:
        """`MFCC 0 mean` ... `mode`."""
        return (
            *moment_names(CHANGING, n_differences=1),
            *moment_names(STEADY, n_differences=0),
            *SUMMARIES,
        )

    def warm_up(self) -> None:
        """Load librosa and compile its kernels."""
        self.extract(WARM_UP)

    def extract(self, y: FloatArray) -> FeatureArrays:
        """Descriptors of mono samples y [n] at 22,050 Hz.

        Raises
        ------
        ValueError
            When y is empty.
        """
        if len(y) == 0:
            raise ValueError("no samples")
        with warnings.catch_warnings():
            # Said of very short clips and of silence: both have a well-defined answer.
            warnings.filterwarnings("ignore", message="n_fft=.* is too large for input signal")
            warnings.filterwarnings("ignore", message="Trying to estimate tuning from empty frequency set")
            changing, steady, chroma, flux = self._series(y)
        n_frames = changing.shape[1]
        rows = n_rows(len(y), self.sample_rate_hz)
        near, far = stretches(n_frames, rate_hz=self.sample_rate_hz / HOP_LENGTH, rows=rows)
        values = np.concatenate(
            [
                moments(changing, *near, n_differences=1),
                moments(steady, *near, n_differences=0),
                self._summaries(flux, chroma, far),
            ],
            axis=1,
        )
        return FeatureArrays(pooled=values[-1], frames=values[:-1], frame_rate_hz=FRAME_RATE_HZ)

    def _series(self, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Framewise descriptors: `CHANGING`, `STEADY`, chroma [12, n_frames], and onset strength [n_frames]."""
        import librosa

        sr = self.sample_rate_hz
        magnitude = np.abs(librosa.stft(y, n_fft=N_FFT, hop_length=HOP_LENGTH))
        power = magnitude**2
        mel = librosa.feature.melspectrogram(S=power, sr=sr)
        mel_db = librosa.power_to_db(mel)
        flux = librosa.onset.onset_strength(S=mel_db, sr=sr)
        chroma = librosa.feature.chroma_stft(S=power, sr=sr)
        rms = librosa.feature.rms(y=y, frame_length=N_FFT, hop_length=HOP_LENGTH)
        steady = [
            librosa.feature.spectral_centroid(S=magnitude, sr=sr),
            librosa.feature.spectral_bandwidth(S=magnitude, sr=sr),
            librosa.feature.spectral_rolloff(S=magnitude, sr=sr),
            librosa.feature.spectral_flatness(S=magnitude),
            librosa.feature.zero_crossing_rate(y, frame_length=N_FFT, hop_length=HOP_LENGTH),
            librosa.feature.spectral_contrast(S=magnitude, sr=sr),
            flux[None, :],
            20 * np.log10(np.maximum(rms, 10 ** (LOWEST_DB / 20))),
            librosa.feature.tonnetz(chroma=chroma, sr=sr),
        ]
        return librosa.feature.mfcc(S=mel_db, n_mfcc=N_MFCC), np.concatenate(steady), chroma, flux

    def _summaries(self, flux: FloatArray, chroma: FloatArray, far: Stretches) -> FloatArray:
        """`SUMMARIES` over stretches of context, and over the clip in the last row; shape (rows + 1, n)."""
        rate_hz = self.sample_rate_hz / HOP_LENGTH
        starts, stops = far
        quick = flux - pulse.local_mean(flux, round(pulse.MEAN_RADIUS_S * rate_hz))
        windows = np.lib.stride_tricks.sliding_window_view(quick, int(stops[0] - starts[0]))
        near = pulse.tempo_and_clarity(windows[starts[:-1]], rate_hz=rate_hz)
        whole = pulse.tempo_and_clarity(quick[None, :], rate_hz=rate_hz)
        onsets = pulse.onsets(flux, rate_hz=rate_hz)
        rate = moments(onsets[None, :], starts, stops, n_differences=0)[:, 0] * rate_hz
        keys = key_strengths(moments(chroma, starts, stops, n_differences=0)[:, :12])
        mode = keys[:, :12].max(axis=1) - keys[:, 12:].max(axis=1)
        rhythm = [np.append(*pair) for pair in zip(near, whole, strict=True)]
        return np.column_stack([*rhythm, rate, keys, mode])
