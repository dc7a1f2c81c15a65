"""What is heard now, which is not what is written now: the device is some 50 ms behind."""

from collections import deque
from dataclasses import dataclass

from merdesk.audio.playback import Clock, Status, Tick, now_s


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From frame `written` of the output on, frame `frame` of a sound (advancing, or standing still) is heard."""

    written: int
    frame: int
    status: Status
    token: int


class Heard:
    """Remembers which frame of which sound was written when, and tells the clock what of it has reached the ear."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stretches: deque[_Stretch] = deque([_Stretch(0, 0, "idle", 0)])

    @property
    def status(self) -> Status:
        """What was written last."""
        return self._stretches[-1].status

    def jump(self, written: int, frame: int, status: Status, token: int) -> None:
        """Another place from now on: what was written before is forgotten, the position jumps there at once."""
        self._stretches.clear()
        self._stretches.append(_Stretch(written, frame, status, token))

    def go_on(self, written: int, frame: int, status: Status, token: int) -> None:
        """Something else from now on, which shows when it is heard."""
        self._stretches.append(_Stretch(written, frame, status, token))

    def publish(self, written: int, latency_s: float, rate_hz: int, serial: int) -> Tick:
        """Tell the clock what is heard after `written` frames."""
        heard = written - round(latency_s * rate_hz)
        while len(self._stretches) > 1 and self._stretches[1].written <= heard:
            self._stretches.popleft()
        now = self._stretches[0]
        moves = now.status == "playing"
        # What was asked for shows at once; the end, and the next clip, when they are heard.
        status: Status = "playing" if self.status == "ended" and len(self._stretches) > 1 else self.status
        advanced = max(0, heard - now.written) if moves else 0
        tick = Tick(
            serial=serial,
            token=now.token,
            status=status,
            position_s=(now.frame + advanced) / rate_hz,
            speed=1.0 if moves and heard >= now.written else 0.0,
            at_s=now_s(),
        )
        self._clock.write(tick)
        return tick
