"""The player as the window sees it: commands that return at once, and a state to look at whenever it likes.

Nothing here waits: commands go to a queue that a thread empties into the pipe, news comes through another thread, and
the position is read from shared memory. The sound itself is made in `player_process`.
"""

import multiprocessing
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from merdesk.audio import player_process
from merdesk.audio.envelope import Envelope
from merdesk.audio.paths import shown
from merdesk.audio.playback import Clock, DeviceState, PlayerState, PlayRequest, Status, now_s

__all__ = ["PlayRequest", "Player", "PlayerState"]

CLOSE_S = 2.0
"""The process needs 50 ms to leave; after this long it is killed."""
REMEMBERED = 16
"""Clips whose length and envelope are kept."""
RESTARTS_MOST = 5
GIVEN_UP = "There is no sound because the player stopped again and again; start the program anew."


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


class Player:
    """Plays clips in a process of its own; every method returns at once and belongs to one thread.

    Parameters
    ----------
    silent
        Use the silent clock even where there is a sound card (tests, pictures of the window).
    """

    def __init__(self, *, silent: bool = False) -> None:
        self._silent = silent
        self._context = multiprocessing.get_context("spawn")
        self._clock = Clock(memory := Clock.memory())
        self._memory = memory
        self._outbox: SimpleQueue[tuple[int, str, tuple[Any, ...]]] = SimpleQueue()
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._lock = threading.Lock()
        self._expected = _Expected()
        self._loop: tuple[float, float] | None = None
        self._volume = 1.0
        self._tokens = 0
        self._serial = 0
        self._device: DeviceState = "ok"
        self._device_message = ""
        self._devices: tuple[str, ...] = ()
        self._n_underruns = 0
        self._closing = False
        self._process: Any = None
        self._thread = threading.Thread(target=self._live, name="player", daemon=True)
        self._thread.start()

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
        self._expect("loading" if play else "paused", start_s, token)
        self._send("load", token, request, start_s, play)
        return token

    def play(self) -> None:
        """Play on; after the end, from the start."""
        now = self.state()
        if now.status in {"paused", "ended"}:
            self._expect("playing", 0.0 if now.status == "ended" else now.position_s, now.token)
            self._send("play")

    def pause(self) -> None:
        """Stop where it is."""
        now = self.state()
        if now.status in {"playing", "loading"}:
            self._expect("paused", now.position_s, now.token)
            self._send("pause")

    def seek(self, position_s: float) -> None:
        """Go to a place, in seconds from the clip's onset; playing goes on, a paused clip stays paused."""
        now = self.state()
        if now.status != "idle":
            to_s = max(0.0, min(position_s, now.duration_s) if now.duration_s else position_s)
            self._expect("paused" if now.status == "ended" else now.status, to_s, now.token)
            self._send("seek", to_s)

    def stop(self) -> None:
        """Play nothing."""
        self._loop = None
        self._expect("idle", 0.0, 0)
        self._send("stop")

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
            message=(known.problem if known is not None else "") or self._device_message,
            token=token,
            loop=self._loop,
        )

    def close(self) -> None:
        """Stop the sound, end the process and the threads."""
        if self._closing:
            return
        self._closing = True
        self._send("quit")
        self._thread.join(CLOSE_S)
        if self._thread.is_alive() and self._process is not None:
            self._process.kill()
            self._thread.join(CLOSE_S)

    # Below: what the threads do.

    def _learn(self, request: PlayRequest) -> int:
        self._tokens += 1
        with self._lock:
            self._known[self._tokens] = _Known(request, request.duration_s or 0.0)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return self._tokens

    def _expect(self, status: Status, position_s: float, token: int) -> None:
        self._expected = _Expected(self._serial + 1, status, position_s, token)

    def _send(self, name: str, *arguments: Any) -> None:
        self._serial += 1
        self._outbox.put((self._serial, name, arguments))

    def _live(self) -> None:
        """Start the process, pass on its news, start another one when it dies; the thread's work."""
        for _ in range(RESTARTS_MOST):
            pipe, theirs = self._context.Pipe()
            process = self._context.Process(
                target=player_process.run,
                args=(theirs, self._memory),
                kwargs={"silent": self._silent},
                name="merdesk-player",
                daemon=True,
            )
            process.start()
            self._process = process
            theirs.close()
            sender = threading.Thread(target=self._pass_on, args=(pipe,), name="player-commands", daemon=True)
            sender.start()
            self._listen(pipe)
            self._outbox.put((0, "quit", ()))  # ends the sender, whatever it waits for
            sender.join()
            pipe.close()
            process.join(CLOSE_S)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()
            if self._closing:
                return
            self._mourn()
        self._device, self._device_message = "lost", GIVEN_UP

    def _pass_on(self, pipe: Connection) -> None:
        while True:
            command = self._outbox.get()
            try:
                pipe.send(command)
            except (OSError, ValueError):
                if command[1] == "quit":
                    return
                continue
            if command[1] == "quit":
                return

    def _listen(self, pipe: Connection) -> None:
        while True:
            try:
                kind, *news = pipe.recv()
            except (EOFError, OSError):
                return
            if kind == "device":
                self._device, self._device_message, self._devices, self._n_underruns = news
            elif kind == "crash":
                self._device_message = f"The player stopped ({news[0]}) and was started again."
            else:
                with self._lock:
                    self._note(kind, *news)

    def _note(self, kind: str, token: int, *news: Any) -> None:
        known = self._known.get(token)
        if known is None:
            return
        if kind == "length":
            (known.duration_s,) = news
        elif kind == "problem":
            (known.problem,) = news
        elif kind == "bins":
            low, high, bin_s = news
            # A long sound's waveform grows; of the others the last bin may be shorter than the rest.
            duration_s = min(known.duration_s, len(low) * bin_s)
            known.envelope = Envelope.of_bins(low, high, bin_s=bin_s, duration_s=duration_s)

    def _mourn(self) -> None:
        """The process has died, most likely of a file: say so, and be ready for the next one."""
        token = self._clock.read().token or self._expected.token
        with self._lock:
            known = self._known.get(token)
            if known is not None:
                known.problem = (
                    f"The player could not survive {shown(known.request.path)} and was started again."
                )
        self._expected = replace(self._expected, serial=self._serial, status="idle", position_s=0.0)
        self._send("volume", self._volume**3)
