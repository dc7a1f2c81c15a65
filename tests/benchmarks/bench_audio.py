"""Figures of the audio room: probing, decoding, digests, click to sound. Run: python tests/benchmarks/bench_audio.py.

Click to sound is from `Player.load(..., play=True)` to the arrival of the first sounding sample at a recorder of a null
sink (which has up to 10 ms of its own); cold means a clip that the process has never seen.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from helpers.pulse import RATE_HZ, Recording, SoundCard, plugged_in, wait_until
from helpers.sound_files import FORMATS, music, write

from merdesk.audio.files import audio_digest, decode, mono, probe
from merdesk.audio.player import Player, PlayRequest

CLIP_S = 45.0
REPEATS = 9


def milliseconds(call: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median time of a call in ms."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return 1000 * statistics.median(times)


def files(folder: Path) -> None:
    """Probe, digest and decode 45 s of every format."""
    y = music(CLIP_S)
    print(f"{'45 s stereo':12} {'probe ms':>9} {'digest ms':>10} {'decode ms':>10} {'decode 5 s ms':>14}")
    for kind in FORMATS:
        path = write(folder / f"clip.{kind}", y)
        row = (
            milliseconds(lambda path=path: probe(path)),
            milliseconds(lambda path=path: audio_digest(path)),
            milliseconds(lambda path=path: decode(path), 3),
            milliseconds(lambda path=path: decode(path, onset_s=20, duration_s=5), 5),
        )
        print(f"{kind:12} {row[0]:9.1f} {row[1]:10.1f} {row[2]:10.1f} {row[3]:14.1f}")
    print(f"mono at 22,050 Hz: {milliseconds(lambda: mono(y, RATE_HZ, 22_050), 5):.1f} ms")


def arrival_s(recording: Recording, begun_s: float) -> float:
    """When the first sounding sample after begun_s arrived."""
    for piece, at_s in zip(list(recording.pieces), list(recording.times_s), strict=False):
        if at_s > begun_s and np.abs(piece).max() > 1e-4:
            return at_s
    return 0.0


def click(player: Player, recording: Recording, request: PlayRequest) -> float:
    """From the click to the sound, in ms."""
    begun_s = time.perf_counter()
    player.load(request, play=True)
    wait_until(lambda: arrival_s(recording, begun_s) > 0, "no sound")
    heard_s = arrival_s(recording, begun_s)
    player.stop()
    wait_until(lambda: recording.duration_s > 0.3 and not recording.y[-RATE_HZ // 4 :].any(), "no silence")
    recording.forget()
    return 1000 * (heard_s - begun_s)


def clicks(folder: Path, card: SoundCard) -> None:
    """Click to sound, cold and pre-decoded."""
    os.environ.update(card.environment)
    player = Player()
    wait_until(lambda: bool(player.devices), "no device")
    print(f"\n{'click to sound':12} {'cold ms':>9} {'pre-decoded ms':>15}   (median of {REPEATS}, and worst)")
    with card.recording() as recording:
        for kind in ("wav", "flac", "ogg", "mp3", "m4a", "opus"):
            path = folder / f"clip.{kind}"
            cold, warm = [], []
            for i in range(REPEATS):
                request = PlayRequest(path, 0.01 * i, 40.0)
                cold.append(click(player, recording, request))
                warm.append(click(player, recording, request))
            print(
                f"{kind:14} {statistics.median(cold):9.0f} {statistics.median(warm):15.0f}   "
                f"{max(cold):.0f} {max(warm):.0f}"
            )
    print(f"underruns: {player.n_underruns}")
    player.close()


def lag(out: np.ndarray, y: np.ndarray, at: int) -> int:
    """How much later than in y the sound at `at` came, in frames."""
    piece, around = out[at : at + 8_192, 0], y[max(0, at - RATE_HZ // 2) : at + RATE_HZ // 2, 0]
    n = 1 << 17
    likeness = np.fft.irfft(np.fft.rfft(around, n) * np.conj(np.fft.rfft(piece, n)), n)
    return at - max(0, at - RATE_HZ // 2) - int(likeness.argmax())


def dropouts(folder: Path, card: SoundCard, duration_s: float = 60.0) -> None:
    """Play for a minute while this process computes, and compare what came with what was to come."""
    os.environ.update(card.environment)
    y = music(duration_s + 5)
    path = write(folder / "long.flac", y)
    player = Player()
    wait_until(lambda: bool(player.devices), "no device")
    with card.recording() as recording:
        player.load(PlayRequest(path), play=True)
        while recording.duration_s < duration_s:
            np.linalg.svd(np.random.default_rng(0).normal(size=(150, 150)))
    player.close()
    out = recording.y
    out = out[int(np.flatnonzero(np.abs(out).max(axis=1) > 1e-4)[0]) :]
    lags = [lag(out, y, at) for at in range(RATE_HZ // 2, len(out) - RATE_HZ, RATE_HZ // 4)]
    n_gaps = int(np.count_nonzero(np.diff(lags)))
    print(f"\n{len(out) / RATE_HZ:.0f} s under load: {n_gaps} gaps, {player.n_underruns} underruns")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        files(Path(name))
        with plugged_in() as sink:
            clicks(Path(name), sink)
            dropouts(Path(name), sink)
