"""Record a trace while the music plays: where the pointer was, on the clock of the audio."""

from typing import Literal

import numpy as np

from merdesk.domain.arrays import FloatArray

Recorded = Literal["both", "valence", "arousal"]
GAP_SAMPLES = 3.0
GAP_S = 0.4
"""A grid time further than this and three samples from what was captured was not recorded: the music was paused over."""

TRAIL_POINTS = 60
"""A trail of all captures takes 3 ms to draw, and the sample times wait for it."""


class TraceRecorder:
    """Captures pass by pass; a later pass replaces what it plays over (punch-in).

    The pointer is captured whenever it moves and on every tick, each time with the position that is heard just then.
    Sampled at `rate_hz`, a trace lies on an even grid of that clock, by linear interpolation between captures.
    """

    def __init__(self, rate_hz: float, recorded: Recorded = "both") -> None:
        self.rate_hz = rate_hz
        self.recorded: Recorded = recorded
        self._base: FloatArray = np.empty((0, 3))
        self._pass: list[tuple[float, float, float]] = []

    @property
    def empty(self) -> bool:
        """True before anything was captured."""
        return not len(self._base) and not self._pass

    @property
    def reached_s(self) -> float:
        """Where the last capture was, 0 before the first."""
        if self._pass:
            return self._pass[-1][0]
        return float(self._base[-1, 0]) if len(self._base) else 0.0

    def load(self, time_s: FloatArray, affect: FloatArray) -> None:
        """Go on from a draft or a filed trace."""
        self._base, self._pass = np.column_stack([time_s, affect]).astype(float), []

    def capture(self, position_s: float, valence: float, arousal: float) -> None:
        """Note where the pointer is at a position; one that goes back is left out: the clock was being moved."""
        if not self._pass or position_s > self._pass[-1][0]:
            self._pass.append((position_s, valence, arousal))

    def end_pass(self) -> None:
        """The music paused: what was captured takes its place in the trace."""
        self._base, self._pass = self._merged(), []

    def trail(self, length_s: float) -> FloatArray:
        """Valence and arousal of the last seconds of this pass, shape (k, 2)."""
        after_s = self.reached_s - length_s
        recent = [one[1:] for one in self._pass if one[0] >= after_s]
        return np.array(recent[:: max(1, len(recent) // TRAIL_POINTS)]).reshape(-1, 2)

    def trace(self) -> tuple[FloatArray, FloatArray]:
        """Grid times [n] in seconds, and valence and arousal [n, 2] there; NaN where a dimension was not recorded."""
        captured = self._merged()
        if not len(captured):
            return np.empty(0), np.empty((0, 2))
        first, last = np.ceil(captured[0, 0] * self.rate_hz), np.floor(captured[-1, 0] * self.rate_hz)
        grid = np.arange(first, last + 1) / self.rate_hz
        affect = np.column_stack([self._sampled(grid, captured[:, 0], captured[:, axis]) for axis in (1, 2)])
        known = np.isfinite(affect).any(axis=1)
        return grid[known], affect[known]

    def jitter_s(self) -> FloatArray:
        """How far each grid time is from the nearest capture of this pass."""
        times = np.array([one[0] for one in self._pass])
        if len(times) < 2:
            return np.empty(0)
        grid = (
            np.arange(np.ceil(times[0] * self.rate_hz), np.floor(times[-1] * self.rate_hz) + 1) / self.rate_hz
        )
        after = np.clip(np.searchsorted(times, grid), 1, len(times) - 1)
        nearest: FloatArray = np.minimum(np.abs(times[after] - grid), np.abs(grid - times[after - 1]))
        return nearest

    def _sampled(self, grid: FloatArray, times: FloatArray, values: FloatArray) -> FloatArray:
        known = np.isfinite(values)
        if not known.any():
            return np.full(len(grid), np.nan)
        times, values = times[known], values[known]
        sampled = np.interp(grid, times, values, left=np.nan, right=np.nan)
        after = np.clip(np.searchsorted(times, grid), 1, max(len(times) - 1, 1))
        wide = np.diff(times, prepend=times[0])[np.minimum(after, len(times) - 1)]
        sampled[wide > max(GAP_S, GAP_SAMPLES / self.rate_hz)] = np.nan
        return sampled

    def _merged(self) -> FloatArray:
        if not self._pass:
            return self._base
        new = np.array(self._pass)
        base = self._base
        if self.recorded != "both":
            # The other dimension stays as it was recorded before.
            other = 2 if self.recorded == "valence" else 1
            known = np.isfinite(base[:, other])
            old = base[known]
            new[:, other] = (
                np.interp(new[:, 0], old[:, 0], old[:, other], left=np.nan, right=np.nan)
                if len(old)
                else np.nan
            )
        before, after = base[base[:, 0] < new[0, 0]], base[base[:, 0] > new[-1, 0]]
        return np.concatenate([before, new, after])
