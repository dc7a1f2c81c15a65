"""`chroma`: how much each of the twelve pitch classes sounds, and how that moves.

The recipe of the field's probing studies: a constant-Q chromagram, then mean and standard deviation over time of
the chromagram and of its first and second differences.

References
----------
Castellon, Donahue & Liang (2021), "Codified audio language modeling learns useful representations for music
information retrieval", ISMIR. McFee et al. (2015), "librosa: Audio and music signal analysis in Python", SciPy.
"""

import warnings
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from merdesk.domain.arrays import FloatArray
from merdesk.domain.protocols import FeatureArrays
from merdesk.features.pooling import FRAME_RATE_HZ, moment_names, moments, n_rows, row_edges

PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
N_DIFFERENCES = 2
WARM_UP = np.sin(np.arange(22050, dtype=np.float32) * 0.1)
"""A second of a tone: enough to pass through every kernel."""


class Chroma:
    """72 values: for each pitch class mean and std of level, change and change of change."""

    name = "chroma"
    version = 1
    sample_rate_hz = 22050
    hop_length = 512

    @property
    def settings(self) -> Mapping[str, str | int | float]:
        """What the numbers depend on besides the version."""
        return MappingProxyType({"hop_length": self.hop_length, "sample_rate_hz": self.sample_rate_hz})

    @property
    def dimension_names(self) -> tuple[str, ...]:
        """`chroma C mean` ... `chroma B delta2 std`."""
        return moment_names(tuple(f"chroma {name}" for name in PITCH_CLASSES), n_differences=N_DIFFERENCES)

    def warm_up(self) -> None:
        """Load librosa and compile its kernels."""
        self.extract(WARM_UP)

    def chromagram(self, y: FloatArray) -> FloatArray:
        """Librosa's constant-Q chromagram of mono samples y [n], shape (12, 1 + n // 512), in 0..1.

        Equal to `librosa.feature.chroma_cqt(y=y, sr=22050, hop_length=512)` up to rounding. Each frame is
        divided by its largest value; a silent frame is all zeros.
        """
        from merdesk.features.constant_q import chromagram

        with warnings.catch_warnings():
            # Said of clips under 3 s (the lowest octave's window is longer) and of silence (nothing to tune by):
            # both have a well-defined answer, which is what is wanted here.
            warnings.filterwarnings("ignore", message="n_fft=.* is too large for input signal")
            warnings.filterwarnings("ignore", message="Trying to estimate tuning from empty frequency set")
            return chromagram(y)

    def extract(self, y: FloatArray) -> FeatureArrays:
        """Moments of the chromagram of mono samples y [n] at 22,050 Hz, over the clip and per half second.

        Raises
        ------
        ValueError
            When y is empty.
        """
        if len(y) == 0:
            raise ValueError("no samples")
        chroma = self.chromagram(y)
        n_frames = chroma.shape[1]
        rows = n_rows(len(y), self.sample_rate_hz)
        edges = row_edges(n_frames, hop_length=self.hop_length, sample_rate_hz=self.sample_rate_hz, rows=rows)
        whole = moments(chroma, np.array([0]), np.array([n_frames]), n_differences=N_DIFFERENCES)
        frames = moments(chroma, edges[:-1], edges[1:], n_differences=N_DIFFERENCES)
        return FeatureArrays(pooled=whole[0], frames=frames, frame_rate_hz=FRAME_RATE_HZ)
