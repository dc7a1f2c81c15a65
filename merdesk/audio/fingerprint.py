"""Whether two files hold the same recording: 32 bits sixteen times a second that survive another encoding.

Each bit says whether, between two neighbouring bands, the balance of energy has moved up or down within a quarter of a
second. Gain does not touch it, lossy encoding and a shift of half a frame flip few: of 20 s cut from recordings and encoded
as MP3 (the lowest quality), Ogg, Opus or AAC, shifted and amplified, at most 15 % of the bits differ from the original;
of different places of one recording 24 % or more, and of different recordings more yet, at the best of all shifts
(`tests/benchmarks/bench_fingerprint.py`).

References
----------
Haitsma, J., & Kalker, T. (2002). A highly robust audio fingerprinting system. ISMIR.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from merdesk.audio.decoding import mono
from merdesk.domain.arrays import FloatArray, IntArray

WordArray = npt.NDArray[np.uint32]
RATE_HZ = 8000
FRAME = 4096
"""Half a second: long frames change slowly, so that a shift by less than a hop hardly shows."""
HOP = 512
WORD_S = HOP / RATE_HZ
SPAN = 4
"""Frames between which the change is taken."""
LOWEST_HZ, HIGHEST_HZ, N_BANDS = 200.0, 2200.0, 33
"""What every encoder keeps."""
FLOOR = 1e-7
"""Energies are not followed further below the loudest frame than this (70 dB): there encoders do as they please."""
SILENCE = 1e-6
"""A frame this far below the loudest one (60 dB) has no word."""
FRAMES_AT_ONCE = 512
VERSION = 1
"""Grows when words of the same sound change."""

MAX_ERROR = 0.2
"""Share of bits up to which two spans are the same sound; of short synthetic clips encoded as poor Ogg, .18 differ."""
MIN_OVERLAP_S = 3.0
"""Less sound in common proves nothing."""
KEY_BITS = np.uint32(0x03FFFFC0)
"""The middle 20 bits find candidates: the outer bands are the first that encoders give up."""
MIN_VOTES = 3
"""So many equal keys at one shift make a candidate; the worst of the copies measured has four."""
MAX_REPEATS = 64
"""A key that more places have is a habit of music, and no trace of one recording."""


@dataclass(frozen=True, slots=True)
class SoundMatch:
    """Two clips that share sound.

    Attributes
    ----------
    first, second
        Their places among the fingerprints, first < second.
    lag_s
        The shared sound stands this much later in the first than in the second.
    overlap_s
        How much sound they share.
    error
        Share of bits that differ, 0 for the same samples, up to `MAX_ERROR`.
    """

    first: int
    second: int
    lag_s: float
    overlap_s: float
    error: float


def fingerprint(y: FloatArray, sample_rate_hz: int) -> WordArray:
    """Words of samples y [n] or [n, n_channels], one each 64 ms.

    Returns
    -------
    uint32 [m], 0 where next to nothing sounds; empty for less than .77 s and for silence.

    Examples
    --------
    >>> len(fingerprint(np.zeros(80_000, np.float32), 8000))
    0
    """
    one = mono(y, sample_rate_hz, RATE_HZ)
    if len(one) < FRAME + SPAN * HOP:
        return np.empty(0, dtype=np.uint32)
    energy = _energies(one)
    total = energy.sum(axis=1)
    loudest = float(total.max())
    if loudest <= 0:
        return np.empty(0, dtype=np.uint32)
    level = np.log(energy + loudest * FLOOR)
    balance = level[:, :-1] - level[:, 1:]
    bits = balance[SPAN:] > balance[:-SPAN]
    words: WordArray = np.packbits(bits, axis=1, bitorder="little").view("<u4").ravel().astype(np.uint32)
    words[words == 0] = 1  # 0 says silence; one bit more or less is no loss
    sounding = total > loudest * SILENCE
    words[~(sounding[SPAN:] & sounding[:-SPAN])] = 0
    return words


def _energies(y: FloatArray) -> FloatArray:
    """Energy of frames in bands, float64 [m, N_BANDS]."""
    weights, window = _band_weights(), np.hanning(FRAME).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(y, FRAME)[::HOP]
    blocks = (frames[start : start + FRAMES_AT_ONCE] for start in range(0, len(frames), FRAMES_AT_ONCE))
    return np.concatenate([np.abs(np.fft.rfft(block * window, axis=1)) ** 2 @ weights for block in blocks])


def _band_weights() -> FloatArray:
    """How much of each bin belongs to each band, [FRAME // 2 + 1, N_BANDS]; bands are equally wide in pitch."""
    edges = np.geomspace(LOWEST_HZ, HIGHEST_HZ, N_BANDS + 1)
    width_hz = RATE_HZ / FRAME
    bins = np.fft.rfftfreq(FRAME, 1 / RATE_HZ)[:, None]
    covered = np.minimum(bins + width_hz / 2, edges[1:]) - np.maximum(bins - width_hz / 2, edges[:-1])
    weights: FloatArray = np.maximum(covered, 0.0) / width_hz
    return weights


def same_sound(first: WordArray, second: WordArray, lag: int) -> tuple[int, float]:
    """Words that sound in both at a shift, and the share of their bits that differ (NaN without any).

    Examples
    --------
    >>> a = np.array([1, 7, 9, 12], np.uint32)
    >>> same_sound(a, a[1:], 1)
    (3, 0.0)
    """
    start, stop = max(0, lag), min(len(first), len(second) + lag)
    if stop <= start:
        return 0, float("nan")
    a, b = first[start:stop], second[start - lag : stop - lag]
    sounding = (a != 0) & (b != 0)
    n = int(np.count_nonzero(sounding))
    differing = int(np.bitwise_count(a[sounding] ^ b[sounding]).sum())
    return n, differing / (32 * n) if n else float("nan")


def matches(prints: Sequence[WordArray]) -> list[SoundMatch]:
    """All pairs of clips that share at least `MIN_OVERLAP_S` of sound, each at its best shift, in order."""
    best: dict[tuple[int, int], tuple[float, int, int]] = {}
    for first, second, lag in _candidates(prints):
        # Keys vote for a shift within one word; the words before and after are tried as well.
        for shift in (lag - 1, lag, lag + 1):
            n, error = same_sound(prints[first], prints[second], shift)
            if n * WORD_S < MIN_OVERLAP_S or not error <= MAX_ERROR:
                continue
            best[first, second] = min(best.get((first, second), (1.0, 0, 0)), (error, shift, n))
    return [
        SoundMatch(first, second, shift * WORD_S, n * WORD_S, error)
        for (first, second), (error, shift, n) in sorted(best.items())
    ]


def _candidates(prints: Sequence[WordArray]) -> Iterator[tuple[int, int, int]]:
    """Pairs and shifts at which several keys are equal."""
    sizes = np.array([len(one) for one in prints], dtype=np.int64)
    words = np.concatenate([np.empty(0, np.uint32), *prints])
    clip = np.repeat(np.arange(len(prints)), sizes)
    place = np.arange(len(words)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    sounding = np.flatnonzero(words)
    keys = words[sounding] & KEY_BITS
    order = np.argsort(keys, kind="stable")
    keys, rows = keys[order], sounding[order]
    _, where, counts = np.unique(keys, return_inverse=True, return_counts=True)
    rare = counts[where] <= MAX_REPEATS
    keys, rows = keys[rare], rows[rare]
    span = int(sizes.max(initial=0)) + 2
    votes = _votes(keys, clip[rows], place[rows], (len(prints), span))
    found, n_votes = np.unique(votes, return_counts=True)
    near = n_votes.copy()  # a shift by half a word votes for both neighbours
    adjacent = np.flatnonzero(np.diff(found) == 1)
    near[adjacent] += n_votes[adjacent + 1]
    for vote in found[near >= MIN_VOTES].tolist():
        pair, lag = divmod(vote, 2 * span)
        yield pair // len(prints), pair % len(prints), lag - span


def _votes(keys: WordArray, clip: IntArray, place: IntArray, shape: tuple[int, int]) -> IntArray:
    """A number for every two places with one key in two clips: the pair and the shift."""
    n_clips, span = shape
    votes = [np.empty(0, dtype=np.int64)]
    for apart in range(1, MAX_REPEATS):
        # The sort is stable, so the earlier place is of the earlier clip.
        same = np.flatnonzero(keys[apart:] == keys[:-apart])
        if not len(same):
            break
        a, b = same, same + apart
        other = clip[a] != clip[b]
        a, b = a[other], b[other]
        votes.append((clip[a] * n_clips + clip[b]) * (2 * span) + (place[a] - place[b] + span))
    return np.concatenate(votes)
