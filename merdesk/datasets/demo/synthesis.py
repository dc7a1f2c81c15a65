"""A clip as sound: chords, melody, bass and drums after its cues, in the manner of its genre."""

from dataclasses import dataclass

import numpy as np

from merdesk.datasets.demo.cues import Cues
from merdesk.datasets.demo.instruments import RATE_HZ, TIMBRES, Timbre, cymbal, kick, snare, tone
from merdesk.domain.arrays import FloatArray

SLOWEST_BPM, QUICKEST_BPM = 58.0, 172.0
SOFTEST_DB, LOUDEST_DB = -34.0, -13.0
"""Root mean square levels of a clip, dB below full scale."""
SWELL_DB = 4.0
"""How far a full swell is over its mean level at the end."""
CEILING = 0.98
PROGRESSIONS = ((0, 3, 4, 0), (0, 5, 3, 4), (0, 4, 5, 3), (0, 1, 4, 0), (0, 2, 3, 4), (0, 3, 0, 4))
"""Degrees on which the chords stand, counted from 0."""
CHORD_BEATS = 2
TONIC_CHORD = (-5, -3, 0, 2, 4, 7, 9)


@dataclass(frozen=True, slots=True)
class Sound:
    """What a clip is made of; the same sound gives the same samples."""

    genre: str
    cues: Cues
    duration_s: float
    seed: tuple[int, ...]


def render(sound: Sound) -> FloatArray:
    """Samples [n] at `RATE_HZ`, float64 within -0.98..0.98."""
    rng = np.random.default_rng(sound.seed)
    band = _Band(sound, rng)
    band.chords()
    band.melody()
    if sound.genre != "Classical":
        band.bass()
        band.drums()
    return _levelled(_roomy(band.mix), sound)


class _Band:
    """Plays into one mix; every part draws from the same generator, in the same order."""

    def __init__(self, sound: Sound, rng: np.random.Generator) -> None:
        cues = sound.cues
        self._rng, self._genre, self._cues = rng, sound.genre, cues
        self._timbre = TIMBRES[sound.genre]
        self._beat_s = 60 / bpm(cues["tempo"])
        self._duration_s = sound.duration_s
        self._n_beats = int(np.ceil(sound.duration_s / self._beat_s))
        self._tonic = float(rng.integers(0, 12))
        self._centre = 65 + 10 * cues["register"]
        degrees = PROGRESSIONS[rng.integers(len(PROGRESSIONS))]
        self._roots = [
            degrees[(beat // CHORD_BEATS) % len(degrees)] for beat in range(0, self._n_beats, CHORD_BEATS)
        ]
        self.mix = np.zeros(int(sound.duration_s * RATE_HZ))

    def chords(self) -> None:
        """A chord of three every two beats; broken and repeated in electronic music, sustained elsewhere."""
        for number, root in enumerate(self._roots):
            pitches = [self._pitch(root + step, self._centre - 9) for step in (0, 2, 4)]
            start_s = number * CHORD_BEATS * self._beat_s
            if self._genre == "Electronic":
                for step in range(CHORD_BEATS * 2):
                    self._note(start_s + step * self._beat_s / 2, self._beat_s / 2, pitches[step % 3], 0.45)
            else:
                for pitch in pitches:
                    self._note(start_s, CHORD_BEATS * self._beat_s, pitch, 0.3)
            self._clash(start_s, pitches[0])

    def _clash(self, start_s: float, root: float) -> None:
        """A minor second and a tritone against the root, the stronger the more dissonant."""
        strength = 0.5 * (self._cues["dissonance"] + 1) / 2
        for interval in (1.0, 6.0):
            self._note(start_s, CHORD_BEATS * self._beat_s, root + interval, strength)

    def melody(self) -> None:
        """A walk on the scale: quarters and eighths, more eighths where the articulation is crisp."""
        beat, degree = 0.0, int(self._rng.integers(0, 5))
        quick = 0.45 + 0.3 * self._cues["articulation"]
        while beat < self._n_beats:
            length = 0.5 if self._rng.uniform() < quick else 1.0
            if self._rng.uniform() < 0.9:
                # On the beat a tone of the tonic's chord, which makes the mode plain; between beats any.
                heard = min(TONIC_CHORD, key=lambda tone: abs(tone - degree)) if beat % 1 == 0 else degree
                self._note(beat * self._beat_s, length * self._beat_s, self._pitch(heard, self._centre), 0.75)
            degree = int(np.clip(degree + self._rng.integers(-2, 3), -4, 8))
            beat += length

    def bass(self) -> None:
        """Roots, walking in jazz, on every beat elsewhere."""
        dull = Timbre(slope=2.4, even=0.8, sustain=0.3)
        for beat in range(self._n_beats):
            root = self._roots[beat // CHORD_BEATS]
            step = int(self._rng.choice((0, 2, 4))) if self._genre == "Jazz" and beat % 2 else 0
            pitch = self._pitch(root + step, 41 + 3 * self._cues["register"])
            self._note(beat * self._beat_s, self._beat_s, pitch, 0.5, dull)

    def drums(self) -> None:
        """Kick and snare by turns, cymbals between; brushes in jazz, a kick on every beat in electronic music."""
        jazz, four = self._genre == "Jazz", self._genre == "Electronic"
        for beat in range(self._n_beats):
            start_s = beat * self._beat_s
            if four or (beat % 2 == 0 and not jazz):
                self._add(start_s, 0.8 * kick())
            if beat % 2 and not jazz:
                self._add(start_s, 0.35 * snare(self._rng))
            strength = 0.12 + 0.06 * self._cues["brightness"]
            for off in (0.0, 0.66) if jazz else (0.0, 0.5):
                self._add(start_s + off * self._beat_s, strength * cymbal(self._rng, 30 if jazz else 60))

    def _pitch(self, degree: int, near: float) -> float:
        """Pitch of a degree of the scale, in the octave nearest to `near`."""
        scale = self._cues.scale
        pitch = self._tonic + scale[degree % 7] + 12 * (degree // 7)
        octaves = round((near - self._tonic - 4) / 12)
        return pitch + 12 * octaves

    def _note(
        self, start_s: float, beats_s: float, pitch: float, gain: float, timbre: Timbre | None = None
    ) -> None:
        """A note that fills 98 % of its time when legato and 35 % when staccato."""
        articulation = (self._cues["articulation"] + 1) / 2
        duration_s = beats_s * (0.98 - 0.63 * articulation)
        attack_s = 0.06 * (1 - articulation) ** 2 + 0.003
        samples = tone(
            pitch,
            duration_s,
            timbre or self._timbre,
            brightness=self._cues["brightness"],
            attack_s=attack_s,
            phase=float(self._rng.uniform()),
        )
        if timbre is None and self._timbre.drive:
            samples = np.tanh(self._timbre.drive * samples) / np.tanh(self._timbre.drive)
        self._add(start_s, gain * samples)

    def _add(self, start_s: float, samples: FloatArray) -> None:
        start = int(start_s * RATE_HZ)
        part = samples[: max(len(self.mix) - start, 0)]
        self.mix[start : start + len(part)] += part


def bpm(tempo: float) -> float:
    """Beats per minute of the cue, equal steps of which are equal ratios.

    Examples
    --------
    >>> round(bpm(-1)), round(bpm(0)), round(bpm(1))
    (58, 100, 172)
    """
    return float(SLOWEST_BPM * (QUICKEST_BPM / SLOWEST_BPM) ** ((tempo + 1) / 2))


def _roomy(mix: FloatArray) -> FloatArray:
    """A few early reflections, so that it does not sound like a cupboard."""
    wet = mix.copy()
    for delay_s, gain in ((0.031, 0.22), (0.053, 0.16), (0.089, 0.1)):
        delay = int(delay_s * RATE_HZ)
        wet[delay:] += gain * mix[:-delay]
    return wet


def _levelled(mix: FloatArray, sound: Sound) -> FloatArray:
    """At the level of the cue, swelling, faded at both ends, peaks bent below full scale."""
    level_db = SOFTEST_DB + (LOUDEST_DB - SOFTEST_DB) * (sound.cues["loudness"] + 1) / 2
    swell_db = SWELL_DB * sound.cues.swell * np.linspace(-1, 1, len(mix))
    shaped = mix * 10 ** (swell_db / 20)
    shaped *= 10 ** (level_db / 20) / np.sqrt((shaped**2).mean())
    n_fade = int(0.02 * RATE_HZ)
    shaped[:n_fade] *= np.linspace(0, 1, n_fade)
    shaped[-n_fade:] *= np.linspace(1, 0, n_fade)
    knee = CEILING / 2
    over = np.maximum(abs(shaped) - knee, 0)
    return np.asarray(np.sign(shaped) * (np.minimum(abs(shaped), knee) + knee * np.tanh(over / knee)))
