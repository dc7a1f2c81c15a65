"""Figures of the audio room: probing, decoding, digests, click to sound. Run: python tests/benchmarks/bench_audio.py.

Click to sound is from `Player.load(..., play=True)` to the arrival of the first sounding sample at a recorder of a null
sink (which has up to 10 ms of its own); cold means a clip that the process has never seen.
"""

import multiprocessing
import os
import statistics
import subprocess
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
from merdesk.audio.loudness import TARGET_LUFS, gain_for, integrated_lufs
from merdesk.audio.playback import RAMP_S
from merdesk.audio.player import Player, PlayRequest
from merdesk.features import worker
from merdesk.features.basic import Basic
from merdesk.features.chroma import Chroma
from merdesk.features.units import Unit
from merdesk.workers.serving import NICENESS

CLIP_S = 45.0
REPEATS = 9
RAMP = round(RAMP_S * RATE_HZ)
WARM_S = 8.0
"""The workers import librosa first."""


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


def lag(out: np.ndarray, y: np.ndarray, at: int, known: int) -> int:
    """How much later than in y the sound at `at` came, in frames; it was `known` a moment before."""
    first = max(0, at - known - RATE_HZ // 2)
    piece, around = out[at : at + 8_192, 0], y[first : at - known + RATE_HZ // 2, 0]
    n = 1 << 17
    likeness = np.fft.irfft(np.fft.rfft(around, n) * np.conj(np.fft.rfft(piece, n)), n)
    return at - first - int(likeness.argmax())


def place_of(piece: np.ndarray, y: np.ndarray) -> int:
    """Frame of y at which a piece of it begins, by cross-correlation."""
    n = 1 << int(np.ceil(np.log2(len(y) + len(piece))))
    spectrum = np.fft.rfft(y[:, 0], n) * np.conj(np.fft.rfft(piece[:, 0], n))
    return int(np.fft.irfft(spectrum, n).argmax())


def heard(recording: Recording) -> np.ndarray:
    """From the first sounding sample on."""
    y = recording.y
    loud = np.flatnonzero(np.abs(y).max(axis=1) > 1e-4)
    return y[loud[0] : loud[-1] + 1] if len(loud) else y[:0]


def settle(player: Player, recording: Recording) -> None:
    """Fall silent, and forget what was heard."""
    player.stop()
    wait_until(lambda: recording.duration_s > 0.3 and not recording.y[-RATE_HZ // 4 :].any(), "no silence")
    recording.forget()


def seeks(player: Player, recording: Recording, path: Path, y: np.ndarray) -> None:
    """Seek while it plays, and find where it went on."""
    errors_ms = []
    for to_s in np.random.default_rng(1).uniform(1.0, CLIP_S - 3.0, 2 * REPEATS):
        player.load(PlayRequest(path), start_s=float((to_s + 15) % 40), play=True)
        wait_until(lambda: len(heard(recording)) > RATE_HZ // 4, "no sound")
        player.seek(float(to_s))
        n_before = len(heard(recording))
        wait_until(lambda n=n_before: len(heard(recording)) > n + RATE_HZ // 2, "no sound")
        out = heard(recording)
        before = place_of(out[RAMP : RAMP + 8_000], y) - RAMP
        off = np.abs(out[RAMP:] - y[before + RAMP : before + len(out)]).max(axis=1) > 0.02
        jump = RAMP + int(off.argmax())
        landed = place_of(out[jump + RAMP : jump + RAMP + 8_000], y) - RAMP
        errors_ms.append(1000 * abs(landed / RATE_HZ - to_s))
        settle(player, recording)
    print(
        f"seek: median error {statistics.median(errors_ms):.2f} ms, worst {max(errors_ms):.2f} of {len(errors_ms)}"
    )


def splices(player: Player, recording: Recording, path: Path, y: np.ndarray) -> None:
    """Two halves of a clip as a queue: frames that are missing, doubled or changed where they meet."""
    worst = 0
    for onset_s in (2.0, 11.5, 23.25):
        player.load(PlayRequest(path, onset_s, 1.0), play=True)
        player.queue_next(PlayRequest(path, onset_s + 1.0, 1.0))
        wait_until(lambda: len(heard(recording)) >= 2 * RATE_HZ - 2 * RAMP, "it ends early")
        out = heard(recording)[RAMP : 2 * RATE_HZ - 2 * RAMP]
        start = place_of(out, y)
        worst = max(worst, int((np.abs(out - y[start : start + len(out)]).max(axis=1) > 4e-5).sum()))
        settle(player, recording)
    print(f"gapless splice: {worst} frames differ at most")


def loudness(player: Player, recording: Recording, folder: Path) -> None:
    """Clips of different level, matched: how far their captured loudness lies from the target."""
    off_lu = []
    for level_db in (0.0, -6.0, -14.0):
        path = write(folder / f"level{level_db}.wav", music(6.0, seed=3) * 10 ** (level_db / 20))
        samples = decode(path)
        lufs = integrated_lufs(samples.y, samples.sample_rate_hz)
        gain_db = gain_for(lufs, float(np.abs(samples.y).max()))
        player.load(PlayRequest(path, gain_db=gain_db), play=True)
        wait_until(lambda: len(heard(recording)) > 4 * RATE_HZ, "no sound")
        off_lu.append(integrated_lufs(heard(recording), RATE_HZ) - TARGET_LUFS)
        settle(player, recording)
    print(f"loudness match: {', '.join(f'{off:+.2f}' for off in off_lu)} LU from {TARGET_LUFS:.0f} LUFS")


def places(folder: Path, card: SoundCard) -> None:
    """Right place, no gap, right loudness."""
    os.environ.update(card.environment)
    path, y = folder / "clip.flac", music(CLIP_S)
    player = Player()
    wait_until(lambda: bool(player.devices), "no device")
    print()
    with card.recording() as recording:
        wait_until(lambda: recording.duration_s > 0.3, "nothing is recorded")
        recording.forget()
        seeks(player, recording, path, y)
        splices(player, recording, path, y)
        loudness(player, recording, folder)
    print(f"underruns: {player.n_underruns}")
    player.close()


def extract_on(path: Path) -> None:
    """A worker of the load: extracts features of one clip again and again."""
    os.nice(NICENESS)
    extractors = {"chroma": Chroma(), "basic": Basic()}
    while True:
        worker.extract(Unit(1, 1, os.fsencode(path)), extractors)


def dropouts(folder: Path, card: SoundCard, duration_s: float = 60.0) -> None:
    """Play for a minute while two workers extract and this process computes, and compare with what was to come."""
    os.environ.update(card.environment)
    y = music(duration_s + 5)
    path = write(folder / "long.flac", y)
    context = multiprocessing.get_context("spawn")
    load = [context.Process(target=extract_on, args=(folder / "clip.flac",), daemon=True) for _ in range(2)]
    for process in load:
        process.start()
    time.sleep(WARM_S)
    theirs = gaps(card, y, lambda: plain_player(path, duration_s))
    player = Player()
    wait_until(lambda: bool(player.devices), "no device")

    def play() -> None:
        player.load(PlayRequest(path), play=True)
        until_s = time.perf_counter() + duration_s
        while time.perf_counter() < until_s:
            np.linalg.svd(np.random.default_rng(0).normal(size=(150, 150)))
        player.stop()

    ours = gaps(card, y, play)
    print(
        f"\n{duration_s:.0f} s beside two extracting workers: {ours} gaps, {player.n_underruns} underruns; "
        f"paplay with 2 s of buffer: {theirs} gaps, which are the sink's and the recorder's"
    )
    player.close()
    for process in load:
        process.kill()
        process.join()


def gaps(card: SoundCard, y: np.ndarray, play: Callable[[], None]) -> int:
    """Play, record, and count how often what came jumped against what was to come."""
    with card.recording() as recording:
        play()
    out = heard(recording)
    lags = [0]
    for at in range(RATE_HZ // 2, len(out) - RATE_HZ, RATE_HZ // 4):
        lags.append(lag(out, y, at, lags[-1]))
    return int(np.count_nonzero(np.diff(lags[1:])))


def plain_player(path: Path, duration_s: float) -> None:
    """Play with PulseAudio's own player, whose large buffer bears almost any load."""
    with subprocess.Popen(["paplay", "--latency-msec=2000", path]) as process:
        time.sleep(duration_s)
        process.kill()


def busy() -> str:
    """What else the machine does: other people's work moves these figures more than ours does."""
    return f"load {', '.join(f'{one:.1f}' for one in os.getloadavg())} on {os.cpu_count()} cores"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        files(Path(name))
        print(busy())
        with plugged_in() as sink:
            clicks(Path(name), sink)
            places(Path(name), sink)
            dropouts(Path(name), sink)
        print(busy())
