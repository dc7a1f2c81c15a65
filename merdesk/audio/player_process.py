"""The process that plays: small, without Qt, so that no repainting and no computing of the window can interrupt it.

In the window's own process a callback had up to 25 clicks and 2.7 s of silence in 5 s while the interpreter was busy;
here it has none. It ends with its parent, however that one ends.
"""

import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

from merdesk.audio.decoder import NEXT, NOW, PERHAPS, Decoder
from merdesk.audio.loudness import PEAK_LIMIT_DB
from merdesk.audio.mixer import Mixer
from merdesk.audio.output import SILENT_RATE_HZ, Output
from merdesk.audio.playback import Clock, PlayRequest
from merdesk.audio.precedence import hurry_process
from merdesk.audio.sounds import Bins, Sound
from merdesk.audio.voice import Voice
from merdesk.errors import Failure, attempt

SWITCH_S = 0.001
"""How long another thread may hold the interpreter against the audio thread (5 ms by default)."""
BUSY_S, IDLE_S = 0.02, 0.2
"""How often there is news to send: while something is decoded or played, and otherwise."""


@dataclass(slots=True)
class _Loaded:
    """A sound that was asked for, and what the window was told about it."""

    token: int
    request: PlayRequest
    sound: Sound
    n_frames: int | None = None
    told_bins: Bins | None = None
    told_problem: bool = False


def run(pipe: Connection, memory: Any, *, silent: bool) -> None:
    """Serve a player until it says goodbye or its process is gone."""
    # Ctrl-C in a terminal reaches every process of the group: the parent decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.setswitchinterval(SWITCH_S)
    hurry_process()
    threading.excepthook = lambda arguments: _report(pipe, arguments)
    _silence_libraries()
    desk = _Desk(pipe, Clock(memory), silent=silent)
    gc.freeze()
    failure = attempt(desk.serve)
    if isinstance(failure, Failure):
        attempt(lambda: pipe.send(("crash", failure.message, failure.details)))
    attempt(desk.close)


def _report(pipe: Connection, arguments: threading.ExceptHookArgs) -> None:
    """Tell of a defect on a thread, and leave: the window starts another process."""
    details = "".join(traceback.format_exception(arguments.exc_value)) if arguments.exc_value else ""
    attempt(lambda: pipe.send(("crash", str(arguments.exc_value), details)))
    os._exit(1)


def _silence_libraries() -> None:
    """Nothing on the terminal: ALSA prints a page for every device that it does not find, mpg123 for every bad frame.

    What goes wrong here is told through the pipe.
    """
    if parent_process() is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


class _Desk:
    """Takes commands from the pipe, keeps decoder, mixer and output busy, and sends the news back."""

    def __init__(self, pipe: Connection, clock: Clock, *, silent: bool) -> None:
        self._pipe = pipe
        self._clock = clock
        self._decoder = Decoder()
        self._mixer = Mixer(clock, SILENT_RATE_HZ)
        self._output = Output(self._mixer, silent=silent, on_rate=self._mixer.change_rate)
        self._rate_hz = self._mixer.rate_hz
        self._current: _Loaded | None = None
        self._next: _Loaded | None = None
        self._loop: tuple[float, float] | None = None
        self._told_device: tuple[Any, ...] = ()
        self._serial = 0
        self._commands: Mapping[str, Callable[..., None]] = {
            "load": self._load,
            "switch": self._switch,
            "play": lambda: self._mixer.post(self._serial, self._mixer.play),
            "pause": lambda: self._mixer.post(self._serial, self._mixer.pause),
            "seek": self._seek,
            "stop": self._stop,
            "loop": self._set_loop,
            "next": self._queue,
            "volume": lambda factor: self._mixer.post(self._serial, lambda: self._mixer.set_volume(factor)),
            "prefetch": self._prefetch,
            "device": self._output.choose,
        }

    def serve(self) -> None:
        """Until the window says goodbye, or is no more."""
        self._output.start()
        parent = parent_process()
        sentinels = [parent.sentinel] if parent is not None else []
        while True:
            ready = wait(
                [self._pipe, *sentinels],
                timeout=BUSY_S if self._is_busy() or not self._told_device else IDLE_S,
            )
            if any(sentinel in ready for sentinel in sentinels):
                return
            while self._pipe.poll():
                try:
                    serial, name, arguments = self._pipe.recv()
                except (EOFError, OSError):
                    return
                if name == "quit":
                    return
                self._obey(serial, name, arguments)
            self._follow()

    def close(self) -> None:
        """Fade out and leave the device."""
        self._mixer.post(self._serial, lambda: self._mixer.start(None, playing=False))
        self._output.stop()
        self._decoder.stop()

    def _obey(self, serial: int, name: str, arguments: tuple[Any, ...]) -> None:
        self._serial = serial
        outcome = attempt(lambda: self._commands[name](*arguments))
        if isinstance(outcome, Failure):
            # The clock has to show that the command was dealt with, or the window would wait for it.
            token = arguments[0] if name in {"load", "switch", "next"} else 0
            if name in {"load", "switch"}:
                self._current = self._next = self._loop = None
                self._mixer.post(serial, lambda: self._mixer.start(None, playing=False, token=token))
            self._pipe.send(("problem", token, outcome.message))

    def _load(self, token: int, request: PlayRequest, start_s: float, playing: bool) -> None:  # noqa: FBT001  (a message's fields, in order)
        self._current, self._next, self._loop = self._wanted(token, request, NOW), None, None
        voice = self._voice(self._current)
        voice.frame = round(start_s * self._rate_hz)
        voice.source.aim(voice.frame)
        self._mixer.post(self._serial, lambda: self._mixer.start(voice, playing=playing))

    def _switch(self, token: int, request: PlayRequest) -> None:
        self._current, self._next, self._loop = self._wanted(token, request, NOW), None, None
        voice = self._voice(self._current)
        voice.source.aim(self._frames_heard())
        self._mixer.post(self._serial, lambda: self._mixer.switch(voice))

    def _frames_heard(self) -> int:
        return round(self._clock.read().position_s * self._rate_hz)

    def _seek(self, position_s: float) -> None:
        if self._current is not None:
            self._current.sound.aim(round(position_s * self._rate_hz))
            self._decoder.nudge()
        self._mixer.post(self._serial, lambda: self._mixer.seek(position_s))

    def _stop(self) -> None:
        self._current = self._next = self._loop = None
        self._mixer.post(self._serial, lambda: self._mixer.start(None, playing=False))

    def _set_loop(self, region_s: tuple[float, float] | None) -> None:
        self._loop = region_s
        self._mixer.post(self._serial, lambda: self._mixer.set_loop(region_s))

    def _queue(self, token: int, request: PlayRequest | None) -> None:
        self._next = None if request is None else self._wanted(token, request, NEXT)
        voice = None if self._next is None else self._voice(self._next)
        self._mixer.post(self._serial, lambda: self._mixer.set_next(voice))

    def _prefetch(self, request: PlayRequest) -> None:
        self._decoder.want(request, self._rate_hz, PERHAPS)

    def _wanted(self, token: int, request: PlayRequest, urgency: int) -> _Loaded:
        return _Loaded(token, request, self._decoder.want(request, self._rate_hz, urgency))

    def _voice(self, loaded: _Loaded) -> Voice:
        request = loaded.request
        return Voice(loaded.sound, loaded.token, _gain(request, loaded.sound.peak), request.fade_s)

    def _is_busy(self) -> bool:
        loaded = [one for one in (self._current, self._next) if one is not None]
        return bool(loaded) and (
            self._clock.read().status in {"playing", "loading"}
            or any(one.told_bins is None and not one.told_problem for one in loaded)
        )

    def _follow(self) -> None:
        """See what has changed, and tell it."""
        if self._mixer.rate_hz != self._rate_hz:
            self._move_to(self._mixer.rate_hz)
        if self._next is not None and self._clock.read().token == self._next.token:
            self._current, self._next, self._loop = self._next, None, None
        for loaded in (self._current, self._next):
            if loaded is not None:
                self._tell(loaded)
        output = self._output
        if output.defect is not None:
            raise RuntimeError(output.defect.details)
        device = (output.state, output.message, output.devices, output.device, output.n_underruns)
        if output.is_settled and device != self._told_device:
            self._told_device = device
            self._pipe.send(("device", *device))

    def _tell(self, loaded: _Loaded) -> None:
        sound, token = loaded.sound, loaded.token
        if sound.problem and not loaded.told_problem:
            loaded.told_problem = True
            self._pipe.send(("problem", token, sound.problem))
        if sound.n_frames is not None and sound.n_frames != loaded.n_frames:
            loaded.n_frames = sound.n_frames
            self._pipe.send(("length", token, sound.n_frames / self._rate_hz))
        bins = sound.bins
        if bins is not None and bins is not loaded.told_bins:
            loaded.told_bins = bins
            gain = _gain(loaded.request, sound.peak)
            self._mixer.post(self._serial, lambda: self._mixer.set_gain(token, gain))
            self._pipe.send(("bins", token, *bins))

    def _move_to(self, rate_hz: int) -> None:
        """Another device, another rate: decode again what plays, and go on where it was."""
        self._rate_hz = rate_hz
        tick, loop = self._clock.read(), self._loop
        current, following = self._current, self._next
        if current is not None:
            self._load(current.token, current.request, tick.position_s, tick.status in {"playing", "loading"})
            self._set_loop(loop)
        if following is not None:
            self._queue(following.token, following.request)


def _gain(request: PlayRequest, peak: float | None) -> float:
    """Factor of amplitude; once the peak is known, amplification ends where the peak would reach the limit."""
    gain = 10.0 ** (request.gain_db / 20)
    if not peak or gain <= 1.0:
        return float(gain)
    return float(max(1.0, min(gain, 10.0 ** (PEAK_LIMIT_DB / 20) / peak)))
