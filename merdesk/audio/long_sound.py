"""A sound that is too long to be kept: decoded in blocks around the place that plays, looked at as a whole in between."""

from collections.abc import Iterator

import numpy as np

from merdesk.audio.decoding import finite
from merdesk.audio.envelope import bin_frames, extremes
from merdesk.audio.opening import open_reader
from merdesk.audio.playback import PlayRequest
from merdesk.audio.readers import Reader
from merdesk.audio.sounds import Bins, peak_of, resampled
from merdesk.domain.arrays import FloatArray

AHEAD_S, BEHIND_S = 20.0, 5.0
"""What is kept around the place that plays."""
SETTLING_S = 0.1
"""A resampler begun in the middle needs this much before its output equals that of one begun at the start."""
SURVEY_SHOWN = 20
"""Times that the growing waveform of a long sound is shown; ten hours take about a minute to look at."""


class LongSound:
    """A sound of which only the surroundings of the place that plays are in memory."""

    BLOCK = 1 << 16

    def __init__(self, request: PlayRequest, rate_hz: int, length_s: float) -> None:
        self.problem = ""
        self.bins: Bins | None = None
        self._request = request
        self._rate_hz = rate_hz
        self._blocks: dict[int, FloatArray] = {}
        self._cursor = 0
        self._end: int | None = None
        self._length_s = length_s
        self._surveyed = False

    @property
    def n_frames(self) -> int | None:
        """Length once the end was met, before that what the header states."""
        return self._end if self._end is not None else round(self._length_s * self._rate_hz)

    @property
    def n_bytes(self) -> int:
        """Memory it takes at most."""
        return round((AHEAD_S + BEHIND_S) * self._rate_hz) * 8

    @property
    def peak(self) -> float | None:
        """Largest |sample|, None while it is not known."""
        return peak_of(self.bins) if self._surveyed else None

    @property
    def is_urgent(self) -> bool:
        """Whether something is missing where it plays."""
        return not self._is_enough(self._first_missing())

    def read(self, start: int, n: int) -> FloatArray:
        """Up to n frames from start, none when they are not there yet."""
        self._cursor = start
        number, offset = divmod(start, self.BLOCK)
        block = self._blocks.get(number)
        return np.empty((0, 2), "f4") if block is None else block[offset : offset + n]

    def aim(self, frame: int) -> None:
        """Decode from this frame on next."""
        self._cursor = frame

    def give_up(self, problem: str) -> None:
        """End where the damage is."""
        self.problem = problem
        self._end = self._ending(self._first_missing())

    def fill(self) -> Iterator[bool]:
        """Keep the surroundings of what was read last decoded, for ever; look at all of it in between."""
        survey = self._survey()
        with open_reader(self._request.path) as reader:
            while True:
                number = self._first_missing()
                if self._is_enough(number):
                    yield next(survey, False)
                    continue
                for block in self._from(reader, number):
                    self._blocks[number] = block
                    number += 1
                    yield True
                    self._forget()
                    if self._is_elsewhere(number) or self._is_enough(number) or number in self._blocks:
                        break
                else:
                    self._end = self._ending(number)

    def _from(self, reader: Reader, number: int) -> Iterator[FloatArray]:
        """Blocks of the sound from one number on; the last may be shorter."""
        start = number * self.BLOCK
        # Whole seconds are whole frames at every rate.
        from_s = max(0, int(start / self._rate_hz - SETTLING_S))
        skip = start - from_s * self._rate_hz
        left_s = None if self._request.duration_s is None else max(0.0, self._request.duration_s - from_s)
        held = np.empty((0, 2), "f4")
        for y in resampled(reader, self._request.onset_s + from_s, left_s, self._rate_hz):
            held = np.concatenate([held, y[skip:]])
            skip = max(0, skip - len(y))
            while len(held) >= self.BLOCK:
                yield held[: self.BLOCK]
                held = held[self.BLOCK :]
        if len(held):
            yield held

    def _survey(self) -> Iterator[bool]:
        """Make the envelope, block by block, with a reader of its own."""
        request = self._request
        with open_reader(request.path) as reader:
            frames = bin_frames(round(self._length_s * reader.sample_rate_hz))
            shown_bins = round(self._length_s * reader.sample_rate_hz / frames / SURVEY_SHOWN)
            lows, highs = [np.empty(0, "f4")], [np.empty(0, "f4")]
            held = np.empty((0, reader.n_channels), "f4")
            n_new = 0
            for block in reader.blocks(request.onset_s, request.duration_s):
                held = np.concatenate([held, finite(block)])
                n_whole = len(held) // frames * frames
                low, high = extremes(held[:n_whole], frames)
                held = held[n_whole:]
                lows.append(low)
                highs.append(high)
                n_new += len(low)
                if n_new >= shown_bins:
                    n_new = 0
                    self.bins = np.concatenate(lows), np.concatenate(highs), frames / reader.sample_rate_hz
                yield True
            self._surveyed = True
            self.bins = np.concatenate(lows), np.concatenate(highs), frames / reader.sample_rate_hz

    def _first_missing(self) -> int:
        """Number of the first block from the cursor on that is not there."""
        number = self._cursor // self.BLOCK
        while number in self._blocks:
            number += 1
        return number

    def _ending(self, number: int) -> int:
        """Frame at which the sound ends, after the reader gave nothing beyond block `number` - 1."""
        last = self._blocks.get(number - 1)
        return (number - 1) * self.BLOCK + len(last) if last is not None else number * self.BLOCK

    def _is_enough(self, number: int) -> bool:
        start = number * self.BLOCK
        return (
            self._end is not None and start >= self._end
        ) or start > self._cursor + AHEAD_S * self._rate_hz

    def _is_elsewhere(self, number: int) -> bool:
        at = self._cursor // self.BLOCK
        return at not in self._blocks and at != number

    def _forget(self) -> None:
        first = (self._cursor - BEHIND_S * self._rate_hz) // self.BLOCK
        last = (self._cursor + 2 * AHEAD_S * self._rate_hz) // self.BLOCK
        for number in [n for n in self._blocks if not first <= n <= last]:
            del self._blocks[number]
