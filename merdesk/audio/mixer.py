"""What comes out of the loudspeaker: one sound, with ramps at every cut, loops, and the next one joined without a gap.

The audio thread calls `render` some fifty times a second and nothing else happens on it. Other threads leave their
wishes with `post`; they are obeyed at the start of the next block, so that no lock can delay the sound.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from merdesk.audio.heard import Heard
from merdesk.audio.playback import RAMP_S, Clock, Status, Tick
from merdesk.audio.voice import Voice
from merdesk.domain.arrays import FloatArray

NEVER = 1 << 62
SETTLE_S = 0.02
"""A change of volume is spread over this long, or it would crackle."""


@dataclass(slots=True)
class _Fading:
    """What is left of a voice that was cut."""

    voice: Voice
    at: int
    left: int
    total: int


class Mixer:
    """Renders blocks [n, 2] of float32 at `rate_hz`, and tells a clock what of it is heard."""

    def __init__(self, clock: Clock, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self._heard = Heard(clock)
        self._wishes: deque[tuple[int, Callable[[], None]]] = deque()
        self._voice: Voice | None = None
        self._next: Voice | None = None
        self._fading: list[_Fading] = []
        self._loop: tuple[int, int] | None = None
        self._playing = False
        self._risen = 0
        self._at = 0
        self._volume = self._volume_wanted = 1.0
        self._written = 0
        self._serial = 0
        self._no_token = 0

    @property
    def is_playing(self) -> bool:
        """Whether something sounds, or is about to."""
        return self._playing or bool(self._wishes)

    def post(self, serial: int, wish: Callable[[], None]) -> None:
        """Have `wish` (a bound method below) done at the start of the next block; any thread."""
        self._wishes.append((serial, wish))

    def render(self, n: int, latency_s: float) -> FloatArray:
        """Next n frames; `latency_s` is how long they take to the loudspeaker."""
        self._obey()
        out = np.zeros((n, 2), "f4")
        while self._at < n and self._fill(out):
            pass
        self._add_fading(out)
        self._apply_volume(out)
        self._written += n
        self._publish(latency_s)
        return np.clip(out, -1.0, 1.0, out=out)

    def change_rate(self, rate_hz: int) -> None:
        """Go on at another rate; the sounds of the old one are gone, the position stays until new ones are there.

        Only while no thread renders.
        """
        if rate_hz == self.rate_hz:
            return
        # A clip that was clicked while the device was being opened is still a wish.
        self._obey()
        tick = self._publish(0.0)
        self.rate_hz = rate_hz
        self._voice = self._next = self._loop = None
        self._fading = []
        status: Status = "loading" if self._playing else tick.status
        self._playing = False
        self._heard.jump(self._written, self._frames(tick.position_s), status, tick.token)
        self._publish(0.0)

    # Wishes: called on the audio thread, through `post`.

    def start(self, voice: Voice | None, *, playing: bool, token: int = 0) -> None:
        """Replace what is played; None is silence, for which the clock shows `token`."""
        self._cut()
        self._no_token = token
        self._voice, self._next, self._loop = voice, None, None
        self._playing = playing and voice is not None
        self._restart()

    def switch(self, voice: Voice) -> None:
        """Replace what is played where it is, one fading into the other; playing goes on, paused stays paused."""
        self._cut()
        voice.frame = 0 if self._voice is None else self._voice.frame
        self._voice, self._next, self._loop = voice, None, None
        self._restart()

    def play(self) -> None:
        """Go on, from the start when the end was reached."""
        if self._voice is None or self._playing:
            return
        if self._heard.status == "ended":
            self._voice.frame = 0
        self._playing = True
        self._mark("loading")

    def pause(self) -> None:
        """Stop where it is."""
        if self._voice is not None and self._playing:
            self._cut()
            self._playing = False
            self._mark("paused")

    def seek(self, position_s: float) -> None:
        """Go on at another place."""
        if self._voice is not None:
            self._cut()
            self._voice.frame = self._frames(position_s)
            self._restart()

    def set_loop(self, region_s: tuple[float, float] | None) -> None:
        """Repeat a region; a place behind it plays on to the end."""
        self._loop = None
        if region_s is not None:
            start, stop = sorted(map(self._frames, region_s))
            # A loop shorter than its own ramps would be nothing but ramps.
            self._loop = (start, max(stop, start + 4 * self._frames(RAMP_S)))

    def set_next(self, voice: Voice | None) -> None:
        """Join this voice to the end of the present one without a gap."""
        self._next = voice

    def set_gain(self, token: int, gain: float) -> None:
        """Correct a voice's gain once its peak is known."""
        for voice in (self._voice, self._next):
            if voice is not None and voice.token == token:
                voice.gain = gain

    def set_volume(self, volume: float) -> None:
        """Volume of everything as a factor of amplitude."""
        self._volume_wanted = volume

    # The audio thread's own.

    def _obey(self) -> None:
        self._at = 0
        while self._wishes:
            self._serial, wish = self._wishes.popleft()
            wish()

    def _fill(self, out: FloatArray) -> bool:
        """Write what comes next into the rest of out; False when there is nothing more to play now."""
        voice = self._voice
        if voice is None or not self._playing:
            return False
        end = voice.source.n_frames
        loop = self._loop if self._loop and voice.frame < self._loop[1] else None
        stop = min(loop[1] if loop else NEVER, NEVER if end is None else end)
        if voice.frame < stop:
            y = voice.source.read(voice.frame, min(len(out) - self._at, stop - voice.frame))
            if not len(y):
                self._mark("loading")
                return False
            if self._heard.status != "playing":
                self._risen = 0
                self._mark("playing")
            out[self._at : self._at + len(y)] = self._shaped(y, voice, end)
            voice.frame += len(y)
            self._at += len(y)
        return voice.frame < stop or self._turn(voice, loop, stop)

    def _turn(self, voice: Voice, loop: tuple[int, int] | None, stop: int) -> bool:
        """What comes at the end of a loop, or of the sound; False when that is nothing."""
        if loop and loop[0] < stop:
            self._cut()
            voice.frame = loop[0]
            self._risen = 0
        elif self._next is not None:
            self._voice, self._next, self._loop = self._next, None, None
            self._risen = self._frames(self._voice.fade_s)  # joined, not faded in
        else:
            self._playing = False
            self._mark("ended", keep=True)
            return False
        self._mark("playing", keep=True)
        return True

    def _shaped(self, y: FloatArray, voice: Voice, end: int | None) -> FloatArray:
        """Samples with gain, fade-in after a cut and, unless another one is joined on, fade-out at the end."""
        y = y * np.float32(voice.gain)
        rise = self._frames(voice.fade_s)
        if self._risen < rise:
            ramp = (self._risen + np.arange(len(y), dtype="f4")) / rise
            y *= np.minimum(ramp, 1)[:, None]
            self._risen += len(y)
        fall = self._frames(voice.fade_s)
        if (
            end is not None
            and self._next is None
            and self._loop is None
            and voice.frame + len(y) > end - fall
        ):
            ramp = (end - voice.frame - 1 - np.arange(len(y), dtype="f4")) / fall
            y *= np.clip(ramp, 0, 1)[:, None]
        return y

    def _cut(self) -> None:
        """Let what is heard now fade out below what comes."""
        voice = self._voice
        if voice is None or not self._playing or self._heard.status != "playing":
            return
        n = self._frames(voice.fade_s)
        level = min(1.0, self._risen / n) if n else 0.0
        self._fading.append(_Fading(replace(voice, gain=voice.gain * level), self._at, n, n))

    def _add_fading(self, out: FloatArray) -> None:
        kept = []
        for fading in self._fading:
            voice, room = fading.voice, out[fading.at :]
            n = min(len(room), fading.left)
            y = voice.source.read(voice.frame, n)
            ramp = (fading.left - 1 - np.arange(len(y), dtype="f4")) / fading.total
            room[: len(y)] += y * (ramp * np.float32(voice.gain))[:, None]
            voice.frame += len(y)
            fading.left -= n
            fading.at = 0
            if fading.left > 0 and len(y) == n:
                kept.append(fading)
        self._fading = kept

    def _apply_volume(self, out: FloatArray) -> None:
        if self._volume == self._volume_wanted:
            out *= np.float32(self._volume)
            return
        step = len(out) / (SETTLE_S * self.rate_hz)
        reached = self._volume + float(np.clip(self._volume_wanted - self._volume, -step, step))
        out *= np.linspace(self._volume, reached, len(out), dtype="f4")[:, None]
        self._volume = reached

    def _restart(self) -> None:
        self._risen = 0
        voice = self._voice
        status: Status = "idle" if voice is None else "loading" if self._playing else "paused"
        token = voice.token if voice else self._no_token
        self._heard.jump(self._written + self._at, voice.frame if voice else 0, status, token)

    def _mark(self, status: Status, *, keep: bool = False) -> None:
        if keep or self._heard.status != status:
            voice = self._voice
            token = voice.token if voice else self._no_token
            self._heard.go_on(self._written + self._at, voice.frame if voice else 0, status, token)

    def _publish(self, latency_s: float) -> Tick:
        return self._heard.publish(self._written, latency_s, self.rate_hz, self._serial)

    def _frames(self, seconds: float) -> int:
        return max(1, round(seconds * self.rate_hz)) if seconds > 0 else 0
