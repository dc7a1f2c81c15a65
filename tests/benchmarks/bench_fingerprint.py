"""Error rates of the fingerprint: recordings cut, encoded again, shifted and amplified.

python tests/benchmarks/bench_fingerprint.py FOLDER_OF_RECORDINGS [FOLDER_OF_CLIPS]

Every piece of 20 s of a recording is compared with its own copies (misses) and with all other pieces (false alarms).
Clips are only compared with each other; pairs with one stem in two folders count as planted, as in the demo project.
"""

import io
import sys
import tempfile
import time
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np
import soundfile
import soxr

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers.sound_files import write

from merdesk.audio.files import decode, is_audio
from merdesk.audio.fingerprint import fingerprint, matches, same_sound

PIECE_S = 20
BITRATES = {"mp3": ("MP3", "MPEG_LAYER_III"), "ogg": ("OGG", "VORBIS"), "opus": ("OGG", "OPUS")}


def encoded(y, rate_hz, kind, **quality):
    form, subtype = BITRATES[kind]
    if kind == "opus":
        y, rate_hz = soxr.resample(y, rate_hz, 48_000), 48_000
    file = io.BytesIO()
    with soundfile.SoundFile(
        file, "w", rate_hz, y.shape[1], format=form, subtype=subtype, **quality
    ) as sound:
        sound.write(y)
    file.seek(0)
    return soundfile.read(file, dtype="float32", always_2d=True)


def m4a(y, rate_hz):
    with tempfile.TemporaryDirectory() as folder:
        samples = decode(write(Path(folder) / "a.m4a", y, rate_hz))
    return samples.y, samples.sample_rate_hz


def copies(y, start, stop, rate_hz, rng):
    """What somebody may have made of a piece of a recording: (how, samples, rate)."""
    piece = y[start:stop]
    low = {"compression_level": 0.95, "bitrate_mode": "CONSTANT"}
    noise = rng.normal(0, 10**-1.5 * piece.std(), piece.shape).astype("f4")
    yield "mp3", *encoded(piece, rate_hz, "mp3")
    yield "mp3, lowest quality", *encoded(piece, rate_hz, "mp3", **low)
    yield "ogg", *encoded(piece, rate_hz, "ogg")
    yield "ogg, lowest quality", *encoded(piece, rate_hz, "ogg", compression_level=0.99)
    yield "opus", *encoded(piece, rate_hz, "opus")
    yield "m4a", *m4a(piece, rate_hz)
    yield "mp3, then ogg", *encoded(*encoded(piece, rate_hz, "mp3"), "ogg")
    yield "16 bit, -20 dB", np.round(piece * 0.1 * 32768) / 32768, rate_hz
    yield "+6 dB, clipped", np.clip(piece * 2, -1, 1), rate_hz
    yield "mono, 22,050 Hz", soxr.resample(piece.mean(axis=1, keepdims=True), rate_hz, 22_050), 22_050
    yield "noise at -30 dB", piece + noise, rate_hz
    for _ in range(4):
        by = int(rng.uniform(0.2, 0.8) * rate_hz)
        yield "shifted .2-.8 s", y[start + by : stop + by], rate_hz
        yield "shifted, mp3 lowest, -10 dB", *encoded(piece[by:] * 0.316, rate_hz, "mp3", **low)


def pieces(folder):
    for path in sorted(filter(is_audio, folder.rglob("*"))):
        samples = decode(path)
        n = PIECE_S * samples.sample_rate_hz
        for number in range(max(1, len(samples.y) // n)):
            yield f"{path.stem[:24]} {number}", samples, number * n, min((number + 1) * n, len(samples.y))


def errors(first, second):
    """Least share of differing bits over all shifts with 3 s in common; 1 where there is no such shift."""
    tried = (same_sound(first, second, lag) for lag in range(-len(second), len(first)))
    return min((error for n, error in tried if n >= 47), default=1.0)


def recordings(folder):
    rng = np.random.default_rng(0)
    wholes, missed, made = [], defaultdict(list), defaultdict(list)
    for name, samples, start, stop in pieces(folder):
        whole = fingerprint(samples.y[start:stop], samples.sample_rate_hz)
        wholes.append((name, whole))
        for how, y, rate_hz in copies(samples.y, start, stop, samples.sample_rate_hz, rng):
            found = matches([whole, fingerprint(y, rate_hz)])
            made[how].append(found[0].error if found else errors(whole, fingerprint(y, rate_hz)))
            if not found:
                missed[how].append(name)
    for how, found in made.items():
        print(
            f"{how:30} {len(missed[how])} of {len(found)} missed; bits off: median {np.median(found):.3f}, most {max(found):.3f} {missed[how]}"
        )
    false = matches([whole for _, whole in wholes])
    n = len(wholes) * (len(wholes) - 1) // 2
    least = min((errors(a[1], b[1]), a[0], b[0]) for a, b in combinations(wholes, 2))
    print(f"{len(false)} of {n} pairs of different pieces taken for one; nearest {least}")


def clips(folder):
    paths = sorted(filter(is_audio, folder.rglob("*")))
    samples = [decode(path) for path in paths]
    start = time.perf_counter()
    prints = [fingerprint(one.y, one.sample_rate_hz) for one in samples]
    made, start = time.perf_counter() - start, time.perf_counter()
    found = matches(prints)
    took = time.perf_counter() - start
    twins = [m for m in found if paths[m.first].stem == paths[m.second].stem]
    n = len(paths) * (len(paths) - 1) // 2
    print(
        f"{len(paths)} clips: {len(twins)} pairs with one stem found, bits off at most {max((m.error for m in twins), default=0):.3f}; {len(found) - len(twins)} of {n} other pairs taken for one"
    )
    print(f"fingerprints {1000 * made / len(paths):.1f} ms a clip, all pairs {took:.2f} s")


if __name__ == "__main__":
    recordings(Path(sys.argv[1]))
    if len(sys.argv) > 2:
        clips(Path(sys.argv[2]))
