"""The player as the window sees it: commands that return at once, and a state to look at whenever it likes.

Nothing here waits: commands go to a queue that a thread empties into the pipe, news comes through another thread, and
the position is read from shared memory. The sound itself is made in `player_process`.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from merdesk.audio.envelope import Envelope
from merdesk.audio.paths import shown
from merdesk.audio.playback import Clock, DeviceState, PlayerState, PlayRequest, Status, now_s
from merdesk.audio.player_link import PlayerLink

__all__ = ["PlayRequest", "Player", "PlayerState"]

REMEMBERED = 16
"""Clips whose length and envelope are kept."""
GIVEN_UP = "There is no sound because the player stopped again and again; start the program anew."
CRASHED = (
    "There is no sound because the sound system made the player crash; start the program anew to try again."
)


@dataclass(frozen=True, slots=True)
class _Expected:
    """What the newest commands will lead to, shown until the audio thread has obeyed them."""

    serial: int = 0
    status: Status = "idle"
    position_s: float = 0.0
    token: int = 0


@dataclass(slots=True)
class _Known:
    """What is known of a loaded or queued clip."""

    request: PlayRequest
    duration_s: float
    envelope: Envelope | None = None
    problem: str = ""

    def note(self, kind: str, *news: Any) -> None:
        """Take what the process says about it."""
        if kind == "length":
            (self.duration_s,) = news
        elif kind == "problem":
            (self.problem,) = news
        elif kind == "bins":
            low, high, bin_s = news
            # A long sound's waveform grows; of the others the last bin may be shorter than the rest.
            duration_s = min(self.duration_s, len(low) * bin_s)
            self.envelope = Envelope.of_bins(low, high, bin_s=bin_s, duration_s=duration_s)


class Player:
    """Plays clips in a process of its own; every method returns at once and belongs to one thread.

    Parameters
    ----------
    silent
        Use the silent clock even where there is a sound card (tests, pictures of the window).
    """

    def __init__(self, *, silent: bool = False) -> None:
        memory = Clock.memory()
        self._clock = Clock(memory)
        self._lock = threading.Lock()
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._expected = _Expected()
        self._loop: tuple[float, float] | None = None
        self._volume = 1.0
        self._tokens = 0
        self._serial = 0
        self._device: DeviceState = "ok"
        self._device_message = ""
        self._trouble = ""
        self._notice = ""
        self._devices: tuple[str, ...] = ()
        self._played_on = ""
        self._n_underruns = 0
        self._link = PlayerLink(memory, silent=silent, on_news=self._note, on_death=self._mourn)

    def load(self, request: PlayRequest, *, start_s: float = 0.0, play: bool = False) -> int:
        """Take this clip in the place of the present one; returns its token.

        Parameters
        ----------
        request
            What to play.
        start_s
            Where to start, from the clip's onset (A/B comparison goes on at the same place).
        play
            Start at once, which saves a second message.
        """
        token = self._learn(request)
        self._loop = None
        self._notice = ""
        status: Status = "loading" if play else "paused"
        self._send("load", token, request, start_s, play, expect=(status, start_s, token))
        return token

    def switch(self, request: PlayRequest) -> int:
        """Take this clip in the place of the present one, to the sample where that one is; returns its token.

        Playing goes on and paused stays paused, so that two clips can be compared at one place. What lies behind the
        end of the new clip is its end.
        """
        now = self.state()
        token = self._learn(request)
        self._loop = None
        status: Status = "loading" if now.status in {"playing", "loading"} else "paused"
        self._send("switch", token, request, expect=(status, now.position_s, token))
        return token

    def play(self) -> None:
        """Play on; after the end, from the start."""
        now = self.state()
        if now.status in {"paused", "ended"}:
            from_s = 0.0 if now.status == "ended" else now.position_s
            self._send("play", expect=("playing", from_s, now.token))

    def pause(self) -> None:
        """Stop where it is."""
        now = self.state()
        if now.status in {"playing", "loading"}:
            self._send("pause", expect=("paused", now.position_s, now.token))

    def seek(self, position_s: float) -> None:
        """Go to a place, in seconds from the clip's onset; playing goes on, a paused clip stays paused."""
        now = self.state()
        if now.status != "idle":
            to_s = max(0.0, min(position_s, now.duration_s) if now.duration_s else position_s)
            status: Status = "paused" if now.status == "ended" else now.status
            self._send("seek", to_s, expect=(status, to_s, now.token))

    def stop(self) -> None:
        """Play nothing."""
        self._loop = None
        self._send("stop", expect=("idle", 0.0, 0))

    def set_volume(self, volume: float) -> None:
        """Set the volume, 0..1; a cubic scale, on which equal steps sound equal."""
        if not 0 <= volume <= 1:
            raise ValueError(f"volume must lie in 0..1, not {volume!r}")
        self._volume = volume
        self._send("volume", volume**3)

    def set_loop(self, start_s: float | None, stop_s: float | None = None) -> None:
        """Repeat a region of the clip; None ends the repetition."""
        self._loop = (
            None if start_s is None or stop_s is None else (min(start_s, stop_s), max(start_s, stop_s))
        )
        self._send("loop", self._loop)

    def queue_next(self, request: PlayRequest | None) -> int:
        """Play this clip after the present one without a gap, None for nothing; returns its token."""
        token = self._learn(request) if request is not None else 0
        self._send("next", token, request)
        return token

    def prefetch(self, request: PlayRequest) -> None:
        """Decode a clip that may be played soon: it is hovered or selected."""
        self._send("prefetch", request)

    def set_device(self, name: str | None) -> None:
        """Play through the device of this name, None for the system's choice."""
        self._send("device", name)

    @property
    def devices(self) -> tuple[str, ...]:
        """Names of the output devices, empty while not known."""
        return self._devices

    @property
    def played_on(self) -> str:
        """Name of the device that plays, the system's choice too; empty without one."""
        return self._played_on if self._device == "ok" else ""

    @property
    def n_underruns(self) -> int:
        """How often the device ran dry since the start."""
        return self._n_underruns

    def samples(self, token: int | None = None) -> Envelope | None:
        """Envelope of the present clip, or of the one with this token, made of the samples that play.

        None until the clip is decoded.
        """
        known = self._known.get(self.state().token if token is None else token)
        return None if known is None else known.envelope

    def state(self) -> PlayerState:
        """Look at the player; costs microseconds."""
        tick, expected = self._clock.read(), self._expected
        if tick.serial < expected.serial:
            status, position_s, token = expected.status, expected.position_s, expected.token
        else:
            status, token = tick.status, tick.token
            position_s = tick.position_s + tick.speed * max(0.0, now_s() - tick.at_s)
        known = self._known.get(token)
        duration_s = known.duration_s if known is not None else 0.0
        if known is not None and known.problem and status in {"loading", "ended"}:
            status = "idle"
        return PlayerState(
            status=status,
            position_s=min(position_s, duration_s) if duration_s else position_s,
            duration_s=duration_s,
            device=self._device,
            message=(known.problem if known is not None else "")
            or self._notice
            or self._trouble
            or self._device_message,
            token=token,
            loop=self._loop,
        )

    def close(self) -> None:
        """Stop the sound, end the process and the threads."""
        self._link.close()

    def _learn(self, request: PlayRequest) -> int:
        with self._lock:
            self._tokens += 1
            self._known[self._tokens] = _Known(request, request.duration_s or 0.0)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return self._tokens

    def _send(self, name: str, *arguments: Any, expect: tuple[Status, float, int] | None = None) -> None:
        with self._lock:
            self._serial += 1
            if expect is not None:
                self._expected = _Expected(self._serial, *expect)
            self._link.send((self._serial, name, arguments))

    # Called on the link's thread.

    def _note(self, kind: str, *news: Any) -> None:
        """Take a message of the process."""
        if kind == "device":
            self._device, self._device_message, self._devices, self._played_on, self._n_underruns = news
        elif kind == "given up":
            self._device, self._trouble = "lost", GIVEN_UP
        elif kind == "crash":
            self._notice = f"The player stopped ({news[0]}) and was started again."
        else:
            with self._lock:
                known = self._known.get(news[0])
                if known is not None:
                    known.note(kind, *news[1:])

    def _mourn(self, by_the_card: bool) -> None:  # noqa: FBT001  (a callback, called by position)
        """The process has died: of the sound card, or else most likely of a file; be ready for the next one."""
        expected = self._expected
        known = self._known.get(self._clock.read().token or expected.token)
        self._send("volume", self._volume**3)
        if by_the_card:
            self._trouble = CRASHED
            if known is not None:
                playing = expected.status in {"loading", "playing"}
                arguments = (expected.token, known.request, expected.position_s, playing)
                self._send("load", *arguments, expect=(expected.status, expected.position_s, expected.token))
            return
        if known is not None:
            self._notice = f"The player could not survive {shown(known.request.path)} and was started again."
        self._send("stop", expect=("idle", 0.0, 0))
