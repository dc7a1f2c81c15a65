"""The way to the loudspeaker: a stream of the sound card, or a silent clock where there is none."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from merdesk.audio.mixer import Mixer
from merdesk.audio.playback import DeviceState, now_s
from merdesk.errors import Failure, attempt

LATENCY_S = 0.05
"""Asked for at first; at 35 ms a busy machine gave clicks, at 100-200 ms none."""
LATENCY_MAX_S = 0.4
LATENCY_STEP = 4
"""Opening again is heard: one step to .2 s instead of two. Beside a load of 12 on 2 cores 2 underruns a minute came, not 5."""
SETTLING_S = 0.3
"""Underruns right after opening are the server's own."""
DRY_MOST = 2
"""Underruns of one stream that are borne while something plays."""
WATCH_S = 0.05
DEAD_AFTER_S = 1.0
"""A stream that asked for nothing this long has lost its device, whatever it says."""
STOP_S = 1.0
"""Leaving a device takes 20 ms; a driver that hangs does not keep the process alive."""
RETRY_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits before the next try to find a device."""
SILENT_BLOCK_S = 0.01
SILENT_RATE_HZ = 48_000


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
        self.n_underruns = 0
        self.defect: Failure | None = None
        """What went wrong on PortAudio's thread."""
        self.latency_s = 0.0
        self._mixer = mixer
        self._silent = silent
        self._on_rate = on_rate
        self._wanted: str | None = None
        self._asked_s = LATENCY_S
        self._look_anew = True
        self._underrun = False
        self._called_s = 0.0
        self._opened_s = 0.0
        self._reopen = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="output", daemon=True)

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
            stream = attempt(partial(self._open, library))
            if isinstance(stream, Failure):
                self.state = "lost" if self.state in {"ok", "lost"} else "none"
                self.message = LOST if self.state == "lost" else NO_DEVICE
                self.is_settled = True
                self._silence(RETRY_S[min(tries, len(RETRY_S) - 1)])
                tries += 1
                continue
            tries = 0
            self.state, self.message = "ok", ""
            self.is_settled = True
            if not self._watch(stream):
                self.state, self.message = "lost", LOST
            attempt(partial(stream.abort, ignore_errors=True))
            attempt(partial(stream.close, ignore_errors=True))

    def _open(self, library: Any) -> Any:
        """Open the device, in most cases after looking for devices anew."""
        if self._look_anew:
            # PortAudio sees only the devices that were there when it was initialised.
            library._terminate()  # noqa: SLF001  (the only way to list the devices anew)
            library._initialize()  # noqa: SLF001  (as above)
        self._look_anew = True
        every = list(library.query_devices())
        self.devices = tuple(device["name"] for device in every if device["max_output_channels"] > 0)
        wanted = self._wanted if self._wanted in self.devices else None
        device = library.query_devices(wanted, "output")
        rate_hz = round(device["default_samplerate"])
        self._on_rate(rate_hz)
        stream = library.OutputStream(
            samplerate=rate_hz,
            channels=min(2, device["max_output_channels"]),
            dtype="float32",
            latency=self._asked_s,
            device=device["index"],
            callback=self._call,
        )
        self._called_s = self._opened_s = now_s()
        self.latency_s = float(stream.latency)
        stream.start()
        return stream

    def _call(self, out: Any, n: int, _times: Any, status: Any) -> None:
        """PortAudio's thread asks for n frames."""
        self._called_s = now_s()
        if status.output_underflow and self._called_s - self._opened_s > SETTLING_S:
            self._underrun = True
        y = attempt(lambda: self._mixer.render(n, self.latency_s))
        if isinstance(y, Failure):
            # PortAudio would stop the stream and say nothing.
            self.defect = y
            out[:] = 0
        else:
            out[:] = y if out.shape[1] == 2 else y.mean(axis=1, keepdims=True)

    def _watch(self, stream: Any) -> bool:
        """Wait while the stream lives; True when it is to be opened again, False when its device is gone."""
        n_dry = 0
        while not self._reopen.wait(WATCH_S):
            if not stream.active or now_s() - self._called_s > DEAD_AFTER_S:
                return False
            if self._underrun:
                self._underrun = False
                self.n_underruns += 1
                n_dry += 1
            # Opening again is a longer gap than one underrun: it waits for silence, unless it goes on crackling.
            if n_dry and self._asked_s < LATENCY_MAX_S and (n_dry >= DRY_MOST or not self._mixer.is_playing):
                self._asked_s = min(LATENCY_MAX_S, LATENCY_STEP * self._asked_s)
                self._look_anew = False
                return True
        return True

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


def _library() -> Any:
    import sounddevice

    return sounddevice
