"""What the window and the player process say to each other: requests, states, and a clock in shared memory."""

import time
from dataclasses import dataclass
from multiprocessing.sharedctypes import RawArray
from pathlib import Path
from typing import Any, Literal

Status = Literal["idle", "loading", "playing", "paused", "ended"]
DeviceState = Literal["ok", "none", "lost"]

STATUSES: tuple[Status, ...] = ("idle", "loading", "playing", "paused", "ended")
RAMP_S = 0.005
"""A cut within a wave clicks; 5 ms of fading do not sound and are not felt as delay."""


@dataclass(frozen=True, slots=True)
class PlayRequest:
    """What to play: a span of a file, and how loud.

    Attributes
    ----------
    path
        The file; its name need not be text.
    onset_s, duration_s
        The clip's span in the file; None is the rest of the file.
    gain_db
        Added to bring the clip to the common loudness; the peak is kept below full scale whatever it is.
    fade_s
        How long it fades in and, when something else takes its place, out: longer for previews under the mouse.
    """

    path: Path
    onset_s: float = 0.0
    duration_s: float | None = None
    gain_db: float = 0.0
    fade_s: float = RAMP_S


@dataclass(frozen=True, slots=True)
class PlayerState:
    """One look at the player.

    Attributes
    ----------
    status
        "loading" while the first samples are decoded, "ended" after the last one.
    position_s
        What is heard now, counted from the clip's onset.
    duration_s
        Length of the clip, 0 while unknown.
    device
        "none" (no sound card or no PortAudio) and "lost" (unplugged) play silently on; the position advances.
    message
        One sentence for the user, empty when all is well.
    token
        Which load or queued clip this is about, as `load` and `queue_next` returned it; 0 before the first.
    loop
        Start and stop of the looped region in seconds, or None.
    """

    status: Status = "idle"
    position_s: float = 0.0
    duration_s: float = 0.0
    device: DeviceState = "ok"
    message: str = ""
    token: int = 0
    loop: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """What the audio thread last wrote: `serial` is the newest command that it has obeyed."""

    serial: int = 0
    token: int = 0
    status: Status = "idle"
    position_s: float = 0.0
    speed: float = 0.0
    at_s: float = 0.0


class Clock:
    """A `Tick` in shared memory, written by the audio thread, read by the window without waiting.

    A sequence number that is odd while writing lets the reader notice that it read across a write (a seqlock).
    """

    FIELDS = 7
    TRIES = 100

    def __init__(self, memory: Any) -> None:
        self._memory = memory

    @staticmethod
    def memory() -> Any:
        """Shared memory for one clock, to be handed to the process."""
        return RawArray("d", Clock.FIELDS)

    def write(self, tick: Tick) -> None:
        """Publish; one writer only."""
        memory = self._memory
        memory[0] += 1
        memory[1] = tick.serial
        memory[2] = tick.token
        memory[3] = STATUSES.index(tick.status)
        memory[4] = tick.position_s
        memory[5] = tick.speed
        memory[6] = tick.at_s
        memory[0] += 1

    def read(self) -> Tick:
        """Last tick that was written as a whole."""
        memory = self._memory
        for _ in range(self.TRIES):
            before = memory[0]
            _, serial, token, status, position_s, speed, at_s = memory[:]
            if before == memory[0] and before % 2 == 0:
                break
        return Tick(int(serial), int(token), STATUSES[int(status)], position_s, speed, at_s)


def now_s() -> float:
    """Time that both processes agree on."""
    return time.perf_counter()
