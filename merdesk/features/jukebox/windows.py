"""Which stretches of a clip the prior hears, and how what it says is averaged.

Codes come at 44,100 / 128 = 344.53 Hz; the prior hears at most n_ctx of them at once (8192, 23.8 s). `first` hears
the beginning only: the published recipe. `cover` hears the whole clip in windows that overlap by half, the last one
flush with the end. Frames are averaged into half seconds, and where windows overlap, over the windows.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from merdesk.domain.arrays import FloatArray, IntArray
from merdesk.features.pooling import FRAME_RATE_HZ, n_rows

SAMPLE_RATE_HZ = 44_100
CODE_SAMPLES = 128
LOOKAHEAD_SAMPLES = 25 * SAMPLE_RATE_HZ - 8192 * CODE_SAMPLES
"""The published recipe encodes 25 s and keeps 8192 codes, so the last codes know 1.2 s of what follows."""

WindowPlan = Literal["first", "cover"]
PLANS: tuple[str, ...] = get_args(WindowPlan)


@dataclass(frozen=True, slots=True)
class Window:
    """Codes `start` (included) to `stop` (excluded) of a clip."""

    start: int
    stop: int

    @property
    def n_codes(self) -> int:
        """Number of codes."""
        return self.stop - self.start


def plan_windows(n_codes: int, n_ctx: int, plan: WindowPlan) -> tuple[Window, ...]:
    """Windows over a clip of n_codes codes.

    Examples
    --------
    >>> [w.start for w in plan_windows(15503, 8192, "cover")]
    [0, 4096, 7311]
    """
    if plan not in PLANS:
        raise ValueError(f"plan must be one of {', '.join(PLANS)}, not {plan!r}")
    if n_codes < 1 or n_ctx < 2:
        raise ValueError(f"no window fits {n_codes} codes with a context of {n_ctx}")
    if plan == "first" or n_codes <= n_ctx:
        return (Window(0, min(n_codes, n_ctx)),)
    last = n_codes - n_ctx
    starts = [*range(0, last, n_ctx // 2), last]
    return tuple(Window(start, start + n_ctx) for start in starts)


def count_windows(duration_s: float, plan: WindowPlan, *, n_ctx: int = 8192) -> float:
    """Cost of a clip in full windows; a short clip costs its share.

    Examples
    --------
    >>> count_windows(45.0, "cover")
    3.0
    """
    n_codes = int(duration_s * SAMPLE_RATE_HZ) // CODE_SAMPLES
    if n_codes < 1:
        return 0.0
    return sum(window.n_codes for window in plan_windows(n_codes, n_ctx, plan)) / n_ctx


def kept_samples(n_samples: int, n_ctx: int, plan: WindowPlan) -> int:
    """How many samples are encoded: all of them for `cover`, one window and the lookahead for `first`."""
    return n_samples if plan == "cover" else min(n_samples, n_ctx * CODE_SAMPLES + LOOKAHEAD_SAMPLES)


class Pooling:
    """Averages the frames of one clip as its windows come in, over the clip and per half second.

    A long track has more frames than memory (1.6 GB for four minutes); only sums per half second are kept. Rows
    follow `features.pooling`: a clip of n seconds has round(2 n), and what is left over belongs to the last.

    Parameters
    ----------
    windows
        The clip's plan.
    n_samples
        Length of the clip; what no window hears has no row.
    width
        Values in a frame.
    """

    def __init__(self, windows: tuple[Window, ...], n_samples: int, width: int) -> None:
        self._coverage = coverage(windows)
        heard = len(self._coverage) * CODE_SAMPLES
        whole = n_samples - heard < CODE_SAMPLES
        self._n_rows = n_rows(n_samples if whole else heard, SAMPLE_RATE_HZ)
        self._codes_per_row = np.bincount(self._row(np.arange(len(self._coverage))))
        self._sums = np.zeros((self._n_rows, width), dtype=np.float64)

    def _row(self, codes: IntArray) -> IntArray:
        """Half second in which each code begins."""
        rows = codes * int(FRAME_RATE_HZ * CODE_SAMPLES) // SAMPLE_RATE_HZ
        return np.minimum(rows, self._n_rows - 1)

    def weights(self, window: Window) -> FloatArray:
        """Matrix [rows of the window, n_codes] float32 that turns its frames into sums per half second.

        The caller multiplies, for the frames may lie on another device.
        """
        codes = np.arange(window.start, window.stop)
        rows = self._row(codes)
        matrix = np.zeros((rows[-1] - rows[0] + 1, window.n_codes), dtype=np.float32)
        matrix[rows - rows[0], codes - window.start] = 1.0 / self._coverage[codes]
        return matrix

    def add(self, window: Window, sums: FloatArray) -> None:
        """Add what `weights(window) @ frames` gave."""
        first = int(self._row(np.array([window.start]))[0])
        self._sums[first : first + len(sums)] += sums

    def pooled(self) -> FloatArray:
        """Mean over all frames [width], float32."""
        return np.asarray(self._sums.sum(axis=0) / self._codes_per_row.sum(), dtype=np.float32)

    def frames(self) -> FloatArray:
        """Mean per half second [n_rows, width], float32."""
        return np.asarray(self._sums / self._codes_per_row[:, None], dtype=np.float32)


def coverage(windows: tuple[Window, ...]) -> IntArray:
    """How many windows hear each code, from the clip's first to the last one heard."""
    counts = np.zeros(max(window.stop for window in windows), dtype=np.int64)
    for window in windows:
        counts[window.start : window.stop] += 1
    return counts
