"""The way to the loudspeaker: a stream of the sound card, or a silent clock where there is none."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

from merdesk.audio.mixer import Mixer
from merdesk.audio.pace import Pace
from merdesk.audio.playback import DeviceState, now_s
from merdesk.audio.precedence import hurry_thread
from merdesk.errors import Failure, attempt

WATCH_S = 0.05
DEAD_AFTER_S = 1.0
"""A stream that asked for nothing this long has lost its device, whatever it says."""
AHEAD_MOST_S = 2.0
"""A driver that tells of more has its clocks wrong."""
STOP_S = 1.0
"""Leaving a device takes 20 ms; a driver that hangs does not keep the process alive."""
RETRY_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits before the next try to find a device."""
SILENT_BLOCK_S = 0.01
SILENT_RATE_HZ = 48_000


@dataclass(slots=True, eq=False)
class _Tap:
    """An open stream, and when it asked for sound last; of two that are open the one of the higher number is served."""

    number: int
    device: Any
    latency_s: float
    called_s: float
    n_asked: int = 0
    stream: Any = None
    has_joined: bool = False
    is_only: bool = False
    """Whether the card can be opened only once."""


class Output:
    """Keeps one stream open for the life of the process and plays a mixer through it.

    A thread of its own opens, watches and reopens the device, since any of that may take long. While there is none,
    the same thread renders into nothing at the pace of the clock, so that everything else goes on.
    """

    def __init__(self, mixer: Mixer, *, silent: bool, on_rate: Callable[[int], None]) -> None:
        self.is_settled = False
        """Whether the device was looked for; before that there is nothing to tell."""
        self.state: DeviceState = "none"
        self.message = ""
        self.devices: tuple[str, ...] = ()
        self.device = ""
        """Name of the one that plays, empty while there is none."""
        self.defect: Failure | None = None
        """What went wrong on PortAudio's thread."""
        self._mixer = mixer
        self._silent = silent
        self._on_rate = on_rate
        self._wanted: str | None = None
        self._pace = Pace()
        self._rendering = threading.Lock()
        self._numbers = count(1)
        self._served = 0
        self._heard_until_s = 0.0
        self._reopen = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="output", daemon=True)

    @property
    def n_underruns(self) -> int:
        """How often the device ran dry."""
        return self._pace.n_dry

    def start(self) -> None:
        """Begin to play."""
        self._thread.start()

    def stop(self) -> None:
        """Close the device."""
        self._stopped.set()
        self._reopen.set()
        self._thread.join(STOP_S)

    def choose(self, device: str | None) -> None:
        """Play through the device of this name, None for the system's choice."""
        self._wanted = device
        self._reopen.set()

    def _work(self) -> None:
        hurry_thread()
        tries = 0
        while not self._stopped.is_set():
            library = Failure("", expected=True) if self._silent else attempt(_library)
            if isinstance(library, Failure):
                # Without the library there never will be a device.
                self.message = library.message and NO_LIBRARY
                self.is_settled = True
                self._silence(None)
                continue
            self._reopen.clear()
            if self._stopped.is_set():
                return
            tap = attempt(partial(self._find, library))
            if isinstance(tap, Failure):
                self.state = "lost" if self.state in {"ok", "lost"} else "none"
                self.message = LOST if self.state == "lost" else NO_DEVICE
                self.is_settled = True
                self._silence(RETRY_S[min(tries, len(RETRY_S) - 1)])
                tries += 1
                continue
            tries = 0
            self.state, self.message = "ok", ""
            self.is_settled = True
            if not self._watch(library, tap):
                self.state, self.message = "lost", LOST

    def _find(self, library: Any) -> _Tap:
        """Look for devices anew, and open the one that is wanted."""
        # PortAudio sees only the devices that were there when it was initialised.
        library._terminate()  # noqa: SLF001  (the only way to list the devices anew)
        library._initialize()  # noqa: SLF001  (as above)
        every = list(library.query_devices())
        self.devices = tuple(device["name"] for device in every if device["max_output_channels"] > 0)
        wanted = self._wanted if self._wanted in self.devices else None
        device = library.query_devices(wanted, "output")
        self._on_rate(round(device["default_samplerate"]))
        self.device = device["name"]
        return self._open(library, device)

    def _open(self, library: Any, device: Any) -> _Tap:
        """Open a device; from its first block on, what was open before gets silence."""
        tap = _Tap(next(self._numbers), device, self._pace.latency_s, now_s())
        tap.stream = library.OutputStream(
            samplerate=self._mixer.rate_hz,
            channels=min(2, device["max_output_channels"]),
            dtype="float32",
            latency=tap.latency_s,
            device=device["index"],
            callback=partial(self._call, tap),
        )
        self._pace.begin(now_s())
        tap.stream.start()
        return tap

    def _call(self, tap: _Tap, out: Any, n: int, times: Any, status: Any) -> None:
        """PortAudio's thread asks for n frames."""
        at_s = now_s()
        late_s = at_s - tap.called_s - tap.n_asked / self._mixer.rate_hz
        tap.called_s, tap.n_asked = at_s, n
        # Two streams are open, and ask, only while one takes the other's place.
        with self._rendering:
            self._served = max(self._served, tap.number)
            if tap.number < self._served:
                out[:] = 0
                return
            self._pace.note(at_s, late_s, dry=bool(status.output_underflow))
            ahead_s = _ahead_s(times)
            n_quiet = self._n_quiet(tap, at_s, n, ahead_s)
            written_s = tap.latency_s if ahead_s is None else ahead_s + n / self._mixer.rate_hz
            y = attempt(lambda: self._mixer.render(n - n_quiet, written_s))
            if n_quiet < n:
                self._heard_until_s = at_s + written_s
        out[:n_quiet] = 0
        if isinstance(y, Failure):
            # PortAudio would stop the stream and say nothing.
            self.defect = y
            out[:] = 0
        else:
            out[n_quiet:] = y if out.shape[1] == 2 else y.mean(axis=1, keepdims=True)

    def _n_quiet(self, tap: _Tap, at_s: float, n: int, ahead_s: float | None) -> int:
        """Frames during which the stream before this one is still heard; what comes next joins its end."""
        if tap.has_joined:
            return 0
        # Nothing is ahead of the very first block.
        left_s = self._heard_until_s - at_s - (ahead_s or 0.0)
        n_quiet = min(n, max(0, round(left_s * self._mixer.rate_hz))) if left_s < AHEAD_MOST_S else 0
        tap.has_joined = n_quiet < n
        return n_quiet

    def _watch(self, library: Any, tap: _Tap) -> bool:
        """Wait while the stream lives; True when it is to be opened again, False when its device is gone."""
        lives = True
        while lives and not self._reopen.wait(WATCH_S):
            lives = bool(tap.stream.active) and now_s() - tap.called_s < DEAD_AFTER_S
            playing = self._mixer.is_playing
            self._pace.review(now_s(), playing=playing)
            if lives and tap.latency_s != self._pace.latency_s and not (tap.is_only and playing):
                tap = self._exchange(library, tap)
        _close(tap)
        return lives

    def _exchange(self, library: Any, tap: _Tap) -> _Tap:
        """The same device with the latency that is wanted now, the new stream before the old one is closed.

        Closing first is heard as a gap of half a second on a busy machine. A card that can be opened only once
        stays as it is while something plays.
        """
        if tap.is_only:
            self._reopen.set()
            return tap
        opened = attempt(partial(self._open, library, tap.device))
        if isinstance(opened, Failure):
            tap.is_only = True
            return tap
        _close(tap, wait=True)
        return opened

    def _silence(self, duration_s: float | None) -> None:
        """Render into nothing at the pace of the clock; None is until something changes."""
        rate_hz = self._mixer.rate_hz
        begun_s, n_done = now_s(), 0
        while not self._reopen.wait(SILENT_BLOCK_S):
            elapsed_s = now_s() - begun_s
            n = round(elapsed_s * rate_hz) - n_done
            n_done += n
            while n > 0:
                self._mixer.render(min(n, rate_hz // 10), 0.0)
                n -= rate_hz // 10
            if duration_s is not None and elapsed_s > duration_s:
                return


NO_LIBRARY = "There is no sound because PortAudio is missing; install it (Debian and Ubuntu: libportaudio2)."
NO_DEVICE = "There is no sound because no output device was found; plug one in, it is used at once."
LOST = "The sound device has gone; playback goes on in silence until it, or another one, is there."


def _ahead_s(times: Any) -> float | None:
    """How long the next frame takes to the loudspeaker; None when the driver does not tell."""
    ahead_s = float(times.outputBufferDacTime - times.currentTime)
    return ahead_s if 0 < ahead_s < AHEAD_MOST_S else None


def _close(tap: _Tap, *, wait: bool = False) -> None:
    """Leave a stream; `wait` until what it was given is played."""
    attempt(partial(tap.stream.stop if wait else tap.stream.abort, ignore_errors=True))
    attempt(partial(tap.stream.close, ignore_errors=True))


def _library() -> Any:
    import sounddevice

    return sounddevice
