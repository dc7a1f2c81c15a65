"""A sound card for machines without one: a PulseAudio null sink that is paced like a card and can be recorded.

`sound_card` is a fixture; import it into a conftest or a test module. It starts a server of its own, with its files
in a folder of its own, and points `PULSE_SERVER` at it, so that players started in the test find it as the default.
"""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

RATE_HZ = 44_100
START_S = 10.0
"""The server is up within .2 s; a busy machine may take longer."""


@dataclass
class Recording:
    """What a capture heard: samples [n, 2] so far, and when each piece of it came."""

    rate_hz: int = RATE_HZ
    pieces: list[np.ndarray] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)
    first: int = 0

    @property
    def y(self) -> np.ndarray:
        """All samples so far."""
        return np.concatenate([np.zeros((0, 2), "f4"), *self.pieces[self.first :]])

    @property
    def duration_s(self) -> float:
        """Length so far."""
        return sum(map(len, self.pieces[self.first :])) / self.rate_hz

    def forget(self) -> None:
        """Begin anew with what comes from now on."""
        self.first = len(self.pieces)


class SoundCard:
    """A running PulseAudio server with one null sink."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "pulse.sock"
        self.environment = {
            "PULSE_SERVER": f"unix:{self.socket}",
            "PULSE_RUNTIME_PATH": str(folder),
            "PULSE_STATE_PATH": str(folder),
            "PULSE_COOKIE": str(folder / "cookie"),
        }
        self._server: subprocess.Popen[bytes] | None = None

    def plug_in(self) -> None:
        """Start the server."""
        self.socket.unlink(missing_ok=True)
        self._server = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
                *("--log-target=null", "--disallow-exit=true"),
                *("-L", f"module-native-protocol-unix auth-anonymous=1 socket={self.socket}"),
                *("-L", f"module-null-sink sink_name=merdesk rate={RATE_HZ} channels=2 norewinds=1"),
            ],
            env={**os.environ, **self.environment, "HOME": str(self.folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, "PulseAudio did not start", START_S)

    def pull_out(self) -> None:
        """Kill the server: every stream loses its device at once."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    @contextmanager
    def recording(self) -> Iterator[Recording]:
        """Record what the sink plays."""
        made = Recording()
        tape = subprocess.Popen(
            [
                *("parec", "-d", "merdesk.monitor", "--raw", "--format=float32le"),
                *(f"--rate={RATE_HZ}", "--channels=2", "--latency-msec=10"),
            ],
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
        )
        reader = threading.Thread(target=_listen, args=(tape, made))
        reader.start()
        try:
            wait_until(lambda: made.duration_s > 0, "nothing is being recorded", START_S)
            yield made
        finally:
            tape.terminate()
            reader.join()
            tape.wait()
            if tape.stdout is not None:
                tape.stdout.close()

    def _answers(self) -> bool:
        asked = subprocess.run(
            ["pactl", "info"], env={**os.environ, **self.environment}, capture_output=True, check=False
        )
        return asked.returncode == 0


def _listen(tape: "subprocess.Popen[bytes]", made: Recording) -> None:
    assert tape.stdout is not None
    rest = b""
    while data := os.read(tape.stdout.fileno(), 1 << 16):
        rest += data
        whole = len(rest) // 8 * 8
        made.times_s.append(time.perf_counter())
        made.pieces.append(np.frombuffer(rest[:whole], "<f4").reshape(-1, 2))
        rest = rest[whole:]


def wait_until(is_true, what: str, most_s: float = 10.0) -> None:
    """Return as soon as is_true() holds; fail with `what` after most_s."""
    give_up_s = time.perf_counter() + most_s
    while not is_true():
        if time.perf_counter() > give_up_s:
            pytest.fail(what)
        time.sleep(0.005)


@contextmanager
def plugged_in() -> Iterator[SoundCard]:
    """A sound card for the time of a block."""
    # A socket's path has at most 107 bytes: pytest's folders may be longer.
    folder = Path(tempfile.mkdtemp(prefix="merdesk-pulse-"))
    card = SoundCard(folder)
    try:
        card.plug_in()
        yield card
    finally:
        card.pull_out()
        shutil.rmtree(folder, ignore_errors=True)


def require_pulse() -> None:
    """Skip the test where PulseAudio is not installed."""
    for program in ("pulseaudio", "parec", "pactl"):
        if shutil.which(program) is None:
            pytest.skip(
                f"{program} is not installed (Debian: pulseaudio, pulseaudio-utils, libasound2-plugins)"
            )


@pytest.fixture
def sound_card(monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundCard]:
    """A null sink as the system's default sound card; the test is skipped where PulseAudio is not installed."""
    require_pulse()
    with plugged_in() as card:
        for name, value in card.environment.items():
            monkeypatch.setenv(name, value)
        yield card
